"""Immutable, content-addressed columns of the graph: what everything that computes reads."""
