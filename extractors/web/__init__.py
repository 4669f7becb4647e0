"""What web pages need that no other format does."""
