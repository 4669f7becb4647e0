"""Words in pictures: where they may be, what Tesseract reads, where they belong."""
