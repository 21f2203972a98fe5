"""The fairness dial of a problem: floors for its groups, what each costs in met need and, among equals, in money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from graph.model.errors import ProblemUnfit
from graph.model.text import Text
from matching.assign.solve import solve
from matching.budget import Budget
from matching.dial import PERCENTS, Dial, Step, turned
from matching.problem import Plan, Problem, met


def floored(problem: Problem, floor: float) -> Problem:
    """Return the problem with at least one floor for every group; raises `ProblemUnfit` without groups."""
    if not problem.group:
        raise ProblemUnfit(
            Text("需求没有分组", "the needs bear no group"),
            Text("给 needs 加 group 列（例如居委代码）", "Give needs a column `group` (a committee, say)"),
        )
    floors = {name: max(floor, problem.floors.get(name, 0.0)) for name in sorted(set(problem.group))}
    return replace(problem, floors={name: least for name, least in floors.items() if least})


def curve(problem: Problem, budget: Budget, *, floors: Sequence[float] = PERCENTS) -> Dial[Plan]:
    """Solve the problem for rising floors; raises `ProblemUnfit` when not even the lowest floor can be kept."""

    def solved(floor: float, part: Budget) -> Step[Plan]:
        plan = solve(floored(problem, floor), part)
        return Step.of(floor, plan, met=float(met(problem, plan).sum()), shares=group_shares(problem, plan))

    dial = turned(solved, budget, floors=floors)
    return replace(dial, steps=_falling(problem, dial.steps))


def _falling(problem: Problem, steps: Sequence[Step[Plan]]) -> tuple[Step[Plan], ...]:
    """Give a step the plan of the next where that is better, as unproven plans may be: it keeps the lower floor too."""
    kept = list(steps[-1:])
    for step in reversed(steps[:-1]):
        kept.insert(0, _with_better(problem, step, kept[0]))
    return tuple(kept)


def _with_better(problem: Problem, lower: Step[Plan], higher: Step[Plan]) -> Step[Plan]:
    if _order(problem, lower.plan) <= _order(problem, higher.plan):
        return lower
    plan = replace(higher.plan, bound=lower.plan.bound, least_unmet=lower.plan.least_unmet)
    return replace(higher, floor=lower.floor, plan=plan)


def _order(problem: Problem, plan: Plan) -> tuple[float, float]:
    return round(plan.unmet, 6), round(problem.sign * plan.objective, 6)


def group_shares(problem: Problem, plan: Plan) -> dict[str, float]:
    """Return the share of each group's needs that a plan meets, by group in order."""
    names = sorted(set(problem.group))
    at = np.searchsorted(names, np.array(problem.group))
    counts = np.bincount(at, minlength=len(names))
    shares = np.bincount(at, met(problem, plan), minlength=len(names)) / counts
    return dict(zip(names, shares.tolist(), strict=True))
