"""Digests as messages, the feed and the calendar, and the channels that carry them to readers."""
