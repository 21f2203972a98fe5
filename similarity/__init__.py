"""Who and what is alike: exact, explained, back-tested."""
