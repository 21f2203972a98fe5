"""Chinese words: one cutter, made when first used.

Its dictionary takes a quarter of a second to load, so only building an index uses it; requests are cut with the words
of the index (`Vocabulary.cut`).
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rjieba import Jieba


def cut_fine(text: str) -> list[str]:
    """Cut a text into words and the shorter words inside them, for an index."""
    return list(_cutter().cut_for_search(text, hmm=False))


@cache
def _cutter() -> Jieba:
    from rjieba import Jieba

    return Jieba()
