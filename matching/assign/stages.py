"""Branch and bound for one objective after the other: first the least unmet, then the least cost that leaves no more.

    the linear relaxation       gives a bound, and what each column would cost beyond it
    a first plan                the pairs that the relaxation takes whole stay, a small programme places the rest
    reduced-cost fixing         a column whose reduced cost exceeds the gap cannot be in a better plan, and goes
    branch and bound            on the columns that are left (HiGHS), until the time is up

(Dantzig, Fulkerson and Johnson 1954 for fixing by reduced costs; Fisher 1981 for bounds of this kind.)
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from matching.assign import incumbent
from matching.assign.incumbent import EVEN, Incumbent
from matching.assign.model import Model, build
from matching.assign.programme import Missing, Stage, branch, first_plan, is_whole, narrowed, relaxed
from matching.budget import Budget
from matching.problem import Floats, Mask, Problem

MOST_STRONG = 20_000
"""Pairs with fixed costs up to which the relaxation, a row a pair, is solved within seconds."""


def too_large(problem: Problem) -> bool:
    """Tell whether programmes of this problem are left alone: each pair of a paid resource is a row."""
    paid = bool(problem.fixed_cost.any() or problem.most_used)
    return paid and len(problem.pairs) > MOST_STRONG


def solved(problem: Problem, known: Incumbent | None, *, budget: Budget) -> tuple[bool, Incumbent | None]:
    """Search on from what is known; returns whether it was proven that there is no plan, and the best plan."""
    if known is not None and too_large(problem) and np.isfinite(known.bound):
        return False, known
    model = build(problem)
    if known is None or known.least <= EVEN:
        share = 1.0 if known is not None and known.unmet <= EVEN else 0.5
        met = _all_met(problem, model, known, budget=budget.part(share))
        known = known if met is None else met.or_better(known)
        if known is not None and known.unmet <= EVEN:
            return False, known
    impossible, known = _least_unmet(problem, model, known, budget=budget.part(0.4))
    if known is None:
        return impossible, None
    return False, _cheapest(problem, _keeping_unmet(model, known.unmet), known, budget=budget)


def cheapest(problem: Problem, known: Incumbent, *, budget: Budget) -> Incumbent:
    """Search for a cheaper plan that leaves no more unmet than a known one."""
    model = build(problem)
    if known.unmet <= EVEN:
        met = _all_met(problem, model, known, budget=budget)
        return known if met is None else met.or_better(known)
    return _cheapest(problem, _keeping_unmet(model, known.unmet), known, budget=budget)


def _all_met(problem: Problem, model: Model, known: Incumbent | None, *, budget: Budget) -> Incumbent | None:
    free = np.ones(len(model.cost), bool)
    free[model.pairs + len(model.paying) :] = False
    start = known if known is not None and known.unmet <= EVEN else None
    found = _stage(model, model.cost, free, known=_values(problem, model, start), budget=budget)
    return None if isinstance(found, Missing) else _of(problem, found).raised(bound=found.bound)


def _least_unmet(
    problem: Problem, model: Model, known: Incumbent | None, *, budget: Budget
) -> tuple[bool, Incumbent | None]:
    """Leave as little unmet as can be; without a limit on the number of resources, fixed costs say nothing here."""
    if known is not None and known.least_left:
        return False, known
    free_of_cost = problem if problem.most_used else replace(problem, fixed_cost=0.0 * problem.fixed_cost)
    only = model if problem.most_used else build(free_of_cost)
    start = _values(free_of_cost, only, known)
    start = None if start is None or known is None else replace(start, objective=known.unmet, bound=known.least)
    found = _stage(only, only.unmet, np.ones(len(only.cost), bool), known=start, budget=budget)
    if isinstance(found, Missing):
        return found is Missing.IMPOSSIBLE, known
    best = _of(problem, found).raised(least=incumbent.least_on_grid(problem, found.bound))
    return False, best.or_better(known)


def _cheapest(problem: Problem, model: Model, known: Incumbent, *, budget: Budget) -> Incumbent:
    free = np.ones(len(model.cost), bool)
    found = _stage(model, model.cost, free, known=_values(problem, model, known), budget=budget)
    return known if isinstance(found, Missing) else _of(problem, found).raised(bound=found.bound).or_better(known)


def _of(problem: Problem, stage: Stage) -> Incumbent:
    shares = stage.values[: len(problem.pairs)]
    shares = np.clip(shares if problem.split else np.round(shares), 0.0, 1.0)
    return incumbent.of_share(problem, np.where(shares > EVEN, shares, 0.0))


def _values(problem: Problem, model: Model, known: Incumbent | None) -> Stage | None:
    """Write a known plan as values of the columns."""
    if known is None:
        return None
    values = np.zeros(len(model.cost))
    values[: model.pairs] = known.share
    used = np.bincount(problem.pairs.resource, known.share, minlength=len(problem.resources)) > 0
    used[list(problem.always)] = True
    values[model.pairs : model.pairs + len(model.paying)] = used[model.paying]
    met = np.bincount(problem.pairs.need, known.share, minlength=len(problem.needs))
    values[model.pairs + len(model.paying) :] = np.clip(1.0 - met, 0.0, 1.0)
    return Stage(values, known.cost, known.bound)


def _keeping_unmet(model: Model, unmet: float) -> Model:
    """Add the row that no plan may leave more unmet than the first objective found."""
    from scipy.sparse import csr_array, vstack

    row = csr_array(model.unmet[None])
    matrix = csr_array(vstack([model.matrix, row]))
    low, high = np.append(model.low, -np.inf), np.append(model.high, round(unmet, 9))
    return replace(model, matrix=matrix, low=low, high=high)


def _stage(model: Model, objective: Floats, free: Mask, *, known: Stage | None, budget: Budget) -> Stage | Missing:
    """Minimise one objective over the free columns (the others are 0), from a known plan if there is one."""
    linear = relaxed(model, free, objective, budget=budget.part(0.6))
    if isinstance(linear, Missing):
        return linear
    if is_whole(model, linear.values):
        return Stage(linear.values, linear.bound, linear.bound)
    if known is None or not np.isfinite(known.bound):
        first = first_plan(model, objective, free, values=linear.values, budget=budget.part(0.25))
        known = _better(known, None if isinstance(first, Missing) else first)
    if known is None:
        best = branch(model, objective, free, budget=budget)
        if isinstance(best, Missing):
            return best
        return replace(best, bound=max(linear.bound, min(best.bound, best.objective)))
    known = replace(known, bound=min(known.objective, max(known.bound, linear.bound)))
    budget.tell_gap(known.objective, known.bound)
    near = free & linear.within(model, known.objective - linear.bound)
    return narrowed(model, objective, near, known=known, budget=budget)


def _better(known: Stage | None, other: Stage | None) -> Stage | None:
    if known is None or other is None:
        return known or other
    best = known if known.objective <= other.objective else other
    return replace(best, bound=known.bound)
