"""Readiness: which changes would lift a unit into a band, and how far the votes are from the gates."""
