"""Ways in which a pair may happen: in one of the wanted slots, or with one of the wanted services.

A need that names several slots is met by any one of them, and a need that names several services by any one that is
offered; a plan has to choose, so that nobody is in two places and nothing is given out twice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.problem import Ints, Mask
from matching.recommend.index import Index
from matching.rules.crossing import PROVIDERS, Crossing
from matching.rules.week import WEEK, packed, shared, stacked, taken_week

TIMED = ("Venue", "Volunteer")
"""Labels that are in one place at a time."""


@dataclass(frozen=True, slots=True, eq=False)
class Options:
    """One row a way, ordered by pair, then slot, then item; the arrays have one length.

    `pair` is a row of the index, `slot` a row of `slots` (-1: at any time), `item` a service item (-1: none).
    `week` holds the half hours that each slot touches; shape (slots, 336).
    """

    pair: Ints
    slot: Ints
    item: Ints
    slots: tuple[str, ...]
    week: Mask

    def __len__(self) -> int:
        return len(self.pair)


def options(index: Index) -> Options:
    """Return every way of every pair of an index; each pair has at least one."""
    crossing = index.crossing
    slots = tuple(sorted({slot for want in crossing.needs.slots.values for slot in want}))
    week = np.array([taken_week([slot]) for slot in slots]).reshape(-1, WEEK) > 0
    fits = _fits(crossing, slots)
    found = [np.zeros((3, 0), np.int64)]
    for need in range(len(crossing.needs)):
        wanted = [slots.index(slot) for slot in sorted(crossing.needs.slots[need])]
        found += _of_need(index, need, fits[wanted], wanted=np.array(wanted, np.int64))
    pair, slot, item = np.concatenate(found, axis=1)
    order = np.lexsort((item, slot, pair))
    return Options(pair[order], slot[order], item[order], slots, week)


def _fits(crossing: Crossing, slots: tuple[str, ...]) -> Mask:
    """Return in which slots each distinct time is there, not booked, and for long enough; shape (slots, times)."""
    weeks = crossing.weeks
    asked = stacked(taken_week([slot]) for slot in slots)
    least = np.minimum(asked.sum(1)[:, None], crossing.least_halves()[None, :])
    return np.asarray(shared(packed(asked), weeks.open if weeks.free is None else weeks.free) >= least)


def _of_need(index: Index, need: int, fits: Mask, *, wanted: Ints) -> list[Ints]:
    """Return the ways of the pairs of one need as columns of (pair, slot, item)."""
    crossing, pairs = index.crossing, index.of_need(need)
    resource = index.resource[pairs]
    timed = crossing.labelled(*TIMED)[resource] & (len(wanted) > 0)
    giving = crossing.labelled(*PROVIDERS)[resource]
    slot, at = np.nonzero(fits[:, crossing.resources.times.at[resource[timed]]])
    items = np.array(crossing.admitted[need], np.int64)
    offer = crossing.resources.offer[np.ix_(resource[giving], items)]
    by, item = np.nonzero((offer > 0) & (offer >= crossing.needs.people[need]))
    rest = pairs[~timed & ~giving]
    return [
        _ways(pairs[timed][at], slot=wanted[slot]),
        _ways(pairs[giving][by], item=items[item]),
        _ways(rest),
    ]


def _ways(pair: Ints, *, slot: Ints | None = None, item: Ints | None = None) -> Ints:
    none = np.full(len(pair), -1, np.int64)
    return np.stack([pair, none if slot is None else slot, none if item is None else item])
