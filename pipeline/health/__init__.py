"""What was looked at, what was left, and how sources and the machine are."""
