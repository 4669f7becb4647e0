"""The archive's own log, kept: entries with the change they speak of, roots with the key that signs them."""
