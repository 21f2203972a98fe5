"""Sites with places and fixed costs that must meet all needs: a bound, good sites, and how they serve.

    opening                     the sites of most places for their cost, as many as are needed
    prices                      the bound of `located`, and how often it uses each site
    closing, opening, exchange  of sites, each weighed by the cheapest way to serve from them
    serving                     a transport problem where needs may be divided, else a generalised assignment

(Cornuejols, Sridharan and Thizy 1991; Beasley 1993.)
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from matching.assign import generalised, located, sites, transport
from matching.assign.model import build
from matching.budget import Budget
from matching.problem import Floats, Mask, Pairs, Problem

LEAST_PAIRS, MOST_CELLS = 2_000, 20_000_000
"""Pairs under which a programme alone is proven within a second; cells of a table that take about a gigabyte."""
TRIED = 0.2
"""Share of the time that is left in which whole needs are placed in other sites."""

_Placed = tuple[Floats, Mask, float]  # the share of each pair, the sites that are used, the cost


@dataclass(frozen=True, slots=True, eq=False)
class Start:
    """The share of each pair, the sites that are open, the cost, a bound on it, and sites that no better plan opens."""

    share: Floats
    open: Mask
    cost: float
    bound: float
    never: Mask


def fits(problem: Problem) -> bool:
    """Tell whether the problem is one of sites with costs, and large enough to be worth a search of its own."""
    cells = len(problem.needs) * len(problem.resources)
    paid = bool((problem.fixed_cost.any() or problem.most_used) and (problem.fixed_cost >= 0).all())
    return paid and not problem.quotas and len(problem.pairs) >= LEAST_PAIRS and cells <= MOST_CELLS


def start(problem: Problem, budget: Budget) -> Start | None:
    """Return a plan that meets all needs, with its bound; None when there is none or none was found."""
    table = located.Table.of(problem)
    best = transport.opening(table, 1.0 / (1.0 + table.fixed / np.maximum(table.capacity, 1e-12)))
    if best is None:
        return None
    bound = located.raised(table, best.cost, budget.part(0.25), prices=located.first_prices(table))
    best = min((s for s in (best, transport.opening(table, bound.use)) if s is not None), key=lambda s: s.cost)
    never = bound.settled(table, best.cost)[1]
    best = transport.improved(table, best, bound.use, never=never, budget=budget.part(0.4))
    again = located.raised(table, best.cost, budget.part(0.3), prices=bound.prices, steps=(0.25, 0.002))
    bound = again if again.value > bound.value else bound
    return (
        _divided(problem, table, best, bound=bound, budget=budget)
        if problem.split
        else _whole(problem, table, best, bound=bound, budget=budget)
    )


def _divided(
    problem: Problem, table: located.Table, best: transport.Served, *, bound: located.Bound, budget: Budget
) -> Start:
    found, value = sites.branched(table, bound, best.cost, shrinking=True, budget=budget)
    best = min([best, *found], key=lambda service: service.cost)
    best = transport.improved(table, best, bound.use, never=bound.settled(table, best.cost)[1], budget=budget)
    return Start(
        _shares(problem, best), best.open, best.cost, min(value, best.cost), _never(table, bound, best.cost, best.open)
    )


def _never(table: located.Table, bound: located.Bound, cost: float, opened: Mask) -> Mask:
    return bound.settled(table, cost)[1] & ~opened


def _shares(problem: Problem, best: transport.Served) -> Floats:
    place = np.cumsum(best.open) - 1
    pairs = problem.pairs
    return np.where(best.open[pairs.resource], best.share[pairs.need, place[pairs.resource]], 0.0)


def _whole(
    problem: Problem, table: located.Table, best: transport.Served, *, bound: located.Bound, budget: Budget
) -> Start | None:
    """Place the needs whole in the open sites, then in the sites of every cheaper service that branching finds."""
    placed = _first_placed(problem, best, bound.use, budget=budget.part(0.5))
    if placed is None:
        return None
    cap = placed[2]
    found, value = sites.branched(table, bound, cap, shrinking=False, budget=budget.part(0.5))
    for service in found:
        if budget.over or service.cost >= placed[2]:
            break
        other = _placed(problem, service.open, budget=budget.part(TRIED))
        placed = other if other is not None and other[2] < placed[2] else placed
    share, opened, cost = placed
    return Start(share, opened, cost, min(value, cost), _never(table, bound, cost, opened))


def _first_placed(problem: Problem, best: transport.Served, use: Floats, *, budget: Budget) -> _Placed | None:
    """Place the needs in the open sites; opens the next best site while that finds no room."""
    opened = best.open.copy()
    rank = np.argsort(-np.where(opened, -1.0, use), kind="stable")
    most = problem.most_used or len(opened)
    for extra in [None, *rank.tolist()]:
        if extra is not None:
            opened[extra] = True
        if budget.over or int(opened.sum()) > most:
            return None
        placed = _placed(problem, opened, budget=budget.part(0.5))
        if placed is not None:
            return placed
    return None


def _placed(problem: Problem, opened: Mask, *, budget: Budget) -> _Placed | None:
    pairs = problem.pairs
    at = np.flatnonzero(opened[pairs.resource])
    inside = Pairs(pairs.need[at], pairs.resource[at], pairs.cost[at], pairs.size[at])
    given = replace(problem, pairs=inside, fixed_cost=0.0 * problem.fixed_cost, most_used=0, always=())
    model = build(given)
    free = np.ones(len(model.cost), bool)
    free[model.pairs :] = False
    found = generalised.solve(given, model, free, budget=budget)
    if found is None:
        return None
    share = np.zeros(len(pairs))
    share[at] = np.round(found.values[: len(at)])
    used = np.bincount(pairs.resource, share, minlength=len(opened)) > 0
    used[list(problem.always)] = True
    return share, used, float(pairs.cost @ share + problem.fixed_cost[used].sum())
