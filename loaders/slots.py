"""Weekly hours as people write them → canonical slots: "1 09:00-11:30", 1 for Monday to 7 for Sunday, sorted."""

from __future__ import annotations

import re
import unicodedata

from .cells import Bad, Cell, bad, written

DAYS = {c: i + 1 for i, c in enumerate("一二三四五六")} | {"日": 7, "天": 7, "末": 7} | {str(i): i for i in range(1, 8)}
NAMED = {"工作日": range(1, 6), "双休日": (6, 7), "周末": (6, 7), "休息日": (6, 7), "每天": range(1, 8), "每日": range(1, 8),
         "天天": range(1, 8), "全周": range(1, 8), "整周": range(1, 8), "一周七天": range(1, 8)}  # fmt: skip
PERIODS = {
    "上午": ("09:00", "11:30"), "早上": ("08:00", "11:30"), "中午": ("11:30", "13:30"), "下午": ("13:30", "17:00"),
    "晚上": ("18:00", "20:30"), "晚间": ("18:00", "20:30"), "夜间": ("18:00", "20:30"), "白天": ("09:00", "17:00"),
    "全天": ("09:00", "17:00"), "整天": ("09:00", "17:00"), "全日": ("09:00", "17:00"), "24小时": ("00:00", "24:00"),
}  # fmt: skip
"""Hours meant by words: the usual opening hours of a residents' committee's rooms in Shanghai."""

_WEEK = "(?:星期|礼拜|每周|周|双周)"
_DAY = "(?:[一二三四五六日天末]|[1-7](?![\\d:点时]))"
_RANGE = re.compile(rf"{_WEEK}({_DAY})(?:至|到|-){_WEEK}?({_DAY})")
_LIST = re.compile(rf"{_WEEK}({_DAY}(?:[、,及和]?{_WEEK}?{_DAY})*)")
_TIME = r"(\d{1,2})(?::(\d{2})|[点时](?:(\d{1,2})分?|(半))?)"
_SPAN = re.compile(rf"(上午|下午|早上|晚上|中午)?{_TIME}(?:至|到|-)(上午|下午|晚上|中午|次日)?{_TIME}")
_CANONICAL = re.compile(r"([1-7])\s+(\d{2}:\d{2})-(\d{2}:\d{2})")
_SEPARATOR = re.compile(r"[;\n。|]+")


def slots(cell: Cell) -> list[str] | Bad | None:
    """Return the canonical slots of a cell, None for an empty one.

    >>> slots("周一至周三 9:00-17:00")
    ['1 09:00-17:00', '2 09:00-17:00', '3 09:00-17:00']
    >>> slots("每周二、四下午；双休日全天")
    ['2 13:30-17:00', '4 13:30-17:00', '6 09:00-17:00', '7 09:00-17:00']
    """
    text = written(cell)
    if not text or isinstance(text, Bad):
        return text or None
    found: set[str] = set()
    days: list[int] = []
    for phrase in _SEPARATOR.split(unicodedata.normalize("NFKC", text)):
        if not phrase.strip():
            continue
        canonical = _CANONICAL.findall(phrase)
        read = [(int(d), a, b) for d, a, b in canonical] if canonical else _phrase("".join(phrase.split()), days)
        if not read or any(not "00:00" <= a < b <= "24:00" for _, a, b in read):
            return bad("slots_unreadable")
        days = sorted({d for d, _, _ in read})
        found.update(f"{d} {a}-{b}" for d, a, b in read)
    return sorted(found)


def _phrase(phrase: str, before: list[int]) -> list[tuple[int, str, str]]:
    """Read a phrase piece by piece: days followed by their hours; hours alone belong to the days `before`."""
    read: list[tuple[int, str, str]] = []
    marks = _marks(phrase)
    days, fresh = before or list(range(1, 8)), False
    for kind, value in marks:
        if kind == "days":
            days = sorted({*days, *value}) if fresh else list(value)
            fresh = True
        else:
            read += [(d, *value) for d in days]
            fresh = False
    if fresh and not read:
        read = [(d, *PERIODS["全天"]) for d in days]
    return read


def _marks(phrase: str) -> list[tuple[str, tuple]]:  # type: ignore[type-arg]
    """Return the days and hours of a phrase in the order of writing."""
    marks: list[tuple[int, str, tuple]] = []  # type: ignore[type-arg]
    rest = phrase

    def take(pattern: str | re.Pattern[str], kind: str, read: object) -> None:
        nonlocal rest
        marks.extend((m.start(), kind, tuple(read(m))) for m in re.finditer(pattern, rest))  # type: ignore[operator]
        rest = re.sub(pattern, lambda m: "_" * len(m[0]), rest)

    take("|".join(NAMED), "days", lambda m: NAMED[m[0]])
    take(_RANGE, "days", lambda m: _between(DAYS[m[1]], DAYS[m[2]]))
    take(_LIST, "days", lambda m: [DAYS[c] for c in m[1] if c in DAYS])
    take(_SPAN, "hours", _span)
    take("|".join(PERIODS), "hours", lambda m: PERIODS[m[0]])
    return [(kind, value) for _, kind, value in sorted(marks)]


def _between(first: int, last: int) -> list[int]:
    return list(range(first, last + 1)) if first <= last else [*range(first, 8), *range(1, last + 1)]


def _span(found: re.Match[str]) -> tuple[str, str]:
    half, h1, m1, n1, half1, half2, h2, m2, n2, half3 = found.groups()
    start = _clock(int(h1), m1 or n1, half=half1, word=half)
    end = _clock(int(h2), m2 or n2, half=half3, word=half2 or (half if half != "上午" else None))
    return start, end


def _clock(hour: int, minute: str | None, *, half: str | None, word: str | None) -> str:
    if word in ("下午", "晚上") and hour < 12:
        hour += 12
    return f"{hour:02d}:{30 if half else int(minute or 0):02d}"
