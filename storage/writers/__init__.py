"""What crawling, reading and flagging write."""
