"""The p-median, proven: swaps for a plan, prices for a bound, branching on sites until the two meet.

Branch and bound over sites (Beasley 1985; Christofides and Beasley 1982): each node opens some sites and closes others;
its bound is raised from the prices of its parent, its own sites are improved by swaps (a better plan may lie there), and
sites that reduced costs settle are settled at once. Depth first, the more promising child first, so that a plan that is
found early cuts the rest; when half the time is up, the node with the lowest bound first, since at the end the lowest
bound of what is left open is the proven bound.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.budget import Budget
from matching.problem import Floats, Ints, Mask
from matching.siting.interchange import greedy, improve
from matching.siting.lagrange import Bound, Relaxation

STARTS = 4
"""Swap searches from random sites beside the greedy one; branching finds what they miss."""

AGAIN = 0.25
"""The first step of a node, whose prices are already good, against that of the root."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """The chosen sites with their cost, and a cost below which no plan lies."""

    sites: Ints
    cost: float
    bound: float


@dataclass(frozen=True, slots=True, eq=False)
class _Node:
    """A part of the plans: those that open `opened` and none of `closed`; `floor` is its parent's bound."""

    opened: Mask
    closed: Mask
    prices: Floats
    floor: float
    step: float


@dataclass(slots=True)
class _Search:
    """The state of one search: the best plan so far, and how much better a plan must be to count."""

    cost: Floats
    sites: int
    fixed: Mask
    closed: Mask
    best: Ints
    upper: float
    step: float

    @property
    def target(self) -> float:
        """A bound as high as this ends a node: no plan below it would be better."""
        return self.upper - self.step

    def offer(self, chosen: Ints, closed: Mask) -> None:
        """Improve some sites by swaps and keep them where they beat the best plan."""
        found, value = improve(self.cost, chosen, fixed=self.fixed, closed=closed)
        if value < self.upper - 1e-9 * abs(self.upper):
            self.best, self.upper = found, value


def solve(
    cost: Floats,
    sites: int,
    budget: Budget,
    *,
    limits: tuple[Mask, Mask],
) -> Found:
    """Choose `sites` columns of `cost` (demand x sites, finite) so that the sum of row minima is least.

    `limits` are the masks of sites that must and that must not be chosen. Deterministic unless the time runs out.
    """
    fixed, closed = limits
    start = greedy(cost, sites, fixed=fixed, closed=closed)
    chosen, upper = improve(cost, start, fixed=fixed, closed=closed)
    search = _Search(cost, sites, fixed, closed, chosen, upper, _step(cost))
    for other in _random_starts(search):
        search.offer(other, closed)
    prices = np.partition(cost[:, search.best], min(1, sites - 1), axis=1)[:, min(1, sites - 1)]
    return _branch(search, _Node(fixed, closed, prices, -np.inf, 1.0), budget=budget)


def _step(cost: Floats) -> float:
    """Return by how much two plans differ at least: one for whole costs, a billionth of the scale for others."""
    whole = bool((cost == np.round(cost)).all())
    return 1.0 - 1e-6 if whole else 1e-9 * float(np.abs(cost).max(initial=1.0))


def _random_starts(search: _Search) -> list[Ints]:
    rng = np.random.Generator(np.random.PCG64(0))
    must = np.flatnonzero(search.fixed)
    free = np.flatnonzero(~search.fixed & ~search.closed)
    more = search.sites - len(must)
    return [
        np.sort(np.concatenate([must, rng.choice(free, more, replace=False)])) for _ in range(STARTS if more else 0)
    ]


def _branch(search: _Search, root: _Node, *, budget: Budget) -> Found:
    open_nodes, done, halfway = [root], 0, budget.part(0.5)
    while open_nodes:
        if budget.over and done:
            floor = min(node.floor for node in open_nodes)
            return Found(search.best, search.upper, min(search.upper, floor))
        if halfway.over:
            open_nodes.sort(key=lambda node: -node.floor)
        node = open_nodes.pop()
        done += 1
        budget.tell("median", done)
        if node.floor < search.target:
            open_nodes += _children(search, node)
    return Found(search.best, search.upper, search.upper)


def _children(search: _Search, node: _Node) -> list[_Node]:
    """Raise the node's bound; return its two halves (the one to look at first last), or none when it is done."""
    alive = np.flatnonzero(~node.closed)
    if len(alive) < search.sites or node.opened.sum() > search.sites:
        return []
    relaxed = Relaxation.of(search.cost[:, alive], search.sites, node.opened[alive])
    bound = relaxed.raised(node.prices, search.target, step=node.step)
    if bound.value >= search.target:
        return []
    search.offer(alive[bound.sites], node.closed)
    must, never = relaxed.settled(bound, search.target)
    opened, closed = node.opened.copy(), node.closed.copy()
    opened[alive[must]], closed[alive[never]] = True, True
    if bound.value >= search.target or opened.sum() > search.sites or (~closed).sum() < search.sites:
        return []
    if opened.sum() == search.sites or (~closed).sum() == search.sites:
        last = np.flatnonzero(opened if opened.sum() == search.sites else ~closed)
        search.offer(last, ~np.isin(np.arange(len(closed)), last))
        return []
    at = int(min(alive[bound.sites[~must[bound.sites]]], key=lambda s: (bound.worth[np.searchsorted(alive, s)], s)))
    return _halves(node, bound, at=at, limits=(opened, closed))


def _halves(node: _Node, bound: Bound, *, at: int, limits: tuple[Mask, Mask]) -> list[_Node]:
    opened, closed = limits
    with_it, without = opened.copy(), closed.copy()
    with_it[at], without[at] = True, True
    floor = max(bound.value, node.floor)
    return [_Node(opened, without, bound.prices, floor, AGAIN), _Node(with_it, closed, bound.prices, floor, AGAIN)]
