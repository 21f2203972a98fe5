"""Generalised assignment: needs of sizes that differ, placed whole, when all of them can be met.

    the linear relaxation       a bound, prices, and what each pair would cost beyond it
    a first plan                the pairs that the relaxation takes whole stay, the others are placed by a programme
    exchanges                   moves and short ejection chains among the pairs of small reduced cost
    knapsacks                   a better bound, and pairs that no better plan takes
    the core                    branch and bound over the few pairs of the smallest reduced costs
    the rest                    branch and bound over all pairs that are left, for what remains of the time

Each step keeps the best plan and the best bound so far.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from matching.assign import exchange, knapsacks
from matching.assign.located import Table, first_prices, raised
from matching.assign.model import Model
from matching.assign.programme import (
    CLOSE,
    Missing,
    Relaxed,
    Stage,
    branch,
    first_plan,
    found_or_none,
    is_whole,
    narrowed,
    on_grid,
    relaxed,
)
from matching.budget import Budget
from matching.problem import Ints, Mask, Problem

QUICK, SMALL, MIDDLE = 300, 3_000, 10_000
"""Pairs up to which branch and bound comes first, gets most of the time, and works on more than the core."""
MOST_CELLS = 20_000_000
CORE = 0.05
"""Share of the gap within which reduced costs are the core: two to ten pairs a need (types D and E, 200 to 400 needs)."""


def fits(problem: Problem) -> bool:
    """Tell whether the steps know every limit of the problem (floors hold by themselves once all needs are met)."""
    return not (problem.split or problem.fixed_cost.any() or problem.most_used or problem.quotas)


def solve(problem: Problem, model: Model, free: Mask, *, budget: Budget) -> Stage | None:
    """Return a plan over the free columns that meets all needs, with its bound; None when there is or was found none."""
    linear = relaxed(model, free, model.cost, budget=budget.part(0.5))
    if isinstance(linear, Missing):
        return _unrelaxed(problem, model, budget=budget) if linear is Missing.STOPPED else None
    if is_whole(model, linear.values):
        return Stage(linear.values, linear.bound, linear.bound)
    linear = replace(linear, bound=min(linear.bound, on_grid(problem, linear.bound - CLOSE * abs(linear.bound))))
    first = first_plan(model, model.cost, free, values=linear.values, budget=budget.part(0.1))
    known = None if isinstance(first, Missing) else replace(first, bound=_floor(problem, linear.bound, first))
    if len(problem.pairs) <= QUICK or known is None:
        known, ended = _quickly(model, free, linear, known=known, budget=budget.part(0.3))
        if ended:
            return known
    middle = len(problem.pairs) <= MIDDLE
    known = _exchanged(problem, model, linear, known=known, budget=budget.part(0.1 if middle else 0.2))
    if known is None:
        return found_or_none(branch(model, model.cost, free, budget=budget))
    budget.tell_gap(known.objective, known.bound)
    return known if known.proven else _improved(problem, model, free, linear=linear, known=known, budget=budget)


def _unrelaxed(problem: Problem, model: Model, *, budget: Budget) -> Stage | None:
    """Bound by prices and exchange from them, where even the relaxation does not end in time."""
    if len(problem.needs) * len(problem.resources) > MOST_CELLS:
        return None
    table = replace(Table.of(problem), forced=np.ones(len(problem.resources), bool))
    bound = raised(table, float(np.abs(problem.pairs.cost).sum()), budget.part(0.5), prices=first_prices(table))
    reduced = problem.pairs.cost + bound.rates(table)[problem.pairs.resource] * problem.pairs.size
    found = exchange.plan(problem, -reduced, reduced, budget=budget)
    return _better(problem, model, found, known=None, bound=bound.value)


def _floor(problem: Problem, bound: float, known: Stage) -> float:
    return min(known.objective, max(bound, on_grid(problem, bound)))


def _quickly(
    model: Model, free: Mask, linear: Relaxed, *, known: Stage | None, budget: Budget
) -> tuple[Stage | None, bool]:
    """Branch and bound at once; returns the plan and whether that settles the problem."""
    if known is None:
        found = branch(model, model.cost, free, budget=budget)
        if isinstance(found, Missing):
            return None, found is Missing.IMPOSSIBLE
        known = replace(found, bound=max(found.bound, linear.bound))
    near = free & linear.within(model, known.objective - linear.bound)
    known = known if known.proven else narrowed(model, model.cost, near, known=known, budget=budget)
    return known, known.proven


def _exchanged(problem: Problem, model: Model, linear: Relaxed, *, known: Stage | None, budget: Budget) -> Stage | None:
    """Run the exchanges from the relaxation, or from the known plan where that is later; keeps the better plan."""
    pairs = slice(0, len(problem.pairs))
    found = exchange.plan(problem, linear.values[pairs], linear.reduced[pairs], budget=budget)
    return _better(problem, model, found, known=known, bound=linear.bound)


def _better(problem: Problem, model: Model, found: Ints | None, *, known: Stage | None, bound: float) -> Stage | None:
    if found is None:
        return known
    values = np.zeros(len(model.cost))
    values[found] = 1.0
    total = float(model.cost @ values)
    if known is not None and known.objective <= total:
        return known
    bound = bound if known is None else known.bound
    return Stage(values, total, min(total, max(bound, on_grid(problem, bound))))


def _improved(problem: Problem, model: Model, free: Mask, *, linear: Relaxed, known: Stage, budget: Budget) -> Stage:
    small, middle = len(problem.pairs) <= SMALL, len(problem.pairs) <= MIDDLE
    known, kept = _raised(problem, free, linear=linear, known=known, budget=budget.part(0.1 if middle else 0.3))
    if known.proven or small:
        return _rest(model, kept, linear, known=known, budget=budget)
    if middle:
        known = _rest(model, kept, linear, known=known, budget=budget.part(0.7))
    else:
        core = kept & (linear.reduced <= CORE * (known.objective - linear.bound))
        found = narrowed(model, model.cost, core, known=known, budget=budget.part(0.7))
        known = replace(found, bound=min(known.bound, found.objective))
    start = replace(linear, values=known.values)
    known = _exchanged(problem, model, start, known=known, budget=budget.part(0.8 if middle else 0.3)) or known
    return _rest(model, kept, linear, known=known, budget=budget)


def _rest(model: Model, kept: Mask, linear: Relaxed, *, known: Stage, budget: Budget) -> Stage:
    near = kept & linear.within(model, known.objective - linear.bound)
    return known if known.proven else narrowed(model, model.cost, near, known=known, budget=budget)


def _raised(problem: Problem, free: Mask, *, linear: Relaxed, known: Stage, budget: Budget) -> tuple[Stage, Mask]:
    """Raise the bound by knapsacks, and drop the pairs that no better plan takes."""
    sacks = knapsacks.Knapsacks.of(problem)
    needs = len(problem.needs)
    priced = knapsacks.raised(sacks, linear.prices[:needs], known.objective, budget=budget)
    bound = max(known.bound, min(known.objective, on_grid(problem, priced.value)))
    kept = free.copy()
    kept[: len(problem.pairs)] &= priced.may_be_better(known.objective)
    return replace(known, bound=bound), kept
