"""The fairness dial: what each step of a common floor costs in met need and in money.

A floor is the least share of its needs that every group must see met. The curve starts at floor 0, the unconstrained
optimum; a higher floor allows fewer plans, so what is met can only fall and, among equals, the cost only rise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from graph.model.errors import ProblemUnfit
from graph.model.progress import Progress, silent
from graph.model.text import Text
from matching.assign.solve import solve
from matching.budget import Budget
from matching.problem import Plan, Problem, met

STEPS = tuple(round(i / 10, 1) for i in range(11))


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One position of the dial: the floor, the needs met (their number), the worst-served group, and the plan."""

    floor: float
    needs_met: float
    worst_group: str
    worst_share: float
    plan: Plan


def floored(problem: Problem, floor: float) -> Problem:
    """Return the problem with the same floor for every group; raises `ProblemUnfit` without groups."""
    if not problem.group:
        raise ProblemUnfit(
            Text("需求没有分组", "the needs bear no group"),
            Text("给 needs 加 group 列（例如居委代码）", "Give needs a column `group` (a committee, say)"),
        )
    return replace(problem, floors=dict.fromkeys(sorted(set(problem.group)), floor) if floor else {})


def curve(
    problem: Problem, budget: Budget, *, floors: Sequence[float] = STEPS, progress: Progress = silent
) -> tuple[Step, ...]:
    """Solve the problem for rising floors and stop before the first that no plan reaches.

    Each step gets an equal part of the time that is left. Raises `ProblemUnfit` when not even the lowest floor can be.
    """
    rising = sorted(set(floors))
    found: list[Step] = []
    for at, floor in enumerate(rising):
        progress("fairness", at, len(rising))
        try:
            plan = solve(floored(problem, floor), budget.part(1 / (len(rising) - at)))
        except ProblemUnfit:
            if not found:
                raise
            break
        found.append(_step(problem, plan, floor))
    progress("fairness", len(rising), len(rising))
    return tuple(found)


def group_shares(problem: Problem, plan: Plan) -> dict[str, float]:
    """Return the share of each group's needs that a plan meets, by group in order."""
    names = sorted(set(problem.group))
    at = np.searchsorted(names, np.array(problem.group))
    counts = np.bincount(at, minlength=len(names))
    shares = np.bincount(at, met(problem, plan), minlength=len(names)) / counts
    return dict(zip(names, shares.tolist(), strict=True))


def _step(problem: Problem, plan: Plan, floor: float) -> Step:
    shares = group_shares(problem, plan)
    worst = min(shares, key=lambda g: (shares[g], g))
    return Step(floor, float(met(problem, plan).sum()), worst, shares[worst], plan)
