"""Tools for whoever adds or mends a source."""
