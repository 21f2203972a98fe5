"""Bundles: a room, a lead, helpers, participants and an hour as one answer that can really happen."""
