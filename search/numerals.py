"""The numerals of requests: a pattern, and the value of what it matches."""

from __future__ import annotations

from graph.model import numerals

NUMERAL = f"(?:\\d{{1,6}}|[{numerals.CHARACTERS}]{{1,7}})"
"""Digits or a Chinese numeral; without groups of its own."""


def number(text: str) -> int | None:
    """Return the value of what `NUMERAL` matched, None for characters that make no number (四五十).

    >>> number("七十"), number("70"), number("四五十")
    (70, 70, None)
    """
    return numerals.number(text)
