"""The ways to a reader: mail, webhook, files, other services."""
