"""How papers pages are read: their structure, the dates that are in it, and what becomes of each link."""
