"""A request in words: where are the people, the needs and the resources."""
