"""What a bundle can reach at most in each room and slot, all of them at once.

A cell is a room and a slot. Its bound takes the best persons of each role, as if nobody were wanted twice; it is exact
unless somebody is.
"""

from __future__ import annotations

import numpy as np

from matching.bundle.crew import leading
from matching.bundle.event import NEVER, Event, Pool
from matching.problem import Floats, Ints, Mask

FIRST = 64  # persons looked at before the list is lengthened fourfold: most slots are filled by then


def bounds(event: Event) -> Floats:
    """Return the highest score a bundle could have in each cell, venues x slots; `NEVER` where none can be."""
    base = event.venue_values()[:, None] + event.slot_values()[None, :]
    total: Floats = np.where(event.open_at & (event.capacity >= event.heads)[:, None], base, NEVER)
    for _, pool, count in event.roles:
        if count:
            total = np.add(total, best_sums(pool, count, wanted=total.max(axis=1) > NEVER) / count)
    return total


def best_sums(pool: Pool, count: int, *, wanted: Mask) -> Floats:
    """Return the sum of the `count` best persons in each cell, `NEVER` where there are fewer (or `wanted` is not)."""
    patterns, which = _patterns(pool.free)
    values = pool.values()
    sums = np.full((values.shape[1], patterns.shape[1]), NEVER)
    for venue in np.flatnonzero(wanted):
        sums[venue] = _sums(values[:, venue], patterns, count=count)
    return sums[:, which]


def able(pool: Pool) -> Ints:
    """Return how many persons of a pool could come in each cell, venues x slots."""
    return np.isfinite(pool.values()).T.astype(np.int64) @ pool.free.astype(np.int64)


def _patterns(free: Mask) -> tuple[Mask, Ints]:
    """Return the different columns and which one each slot has: slots at which the same people are free are one."""
    if not free.shape[0]:
        return free[:, :1], np.zeros(free.shape[1], np.int64)
    _, first, which = np.unique(np.packbits(free, axis=0), axis=1, return_index=True, return_inverse=True)
    return free[:, first], which.reshape(-1).astype(np.int64)


def _sums(values: Floats, patterns: Mask, *, count: int) -> Floats:
    reach = max(FIRST, 2 * count)
    while True:
        head = leading(-values, reach)
        whole = len(head) < reach  # nobody else could come
        free = patterns[head]
        rank = np.cumsum(free, axis=0, dtype=np.int32)
        enough = rank[-1] >= count if len(head) else np.zeros(patterns.shape[1], bool)
        if whole or enough.all():
            # einsum and not a matrix product: the same bytes whatever BLAS does.
            return np.where(enough, np.einsum("p,ps->s", values[head], free & (rank <= count)), NEVER)
        reach *= 4
