"""The archive's own log: what is in it, how it is hashed, and what its signed root says."""
