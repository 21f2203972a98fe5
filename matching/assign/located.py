"""A bound of capacitated location: the rule that each need is met is priced instead of kept.

For prices l of the needs, a site that opens earns a continuous knapsack over its pairs, so

    L(l) = sum l + sum_j min(0, f_j - max { sum (l_i - c_ij) x_i : sum size_ij x_i <= capacity_j, 0 <= x <= 1 })

lies below every plan that meets all needs (Cornuejols, Sridharan and Thizy 1991; Beasley 1993). It equals the linear
relaxation with x <= y in every pair, at a sort a step instead of a programme. Steps follow a mean of the last
subgradients; the mean of the knapsacks tends to the relaxation's own solution (Barahona and Anbil 2000).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.budget import Budget
from matching.problem import Floats, Mask, Problem

PATIENCE, SMALLEST, MEMORY = 12, 0.002, 0.7
"""Steps without a better bound before the step is halved; where it ends; what is kept of the last direction."""
FRESH = 0.08  # weight of a new solution in the mean, of the order of Barahona and Anbil's
SAFE = 1e-9  # floating sums are off by less than this share


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """The pairs as full tables needs x resources: cost (infinite where there is no pair) and size; limits of sites."""

    cost: Floats
    size: Floats
    capacity: Floats
    fixed: Floats
    forced: Mask
    most: int

    @classmethod
    def of(cls, problem: Problem) -> Table:
        """Lay a problem out; memory is needs x resources."""
        shape = (len(problem.needs), len(problem.resources))
        cost, size = np.full(shape, np.inf), np.ones(shape)
        pairs = problem.pairs
        cost[pairs.need, pairs.resource] = pairs.cost
        size[pairs.need, pairs.resource] = pairs.size
        if not problem.split:
            cost[size > problem.capacity] = np.inf
        forced = np.zeros(shape[1], bool)
        forced[list(problem.always)] = True
        return cls(cost, size, problem.capacity, problem.fixed_cost, forced, problem.most_used)


@dataclass(frozen=True, slots=True, eq=False)
class Bound:
    """The best bound, its prices, what opening each site adds under them, and the mean use of sites on the way."""

    value: float
    prices: Floats
    worth: Floats
    use: Floats

    def settled(self, table: Table, target: float) -> tuple[Mask, Mask]:
        """Return the sites that every plan below `target` opens, and those that none opens."""
        if table.most:
            return table.forced.copy(), np.zeros(len(table.forced), bool)
        must = ~table.forced & (self.worth < 0) & (self.value - self.worth > target)
        never = ~table.forced & (self.worth > 0) & (self.value + self.worth > target)
        return table.forced | must, never


@dataclass(frozen=True, slots=True, eq=False)
class _Step:
    value: float
    prices: Floats
    worth: Floats
    open: Mask
    met: Floats


def raised(table: Table, target: float, budget: Budget) -> Bound:
    """Raise the bound until it reaches `target`, the steps grow small or the time is up."""
    start = np.where(np.isfinite(table.cost), table.cost + table.fixed * table.size / _room(table), np.inf).min(1)
    best = current = _at(table, start)
    use, course, step, idle = current.open.astype(float), np.zeros(len(start)), 1.0, 0
    while step > SMALLEST and best.value < target and not budget.over:
        slope = 1.0 - current.met
        course = MEMORY * course + (1 - MEMORY) * slope
        length = float(course @ course)
        if not length or not np.abs(slope).max() > SAFE:
            break
        current = _at(table, current.prices + step * (1.01 * target - current.value) / length * course)
        use = (1 - FRESH) * use + FRESH * current.open
        better = current.value > best.value + SAFE * abs(best.value)
        best, idle = (current, 0) if better else (best, idle + 1)
        if idle >= PATIENCE:
            step, idle, current, course = step / 2, 0, best, np.zeros(len(start))
    safe = best.value - SAFE * (np.abs(best.prices).sum() + np.abs(best.worth).sum())
    return Bound(float(safe), best.prices, best.worth, use)


def _room(table: Table) -> Floats:
    return np.maximum(table.capacity, 1e-12)


def _at(table: Table, prices: Floats) -> _Step:
    gain = np.maximum(prices[:, None] - table.cost, 0.0)
    rate = gain / np.maximum(table.size, 1e-12)
    order = np.argsort(-rate, axis=0, kind="stable")
    gain, size = (np.take_along_axis(part, order, 0) for part in (gain, table.size))
    left = table.capacity - (np.cumsum(size, 0) - size)
    share = np.where(gain > 0, np.clip(left / np.maximum(size, 1e-12), 0.0, 1.0), 0.0)
    worth = table.fixed - (share * gain).sum(0)
    opened = _opened(table, worth)
    met = np.zeros_like(share)
    np.put_along_axis(met, order, share, 0)
    value = float(prices.sum() + worth[opened].sum())
    return _Step(value, prices, worth, opened, met[:, opened].sum(1))


def _opened(table: Table, worth: Floats) -> Mask:
    opened = table.forced | (worth < 0)
    if table.most and int(opened.sum()) > table.most:
        rank = np.argsort(np.where(table.forced, -np.inf, worth), kind="stable")
        few = np.zeros(len(worth), bool)
        few[rank[: table.most]] = True
        opened &= few
    return opened
