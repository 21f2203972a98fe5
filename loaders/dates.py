"""Dates as people and systems write them."""

from __future__ import annotations

import datetime as dt
import re

from graph.model.numerals import number

from .cells import Bad, Cell, bad, plain

FIRST, LAST = 1850, 2199
"""Years outside are slips of the pen."""

SERIAL_ZERO = dt.date(1899, 12, 30)
"""Day 0 of the 1900 date system of spreadsheets, right from 1 March 1900 on."""

SERIALS = range(61, 110_000)
"""Serial days that can be meant: from 1900-03-01 to 2201."""

_SEPARATED = re.compile(
    r"(\d{4})([-/.年])(\d{1,2})(?:[-/.月])(\d{1,2})(?:日|号)?(?:T?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?)?"
)
_TIME = re.compile(r"(?<=[\d日号])[T\s]+\d{1,2}:?\d{2}[\d:.Z+]*$")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_CHINESE = re.compile(
    r"([〇零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十廿卅]{1,3})[日号]"
)
_SERIAL = re.compile(r"\d{2,6}(\.\d+)?")


def date(cell: Cell) -> dt.date | Bad | None:
    """Return the day of a cell, None for an empty one.

    >>> date("2021年11月1日"), date("２０２１/11/1 18:00"), date(20211101)
    (datetime.date(2021, 11, 1), datetime.date(2021, 11, 1), datetime.date(2021, 11, 1))
    """
    if isinstance(cell, dt.date):
        return _day(cell.year, cell.month, cell.day)
    text = plain(_TIME.sub("", cell.strip()) if isinstance(cell, str) else cell)
    if not text or isinstance(text, Bad):
        return text or None
    for pattern in (_SEPARATED, _COMPACT):
        found = pattern.fullmatch(text)
        if found:
            year, month, day = (g for g in found.groups() if g.isdigit())
            return _day(int(year), int(month), int(day))
    found = _CHINESE.fullmatch(text)
    if found:
        year, month, day = (number(g) or 0 for g in found.groups())
        return _day(year, month, day)
    return bad("date_serial" if _SERIAL.fullmatch(text) and float(text) in SERIALS else "date_unreadable")


def date_or_serial(cell: Cell) -> dt.date | Bad | None:
    """Return the day of a cell that may be a spreadsheet's serial number.

    >>> date_or_serial(44501), date_or_serial("2021-11-01")
    (datetime.date(2021, 11, 1), datetime.date(2021, 11, 1))
    """
    if isinstance(cell, int | float | str) and not isinstance(cell, bool):
        text = plain(cell)
        if isinstance(text, str) and _SERIAL.fullmatch(text) and int(float(text)) in SERIALS:
            return SERIAL_ZERO + dt.timedelta(days=int(float(text)))
    return date(cell)


def _day(year: int, month: int, day: int) -> dt.date | Bad:
    try:
        found = dt.date(year, month, day)
    except ValueError:
        return bad("date_impossible")
    return found if FIRST <= year <= LAST else bad("date_impossible")
