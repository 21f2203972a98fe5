"""Needs placed whole in open sites: from the shares of a divided service, by exchanges."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from matching.assign import exchange, nobody
from matching.assign.incumbent import EVEN, measured
from matching.assign.transport import Served
from matching.budget import Budget
from matching.problem import Floats, Ints, Mask, Pairs, Problem


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """The share of each pair (0 or 1), the sites that are used, the priority left unmet and the cost."""

    share: Floats
    open: Mask
    unmet: float
    cost: float

    def worth(self) -> tuple[float, float]:
        """Return what plans are compared by: first what is left unmet, then the cost."""
        return round(self.unmet, 9), self.cost


def placed(problem: Problem, service: Served, *, budget: Budget) -> Placed:
    """Place the needs in the sites that a service opens; what finds no place is left out."""
    at = np.flatnonzero(service.open[problem.pairs.resource])
    given = _inside(problem, at)
    large = nobody.extended(given, nobody.price(problem))
    taken = exchange.plan(large, *_weights(large, service), budget=budget)
    own = large.pairs.resource < len(problem.resources)
    share = np.zeros(len(problem.pairs))
    if taken is not None:
        values = np.zeros(len(large.pairs))
        values[taken] = 1.0
        share[at] = values[own]
    return of_share(problem, share)


def of_share(problem: Problem, share: Floats) -> Placed:
    """Return what a plan given by the shares of its pairs opens, leaves unmet and costs."""
    return Placed(share, *measured(problem, share))


def _inside(problem: Problem, at: Ints) -> Problem:
    pairs = problem.pairs
    inside = Pairs(pairs.need[at], pairs.resource[at], pairs.cost[at], pairs.size[at])
    return replace(problem, pairs=inside, fixed_cost=0.0 * problem.fixed_cost, most_used=0, always=(), floors={})


def _weights(large: Problem, service: Served) -> tuple[Floats, Floats]:
    """Return the share of each pair to begin with, and what ranks the pairs of a need: the cost.

    Whoever is divided begins where there is room; if nowhere, then left out if others are too, else in the largest share.
    """
    pairs = large.pairs
    out = pairs.resource == len(large.resources) - 1
    table = _rounded(large, service)
    share = table[pairs.need, pairs.resource]
    spans = pairs.spans(len(large.needs))
    least = np.minimum.reduceat(pairs.cost, spans[:-1])
    rank = pairs.cost - least[pairs.need]
    return share, np.where(out, 0.0 if service.left.any() else np.inf, rank)


def _rounded(large: Problem, service: Served) -> Floats:
    """Return the shares at all sites and at nobody, with the divided needs put where there is room, the largest first."""
    pairs, spans, table = large.pairs, large.pairs.spans(len(large.needs)), service.table()
    divided = np.flatnonzero(table.max(1) < 1.0 - EVEN)
    apart = table[divided].copy()
    table[divided] = 0.0
    room = large.capacity - np.bincount(
        pairs.resource, pairs.size * table[pairs.need, pairs.resource], minlength=len(large.capacity)
    )
    for k in np.argsort(-pairs.size[spans[divided]], kind="stable").tolist():
        span = slice(spans[divided[k]], spans[divided[k] + 1] - 1)  # the last is nobody
        site, size = pairs.resource[span], pairs.size[span]
        free = size <= room[site]
        if free.any():
            best = int(np.argmin(np.where(free, pairs.cost[span], np.inf)))
            table[divided[k], site[best]] = 1.0
            room[site[best]] -= size[best]
        elif service.left.any():
            table[divided[k], -1] = 1.0
        else:
            table[divided[k]] = apart[k]
    return table
