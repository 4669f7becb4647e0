"""What pages are made of: marks, charts, comparisons, look-ups."""
