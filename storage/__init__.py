"""The archive: SQLAlchemy on SQLite, full-text search, files by SHA-256. Rows never leave this package."""
