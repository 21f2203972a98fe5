"""A problem in which needs stay unmet, as one that meets them all: with a further resource, nobody, that takes any need.

Nobody has no limit and costs a need's priority times one price. Where the price is above every saving, the cheapest
plan leaves as little unmet as any does and costs least among those; so what is made for plans that meet all needs
(bounds by prices, exchanges, branch and bound) finds plans for too few places as well.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from matching.problem import Floats, Ints, Pairs, Problem

CHAIN, LONG_CHAIN = 8.0, 200.0
"""Times the largest cost: pays for most chains of moves, of whole needs and of shares; the bound on the unmet judges."""


def price(problem: Problem) -> float:
    """Return a price of a unit of priority above what leaving it unmet saves."""
    pairs = problem.pairs
    cost = float(np.abs(pairs.cost).max(initial=0.0))
    sized = pairs.size > 0
    dense = float((np.abs(pairs.cost[sized]) / pairs.size[sized]).max(initial=0.0) * pairs.size.max(initial=0.0))
    chain = LONG_CHAIN * max(cost, dense) if problem.split else CHAIN * cost
    saved = chain + float(problem.fixed_cost.max(initial=0.0)) + 1.0
    return saved / float(problem.priority.min())


def extended(problem: Problem, dear: float) -> Problem:
    """Add nobody as the last resource; a need's pair with nobody is the last of its pairs."""
    needs, pairs = len(problem.needs), problem.pairs
    after = pairs.spans(needs)[1:]
    both = Pairs(
        np.insert(pairs.need, after, np.arange(needs)),
        np.insert(pairs.resource, after, len(problem.resources)),
        np.insert(pairs.cost, after, dear * problem.priority),
        np.insert(pairs.size, after, 0.0),
    )
    return replace(
        problem,
        resources=(*problem.resources, _unused(problem.resources)),
        pairs=both,
        capacity=np.append(problem.capacity, 0.0),
        fixed_cost=np.append(problem.fixed_cost, 0.0),
        pool=(*problem.pool, "") if problem.pool else (),
        floors={},
    )


def own(problem: Problem, shares: Floats) -> Floats:
    """Return the shares of the pairs of the problem that was extended; `problem` is the extended one."""
    return shares[problem.pairs.resource < len(problem.resources) - 1]


def left_out(problem: Problem, taken: Ints) -> Floats:
    """Return the priority that an extended plan leaves unmet, need by need."""
    pairs = problem.pairs
    nobody = pairs.need[taken[pairs.resource[taken] == len(problem.resources) - 1]]
    return np.asarray(problem.priority[nobody])


def _unused(names: tuple[str, ...]) -> str:
    return max(names, key=len) + "+"
