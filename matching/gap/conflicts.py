"""Help given twice, and records of a programme that contradict each other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from graph.model.records import EPOCH
from graph.model.text import Text
from matching.gap.events import UNDATED, Deed, Events, decide

if TYPE_CHECKING:
    from graph.snapshot.columns import Ints
    from matching.gap.ledger import Ledger

YES, NO = (Deed.WAITING, Deed.BOOKED, Deed.SERVED), (Deed.REFUSED, Deed.ABSENT)


class Conflict(StrEnum):
    """What is wrong with somebody's records."""

    SAME_DAY = "same_day"
    BOOKED_AFTER = "booked_after_served"
    REFUSED_AFTER = "refused_after_served"
    SOURCES = "sources_disagree"

    @property
    def text(self) -> Text:
        """The conflict in words."""
        return _TITLES[self]


_TITLES = {
    Conflict.SAME_DAY: Text("同一天既报名又拒绝或未到", "a yes and a no on the same day"),
    Conflict.BOOKED_AFTER: Text("已服务后又预约", "booked again after being served"),
    Conflict.REFUSED_AFTER: Text("已服务后又被问并拒绝", "asked again, and said no, after being served"),
    Conflict.SOURCES: Text("一处记已服务，另一处记拒绝或未到", "served in one source, refused or absent in another"),
}


@dataclass(frozen=True, slots=True)
class Twice:
    """Somebody who was helped on several days of the round."""

    person: int
    days: tuple[dt.date, ...]


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Somebody whose records contradict each other; `days` are those of the records, in order."""

    person: int
    kind: Conflict
    days: tuple[dt.date, ...]


def twice(ledger: Ledger) -> list[Twice]:
    """Return who was served on more than one day of the round, eligible or not, by row.

    The same help reported by two sources for the same day is one help.
    """
    served = ledger.round.take(ledger.round.deed == Deed.SERVED)
    pairs = np.unique(np.stack([served.person, served.day], 1), axis=0)
    people, counts = np.unique(pairs[:, 0], return_counts=True)
    several = people[counts > 1]
    return [Twice(int(p), tuple(_days(pairs[pairs[:, 0] == p, 1]))) for p in several]


def conflicts(ledger: Ledger) -> list[Contradiction]:
    """Return every contradiction of the round, by row of the resident and kind."""
    found = [*_same_day(ledger), *_after_served(ledger), *_sources(ledger)]
    return sorted(found, key=lambda c: (c.person, c.kind))


def _same_day(ledger: Ledger) -> Iterator[Contradiction]:
    yes, no = (_on(ledger.round, deeds) for deeds in (YES, NO))
    for person, day in sorted(yes & no):
        yield Contradiction(person, Conflict.SAME_DAY, tuple(_days(np.array([day]))))


def _on(events: Events, deeds: tuple[Deed, ...]) -> set[tuple[int, int]]:
    """Return the persons and days on which one of the deeds stands."""
    at = np.isin(events.deed, deeds) & (events.day > UNDATED)
    return set(zip(events.person[at].tolist(), events.day[at].tolist(), strict=True))


def _after_served(ledger: Ledger) -> Iterator[Contradiction]:
    """Yield those whose last decision other than being served is later than that and asks for more, or for nothing."""
    own, size = ledger.round, len(ledger.eligible)
    last = own.last(own.deed == Deed.SERVED, size)
    deed, day = decide(own.take(own.deed != Deed.SERVED), size)
    later = (last >= UNDATED) & (day > last)
    for kind, deeds in (
        (Conflict.BOOKED_AFTER, (Deed.WAITING, Deed.BOOKED)),
        (Conflict.REFUSED_AFTER, (Deed.REFUSED,)),
    ):
        for person in np.flatnonzero(later & np.isin(deed, deeds)):
            yield Contradiction(int(person), kind, tuple(_days(np.array([last[person], day[person]]))))


def _sources(ledger: Ledger) -> Iterator[Contradiction]:
    """Yield those whom one source served while the last word of another is a no."""
    size, rule = len(ledger.eligible), ledger.rule
    if len(rule.programmes) < 2:
        return
    each = [decide(ledger.round.take(ledger.round.programme == p), size) for p in rule.programmes]
    deeds, days = (np.stack(x) for x in zip(*each, strict=True))
    both = (deeds == Deed.SERVED).any(0) & np.isin(deeds, NO).any(0)
    for person in np.flatnonzero(both):
        said = np.isin(deeds[:, person], (Deed.SERVED, *NO))
        yield Contradiction(int(person), Conflict.SOURCES, tuple(_days(days[said, person])))


def _days(numbers: Ints) -> Iterator[dt.date]:
    """Yield the dates of day numbers in order; undated ones have none."""
    for number in np.sort(numbers):
        if number > UNDATED:
            yield EPOCH + dt.timedelta(days=int(number))


def between_sources(ledger: Ledger) -> list[tuple[tuple[Deed, ...], int]]:
    """Return how often each combination of last words stands among the eligible.

    Booked here and served there, for one: one `Deed` for each source, in the order of `Rule.programmes`; the counts sum to the eligible.
    """
    size = len(ledger.eligible)
    each = [decide(ledger.round.take(ledger.round.programme == p), size)[0] for p in ledger.rule.programmes]
    words, counts = np.unique(np.stack(each)[:, ledger.eligible], axis=1, return_counts=True)
    return [(tuple(Deed(int(d)) for d in words[:, at]), int(count)) for at, count in enumerate(counts)]
