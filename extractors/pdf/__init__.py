"""PDF: text by page, and what PDFium does not tell of it."""
