"""Which encoding a text file is in: byte order mark → strict UTF-8 → UTF-16 by its zero bytes → GB 18030."""

from __future__ import annotations

import codecs
from pathlib import Path

from graph.model.errors import FileUnreadable
from graph.model.text import Text

CHUNK = 1 << 20

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"\x84\x31\x95\x33", "gb18030"),
)


def encoding(path: Path) -> str:
    """Return the name of the encoding; the whole file is checked, in pieces. Raises `FileUnreadable`."""
    with path.open("rb") as file:
        head = file.read(4096)
    for mark, name in _MARKS:
        if head.startswith(mark):
            candidates = [name]
            break
    else:
        candidates = [*_without_mark(head), "utf-8", "gb18030"]
    for name in candidates:
        if _decodes(path, name):
            return name
    raise FileUnreadable(path.name, Text("编码无法识别", "its encoding cannot be told"))


def _without_mark(head: bytes) -> list[str]:
    """UTF-16 without a mark shows as zero bytes on one side of every ASCII character (commas, digits, line ends)."""
    pairs = len(head) // 2
    if pairs and head[1::2].count(0) > pairs * 0.2 and head[0::2].count(0) < pairs * 0.02:
        return ["utf-16-le"]
    if pairs and head[0::2].count(0) > pairs * 0.2 and head[1::2].count(0) < pairs * 0.02:
        return ["utf-16-be"]
    return []


def _decodes(path: Path, name: str) -> bool:
    decoder = codecs.getincrementaldecoder(name)("strict")
    try:
        with path.open("rb") as file:
            while piece := file.read(CHUNK):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True
