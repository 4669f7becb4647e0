"""The archive as tables for programs of others: CSV, SQLite and Parquet, with nothing of readers in them."""
