"""What a mention of a concept is: where it may be, what is asked for around it, which of several is meant."""
