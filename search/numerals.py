"""The pattern of the numerals of requests; `graph.model.numerals.number` gives the value of what it matches."""

from __future__ import annotations

from graph.model import numerals

NUMERAL = f"(?:\\d{{1,6}}|[{numerals.CHARACTERS}]{{1,7}})"
"""Digits or a Chinese numeral; without groups of its own."""
