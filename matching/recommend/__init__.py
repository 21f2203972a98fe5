"""Recommendation in both directions from one set of rules and scores, and the resources that stand idle."""
