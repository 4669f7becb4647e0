"""Mails: messages in all their forms and what is attached to them."""
