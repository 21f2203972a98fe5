"""Branch and bound on the pairs that a better plan may take: first those that cost least beyond the bound, then all.

A bound by prices says for each pair what taking it adds at least. The few pairs that add least hold most good plans (the
kernel of Guastaroba and Speranza 2014); those that add more than the gap are in no better plan, and what is left of a
large problem is often small enough for a programme, whose own bound then holds for the whole.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from matching.assign import stages
from matching.assign.facility import Start
from matching.assign.incumbent import Incumbent
from matching.budget import Budget
from matching.problem import Ints, Pairs, Problem

KERNEL, WIDER = 5, 3
"""Pairs a need in the first kernel, and by what the next is larger."""


def searched(problem: Problem, known: Incumbent, start: Start, *, budget: Budget) -> Incumbent:
    """Search on from a plan that leaves the least unmet; its bounds are kept and raised."""
    taken = known.share > 0
    rank = np.argsort(np.where(taken, -1.0, start.extra), kind="stable")
    rank = rank[start.kept[rank] | taken[rank]]
    width, small = KERNEL * len(problem.needs), len(rank) <= stages.MOST_STRONG
    while width < len(rank) and width <= stages.MOST_STRONG and not budget.over and not known.proven:
        found = _on(problem, known, np.sort(rank[:width]), budget=budget.part(0.25 if small else 0.6))
        known = replace(found, bound=known.bound)
        known.tell(budget)
        width = len(rank) if small else width * WIDER
    left = np.flatnonzero((start.kept & (start.floor + start.extra <= known.cost)) | (known.share > 0))
    if known.proven or len(left) > stages.MOST_STRONG:
        return known
    return _on(problem, known, left, budget=budget)


def _on(problem: Problem, known: Incumbent, at: Ints, *, budget: Budget) -> Incumbent:
    """Solve the problem that has only some of the pairs; the bound that comes back is on those."""
    pairs = problem.pairs
    some = replace(problem, pairs=Pairs(pairs.need[at], pairs.resource[at], pairs.cost[at], pairs.size[at]))
    found = stages.cheapest(some, replace(known, share=known.share[at]), budget=budget)
    share = np.zeros(len(pairs))
    share[at] = found.share
    return replace(found, share=share)
