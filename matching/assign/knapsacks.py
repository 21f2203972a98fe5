"""A bound of generalised assignment: the rule that each need is met is priced, and each resource fills a knapsack.

For prices l of the needs

    L(l) = sum l - sum_j max { sum (l_i - c_ij) x_i : sum size_ij x_i <= capacity_j, x in {0, 1} }

lies below every plan that meets all needs, and at its best above the linear relaxation, whose knapsacks are continuous
(Fisher 1981; Fisher, Jaikumar and Van Wassenhove 1986). The knapsacks are solved by dynamic programming over places.
A pair that is worth nothing under the prices, taken all the same, costs its loss and the places it takes: where that
reaches the cost of a known plan, no better plan takes the pair.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.assign.located import opened_by
from matching.assign.scaling import scaled
from matching.budget import Budget
from matching.problem import Floats, Ints, Mask, Problem

MOST_CELLS = 400_000
"""Places of all resources together up to which a step takes well under a second (100 pairs a resource are worth it)."""
MOST_WORK = 3e8
"""Places of each pair's resource, summed, up to which a step takes well under a second and its tables a gigabyte."""
FIRST_STEP, PATIENCE, SMALLEST, MEMORY = 0.1, 10, 0.002, 0.7
"""The relaxation's prices are near the best: small steps from there; the rest as in the bound of location."""
ROUNDING = 1e-6  # what a whole number may be off
SAFE = 1e-9  # floating sums are off by less than this share


@dataclass(frozen=True, slots=True, eq=False)
class Knapsacks:
    """Pairs by resource: positions in the problem's pairs, whole sizes and whole capacities; what opening costs.

    Leaving a need out costs `leaving` (infinite where all are to be met).
    """

    need: Ints
    cost: Floats
    members: tuple[Ints, ...]
    size: Ints
    capacity: Ints
    fixed: Floats
    forced: Mask
    most: int
    leaving: Floats

    @classmethod
    def of(cls, problem: Problem) -> Knapsacks:
        """Lay a problem of whole needs out.

        Sizes that no unit writes within the limits are rounded down, which only lowers the bound.
        """
        pairs = problem.pairs
        unit = _unit(problem)
        size = np.floor(pairs.size * unit + ROUNDING).astype(np.int64)
        places = np.floor(problem.capacity * unit + ROUNDING).astype(np.int64)
        fitting = pairs.size <= problem.capacity[pairs.resource]
        members = tuple(np.flatnonzero((pairs.resource == r) & fitting) for r in range(len(places)))
        forced = np.full(len(places), not (problem.fixed_cost.any() or problem.most_used))
        forced[list(problem.always)] = True
        leaving = np.full(len(problem.needs), np.inf)
        costs = problem.fixed_cost, forced, problem.most_used, leaving
        return cls(pairs.need, pairs.cost, members, size, places, *costs)


def _unit(problem: Problem) -> float:
    """Return what sizes are multiplied by to be whole: as exact as the work of a step allows."""
    exact = scaled(problem.pairs.size, largest=float(MOST_CELLS))
    work = float(problem.capacity[problem.pairs.resource].sum())
    fits = min(MOST_CELLS / max(float(problem.capacity.sum()), 1e-12), MOST_WORK / max(work, 1e-12))
    return min(exact.scale if exact.exact else np.inf, fits)


@dataclass(frozen=True, slots=True, eq=False)
class Priced:
    """A bound with its prices, how often it meets each need, and the least that taking each pair would add to it."""

    value: float
    prices: Floats
    met: Floats
    extra: Floats

    def may_be_better(self, cost: float) -> Mask:
        """Return the pairs that a plan which costs less may take."""
        return np.asarray(self.value + self.extra <= cost + SAFE * max(1.0, abs(cost)))


def raised(knapsacks: Knapsacks, prices: Floats, target: float, *, budget: Budget) -> Priced:
    """Raise the bound from the prices of the relaxation, until `target`, small steps or the end of the time."""
    best = current = at(knapsacks, prices)
    course, step, idle = np.zeros(len(prices)), FIRST_STEP, 0
    while step > SMALLEST and best.value < target and not budget.over:
        course = MEMORY * course + (1 - MEMORY) * (1.0 - current.met)
        length = float(course @ course)
        if length < SAFE:
            break
        current = at(knapsacks, current.prices + step * (1.001 * target - current.value) / length * course)
        better = current.value > best.value + SAFE * abs(best.value)
        best, idle = (current, 0) if better else (best, idle + 1)
        if idle >= PATIENCE:
            step, idle, current, course = step / 2, 0, best, np.zeros(len(prices))
    return best


def at(knapsacks: Knapsacks, prices: Floats) -> Priced:
    """Return the bound at some prices, rounded down by what floating sums can be off."""
    gain = prices[knapsacks.need] - knapsacks.cost
    extra, worth, filled = np.zeros(len(gain)), np.zeros(len(knapsacks.members)), []
    for site, (members, places) in enumerate(zip(knapsacks.members, knapsacks.capacity.tolist(), strict=True)):
        inside = members[gain[members] > 0]
        best, taken = _filled(gain[inside], knapsacks.size[inside], places)
        worth[site] = knapsacks.fixed[site] - best[places]
        extra[members] = knapsacks.fixed[site] - best[places - knapsacks.size[members]] - gain[members]
        filled.append(knapsacks.need[inside[taken]])
    opened = opened_by(worth, knapsacks.forced, knapsacks.most)
    for site, members in enumerate(knapsacks.members):
        extra[members] -= worth[site] if opened[site] else 0.0
    left = np.minimum(knapsacks.leaving - prices, 0.0)
    met = (left < 0).astype(np.float64)
    for site in np.flatnonzero(opened).tolist():
        met[filled[site]] += 1
    value = float(prices.sum() + worth[opened].sum() + left.sum())
    slack = SAFE * float(np.abs(prices).sum() + np.abs(worth).sum())
    return Priced(value - slack, prices, met, np.maximum(extra, 0.0))


def _filled(gain: Floats, size: Ints, places: int) -> tuple[Floats, Mask]:
    """Return the most that each number of places earns, shape (places + 1,), and what is taken at all of them."""
    best, took = np.zeros(places + 1), np.zeros((len(gain), places + 1), bool)
    for k, (worth, width) in enumerate(zip(gain.tolist(), size.tolist(), strict=True)):
        with_it = best[: places + 1 - width] + worth
        np.greater(with_it, best[width:], out=took[k, width:])
        np.maximum(with_it, best[width:], out=best[width:])
    taken, room = np.zeros(len(gain), bool), places
    for k in range(len(gain) - 1, -1, -1):
        if took[k, room]:
            taken[k] = True
            room -= int(size[k])
    return best, taken
