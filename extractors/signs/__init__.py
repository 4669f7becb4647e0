"""Signs that are set otherwise than they are read."""
