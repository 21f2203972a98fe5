"""A bound of capacitated location: the rule that each need is met is priced instead of kept.

For prices l of the needs, a site that opens earns a continuous knapsack over its pairs, so

    L(l) = sum l + sum_j min(0, f_j - max { sum (l_i - c_ij) x_i : sum size_ij x_i <= capacity_j, 0 <= x <= 1 })

lies below every plan that meets all needs (Cornuejols, Sridharan and Thizy 1991; Beasley 1993). It equals the linear
relaxation with x <= y in every pair, at a sort a step instead of a programme. Steps follow a mean of the last
subgradients; the mean of the knapsacks tends to the relaxation's own solution (Barahona and Anbil 2000).

Where some needs must stay unmet, a need may also be left out for nothing, and the rule that the priority left unmet is
at most a known one has a price m of its own: the bound gains sum min(0, m p_i - l_i) and loses m times that limit.
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
LEAST_SIZE = 1e-12  # what takes no place is worth any
MORE = 1e-3  # share of places added to see what a place is worth
SAFE = 1e-9  # floating sums are off by less than this share


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """The pairs as full tables needs x resources: cost (infinite where there is no pair) and size; limits of sites.

    Leaving a need out costs `leaving`; the `priority` left out is at most `unmet`.
    """

    cost: Floats
    size: Floats
    capacity: Floats
    fixed: Floats
    forced: Mask
    most: int
    priority: Floats
    leaving: Floats
    unmet: float

    @classmethod
    def of(cls, problem: Problem) -> Table:
        """Lay a problem out for plans that leave nothing unmet; memory is needs x resources."""
        shape = (len(problem.needs), len(problem.resources))
        cost, size = np.full(shape, np.inf), np.ones(shape)
        pairs = problem.pairs
        cost[pairs.need, pairs.resource] = pairs.cost
        size[pairs.need, pairs.resource] = pairs.size
        if not problem.split:
            cost[size > problem.capacity] = np.inf
        forced = np.zeros(shape[1], bool)
        forced[list(problem.always)] = True
        limits = problem.capacity, problem.fixed_cost, forced, problem.most_used
        return cls(cost, size, *limits, problem.priority, np.full(shape[0], np.inf), 0.0)

    def allowing(self, unmet: float) -> Table:
        """Return the table for plans that leave at most so much priority unmet."""
        return replace(self, unmet=unmet, leaving=np.full(len(self.priority), 0.0 if unmet > 0 else np.inf))

    def only_unmet(self) -> Table:
        """Return the table in which nothing costs but the priority that is left out."""
        free = np.where(np.isfinite(self.cost), 0.0, np.inf)
        return replace(self, cost=free, fixed=0.0 * self.fixed, leaving=self.priority, unmet=np.inf)

    @property
    def unit(self) -> float:
        """What the price of the limit on the unmet is multiplied by, to weigh as much as a need's."""
        return float(np.linalg.norm(self.priority))

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
    """The best bound, its prices, what opening each site adds under them, and the mean use of sites on the way.

    `least` is a bound on the priority left unmet, where one was asked for.
    """

    value: float
    prices: Floats
    worth: Floats
    use: Floats
    least: float = 0.0

    def settled(self, table: Table, target: float) -> tuple[Mask, Mask]:
        """Return the sites that every plan below `target` opens, and those that none opens."""
        if table.most:
            return table.forced.copy(), np.zeros(len(table.forced), bool)
        must = ~table.forced & (self.worth < 0) & (self.value - self.worth > target)
        never = ~table.forced & (self.worth > 0) & (self.value + self.worth > target)
        return table.forced | must, never

    def limit(self, table: Table) -> float:
        """Return the price of a unit of the priority left unmet."""
        return 0.0 if _unlimited(table) else float(self.prices[-1]) / table.unit

    def rates(self, table: Table) -> Floats:
        """Return what a further place is worth at each site under the prices; shape (resources,)."""
        more = replace(table, capacity=table.capacity * (1 + MORE) + LEAST_SIZE)
        gained = self.worth - _at(more, self.prices).worth
        return np.maximum(gained, 0.0) / (more.capacity - table.capacity)

    def added(self, table: Table) -> Floats:
        """Return the least that taking each pair adds to the bound; shape needs x resources.

        A continuous knapsack is worth at most m capacity + sum max(0, gain - m size) for any m, the rate of a place.
        """
        rate, pair = self.rates(table), np.isfinite(table.cost)
        gain = np.where(pair, self.prices[:-1, None] - table.cost, -np.inf)
        over = gain - rate * np.where(pair, table.size, 0.0)
        most = rate * table.capacity + np.maximum(over, 0.0).sum(0)
        loss = table.fixed - self.worth - most  # what the knapsack is worth less than that
        return np.asarray(np.maximum(np.maximum(-over, 0.0) + loss + np.maximum(self.worth, 0.0), 0.0))


@dataclass(frozen=True, slots=True, eq=False)
class _Step:
    value: float
    prices: Floats
    worth: Floats
    open: Mask
    slope: Floats


def first_prices(table: Table) -> Floats:
    """Return what serving each need costs at its cheapest site, with its part of the fixed cost when that is full.

    The last price is that of the limit on what is left unmet; shape (needs + 1,).
    """
    part = table.fixed * table.size / np.maximum(table.capacity, 1e-12)
    least = np.where(np.isfinite(table.cost), table.cost + part, np.inf).min(1)
    least = np.where(np.isfinite(least), least, 0.0)
    return np.append(least, 0.0 if _unlimited(table) else max(0.0, float((least / table.priority).max())) * table.unit)


def density_prices(table: Table) -> Floats:
    """Return first prices where only what is left out costs: all places go to the needs that are worth most a place."""
    least = np.where(np.isfinite(table.cost), table.size, np.inf).min(1)
    served = np.flatnonzero(np.isfinite(least))
    if not len(served):
        return np.append(table.priority, 0.0)
    rate = table.priority[served] / np.maximum(least[served], LEAST_SIZE)
    order = np.argsort(-rate, kind="stable")
    last = min(int(np.searchsorted(np.cumsum(least[served][order]), table.capacity.sum())), len(order) - 1)
    prices = table.priority.copy()
    prices[served] = np.minimum(prices[served], rate[order[last]] * least[served])
    return np.append(prices, 0.0)


def _unlimited(table: Table) -> bool:
    return not 0 < table.unmet < np.inf


def raised(table: Table, target: float, budget: Budget, *, prices: Floats, steps: Span = WIDE) -> Bound:
    """Raise the bound from some prices until it reaches `target`, the steps grow small or the time is up."""
    best = current = _at(table, prices)
    (step, last), idle = steps, 0
    use, course = current.open.astype(float), np.zeros(len(prices))
    while step > last and best.value < target and not budget.over:
        course = MEMORY * course + (1 - MEMORY) * current.slope
        length = float(course @ course)
        if not length or not np.abs(current.slope).max() > SAFE:
            break
        onward = current.prices + step * (1.01 * target - current.value) / length * course
        onward[-1] = max(onward[-1], 0.0)
        current = _at(table, onward)
        use = (1 - FRESH) * use + FRESH * current.open
        better = current.value > best.value + SAFE * abs(best.value)
        best, idle = (current, 0) if better else (best, idle + 1)
        if idle >= PATIENCE:
            step, idle, current, course = step / 2, 0, best, np.zeros(len(prices))
    safe = best.value - SAFE * (np.abs(best.prices).sum() + np.abs(best.worth).sum())
    return Bound(float(safe), best.prices, best.worth, use)


def _at(table: Table, prices: Floats) -> _Step:
    """Fill each site with the needs that pay most a place; only pairs that pay at all are sorted."""
    sites, own = len(table.capacity), prices[:-1]
    listed = np.flatnonzero(own[:, None] > table.cost)
    need, site = np.divmod(listed, sites)
    gain, size = own[need] - table.cost.ravel()[listed], table.size.ravel()[listed]
    order = np.argsort(-gain / np.maximum(size, LEAST_SIZE), kind="stable")
    order = order[np.argsort(site[order].astype(np.int32), kind="stable")]  # by site, then the best first
    need, site, gain, size = need[order], site[order], gain[order], size[order]
    taken = np.append(0.0, np.cumsum(size))
    before = taken[:-1] - taken[np.searchsorted(site, np.arange(sites))[site]]
    share = np.clip((table.capacity[site] - before) / np.maximum(size, LEAST_SIZE), 0.0, 1.0)
    share[size == 0] = 1.0
    worth = table.fixed - np.bincount(site, share * gain, minlength=sites)
    opened = opened_by(worth, table.forced, table.most)
    met = np.bincount(need, np.where(opened[site], share, 0.0), minlength=len(own)).astype(np.float64)
    return _step(table, prices, worth, opened=opened, met=met)


def _step(table: Table, prices: Floats, worth: Floats, *, opened: Mask, met: Floats) -> _Step:
    """Add what leaving needs out costs, and price the limit on it."""
    own, unit = prices[:-1], table.unit
    price = 0.0 if _unlimited(table) else float(prices[-1]) / unit
    left_for = table.leaving + price * table.priority - own
    left = left_for < 0
    value = float(own.sum() + worth[opened].sum() + left_for[left].sum())
    over = 0.0 if _unlimited(table) else (float(table.priority[left].sum()) - table.unmet) / unit
    limit = 0.0 if _unlimited(table) else price * table.unmet
    return _Step(value - limit, prices, worth, opened, np.append(1.0 - met - left, over))


def opened_by(worth: Floats, forced: Mask, most: int) -> Mask:
    """Return the sites that a bound opens: the forced ones and those whose opening lowers it, `most` at most (0: any)."""
    opened = forced | (worth < 0)
    if most and int(opened.sum()) > most:
        rank = np.argsort(np.where(forced, -np.inf, worth), kind="stable")
        few = np.zeros(len(worth), bool)
        few[rank[:most]] = True
        opened &= few
    return opened
