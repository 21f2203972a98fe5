"""Eligible minus served: who is meant by a programme and has not been helped yet."""
