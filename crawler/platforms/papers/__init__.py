"""How papers pages are read: their structure, the dates that stand in it, and what becomes of each link."""
