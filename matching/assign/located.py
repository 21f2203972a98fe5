"""A bound of capacitated location: the rule that each need is met is priced instead of kept.

For prices l of the needs, a site that opens earns a continuous knapsack over its pairs, so

    L(l) = sum l + sum_j min(0, f_j - max { sum (l_i - c_ij) x_i : sum size_ij x_i <= capacity_j, 0 <= x <= 1 })

lies below every plan that meets all needs (Cornuejols, Sridharan and Thizy 1991; Beasley 1993). It equals the linear
relaxation with x <= y in every pair, at a sort a step instead of a programme. Steps follow a mean of the last
subgradients; the mean of the knapsacks tends to the relaxation's own solution (Barahona and Anbil 2000).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from matching.budget import Budget
from matching.problem import Floats, Mask, Problem

Span = tuple[float, float]
WIDE: Span = (1.0, 0.002)
NARROW: Span = (0.1, 0.008)
"""First and last length of the steps: from anywhere, and from prices that are near the best."""
PATIENCE, MEMORY = 8, 0.7
"""Steps without a better bound before the step is halved, and what is kept of the last direction."""
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

    def with_site(self, site: int, *, opened: bool) -> Table:
        """Return the table in which a site must be open, or serves nobody."""
        if opened:
            forced = self.forced.copy()
            forced[site] = True
            return replace(self, forced=forced)
        cost = self.cost.copy()
        cost[:, site] = np.inf
        return replace(self, cost=cost)


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


def first_prices(table: Table) -> Floats:
    """Return what serving each need costs at its cheapest site, with its part of the fixed cost when that is full."""
    part = table.fixed * table.size / np.maximum(table.capacity, 1e-12)
    return np.asarray(np.where(np.isfinite(table.cost), table.cost + part, np.inf).min(1))


def raised(table: Table, target: float, budget: Budget, *, prices: Floats, steps: Span = WIDE) -> Bound:
    """Raise the bound from some prices until it reaches `target`, the steps grow small or the time is up."""
    best = current = _at(table, prices)
    (step, last), idle = steps, 0
    use, course = current.open.astype(float), np.zeros(len(prices))
    while step > last and best.value < target and not budget.over:
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
            step, idle, current, course = step / 2, 0, best, np.zeros(len(prices))
    safe = best.value - SAFE * (np.abs(best.prices).sum() + np.abs(best.worth).sum())
    return Bound(float(safe), best.prices, best.worth, use)


def _at(table: Table, prices: Floats) -> _Step:
    """Fill each site with the needs that pay most a place; only pairs that pay at all are sorted."""
    sites = len(table.capacity)
    listed = np.flatnonzero(prices[:, None] > table.cost)
    need, site = np.divmod(listed, sites)
    gain, size = prices[need] - table.cost.ravel()[listed], np.maximum(table.size.ravel()[listed], 1e-12)
    rate = gain / size
    order = np.argsort(site - 0.9 * rate / rate.max(initial=1e-300), kind="stable")  # by site, then the best first
    need, site, gain, size = need[order], site[order], gain[order], size[order]
    taken = np.append(0.0, np.cumsum(size))
    before = taken[:-1] - taken[np.searchsorted(site, np.arange(sites))[site]]
    share = np.clip((table.capacity[site] - before) / size, 0.0, 1.0)
    worth = table.fixed - np.bincount(site, share * gain, minlength=sites)
    opened = _opened(table, worth)
    met = np.bincount(need, np.where(opened[site], share, 0.0), minlength=len(prices))
    return _Step(float(prices.sum() + worth[opened].sum()), prices, worth, opened, met.astype(np.float64))


def _opened(table: Table, worth: Floats) -> Mask:
    opened = table.forced | (worth < 0)
    if table.most and int(opened.sum()) > table.most:
        rank = np.argsort(np.where(table.forced, -np.inf, worth), kind="stable")
        few = np.zeros(len(worth), bool)
        few[rank[: table.most]] = True
        opened &= few
    return opened
