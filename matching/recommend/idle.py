"""The idle radar: rooms and volunteers unused for N days, each with the needs it could meet now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from matching.problem import Ints, Mask
from matching.recommend.index import Index
from matching.recommend.listed import Recommendation, recommended
from matching.rules.policy import Policy
from matching.rules.tables import Needs

USED = ("Venue", "Volunteer")
"""Labels whose use is on record."""


@dataclass(frozen=True, slots=True)
class Idle:
    """One idle resource: days since its last use (None: none on record), how many needs it fits, and the best ones."""

    resource: int
    days: int | None
    needs: int
    best: tuple[Recommendation, ...]


@dataclass(frozen=True, slots=True)
class Idling:
    """How many resources of a label stand idle with a feasible need, and how many without one."""

    fitting: int
    without: int


@dataclass(frozen=True, slots=True)
class Radar:
    """The first idle resources of each label with a feasible need, the longest idle first; and how many there are."""

    rows: tuple[Idle, ...]
    of: Mapping[str, Idling]

    @property
    def fitting(self) -> int:
        """How many stand idle with a feasible need."""
        return sum(idling.fitting for idling in self.of.values())

    @property
    def without(self) -> int:
        """How many stand idle without one."""
        return sum(idling.without for idling in self.of.values())


def waiting(needs: Needs, policy: Policy) -> Ints:
    """Return the rows of the needs that wait for an answer."""
    return np.flatnonzero([status in policy.waiting for status in needs.status.tolist()])


def radar(index: Index, days: int, *, top: int, best: int = 1) -> Radar:
    """Find what has been unused for at least `days` days (or has no use on record) and could meet a waiting need.

    The first `top` rooms stand before the first `top` volunteers: where thousands of people wait, no room is hidden.
    """
    idle = index.crossing.resources.idle
    waits = _waits(index)
    fits = np.bincount(index.resource[waits], minlength=len(idle))
    rows: list[Idle] = []
    counts: dict[str, Idling] = {}
    for label in USED:
        unused = np.flatnonzero(index.crossing.labelled(label) & ~(idle < days))
        # No use on record is longer than any: it stands first.
        order = unused[np.argsort(-np.nan_to_num(idle[unused], nan=np.inf), kind="stable")]
        fitting = order[fits[order] > 0]
        counts[label] = Idling(len(fitting), len(order) - len(fitting))
        rows += [_idle(index, row, waits=waits, best=best) for row in fitting[:top].tolist()]
    return Radar(tuple(rows), counts)


def _waits(index: Index) -> Mask:
    """Return which pairs are of a waiting need."""
    open_need = np.zeros(len(index.crossing.needs), bool)
    open_need[waiting(index.crossing.needs, index.crossing.policy)] = True
    return open_need[index.need]


def _idle(index: Index, row: int, *, waits: Mask, best: int) -> Idle:
    pairs = index.of_resource(row)
    pairs, days = pairs[waits[pairs]], index.crossing.resources.idle[row]
    return Idle(row, None if np.isnan(days) else int(days), len(pairs), recommended(index, pairs, top=best))
