"""The area of an integrated care board: what its bodies say of a subject, and what they leave out."""
