"""How cells of spreadsheets look: what is hidden, and how numbers are written."""
