"""Where the bytes of papers are kept, by their SHA-256: a folder, or an object store."""
