"""Problems that a flow cannot say (sizes that differ, fixed costs, divided needs): the best plan that the time allows.

Two objectives in order: first the priority left unmet, then the cost. A plan is at hand at once (`greedy`); then

    sites with fixed costs      `facility`, which bounds by prices and weighs sites
    sizes that differ           `generalised`, where all needs can be met, and with `nobody` where not
    the rest                    `stages`: the linear relaxation and branch and bound, for one objective after the other

each on the time that the former left. Every step keeps the better plan and the better bounds, so that small problems
are proven and large ones end in time with a plan and its gap.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from graph.model.errors import NoPlanInTime, ProblemUnfit
from graph.model.text import Text
from matching.assign import facility, generalised, greedy, incumbent, kernel, nobody, stages
from matching.assign.incumbent import EVEN, Incumbent
from matching.assign.located import Table, density_prices, first_prices, raised
from matching.assign.model import build
from matching.assign.programme import WHOLE
from matching.assign.units import Units
from matching.budget import Budget
from matching.problem import Plan, Problem, cost, priority_unmet

EXACT = Text("整数规划（精确）", "integer programming (exact)")
BOUNDED = Text("整数规划（到时停止，附界）", "integer programming (stopped at the time limit, with its bound)")
LINEAR = Text("线性规划（精确）", "linear programming (exact)")
KEPT_BACK, LATE, LATE_A_PAIR = 0.04, 0.6, 3e-6
"""Share of the time kept for writing the plan down, and seconds by which the last solver may end late."""


def solve(problem: Problem, budget: Budget) -> Plan:
    """Return the best plan found in the time, with its bound; raises `ProblemUnfit` when a floor is out of reach."""
    units = Units.of(problem)
    late = (LATE + LATE_A_PAIR * len(problem.pairs)) / budget.left
    best = _best(units.applied(problem), budget.part(max(0.5, 1.0 - KEPT_BACK - late)))
    return _plan(problem, best, units=units)


def _best(problem: Problem, budget: Budget) -> Incumbent:
    taken = greedy.plan(problem)
    known = None if taken is None else incumbent.of_taken(problem, taken)
    if facility.fits(problem):
        known = _joined(problem, known, _sites(problem, known, budget=budget.part(0.95)))
    elif generalised.fits(problem):
        known = _joined(problem, known, _sized(problem, budget.part(0.95)))
    if known is not None and known.proven:
        return known
    impossible, known = stages.solved(problem, known, budget=budget)
    if known is None:
        raise _floors_out_of_reach() if impossible else NoPlanInTime()
    return known if np.isfinite(known.bound) else _bounded(problem, known, budget=budget)


def _joined(problem: Problem, known: Incumbent | None, found: Incumbent | None) -> Incumbent | None:
    """Keep the better plan that breaks neither floors nor quotas, which `found` was not asked to keep."""
    if found is None or not _allowed(problem, found):
        if found is None or known is None:
            return known
        bound = found.bound if known.unmet <= found.unmet + EVEN else -np.inf
        return known.raised(least=found.least, bound=bound)
    return found.or_better(known)


def _allowed(problem: Problem, found: Incumbent) -> bool:
    pairs = problem.pairs
    met = np.bincount(pairs.need, found.share, minlength=len(problem.needs))
    places = np.bincount(pairs.resource, found.share * pairs.size, minlength=len(problem.resources))
    floors = all(met[[g == name for g in problem.group]].mean() >= f - 1e-9 for name, f in problem.floors.items())
    return floors and all(places[[p == n for p in problem.pool]].sum() <= q + 1e-9 for n, q in problem.quotas.items())


def _for_sites(problem: Problem, known: Incumbent | None) -> float:
    """Return the share of the time for a search over sites: a programme follows where the problem is small or whole."""
    if not stages.too_large(problem):
        return 0.2
    return 1.0 if problem.split or (known is not None and known.unmet > EVEN) else 0.9


def _sites(problem: Problem, known: Incumbent | None, *, budget: Budget) -> Incumbent | None:
    start = facility.start(problem, known, budget=budget.part(_for_sites(problem, known)))
    if start is None:
        return None
    found = incumbent.of_share(problem, start.share)
    found = found.raised(least=incumbent.least_on_grid(problem, start.least), bound=start.bound)
    found.tell(budget)
    if found.proven or not found.least_left or not _allowed(problem, found):
        return found
    return kernel.searched(problem, found, start, budget=budget)


def _sized(problem: Problem, budget: Budget) -> Incumbent | None:
    """Place needs of sizes that differ: all of them if that can be, else with a price on those left out."""
    pairs = len(problem.pairs)
    if greedy.smallest(problem).sum() <= problem.capacity.sum() + EVEN:
        model = build(problem)
        free = np.ones(len(model.cost), bool)
        free[pairs:] = False
        found = generalised.solve(problem, model, free, budget=budget)
        if found is not None:
            return incumbent.of_share(problem, np.round(found.values[:pairs])).raised(bound=found.bound)
    least = _least(problem, budget=budget.part(0.1))
    large = nobody.extended(problem, nobody.price(problem))
    model = build(large)
    free = np.ones(len(model.cost), bool)
    free[model.pairs :] = False
    found = generalised.solve(large, model, free, budget=budget.part(0.5))
    if found is None:
        return None
    return incumbent.of_share(problem, nobody.own(large, np.round(found.values[: model.pairs]))).raised(least=least)


def _bounded(problem: Problem, known: Incumbent, *, budget: Budget) -> Incumbent:
    """Bound a plan by prices, which need no solver; quotas and floors can only make plans dearer."""
    least = _least(problem, budget=budget.part(0.5))
    table = Table.of(problem).allowing(known.unmet)
    bound = raised(table, known.cost, budget, prices=first_prices(table)).value
    return known.raised(least=least, bound=bound)


def _least(problem: Problem, *, budget: Budget) -> float:
    only = Table.of(problem).only_unmet()
    value = raised(only, float(problem.priority.sum()), budget, prices=density_prices(only)).value
    return incumbent.least_on_grid(problem, value)


def _floors_out_of_reach() -> ProblemUnfit:
    return ProblemUnfit(
        Text("各组下限或配额不能同时满足", "the floors and quotas cannot be met together"),
        Text("降低下限，或增加容量", "Lower the floors, or add capacity"),
    )


def _plan(problem: Problem, best: Incumbent, *, units: Units) -> Plan:
    shares = np.clip(best.share if problem.split else np.round(best.share), 0.0, 1.0)
    chosen = np.flatnonzero(shares > WHOLE)
    draft = Plan(chosen, shares[chosen], 0.0, 0.0, EXACT)
    total, left = cost(problem, draft), priority_unmet(problem, draft)
    bound = min(total, best.bound / units.cost)
    close = total - bound <= EVEN * max(1.0, abs(total))
    bound = total if close else bound
    whole = not problem.split or bool(problem.fixed_cost.any())
    method = (EXACT if whole else LINEAR) if close and left <= best.least + EVEN else BOUNDED
    least = left if left <= best.least + EVEN else best.least
    return replace(
        draft, objective=problem.sign * total, bound=problem.sign * bound, method=method, unmet=left, least_unmet=least
    )
