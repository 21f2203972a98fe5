"""One way of writing: full-width forms, letter case and traditional characters are levelled before anything is read."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opencc import OpenCC

_IDEOGRAPHS = range(0x4E00, 0xA000)


def plain(text: str) -> str:
    """Return `text` in NFKC, lower case and simplified characters, without control characters and outer blanks.

    >>> plain("７０歲以上獨居老人")
    '70岁以上独居老人'
    """
    levelled = unicodedata.normalize("NFKC", text).lower()
    kept = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in levelled)
    return _simplified(" ".join(kept.split()))


def _simplified(text: str) -> str:
    """Convert only what GB 2312 lacks: loading opencc costs tens of milliseconds, most requests need none of it.

    GB 2312 holds the simplified forms in use and no traditional variant of them.
    """
    if all(_in_gb2312(c) for c in text if ord(c) in _IDEOGRAPHS):
        return text
    return str(_converter().convert(text))


def _in_gb2312(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


@cache
def _converter() -> OpenCC:
    from opencc import OpenCC

    return OpenCC("t2s")
