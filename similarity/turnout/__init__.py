"""Turnout: who is likely to come, what a survey and attendance say about the same demand."""
