"""Neighbours: measures of likeness between two nodes, and the exact top-k kernels that serve them."""
