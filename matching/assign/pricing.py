"""A large flow by its few good pairs: solve on the cheapest, price the resources, take in what the prices call for.

Given an optimal plan on some of the pairs, the price of a full resource is the least cost of making room there: the
shortest chain of moves that ends at a resource with a free place, or with somebody left out. Those prices and the
costs give a dual solution of the whole problem (Kuhn 1955): a pair left out whose cost and price together beat what its
need has now could improve the plan and is taken in; when there is none, the plan is optimal among all pairs.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from matching.problem import Ints, Mask, Problem

CHEAPEST = 8
"""Pairs of each need in the first round."""
FAR = 2**61
"""Stands for "no chain of moves": above any sum of costs, with room to add one more."""


def ranks(problem: Problem, costs: Ints) -> Ints:
    """Return the place of each pair among the pairs of its need by cost, the cheapest 0."""
    pairs = problem.pairs
    order = np.lexsort((pairs.resource, costs, pairs.need))
    starts = pairs.spans(len(problem.needs))[pairs.need[order]]
    place = np.empty(len(pairs), np.int64)
    place[order] = np.arange(len(pairs)) - starts
    return place


def generated(problem: Problem, costs: Ints, unmet: Ints, *, places: Ints, solve: Callable[[Mask], Ints]) -> Ints:
    """Return the pairs of an optimal plan; `solve` returns those of a plan that may use only the masked pairs.

    `costs`, `unmet` are whole numbers (of pairs, of leaving a need out), `places` those of the resources.
    """
    pairs = problem.pairs
    kept = ranks(problem, costs) < CHEAPEST
    while True:
        taken = solve(kept)
        at = np.full(len(problem.needs), -1)
        at[pairs.need[taken]] = taken
        price = _prices(problem, at, costs, unmet=unmet, kept=kept, places=places)
        own = np.where(at >= 0, costs[at] + price[pairs.resource[at]], unmet)
        wanted = ~kept & (costs + price[pairs.resource] < own[pairs.need])
        if not wanted.any():
            return taken
        kept |= wanted


def _prices(problem: Problem, at: Ints, costs: Ints, *, unmet: Ints, kept: Mask, places: Ints) -> Ints:
    """Return the price of a place at each resource, from the chains of moves that the kept pairs allow."""
    resources, pairs = len(problem.resources), problem.pairs
    outside = resources  # leaving somebody out is a resource without limit
    home = np.where(at >= 0, pairs.resource[at], outside)
    own = np.where(at >= 0, costs[at], unmet)
    moves = np.full((resources + 1, resources + 1), FAR)
    listed = np.flatnonzero(kept)
    need = pairs.need[listed]
    np.minimum.at(moves, (home[need], pairs.resource[listed]), costs[listed] - own[need])
    np.minimum.at(moves, (home, np.full(len(home), outside)), unmet - own)
    used = np.bincount(home, minlength=resources + 1)[:resources]
    price = np.where(np.append(used < places, True), 0, FAR)
    for _ in range(resources + 1):  # Bellman and Ford; what is FAR stays FAR, because moves below zero only mend it
        reached = np.where((moves < FAR) & (price < FAR), moves + price, FAR).min(1)
        shorter = np.minimum(price, reached)
        if (shorter == price).all():
            break
        price = shorter
    return price[:resources]
