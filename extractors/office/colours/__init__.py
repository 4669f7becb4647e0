"""Which text of Word files and of slides has the colour of what is behind it."""
