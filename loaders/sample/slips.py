"""Ways in which people and systems spoil a cell: each takes the cell that is right and returns what stands there.

A slip that cannot happen to a cell (no digits to widen, an empty text) returns it unchanged.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

from .sheet import Cell

Slip = Callable[[Cell], Cell]

_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
_CHINESE = str.maketrans("0123456789", "零一二三四五六七八九")
_TRADITIONAL = str.maketrans("号弄楼单岭阳临闻", "號衖樓單嶺陽臨聞")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
SERIAL_ZERO = dt.date(1899, 12, 30)  # day 0 of the 1900 date system


def constant(value: Cell) -> Slip:
    """Return the slip that writes `value` whatever stood there."""
    return lambda _: value


def _on_text(change: Callable[[str], str]) -> Slip:
    return lambda cell: change(cell) if isinstance(cell, str) else cell


def wrong_check(cell: Cell) -> Cell:
    """Change the last character of an ID number, so that it no longer checks."""
    text = str(cell)
    return text[:-1] + ("0" if text[-1] == "X" else "X")


def as_float(cell: Cell) -> Cell:
    """Turn an ID number into the float that a spreadsheet makes of it; its last digits are gone."""
    text = str(cell)
    return float(text) if text.isdigit() else cell


def one_short(cell: Cell) -> Cell:
    """Drop a digit."""
    return str(cell)[:-1]


def serial(cell: Cell) -> Cell:
    """Turn an ISO date into a spreadsheet's serial number."""
    return (dt.date.fromisoformat(cell) - SERIAL_ZERO).days if isinstance(cell, str) and cell else cell


def no_such_lane(cell: Cell) -> Cell:
    """Name a lane that does not exist: 汾西路9261弄."""
    return re.sub(r"(\d+)弄", r"9\1弄", cell) if isinstance(cell, str) else cell


def another(cell: Cell) -> Cell:
    """Give a number another end, as a clerk does for a second entry."""
    return f"{cell}B"


def next_digit(cell: Cell) -> Cell:
    """Change the last digit: a phone that was changed in one system only."""
    return f"{cell[:-1]}{(int(cell[-1]) + 1) % 10}" if isinstance(cell, str) and cell[-1:].isdigit() else cell


def _lane(text: str) -> str:
    return re.sub(r"(\d+)(?=弄)", lambda m: m[0].translate(_CHINESE), text)


def _dashed(text: str) -> str:
    return re.sub(r"(\d+)号(\d+)室$", r"\1-\2", text)


def _full_address(text: str) -> str:
    return f"上海市静安区临汾路街道{text}" if "路" in text[:4] else text


wide: Slip = _on_text(lambda t: t.translate(_WIDE))
padded: Slip = _on_text(lambda t: f"  {t}　" if t else t)
parted: Slip = _on_text(lambda t: f"{t[0]} {t[1:]}" if len(t) == 2 else t)
chinese_lane: Slip = _on_text(_lane)
dashed: Slip = _on_text(_dashed)
full_address: Slip = _on_text(_full_address)
traditional: Slip = _on_text(lambda t: t.translate(_TRADITIONAL))
slashes: Slip = _on_text(lambda t: _ISO.sub(lambda m: f"{m[1]}/{int(m[2])}/{int(m[3])}", t))
with_characters: Slip = _on_text(lambda t: _ISO.sub(lambda m: f"{m[1]}年{int(m[2])}月{int(m[3])}日", t))
compact: Slip = _on_text(lambda t: t.replace("-", "") if _ISO.fullmatch(t) else t)
with_time: Slip = _on_text(lambda t: f"{t} 00:00:00" if _ISO.fullmatch(t) else t)
small_x: Slip = _on_text(lambda t: t.replace("X", "x"))
country_code: Slip = _on_text(lambda t: f"+86 {t[:3]}-{t[3:7]}-{t[7:]}" if len(t) == 11 else t)
