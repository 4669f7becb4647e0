"""Readers, what they follow, what is news to them, and the outbox."""
