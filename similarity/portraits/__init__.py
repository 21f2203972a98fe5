"""Portraits: what is known about a group of people or a house, as of a day, as a feature table."""
