"""Good plans for the p-median: a greedy start, then the best swap of one site for another until none helps.

Each step weighs all swaps at once (Whitaker 1983, in the matrix form of Resende and Werneck 2007): with the nearest and
second nearest chosen site of each demand at costs d1 and d2, opening j saves `sum (d1 - c_j)+`, closing r loses
`sum d2 - d1` over the demand of r, and what both count twice is `sum (d2 - max(c_j, d1))+` over the demand of r.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from matching.problem import Floats, Ints, Mask

CACHED = 32_768
"""Numbers worked on at once: a quarter of a megabyte, which the second cache of common processors holds twice."""


def greedy(cost: Floats, sites: int, *, fixed: Mask, closed: Mask) -> Ints:
    """Open the fixed sites, then one after the other the site that saves most; ties to the first."""
    chosen: list[int] = np.flatnonzero(fixed).tolist()
    allowed = ~fixed & ~closed
    near = cost[:, chosen].min(1) if chosen else np.full(len(cost), cost.max(initial=0.0) * 2 + 1)
    while len(chosen) < sites:
        saved = np.maximum(near[:, None] - cost, 0.0).sum(0)
        best = int(np.argmax(np.where(allowed, saved, -1.0)))
        chosen.append(best)
        allowed[best] = False
        near = np.minimum(near, cost[:, best])
    return np.sort(np.array(chosen, np.int64))


def improve(cost: Floats, chosen: Ints, *, fixed: Mask, closed: Mask) -> tuple[Ints, float]:
    """Swap until no swap helps; returns the sites in order and their total cost."""
    chosen = np.sort(chosen)
    free = np.flatnonzero(~closed)
    inside = np.ascontiguousarray(cost[:, free].T)
    while True:
        outside = ~np.isin(free, chosen)
        movable = ~fixed[chosen]
        if not movable.any() or not outside.any():
            break
        gain = _swaps(inside, cost[:, chosen])
        gain[:, ~outside], gain[~movable] = -np.inf, -np.inf
        out, into = np.unravel_index(int(np.argmax(gain)), gain.shape)
        now, swapped = total(cost, chosen), chosen.copy()
        swapped[out] = free[into]
        if gain[out, into] <= 1e-9 * max(1.0, now) or total(cost, swapped) >= now:  # never round in circles
            break
        chosen = np.sort(swapped)
    return chosen, total(cost, chosen)


def _swaps(rows: Floats, own: Floats) -> Floats:
    """Return what each swap saves; shape (chosen, free sites).

    `rows` is free sites x demand, `own` demand x chosen. With `t = min(max(c, d1), d2)`, opening saves
    `sum t - min(c, d2)` and what both count twice is `sum d2 - t`: two passes over a few rows at a time, which stay in
    the cache of the processor.
    """
    count = own.shape[1]
    nearest = own.argmin(1)
    first = own.min(1)
    second = np.partition(own, 1, axis=1)[:, 1] if count > 1 else np.full(len(own), own.max() * 2 + 1)
    order = np.argsort(nearest, kind="stable")
    sizes = np.bincount(nearest, minlength=count)
    used, starts = np.flatnonzero(sizes), (np.cumsum(sizes) - sizes)[sizes > 0]
    low, high = first[order], second[order]
    saved, between = np.empty(len(rows)), np.zeros((count, len(rows)))
    for part in blocks(rows):
        near = rows[part].take(order, axis=1)
        np.minimum(near, high, out=near)
        saved[part] = -near.sum(1)
        np.maximum(near, low, out=near)
        between[used, part] = np.add.reduceat(near, starts, axis=1).T
    saved += between.sum(0)
    kept = np.bincount(nearest, first, minlength=count)
    return np.asarray(saved[None] + kept[:, None] - between)


def blocks(rows: Floats) -> Iterator[slice]:
    """Yield a few rows at a time, as many as the cache of a processor holds beside a copy of them."""
    height = max(1, CACHED // max(1, rows.shape[1]))
    for start in range(0, len(rows), height):
        yield slice(start, start + height)


def total(cost: Floats, chosen: Ints) -> float:
    """Return the cost of serving every demand from its nearest chosen site."""
    return float(cost[:, chosen].min(1).sum())
