"""The idle radar: rooms and volunteers unused for N days, each with the needs it could meet now; and duty owners."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from graph.model.text import Text
from matching.problem import Ints
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
class Radar:
    """The first idle resources with a feasible need, the longest idle first; how many there are, and without a need."""

    rows: tuple[Idle, ...]
    fitting: int
    without: int


def waiting(needs: Needs, policy: Policy) -> Ints:
    """Return the rows of the needs that wait for an answer."""
    return np.flatnonzero([status in policy.waiting for status in needs.status.tolist()])


def radar(index: Index, days: int, *, top: int, best: int = 1) -> Radar:
    """Find what has been unused for at least `days` days (or has no use on record) and could meet a waiting need."""
    idle = index.crossing.resources.idle
    rows = np.flatnonzero(index.crossing.labelled(*USED) & ~(idle < days))
    # No use on record is longer than any: it stands first.
    order = rows[np.argsort(-np.nan_to_num(idle[rows], nan=np.inf), kind="stable")]
    open_need = np.zeros(len(index.crossing.needs), bool)
    open_need[waiting(index.crossing.needs, index.crossing.policy)] = True
    waits = open_need[index.need]
    fits = np.bincount(index.resource[waits], minlength=len(idle))
    fitting = order[fits[order] > 0]
    found = []
    for row in fitting[:top].tolist():
        pairs = index.of_resource(row)
        since = None if np.isnan(idle[row]) else int(idle[row])
        first = recommended(index, pairs[waits[pairs]], top=best)
        found.append(Idle(row, since, int(fits[row]), first))
    return Radar(tuple(found), len(fitting), len(order) - len(fitting))


def unmapped(needs: Needs, policy: Policy) -> Mapping[str, int]:
    """Return the kinds of needs that no duty owner answers for, with how many needs are of each."""
    kinds = [needs.kind[row] for row in range(len(needs))]
    return {kind: kinds.count(kind) for kind in sorted({*kinds} - policy.duties.keys())}


def duty(kind: str, policy: Policy) -> Text | None:
    """Return who has the duty for a kind of need; None when nobody is named."""
    return policy.duties.get(kind)
