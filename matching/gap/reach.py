"""Whether somebody can be reached: a number, a door, and how the last attempts ended."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.model.text import Text
from graph.snapshot.evaluate import in_force
from matching.gap.callers import callers
from matching.gap.events import AT_THE_DOOR, BY_PHONE, UNDATED, Events, Heard

if TYPE_CHECKING:
    from graph.snapshot.columns import Ints, Mask, Snapshot
    from matching.gap.persons import Persons

TRIES = 3
"""So many attempts on one way without an answer since the last answer exhaust it (a choice of ours, a parameter)."""


FINAL = (Heard.WRONG_NUMBER, Heard.MOVED)
"""Outcomes after which another attempt on the same way is in vain."""


class Way(StrEnum):
    """How somebody can be reached, the best way first; the last three are no way."""

    PHONE = "phone"
    HOME = "home"
    REGISTERED = "registered"
    EXHAUSTED = "exhausted"
    UNKNOWN = "unknown"

    @property
    def text(self) -> Text:
        """The way in words."""
        return _TITLES[self]


_TITLES = {
    Way.PHONE: Text("电话", "by phone"),
    Way.HOME: Text("上门", "at the door"),
    Way.REGISTERED: Text("只知户籍地址，不住那里", "only the registered address is known, where they do not live"),
    Way.EXHAUSTED: Text(
        "号码有误、已搬走或多次无人应答", "wrong number, moved away, or several attempts without an answer"
    ),
    Way.UNKNOWN: Text("没有电话也没有地址", "neither a phone number nor an address is known"),
}
WAYS = tuple(Way)
REACHABLE = 2
"""The first so many of `WAYS` reach somebody."""


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """For each person the way (position in `WAYS`), and whether a number can still be called; shapes (residents,)."""

    way: Ints
    phone: Mask
    caller: Ints
    """Row of the person whose number it is (`matching.gap.callers`), -1 where no number is known."""

    @property
    def reachable(self) -> Mask:
        """Who can be reached."""
        return self.way < REACHABLE


def reach(snapshot: Snapshot, persons: Persons, events: Events, *, as_of: dt.date, tries: int = TRIES) -> Reach:
    """Tell how each person can be reached on the day.

    `events` are those of persons, about whatever programme: the number is the same. A wrong number after the last
    answer by phone, or `tries` attempts since then, exhaust the phone; `tries` visits since the last answer at the
    door, or the news that they have moved, exhaust the door. People who do not live where they are registered stay: by
    phone, or where they live. A child without a number is reached by that of an adult of the household.
    """
    number, door, registered = (persons.any(m) for m in _known(snapshot, as_of))
    size = len(number)
    moved = events.heard == Heard.MOVED
    dead_phone = _exhausted(events.take(np.isin(events.channel, BY_PHONE) & ~moved), size, tries)
    dead_door = _exhausted(events.take(np.isin(events.channel, AT_THE_DOOR) | moved), size, tries)
    caller = callers(snapshot, persons, number, dead=dead_phone, as_of=as_of)
    called = caller >= 0
    phone, home = called & ~dead_phone & ~dead_phone[caller], door & ~dead_door
    way = np.select(
        [phone, home, called | door, registered],
        [WAYS.index(w) for w in (Way.PHONE, Way.HOME, Way.EXHAUSTED, Way.REGISTERED)],
        WAYS.index(Way.UNKNOWN),
    )
    return Reach(way.astype(np.int32), phone, caller)


def _known(snapshot: Snapshot, as_of: dt.date) -> tuple[Mask, Mask, Mask]:
    """Return who has a number, a place where they live, and a registered address."""
    residents = snapshot.nodes("Resident")
    return (
        written(residents.column("phone")),
        _some(snapshot, "LIVES_IN", as_of) | written(residents.column("address")),
        _some(snapshot, "REGISTERED_AT", as_of) | written(residents.column("registered_address")),
    )


def written(column: pa.Array) -> Mask:
    """Return which texts hold anything."""
    some = pc.fill_null(pc.greater(pc.binary_length(column), 0), False)
    return np.asarray(some.to_numpy(zero_copy_only=False))


def _some(snapshot: Snapshot, type: str, as_of: dt.date) -> Mask:
    edges = snapshot.edges(f"Resident-{type}-Dwelling")
    return edges.count(in_force(edges, as_of)) > 0


def _exhausted(attempts: Events, size: int, tries: int) -> Mask:
    """Return whose attempts since their last answer were too many, or ended for good."""
    answered = attempts.last(attempts.heard >= Heard.CALLBACK, size)
    later = attempts.day > np.maximum(answered[attempts.person], UNDATED - 1)
    failed = later & np.isin(attempts.heard, (Heard.NO_ANSWER, *FINAL))
    counts = np.bincount(attempts.person[failed], minlength=size)
    wrong = np.zeros(size, bool)
    wrong[attempts.person[failed & np.isin(attempts.heard, FINAL)]] = True
    return wrong | (counts >= tries)
