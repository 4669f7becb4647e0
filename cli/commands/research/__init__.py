"""Commands that answer what papers say: when, since when, who first, who not."""
