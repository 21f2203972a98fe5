"""What happened between people and programmes up to a day: enrolments and contacts in one table, in any order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.model.records import EPOCH

if TYPE_CHECKING:
    from graph.snapshot.columns import Edges, Ints, Mask, Snapshot

UNDATED = -1_000_000
"""The day of an event without one: it happened, and before everything that is dated."""
CHANNELS = ("phone", "outbound", "sms", "wechat", "visit", "onsite", "letter", "notice")
"""Ways of contact (code table `channel`); what is none of them has no channel."""
BY_PHONE, AT_THE_DOOR = (0, 1, 2, 3), (4, 5)
"""The channels that need the person's number, and those that need the person's door (positions in `CHANNELS`)."""


class Deed(IntEnum):
    """What an event decides. Of two on the same day the greater one counts (see `decide`)."""

    NOTHING = 0
    WAITING = 1
    BOOKED = 2
    CANCELLED = 3
    ABSENT = 4
    REFUSED = 5
    SERVED = 6


class Heard(IntEnum):
    """How an attempt to reach somebody ended; of two on the same day the greater one counts."""

    NO_ATTEMPT = 0
    UNKNOWN = 1
    NO_ANSWER = 2
    WRONG_NUMBER = 3
    MOVED = 4
    CALLBACK = 5
    REACHED = 6


_STATUS = {"": Deed.BOOKED} | {d.name.lower(): d for d in Deed if d}
_OUTCOME = {h.name.lower(): h for h in Heard if h > Heard.UNKNOWN} | {"refused": Heard.REACHED}


@dataclass(frozen=True, slots=True, eq=False)
class Events:
    """One row an event, in no particular order: the arrays have one length."""

    person: Ints
    """Row of the resident."""
    programme: Ints
    """Row of the programme."""
    day: Ints
    """Days since 1970-01-01, `UNDATED` where unknown."""
    deed: Ints
    heard: Ints
    """`Heard.NO_ATTEMPT` for enrolments."""
    channel: Ints
    """Position in `CHANNELS`, -1 for enrolments and unknown channels."""

    def __len__(self) -> int:
        return len(self.person)

    def take(self, at: Mask | Ints) -> Events:
        """Return some of the events."""
        return Events(*(getattr(self, name)[at] for name in self.__slots__))

    def of(self, person: Ints) -> Events:
        """Return the events of those who are somebody: `person` gives for each resident who they are, -1 nobody."""
        own = replace(self, person=person[self.person])
        return own.take(own.person >= 0)

    def last(self, chosen: Mask, size: int) -> Ints:
        """Return the day of each person's last chosen event, below `UNDATED` where there is none; shape (size,)."""
        days = np.full(size, UNDATED - 1, np.int32)
        np.maximum.at(days, self.person[chosen], self.day[chosen])
        return days


def read(snapshot: Snapshot, as_of: dt.date) -> Events:
    """Return what is known to have happened on or before the day."""
    enrolled = snapshot.edges("Resident-ENROLLED_IN-Programme")
    contacted = snapshot.edges("Resident-CONTACTED-Programme")
    refused = np.where(
        _codes(contacted, "outcome", meaning={"refused": Deed.REFUSED}, otherwise=0) > 0, Deed.REFUSED, Deed.NOTHING
    )
    channels = {name: at for at, name in enumerate(CHANNELS)}
    parts = (
        (
            enrolled,
            _codes(enrolled, "status", meaning=_STATUS, otherwise=Deed.BOOKED),
            _same(enrolled, 0),
            _same(enrolled, -1),
        ),
        (
            contacted,
            refused.astype(np.int32),
            _codes(contacted, "outcome", meaning=_OUTCOME, otherwise=Heard.UNKNOWN),
            _codes(contacted, "channel", meaning=channels, otherwise=-1),
        ),
    )
    whole = [(e.starts, e.indices, _days(e), *more) for e, *more in parts]
    events = Events(*(np.concatenate(column) for column in zip(*whole, strict=True)))
    return events.take(events.day <= (as_of - EPOCH).days)


def _days(edges: Edges) -> Ints:
    return np.asarray(pc.fill_null(edges.property("at").view(pa.int32()), UNDATED).to_numpy(zero_copy_only=False))


def _codes(edges: Edges, name: str, *, meaning: Mapping[str, int], otherwise: int) -> Ints:
    positions, values = edges.codes(name)
    known = np.array([meaning.get(v, otherwise) for v in values] + [meaning.get("", otherwise)], np.int32)
    return np.asarray(known[positions])


def _same(edges: Edges, value: int) -> Ints:
    return np.full(len(edges), value, np.int32)


def decide(events: Events, size: int) -> tuple[Ints, Ints]:
    """Return what decides for each person, and its day; shapes (size,), whatever the order of the events.

    Precedence: (1) help that was given stays given: any `SERVED` decides, on its last day; (2) otherwise the last
    day on which something was decided; (3) of several decisions on that day the greatest `Deed`: a no is kept until
    somebody decides anew on a later day, a cancelled booking has been cancelled after it was made. Attempts to
    reach somebody decide nothing. `Deed.NOTHING` where nothing was decided.
    """
    deciding = events.deed > Deed.NOTHING
    person, day, deed = events.person[deciding], events.day[deciding].astype(np.int64), events.deed[deciding]
    late = np.where(deed == Deed.SERVED, 1 << 32, 0)
    key = late + (day - UNDATED + 1) * (Deed.SERVED + 1) + deed
    best = np.zeros(size, np.int64)
    np.maximum.at(best, person, key)
    at = np.flatnonzero(best)
    plain = best[at] & ((1 << 32) - 1)
    decided, when = np.zeros(size, np.int32), np.full(size, UNDATED - 1, np.int32)
    decided[at], when[at] = plain % (Deed.SERVED + 1), plain // (Deed.SERVED + 1) - 1 + UNDATED
    return decided, when


def last_attempt(events: Events, size: int) -> tuple[Ints, Ints, Ints]:
    """Return how each person's last attempt ended, its channel (-1: unknown) and its day; shapes (size,).

    Of several attempts on a day the one that ended best counts, then the one whose channel stands last.
    """
    tried = events.heard > Heard.NO_ATTEMPT
    width = len(CHANNELS) + 1
    key = (events.day[tried].astype(np.int64) - UNDATED + 1) * 8 + events.heard[tried]
    best = np.zeros(size, np.int64)
    np.maximum.at(best, events.person[tried], key * width + events.channel[tried] + 1)
    at = np.flatnonzero(best)
    ended, channel = np.zeros(size, np.int32), np.full(size, -1, np.int32)
    when = np.full(size, UNDATED - 1, np.int32)
    plain = best[at] // width
    ended[at], channel[at], when[at] = plain % 8, best[at] % width - 1, plain // 8 - 1 + UNDATED
    return ended, channel, when
