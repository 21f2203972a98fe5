"""Matching: who gets what, proven, explained and fair; needs and resources become plans that can really happen."""
