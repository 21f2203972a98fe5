"""Activities planned one after another: what each may still have beside those that are placed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from matching.bundle.best import best
from matching.bundle.cells import bounds
from matching.bundle.event import NEVER, Bundle, Event, Pool, overlap
from matching.problem import Ints

Placed = Mapping[int, Bundle]
"""Bundles by the position of their event."""


def scarcest_first(events: Sequence[Event]) -> list[int]:
    """Return positions by the number of rooms and slots that an event could have, fewest first, ties by position."""
    choices = [int((bounds(e) > NEVER).sum()) for e in events]
    return sorted(range(len(events)), key=lambda k: (choices[k], k))


def one_after_another(events: Sequence[Event], order: Sequence[int]) -> tuple[dict[int, Bundle], list[int]]:
    """Give each event in turn the best that is left; return the bundles and the events for which nothing was left."""
    placed: dict[int, Bundle] = {}
    left = []
    for k in order:
        found = best(remaining(events, k, placed))
        if found is None:
            left.append(k)
        else:
            placed[k] = found
    return placed, left


def remaining(events: Sequence[Event], k: int, placed: Placed) -> Event:
    """Return event `k` without the rooms and the people that the placed bundles take."""
    event, persons = events[k], np.zeros(0, np.int64)
    open_at = event.open_at.copy()
    for j, bundle in placed.items():
        other = events[j]
        at = np.array([name == other.venues[bundle.venue] for name in event.venues])
        open_at[np.ix_(at, overlap(event, other)[:, bundle.slot])] = False
        persons = np.union1d(persons, persons_of(other, bundle))
    leads, helpers, people = (_without(pool, persons) for _, pool, _ in event.roles)
    return replace(event, open_at=open_at, leads=leads, helpers=helpers, people=people)


def persons_of(event: Event, bundle: Bundle) -> Ints:
    """Return everybody whom a bundle asks."""
    return np.concatenate([pool.person[list(bundle.rows(role))] for role, pool, _ in event.roles if bundle.rows(role)])


def _without(pool: Pool, persons: Ints) -> Pool:
    out = np.isin(pool.person, persons)
    return replace(pool, free=pool.free & ~out[:, None]) if out.any() else pool
