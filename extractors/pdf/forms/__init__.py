"""Forms in PDFs: what was filled in."""
