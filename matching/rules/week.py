"""A week as 336 half hours: the canonical slots of the graph ("3 13:30-17:00", 1 for Monday) as zeros and ones.

What is open or free counts the half hours that lie wholly inside a slot; what is wanted or taken counts each half hour
that a slot touches. So a room is never promised for a quarter of an hour in which it is shut.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from graph.model.errors import ArgumentInvalid
from graph.model.text import Text

Bits = npt.NDArray[np.float32]
"""Zeros and ones, one for each half hour."""
Packed = npt.NDArray[np.uint64]
"""Weeks as bits, six words of 64 for each; shape (6, weeks)."""

HALF_HOUR = 30
DAY = 48
WEEK = 7 * DAY
WORDS = 6

_SLOT = re.compile(r"([1-7]) (\d{2}):(\d{2})-(\d{2}):(\d{2})")


def minutes(slot: str) -> tuple[int, int]:
    """Return the first and the last minute of a slot, counted from Monday 00:00; raises `ArgumentInvalid`.

    >>> minutes("2 09:00-11:30")
    (1980, 2130)
    """
    read = _SLOT.fullmatch(slot)
    if read:
        day, h1, m1, h2, m2 = map(int, read.groups())
        first, last = h1 * 60 + m1, h2 * 60 + m2
        if m1 < 60 and m2 < 60 and first < last <= 24 * 60:
            return (day - 1) * 1440 + first, (day - 1) * 1440 + last
    raise ArgumentInvalid(
        "slot", slot, Text("应写作“3 13:30-17:00”（周三）", "write it as “3 13:30-17:00” (Wednesday), end after begin")
    )


def open_week(slots: Iterable[str]) -> Bits:
    """Return the half hours that lie wholly inside the slots; shape (336,).

    >>> int(open_week(["1 09:00-11:45"]).sum())
    5
    """
    bits = np.zeros(WEEK, np.float32)
    free = np.zeros(7 * 1440, bool)
    for slot in slots:
        first, last = minutes(slot)
        free[first:last] = True
    bits[free.reshape(WEEK, HALF_HOUR).all(1)] = 1
    return bits


def taken_week(slots: Iterable[str]) -> Bits:
    """Return the half hours that the slots touch; shape (336,).

    >>> int(taken_week(["1 09:00-11:45"]).sum())
    6
    """
    bits = np.zeros(WEEK, np.float32)
    for slot in slots:
        first, last = minutes(slot)
        bits[first // HALF_HOUR : -(-last // HALF_HOUR)] = 1
    return bits


def stacked(weeks: Iterable[Bits]) -> Bits:
    """Return weeks as the rows of one matrix; shape (weeks, 336), also for none."""
    rows = list(weeks)
    return np.stack(rows) if rows else np.zeros((0, WEEK), np.float32)


def packed(weeks: Bits) -> Packed:
    """Return weeks as bits; shape (6, weeks)."""
    bits = np.zeros((len(weeks), 8 * WORDS), np.uint8)
    bits[:, : WEEK // 8] = np.packbits(weeks > 0, axis=1)
    return np.ascontiguousarray(bits.view(np.uint64).T)


def shared(wanted: Packed, free: Packed) -> npt.NDArray[np.int64]:
    """Return how many half hours each wanted week shares with each free one; shape (wanted, free)."""
    found = np.zeros((wanted.shape[1], free.shape[1]), np.int64)
    for asked, there in zip(wanted, free, strict=True):
        found += np.bitwise_count(asked[:, None] & there[None, :])
    return found


def slots_of(bits: Bits) -> tuple[str, ...]:
    """Write half hours as canonical slots again, sorted; a slot ends at midnight.

    >>> slots_of(open_week(["3 13:30-17:00", "1 09:00-10:00"]))
    ('1 09:00-10:00', '3 13:30-17:00')
    """
    found = []
    for day, row in enumerate(bits.reshape(7, DAY) > 0):
        edges = np.flatnonzero(np.diff(np.concatenate(([0], row.astype(np.int8), [0]))))
        found += [f"{day + 1} {_clock(a)}-{_clock(b)}" for a, b in zip(edges[::2], edges[1::2], strict=True)]
    return tuple(found)


def _clock(half_hours: int) -> str:
    return f"{half_hours // 2:02d}:{half_hours % 2 * 30:02d}"


DAYS = Text("一二三四五六日", "MonTueWedThuFriSatSun")


def said(slot: str) -> Text:
    """Return a slot as a person says it.

    >>> said("3 13:30-17:00").en
    'Wed 13:30-17:00'
    """
    day, hours = int(slot[0]) - 1, slot[2:]
    return Text(f"周{DAYS.zh[day]} {hours}", f"{DAYS.en[3 * day : 3 * day + 3]} {hours}")
