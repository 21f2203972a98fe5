"""Sites with places and fixed costs: a bound, good sites, and how they serve; what has no place is left out.

    opening                     the sites of most places for their cost, as many as are needed
    prices                      the bound of `located`, and how often it uses each site
    closing, opening, exchange  of sites, each weighed by the cheapest way to serve from them
    serving                     a transport problem where needs may be divided, else exchanges of whole needs

(Cornuejols, Sridharan and Thizy 1991; Beasley 1993.)
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from matching.assign import knapsacks, located, nobody, placing, sites
from matching.assign.incumbent import EVEN, Incumbent
from matching.assign.transport import Division, Served
from matching.budget import Budget
from matching.problem import Floats, Mask, Problem

LEAST_PAIRS, MOST_CELLS = 2_000, 20_000_000
"""Pairs under which a programme alone is proven within a second; cells of a table that take about a gigabyte."""
SMALL = 20_000
"""Pairs up to which branch and bound does better than exchanges."""
MOST_WORTH = 40_000
"""Pairs that are worth their price up to which filling all knapsacks takes well under a second."""
TRIED = 0.2
"""Share of the time that is left in which whole needs are placed in other sites."""
AGAIN: located.Span = (0.25, 0.002)


@dataclass(frozen=True, slots=True, eq=False)
class Start:
    """The share of each pair, and what is known of better plans.

    `bound` is on the cost of plans that leave no more unmet, `least` on the unmet itself; a plan that leaves no more
    unmet takes only pairs of `kept` if it costs less, and costs at least `floor` and the `extra` of each of its pairs.
    """

    share: Floats
    bound: float
    least: float
    kept: Mask
    floor: float
    extra: Floats


def fits(problem: Problem) -> bool:
    """Tell whether the problem is one of sites with costs, and large enough to be worth a search of its own."""
    cells = len(problem.needs) * len(problem.resources)
    paid = bool(problem.fixed_cost.any() or problem.most_used)
    return paid and len(problem.pairs) >= LEAST_PAIRS and cells <= MOST_CELLS


def start(problem: Problem, known: Incumbent | None, *, budget: Budget) -> Start | None:
    """Return a plan with its bounds, at least as good as a known one; None where the numbers defeat the solvers.

    Floors and quotas are not looked at.
    """
    table = located.Table.of(problem)
    division = Division(table, nobody.price(problem) * problem.priority, budget)
    best = division.opening(1.0 / (1.0 + table.fixed / np.maximum(table.capacity, 1e-12)))
    if best is None:
        return None
    least = _least(table, budget.part(0.1)) if best.left.any() else 0.0
    division = _allowing(division, best)
    first = _first_prices(division, best, budget=budget.part(0.2))
    bound = located.raised(division.table, division.net(best), budget.part(0.2), prices=first)
    best = min(_both(best, division.opening(bound.use)), key=lambda service: service.cost)
    never = bound.settled(division.table, division.net(best))[1]
    best = division.improved(best, bound.use, never=never, budget=budget.part(0.4 if problem.split else 0.2))
    division = _allowing(division, best)
    again = located.raised(division.table, division.net(best), budget.part(0.2), prices=bound.prices, steps=AGAIN)
    bound = again if again.value > bound.value else bound
    budget.tell_gap(division.net(best), bound.value)
    bound = replace(bound, least=least)
    if problem.split:
        return _divided(problem, division, best, bound=bound, budget=budget)
    placed = _placed(problem, division, best, bound=bound, budget=budget.part(_for_placing(problem)))
    if known is not None:
        placed = min(placed, placing.of_share(problem, known.share), key=placing.Placed.worth)
    return _whole(problem, division, placed, bound=bound, budget=budget)


def _for_placing(problem: Problem) -> float:
    """Return the share of the time for placing needs whole: little where a programme will."""
    return 0.2 if len(problem.pairs) <= SMALL else 0.4


def _first_prices(division: Division, best: Served, *, budget: Budget) -> Floats:
    """Return the prices to begin with: where places are short those of the division are near the best already."""
    late = replace(division, budget=budget)
    found = late.prices(best.open, division.table.unit) if best.left.any() else None
    return located.first_prices(division.table) if found is None else found


def _placed(
    problem: Problem, division: Division, best: Served, *, bound: located.Bound, budget: Budget
) -> placing.Placed:
    """Place needs whole in the open sites; opens the next best site while somebody is left out who need not be."""
    placed = placing.placed(problem, best, budget=budget.part(0.4))
    closed = np.flatnonzero(~best.open)
    closed = closed[np.argsort(-bound.use[closed], kind="stable")]
    most = division.table.most - int(best.open.sum()) if division.table.most else len(closed)
    more = 1
    while placed.unmet > bound.least + EVEN and more <= min(most, len(closed)) and not budget.over:
        opened = best.open.copy()
        opened[closed[:more]] = True
        service = division.served(opened)
        if service is not None:
            placed = min(placed, placing.placed(problem, service, budget=budget.part(0.4)), key=placing.Placed.worth)
        more *= 2
    return placed


def _both(one: Served, other: Served | None) -> list[Served]:
    return [one] if other is None else [one, other]


def _allowing(division: Division, best: Served) -> Division:
    return replace(division, table=division.table.allowing(division.unmet(best)))


def _least(table: located.Table, budget: Budget) -> float:
    """Return a bound on the priority that every plan leaves unmet."""
    only = table.only_unmet()
    total = float(table.priority.sum())
    return max(0.0, located.raised(only, total, budget, prices=located.density_prices(only)).value)


def _divided(problem: Problem, division: Division, best: Served, *, bound: located.Bound, budget: Budget) -> Start:
    cost = division.net(best)
    found, value = sites.branched(division, bound, cost, shrinking=True, budget=budget)
    best = min([best, *found], key=lambda service: service.cost)
    never = bound.settled(division.table, division.net(best))[1]
    best = division.improved(best, bound.use, never=never, budget=budget)
    resource = problem.pairs.resource
    share = best.table()[problem.pairs.need, resource]
    kept = ~bound.settled(division.table, division.net(best))[1][resource]
    extra = np.maximum(bound.worth, 0.0)[resource] * (not division.table.most)
    return Start(share, min(value, division.net(best)), bound.least, kept, bound.value, extra)


def _whole(
    problem: Problem, division: Division, placed: placing.Placed, *, bound: located.Bound, budget: Budget
) -> Start:
    """Better a plan of whole needs by placing them in the sites of every cheaper service that branching finds."""
    division = replace(division, table=division.table.allowing(placed.unmet))
    if placed.unmet > EVEN:
        bound = _raised_again(division, placed, bound=bound, budget=budget.part(0.6))
    small = len(problem.pairs) <= SMALL
    priced = _knapsacks(problem, division, placed, bound=bound, budget=budget.part(0.6 if small else 0.2))
    found, value = sites.branched(division, bound, placed.cost, shrinking=False, budget=budget.part(0.3))
    for service in found:
        if budget.over or division.net(service) >= placed.cost:
            break
        placed = min(placed, placing.placed(problem, service, budget=budget.part(TRIED)), key=placing.Placed.worth)
    kept = priced.may_be_better(placed.cost) & ~bound.settled(division.table, placed.cost)[1][problem.pairs.resource]
    return Start(placed.share, max(value, priced.value), bound.least, kept, priced.value, priced.extra)


def _knapsacks(
    problem: Problem, division: Division, placed: placing.Placed, *, bound: located.Bound, budget: Budget
) -> knapsacks.Priced:
    """Raise the bound by whole knapsacks, from the prices of the divided ones; keep those where it takes too long."""
    pairs, limit, prices = problem.pairs, bound.limit(division.table), bound.prices[:-1]
    if budget.over or int((prices[pairs.need] > pairs.cost).sum()) > MOST_WORTH:
        extra = bound.added(division.table)[pairs.need, pairs.resource]
        return knapsacks.Priced(bound.value, prices, np.zeros(len(prices)), extra)
    sacks = knapsacks.Knapsacks.of(problem)
    sacks = replace(sacks, leaving=limit * problem.priority) if placed.unmet > EVEN else sacks
    lost = limit * placed.unmet if placed.unmet > EVEN else 0.0
    priced = knapsacks.raised(sacks, prices, placed.cost + lost, budget=budget)
    return replace(priced, value=priced.value - lost)


def _raised_again(division: Division, placed: placing.Placed, *, bound: located.Bound, budget: Budget) -> located.Bound:
    """Bound the cost of plans that leave as much unmet as whole needs do: more than divided ones."""
    found = replace(division, budget=budget.part(0.5)).prices(placed.open, division.table.unit)
    prices = bound.prices if found is None else found
    raised = located.raised(division.table, placed.cost, budget, prices=prices, steps=AGAIN)
    return replace(raised, least=bound.least)
