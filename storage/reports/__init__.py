"""What is read for people: lists, counts, days, the account of what was looked at."""
