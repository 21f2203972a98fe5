"""The best choice of ways under limits, exactly; where there are many ways, over those that prices ask for.

With hundreds of thousands of ways most are in no best plan. Some are taken in first; the prices of the limits (duals of
the linear relaxation) say which others could pay, until none could (column generation). Then every way is left out whose
price exceeds the distance between the bound and a plan that is known: no better plan holds it (reduced-cost fixing), so
the choice stays exact, or the gap is proven.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from graph.model.errors import NoPlanInTime
from matching.budget import Budget
from matching.problem import Floats, Ints, Mask

if TYPE_CHECKING:
    from scipy.sparse import csc_array

FEW = 20_000
"""So many ways are put into one programme as they are; more are priced first."""
AT_ONCE = 8
"""Ways of a need that are taken in at a time."""
INFEASIBLE = 2
"""The status of `scipy.optimize.milp` that proves that there is no plan."""
TINY = 1e-7


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One limit: the coefficients of some ways, whose sum is at most `high`."""

    ways: Ints
    value: Floats
    high: float


@dataclass(frozen=True, slots=True, eq=False)
class Packing:
    """Ways with their worth (each above zero) and need, at most one a need; `limits` holds a row for each limit."""

    worth: Floats
    need: Ints
    limits: csc_array
    high: Floats

    def of(self, chosen: Ints) -> Packing:
        """Return the packing of some of the ways."""
        return replace(self, worth=self.worth[chosen], need=self.need[chosen], limits=self.limits[:, chosen])


def packing(rows: Sequence[Row], worth: Floats, need: Ints) -> Packing:
    """Bring limits into one matrix."""
    from scipy.sparse import coo_array, csc_array

    at = np.repeat(np.arange(len(rows)), [len(r.ways) for r in rows])
    ways, value = (
        ([np.zeros(0, np.int64)], [np.zeros(0)]) if not rows else ([r.ways for r in rows], [r.value for r in rows])
    )
    entries = (np.concatenate(value), (at, np.concatenate(ways)))
    limits = csc_array(coo_array(entries, shape=(len(rows), len(worth))))
    return Packing(worth, need, limits, np.array([r.high for r in rows], float))


def packed(packing: Packing, budget: Budget) -> tuple[Ints | None, float]:
    """Return the chosen ways (None: there is no plan) and a bound on their worth; raises `NoPlanInTime`."""
    budget.tell("assign", 0)
    if not packing.limits.shape[0]:  # nothing stands in the way of anything
        return np.arange(len(packing.worth)), float(packing.worth.sum())
    if len(packing.worth) <= FEW:
        return _whole(packing, budget)
    return _priced(packing, budget)


def _whole(packing: Packing, budget: Budget) -> tuple[Ints | None, float]:
    chosen, bound, status = _milp(packing, budget)
    if chosen is None and status == INFEASIBLE:
        return None, 0.0
    if chosen is None:
        chosen = _greedy(packing)
        bound = _most(packing.worth, packing.need)
    return chosen, max(bound, float(packing.worth[chosen].sum()))


def _milp(packing: Packing, budget: Budget) -> tuple[Ints | None, float, int]:
    from scipy.optimize import Bounds, LinearConstraint, milp

    found = milp(
        -packing.worth,
        integrality=np.ones(len(packing.worth), np.int64),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(packing.limits, -np.inf, packing.high),
        options={"time_limit": budget.left, "mip_rel_gap": 1e-9},
    )
    chosen = None if found.x is None else np.flatnonzero(found.x > 0.5).astype(np.int64)
    bound = np.inf if found.mip_dual_bound is None else -float(found.mip_dual_bound)
    return chosen, bound, int(found.status)


def _greedy(packing: Packing) -> Ints:
    """Take the way of most worth that still fits, again and again; raises `NoPlanInTime` where a limit asks for more."""
    if (packing.high < 0).any():
        raise NoPlanInTime()
    limits, left = packing.limits, packing.high.copy()
    met: set[int] = set()
    chosen = []
    for way in np.argsort(-packing.worth, kind="stable").tolist():
        if packing.need[way] in met:
            continue
        rows = slice(limits.indptr[way], limits.indptr[way + 1])
        at, value = limits.indices[rows], limits.data[rows]
        if (value <= left[at] + TINY).all():
            left[at] -= value
            met.add(int(packing.need[way]))
            chosen.append(way)
    return np.array(sorted(chosen), np.int64)


def _most(worth: Floats, need: Ints) -> float:
    """Return the sum over needs of the best worth of a way, where it is above zero."""
    best = np.zeros(int(need.max(initial=-1)) + 1)
    np.maximum.at(best, need, worth)
    return float(best.sum())


def _first(worth: Floats, need: Ints, candidates: Ints) -> Ints:
    """Return the `AT_ONCE` candidates of each need of most worth."""
    order = candidates[np.lexsort((candidates, -worth[candidates], need[candidates]))]
    _, first, count = np.unique(need[order], return_index=True, return_counts=True)
    place = np.arange(len(order)) - np.repeat(first, count)
    return order[place < AT_ONCE]


def _priced(packing: Packing, budget: Budget) -> tuple[Ints | None, float]:
    """Solve over the ways that prices ask for; the whole programme where these cannot be priced."""
    priced = _prices(packing, budget.part(0.5))
    if priced is None:
        return _whole(packing, budget)
    inside, gain, bound = priced
    at = np.flatnonzero(inside)
    best, _ = _whole(packing.of(at), budget.part(0.5))
    if best is None:
        return _whole(packing, budget)
    best = at[best]
    while not budget.over:
        worth = float(packing.worth[best].sum())
        budget.tell_gap(worth, bound)
        at = np.flatnonzero(gain >= worth - bound - TINY)  # no better plan holds another way
        whole = len(at) <= FEW
        at = at if whole else np.sort(at[np.argsort(-gain[at], kind="stable")[:FEW]])
        chosen, inner, _ = _milp(packing.of(at), budget)
        better = chosen is not None and packing.worth[at[chosen]].sum() > worth + TINY
        best = at[chosen] if chosen is not None and better else best
        bound = max(min(bound, inner), float(packing.worth[best].sum())) if whole else bound
        if whole or not better:
            break
    return best, max(bound, float(packing.worth[best].sum()))


def _prices(packing: Packing, budget: Budget) -> tuple[Mask, Floats, float] | None:
    """Return the ways taken in, what each way gains above the prices of its limits, and a bound; None without prices.

    For any prices `y >= 0` no plan is worth more than `y high + sum over needs of the greatest gain above zero`.
    """
    from scipy.optimize import linprog

    inside = np.zeros(len(packing.worth), bool)
    inside[_first(packing.worth, packing.need, np.arange(len(inside)))] = True
    best: tuple[Floats, float] | None = None
    while True:
        part = packing.of(np.flatnonzero(inside))
        options = {"time_limit": budget.left}
        found = linprog(  # type: ignore[call-overload]  # its stubs do not know sparse matrices
            -part.worth, A_ub=part.limits, b_ub=packing.high, bounds=(0, 1), method="highs", options=options
        )
        if found.status != 0:
            break
        price = np.maximum(-found.ineqlin.marginals, 0.0)
        gain = packing.worth - packing.limits.T @ price
        bound = float(price @ packing.high) + _most(gain, packing.need)
        best = (gain, bound) if best is None or bound < best[1] else best
        pays = np.flatnonzero((gain > TINY) & ~inside)
        if not len(pays) or budget.over:
            break
        inside[_first(gain, packing.need, pays)] = True
    return None if best is None else (inside, *best)
