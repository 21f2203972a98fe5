"""Texts that a spreadsheet opens without running them."""

from __future__ import annotations

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


def neutral(text: str) -> str:
    """Return a text that no spreadsheet runs as a formula: an apostrophe goes before a dangerous first character.

    >>> neutral("=1+1"), neutral("汾西路")
    ("'=1+1", '汾西路')
    """
    return f"'{text}" if text.startswith(DANGEROUS) else text
