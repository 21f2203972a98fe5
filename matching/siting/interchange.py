"""Good plans for the p-median: a greedy start, then the best swap of one site for another until none helps.

Each step weighs all swaps at once (Whitaker 1983, in the matrix form of Resende and Werneck 2007): with the nearest and
second nearest chosen site of each demand at costs d1 and d2, opening j saves `sum (d1 - c_j)+`, closing r loses
`sum d2 - d1` over the demand of r, and what both count twice is `sum (d2 - max(c_j, d1))+` over the demand of r.
"""

from __future__ import annotations

import numpy as np

from matching.problem import Floats, Ints, Mask


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
    inside = cost[:, free]
    while True:
        outside = ~np.isin(free, chosen)
        movable = ~fixed[chosen]
        if not movable.any() or not outside.any():
            break
        gain = _swaps(cost, inside, chosen)
        gain[:, ~outside], gain[~movable] = -np.inf, -np.inf
        out, into = np.unravel_index(int(np.argmax(gain)), gain.shape)
        if gain[out, into] <= 1e-9 * max(1.0, total(cost, chosen)):
            break
        chosen[out] = free[into]
        chosen = np.sort(chosen)
    return chosen, total(cost, chosen)


def _swaps(cost: Floats, inside: Floats, chosen: Ints) -> Floats:
    """Return what each swap saves; shape (chosen, free sites)."""
    own = cost[:, chosen]
    nearest = own.argmin(1)
    rows = np.arange(len(cost))
    first = own[rows, nearest]
    second = np.partition(own, 1, axis=1)[:, 1] if len(chosen) > 1 else np.full(len(cost), own.max() * 2 + 1)
    saved = np.maximum(first[:, None] - inside, 0.0).sum(0)
    order = np.argsort(nearest, kind="stable")
    twice = np.maximum(second[:, None] - np.maximum(inside, first[:, None]), 0.0)[order]
    starts = np.searchsorted(nearest[order], np.arange(len(chosen)))
    sums = np.zeros((len(chosen), inside.shape[1]))
    used = np.flatnonzero(np.bincount(nearest, minlength=len(chosen)))
    sums[used] = np.add.reduceat(twice, starts[used], axis=0)
    lost = np.bincount(nearest, second - first, minlength=len(chosen))
    return np.asarray(saved[None] - lost[:, None] + sums)


def total(cost: Floats, chosen: Ints) -> float:
    """Return the cost of serving every demand from its nearest chosen site."""
    return float(cost[:, chosen].min(1).sum())
