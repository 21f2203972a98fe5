"""A fitted look-alike as one file: what it was made of, what it weighs, how far to trust it."""
