"""Good plans of generalised assignment: move a need, or move one and push another on, over limits that have a price.

Taking one need a -> b and another b -> c (c = a exchanges the two) is the short ejection chain of Yagiura, Ibaraki and
Glover (2004, 2006). Places above a capacity are paid for; their price falls while the plan is feasible and rises where
it is not, so the search swings about the border on which good plans lie. What was left is forbidden for a few steps.
Only pairs of small reduced cost are tried: what they cost beyond the relaxation is what a plan loses.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.budget import Budget
from matching.problem import Floats, Ints, Problem

NEAR, BEAM = 4, 300
"""Pairs of each need that are tried, and first moves that are tried with a second (measured on 200 x 10 to 1,000 x 40)."""
STEPS, IDLE = 20_000, 100
"""Steps at most, and steps without a better plan after which the search goes back to the best one."""
CHEAPER, DEARER, DEAREST = 0.98, 1.1, 1e15
FORBIDDEN = 1e30


@dataclass(slots=True, eq=False)
class _Search:
    """Where each need is (`at`, a position in the pairs), the load of each resource, and the prices of overload."""

    problem: Problem
    tried: Ints
    at: Ints
    load: Floats
    price: Floats
    until: Ints

    def over(self, resource: Ints, added: Floats) -> Floats:
        """Return what adding places to resources costs in overload."""
        room, load = self.problem.capacity[resource], self.load[resource]
        return np.asarray(self.price[resource] * (np.maximum(load + added - room, 0.0) - np.maximum(load - room, 0.0)))

    def put(self, pair: int, until: int) -> None:
        """Move the need of a pair there, and forbid the way back."""
        pairs, need = self.problem.pairs, self.problem.pairs.need[pair]
        old = self.at[need]
        self.load[pairs.resource[old]] -= pairs.size[old]
        self.load[pairs.resource[pair]] += pairs.size[pair]
        self.at[need], self.until[old] = pair, until

    def reset(self, at: Ints) -> None:
        """Go back to a plan."""
        pairs = self.problem.pairs
        self.at = at.copy()
        self.load = np.bincount(pairs.resource[at], pairs.size[at], minlength=len(self.load)).astype(np.float64)


def plan(problem: Problem, values: Floats, reduced: Floats, *, budget: Budget) -> Ints | None:
    """Return the pairs of the best plan that meets every need, None when none was found.

    `values` and `reduced` are the pairs' shares and reduced costs in the relaxation: the search begins at its shares.
    """
    search = _begun(problem, values, reduced)
    best, least, since = None, np.inf, 0
    rng = np.random.default_rng(0)
    for step in range(STEPS):
        if budget.over:
            break
        full = search.load > problem.capacity
        search.price[full] = np.minimum(search.price[full] * DEARER, DEAREST)
        total = float(problem.pairs.cost[search.at].sum())
        if not full.any():
            search.price *= CHEAPER
            if total < least - 1e-9 * abs(total):
                best, least, since = search.at.copy(), total, step
        if best is not None and step - since > IDLE:
            search.reset(best)
            since = step
        for pair in _step(search, step):
            search.put(pair, step + 1 + int(rng.integers(1, 3)))
    return best


def _begun(problem: Problem, values: Floats, reduced: Floats) -> _Search:
    pairs, needs = problem.pairs, len(problem.needs)
    order = np.lexsort((pairs.resource, -values, np.maximum(reduced, 0.0), pairs.need))
    place = np.arange(len(pairs)) - pairs.spans(needs)[pairs.need[order]]
    tried = np.sort(order[place < NEAR])
    by_share = np.lexsort((pairs.resource, -values, pairs.need))
    at = by_share[pairs.spans(needs)[:-1]]
    price = np.full(len(problem.resources), float(np.median(np.abs(pairs.cost[at]) / np.maximum(pairs.size[at], 1e-9))))
    search = _Search(problem, tried, at, problem.capacity * 0, np.maximum(price, 1e-9), np.full(len(pairs), -1))
    search.reset(at)
    return search


def _step(search: _Search, step: int) -> tuple[int, ...]:
    """Return the pairs to put in place: the best move, or the best two in a chain."""
    pairs = search.problem.pairs
    moves = search.tried[search.at[pairs.need[search.tried]] != search.tried]
    if not len(moves):
        return ()
    old = search.at[pairs.need[moves]]
    source, target = pairs.resource[old], pairs.resource[moves]
    barred = np.where(search.until[moves] > step, FORBIDDEN, 0.0)
    change = pairs.cost[moves] - pairs.cost[old]
    leaving = change + search.over(source, -pairs.size[old]) + barred
    alone = leaving + search.over(target, pairs.size[moves])
    single = int(np.argmin(alone))
    first, second = _chains(leaving, source, target, resources=len(search.load))
    if not len(first):
        return (int(moves[single]),)
    both = _both(search, moves, old, first=first, second=second) + barred[first] + barred[second]
    double = int(np.argmin(both))
    if alone[single] <= both[double]:
        return (int(moves[single]),)
    return int(moves[first[double]]), int(moves[second[double]])


def _chains(leaving: Floats, source: Ints, target: Ints, *, resources: int) -> tuple[Ints, Ints]:
    """Return all pairs of a promising move and a move that begins where it ends."""
    top = np.argsort(leaving, kind="stable")[:BEAM]
    order = np.argsort(source, kind="stable")
    start = np.searchsorted(source[order], np.arange(resources + 1))
    count = start[target[top] + 1] - start[target[top]]
    first = np.repeat(top, count)
    offset = np.arange(len(first)) - np.repeat(np.cumsum(count) - count, count)
    return first, order[start[target[first]] + offset]


def _both(search: _Search, moves: Ints, old: Ints, *, first: Ints, second: Ints) -> Floats:
    """Return what each chain changes, overload included; first a -> b, second b -> c."""
    pairs = search.problem.pairs
    one, other, one_old, other_old = moves[first], moves[second], old[first], old[second]
    back = pairs.resource[other] == pairs.resource[one_old]
    change = pairs.cost[one] - pairs.cost[one_old] + pairs.cost[other] - pairs.cost[other_old]
    left = np.where(back, pairs.size[other], 0.0) - pairs.size[one_old]
    passed = pairs.size[one] - pairs.size[other_old]
    landed = np.where(back, 0.0, search.over(pairs.resource[other], pairs.size[other]))
    return np.asarray(
        change + search.over(pairs.resource[one_old], left) + search.over(pairs.resource[one], passed) + landed
    )
