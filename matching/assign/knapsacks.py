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

from matching.assign.scaling import scaled
from matching.budget import Budget
from matching.problem import Floats, Ints, Mask, Problem

MOST_CELLS = 400_000
"""Places of all resources together up to which a step takes well under a second (100 pairs a resource are worth it)."""
MOST_WORK = 3e8
"""Places of each pair's resource, summed, up to which a step takes well under a second and its tables a gigabyte."""
FIRST_STEP, PATIENCE, SMALLEST, MEMORY = 0.1, 10, 0.002, 0.7
"""The relaxation's prices are near the best: small steps from there; the rest as in the bound of location."""
SAFE = 1e-9  # floating sums are off by less than this share


@dataclass(frozen=True, slots=True, eq=False)
class Knapsacks:
    """Pairs by resource: positions in the problem's pairs, whole sizes and whole capacities."""

    needs: int
    need: Ints
    cost: Floats
    members: tuple[Ints, ...]
    size: Ints
    capacity: Ints

    @classmethod
    def of(cls, problem: Problem) -> Knapsacks | None:
        """Lay a problem out; None where needs may be divided, sizes are no whole multiples, or places are too many."""
        pairs = problem.pairs
        whole = scaled(pairs.size, largest=float(MOST_CELLS))
        places = np.floor(problem.capacity * whole.scale + 1e-6)
        if problem.split or not whole.exact or places.sum() > MOST_CELLS or _work(problem, places) > MOST_WORK:
            return None
        fitting = whole.values <= places[pairs.resource]
        members = tuple(np.flatnonzero((pairs.resource == r) & fitting) for r in range(len(problem.resources)))
        capacity = places.astype(np.int64)
        return cls(len(problem.needs), pairs.need, pairs.cost, members, whole.values, capacity)


def _work(problem: Problem, places: Floats) -> float:
    return float(places[problem.pairs.resource].sum())


@dataclass(frozen=True, slots=True, eq=False)
class Priced:
    """A bound with its prices, how often it meets each need, and the least that taking each pair would add to it."""

    value: float
    prices: Floats
    met: Floats
    extra: Floats


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
    met, extra, earned = np.zeros(knapsacks.needs), np.zeros(len(gain)), 0.0
    for members, places in zip(knapsacks.members, knapsacks.capacity.tolist(), strict=True):
        worth = gain[members] > 0
        inside, outside = members[worth], members[~worth]
        best, taken = _filled(gain[inside], knapsacks.size[inside], places)
        earned += best[places]
        met[knapsacks.need[inside[taken]]] += 1
        extra[outside] = best[places] - best[places - knapsacks.size[outside]] - gain[outside]
    value = float(prices.sum() - earned)
    return Priced(value - SAFE * float(np.abs(prices).sum() + earned), prices, met, extra)


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
