"""Back-tests: what a ranking would have found, beside chance and naive rules."""
