"""The archive's own log: what stands in it, how it is hashed, and what its signed root says."""
