"""The archive as web pages that volunteers search: server-rendered, complete without JavaScript."""
