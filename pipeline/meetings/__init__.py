"""Meetings: whether their papers were out in time, and how calendars are told of them."""
