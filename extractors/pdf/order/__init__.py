"""The order in which a page is read."""
