"""Source lines and bodies: one line of data each, read and checked."""
