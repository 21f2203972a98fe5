"""Problems that a flow cannot say (sizes that differ, fixed costs, divided needs), by integer programming.

Two objectives in order: first the priority left unmet, then the cost. Where all needs can be met, sizes that differ go
through `generalised` and sites with fixed costs through `facility`, which know better bounds and plans. The rest, and
what these do not know (quotas, needs that stay unmet), is solved as

    the linear relaxation       gives a bound, and what each column would cost beyond it
    a first plan                the pairs that the relaxation takes whole stay, a small programme places the rest
    reduced-cost fixing         a column whose reduced cost exceeds the gap cannot be in a better plan, and goes
    branch and bound            on the columns that are left (HiGHS), until the time is up

so that small problems are proven and large ones end with a plan and its gap (Dantzig, Fulkerson and Johnson 1954 for
fixing by reduced costs; Fisher 1981 for bounds of this kind).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from graph.model.errors import ProblemUnfit
from graph.model.text import Text
from matching.assign import facility, generalised
from matching.assign.model import Model, build
from matching.assign.programme import (
    CLOSE,
    WHOLE,
    Stage,
    branch,
    first_plan,
    is_whole,
    narrowed,
    relaxed,
)
from matching.budget import Budget
from matching.problem import Floats, Mask, Plan, Problem, cost, priority_unmet

MOST_STRONG = 20_000
"""Pairs with fixed costs up to which the relaxation, a row a pair, is solved within seconds."""
EXACT = Text("整数规划（精确）", "integer programming (exact)")
BOUNDED = Text("整数规划（到时停止，附界）", "integer programming (stopped at the time limit, with its bound)")
LINEAR = Text("线性规划（精确）", "linear programming (exact)")


def solve(problem: Problem, budget: Budget) -> Plan:
    """Return the best plan found in the time, with its bound; raises `ProblemUnfit` when a floor is out of reach."""
    model = build(problem)
    all_met = _all_met(problem, model, budget=budget)
    if all_met is not None:
        return _plan(problem, all_met, least=0.0)
    free = np.ones(len(model.cost), bool)
    first = _stage(model, model.unmet, free, budget=budget.part(0.5))
    if first is None:
        raise _nothing(problem, budget)
    second = _stage(_keeping_unmet(model, first.objective), model.cost, free, budget=budget)
    return _plan(problem, first if second is None else second, least=first.bound)


def _nothing(problem: Problem, budget: Budget) -> ProblemUnfit:
    if budget.over and not problem.floors:
        return ProblemUnfit(
            Text("限时内没有找到任何方案", "no plan was found in the time"), Text("加大 --seconds", "Raise --seconds")
        )
    return ProblemUnfit(
        Text("各组下限或配额不能同时满足", "the floors and quotas cannot be met together"),
        Text("降低下限，或增加容量", "Lower the floors, or add capacity"),
    )


def _plan(problem: Problem, stage: Stage, *, least: float) -> Plan:
    shares = stage.values[: len(problem.pairs)]
    shares = np.clip(shares if problem.split else np.round(shares), 0.0, 1.0)
    chosen = np.flatnonzero(shares > WHOLE)
    draft = Plan(chosen, shares[chosen], 0.0, 0.0, EXACT)
    total, left = cost(problem, draft), priority_unmet(problem, draft)
    bound = min(total, stage.bound)
    close = total - bound <= CLOSE * max(1.0, abs(total))
    bound = total if close else bound
    whole = not problem.split or problem.fixed_cost.any()
    method = (EXACT if whole else LINEAR) if close and left <= least + 1e-6 else BOUNDED
    least = left if left <= least + 1e-6 else least
    return replace(
        draft, objective=problem.sign * total, bound=problem.sign * bound, method=method, unmet=left, least_unmet=least
    )


def _none_unmet(model: Model) -> Mask:
    free = np.ones(len(model.cost), bool)
    free[model.pairs + len(model.paying) :] = False
    return free


def _keeping_unmet(model: Model, unmet: float) -> Model:
    """Add the row that no plan may leave more unmet than the first objective found."""
    from scipy.sparse import csr_array, vstack

    row = csr_array(model.unmet[None])
    matrix = csr_array(vstack([model.matrix, row]))
    low, high = np.append(model.low, -np.inf), np.append(model.high, round(unmet, 9))
    return replace(model, matrix=matrix, low=low, high=high)


def _all_met(problem: Problem, model: Model, *, budget: Budget) -> Stage | None:
    """Return the best plan that meets every need, by the method that knows the problem's form."""
    free = _none_unmet(model)
    if facility.fits(problem):
        start = facility.start(problem, budget.part(0.95 if model.pairs > MOST_STRONG else 0.3))
        if start is not None:
            return _from_sites(model, free, start, budget=budget)
    if generalised.fits(problem):
        return generalised.solve(problem, model, free, budget=budget.part(0.95))
    return _stage(model, model.cost, free, budget=budget.part(0.5))


def _from_sites(model: Model, free: Mask, start: facility.Start, *, budget: Budget) -> Stage:
    """Search on from a plan of sites: a programme over the sites that are left, where it is small enough."""
    values = np.zeros(len(model.cost))
    values[: model.pairs] = start.share
    values[model.pairs : model.pairs + len(model.paying)] = start.open[model.paying]
    known = Stage(values, start.cost, start.bound)
    rest = free.copy()
    rest[model.pairs : model.pairs + len(model.paying)] &= ~start.never[model.paying]
    if known.proven or model.pairs > MOST_STRONG:
        return known
    linear = relaxed(model, rest, model.cost)
    if linear is None:
        return known
    known = replace(known, bound=min(known.objective, max(known.bound, linear.bound)))
    near = rest & linear.within(model, known.objective - linear.bound)
    return narrowed(model, model.cost, near, known=known, budget=budget)


def _stage(model: Model, objective: Floats, free: Mask, *, budget: Budget) -> Stage | None:
    """Minimise one objective over the free columns (the others are 0); None when no plan exists or was found."""
    linear = relaxed(model, free, objective)
    if linear is None:
        return None
    if is_whole(model, linear.values):
        return Stage(linear.values, linear.bound, linear.bound)
    first = first_plan(model, objective, free, values=linear.values, budget=budget.part(0.25))
    if first is None:
        best = branch(model, objective, free, budget=budget)
        return best and replace(best, bound=max(linear.bound, min(best.bound, best.objective)))
    known = replace(first, bound=min(first.objective, linear.bound))
    near = free & linear.within(model, known.objective - linear.bound)
    return narrowed(model, objective, near, known=known, budget=budget)
