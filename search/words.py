"""Chinese words: one cutter, made when first used (its dictionary takes a quarter of a second to load)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rjieba import Jieba


def cut(text: str) -> list[str]:
    """Cut a text into words; joined they are the text again."""
    return list(_cutter().cut(text, hmm=False))


def cut_fine(text: str) -> list[str]:
    """Cut a text into words and the shorter words inside them, for an index."""
    return list(_cutter().cut_for_search(text, hmm=False))


@cache
def _cutter() -> Jieba:
    from rjieba import Jieba

    return Jieba()
