"""The fewest sites that reach every row (set cover): fewer rows, a good plan by hand, the programme for the bound.

A row whose sites include all those of another row is reached whenever the other is, and goes. A greedy plan loses the
sites it can do without; then one site at a time is left out and swaps mend the plan, as long as they can. The programme
(HiGHS) proves the number or gives its bound.
"""

from __future__ import annotations

import numpy as np

from matching.budget import Budget
from matching.problem import Ints, Mask
from matching.siting.interchange import improve

BLOCK = 500
"""Rows compared at once with those that are kept."""


def cover(reach: Mask, fixed: Mask, *, budget: Budget) -> tuple[Ints, float]:
    """Return the sites and a number below which no cover lies; each row of `reach` (rows x sites) is reached by one."""
    rows = needed(reach[~reach[:, fixed].any(1)])
    chosen = _by_swaps(rows, fixed)
    found, bound = _programme(rows, fixed, budget=budget)
    best = chosen if found is None or len(chosen) <= len(found) else found
    return best, float(min(len(best), np.ceil(bound - 1e-6)))


def needed(reach: Mask) -> Mask:
    """Return the rows that do not follow from another row, those with the fewest sites first."""
    rows = np.unique(reach, axis=0)
    rows = rows[np.argsort(rows.sum(1), kind="stable")]
    kept = rows[:0]
    for start in range(0, len(rows), BLOCK):
        part = rows[start : start + BLOCK]
        part = part[~_include(part, kept).any(1)]
        within = _include(part, part)
        np.fill_diagonal(within, False)
        kept = np.concatenate([kept, part[~within.any(1)]])
    return kept


def _include(rows: Mask, others: Mask) -> Mask:
    """Return which rows have all the sites of which others; rows are distinct."""
    common = rows.astype(np.float32) @ others.astype(np.float32).T
    return np.asarray(common >= others.sum(1))


def _by_swaps(rows: Mask, fixed: Mask) -> Ints:
    cost, closed = np.where(rows, 0.0, 1.0), np.zeros(len(fixed), bool)
    best = _without_spare(rows, _greedy(rows, fixed), fixed)
    while len(best) > max(1, int(fixed.sum())):
        fewer = _one_less(rows, best, fixed)
        chosen, missed = improve(cost, fewer, fixed=fixed, closed=closed)
        if missed > 0:
            return best
        best = _without_spare(rows, chosen, fixed)
    return best


def _greedy(rows: Mask, fixed: Mask) -> Ints:
    """Open the site that reaches most rows not reached yet, until all are; ties to the first."""
    chosen = np.flatnonzero(fixed).tolist()
    left = rows.copy()
    while len(left):
        best = int(np.argmax(left.sum(0)))
        chosen.append(best)
        left = left[~left[:, best]]
    return np.array(chosen or [0], np.int64)


def _without_spare(rows: Mask, chosen: Ints, fixed: Mask) -> Ints:
    """Leave out sites whose rows the others reach, the last opened first."""
    times = rows[:, chosen].sum(1)
    kept = np.ones(len(chosen), bool)
    for at in reversed(range(len(chosen))):
        own = rows[:, chosen[at]]
        if not fixed[chosen[at]] and kept.sum() > 1 and (times[own] > 1).all():
            kept[at] = False
            times = times - own
    return np.sort(chosen[kept])


def _one_less(rows: Mask, chosen: Ints, fixed: Mask) -> Ints:
    """Leave out the site that alone reaches the fewest rows (none of the fixed)."""
    alone = rows[:, chosen] & (rows[:, chosen].sum(1) == 1)[:, None]
    lost = np.where(fixed[chosen], np.inf, alone.sum(0))
    return np.delete(chosen, int(np.argmin(lost)))


def _programme(rows: Mask, fixed: Mask, *, budget: Budget) -> tuple[Ints | None, float]:
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array

    least = float(max(1, fixed.sum()))
    if not len(rows):
        return None, least
    found = milp(
        np.ones(len(fixed)),
        integrality=np.ones(len(fixed), np.int64),
        bounds=Bounds(fixed.astype(float), 1),
        constraints=LinearConstraint(csr_array(rows.astype(np.float64)), 1, np.inf),
        options={"time_limit": budget.left, "mip_rel_gap": 1e-9},
    )
    bound = least if found.mip_dual_bound is None else max(least, float(found.mip_dual_bound))
    return (None, bound) if found.x is None else (np.flatnonzero(found.x > 0.5).astype(np.int64), bound)
