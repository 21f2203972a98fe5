"""The fairness dial: what each percent of a common floor costs in met need and in money.

A floor is the least share of its needs that every group must see met. The curve starts at floor 0, the unconstrained
optimum; a higher floor allows fewer plans, so what is met can only fall and, among equals, the cost only rise. The best
plan for a floor is the best for every floor up to the share of its worst group, so only the floors at which the plan
changes are solved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from graph.model.errors import NoPlanInTime, ProblemUnfit
from graph.model.text import Text
from matching.assign.solve import solve
from matching.budget import Budget
from matching.problem import Plan, Problem, met

PERCENTS = tuple(i / 100 for i in range(101))
SLICE = 0.3
"""Share of the time that is left which one step may take: later steps still get some."""
BEYOND = Text("高于 {floor:.0%} 的下限没有方案能达到", "no plan reaches a floor above {floor:.0%}")
ENDED = Text("时间用完，高于 {floor:.0%} 的下限没有算（加大 --seconds）",
             "the time ended: floors above {floor:.0%} were not solved (raise --seconds)")  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One position of the dial: the floor from which the plan is the best, its needs met (their number), and the plan.

    It stays the best up to `worst_share`, the share met of the worst-served group.
    """

    floor: float
    needs_met: float
    worst_group: str
    worst_share: float
    plan: Plan


@dataclass(frozen=True, slots=True, eq=False)
class Dial:
    """Steps by rising floor, and why there are none above (None where the last floor was reached)."""

    steps: tuple[Step, ...]
    end: Text | None


def floored(problem: Problem, floor: float) -> Problem:
    """Return the problem with at least one floor for every group; raises `ProblemUnfit` without groups."""
    if not problem.group:
        raise ProblemUnfit(
            Text("需求没有分组", "the needs bear no group"),
            Text("给 needs 加 group 列（例如居委代码）", "Give needs a column `group` (a committee, say)"),
        )
    floors = {name: max(floor, problem.floors.get(name, 0.0)) for name in sorted(set(problem.group))}
    return replace(problem, floors={name: least for name, least in floors.items() if least})


def curve(problem: Problem, budget: Budget, *, floors: Sequence[float] = PERCENTS) -> Dial:
    """Solve the problem for rising floors, up to the first that no plan reaches or until the time is up.

    Raises `ProblemUnfit` when not even the lowest floor can be kept.
    """
    steps: list[Step] = []
    end = None
    for floor in sorted(set(floors)):
        if steps and floor <= steps[-1].worst_share + 1e-9:
            continue
        if steps and budget.over:
            end = ENDED
            break
        budget.tell("fairness", round(100 * floor), 100)
        try:
            steps.append(_step(problem, solve(floored(problem, floor), budget.part(SLICE)), floor))
        except ProblemUnfit as why:
            if not steps:
                raise
            end = ENDED if isinstance(why, NoPlanInTime) else BEYOND
            break
    return Dial(_falling(problem, steps), end and end.fill(floor=steps[-1].worst_share))


def _falling(problem: Problem, steps: Sequence[Step]) -> tuple[Step, ...]:
    """Give a step the plan of the next where that is better, as unproven plans may be: it keeps the lower floor too."""
    kept = list(steps[-1:])
    for step in reversed(steps[:-1]):
        kept.insert(0, _with_better(problem, step, kept[0]))
    return tuple(kept)


def _with_better(problem: Problem, lower: Step, higher: Step) -> Step:
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


def _step(problem: Problem, plan: Plan, floor: float) -> Step:
    shares = group_shares(problem, plan)
    worst = min(shares, key=lambda g: (shares[g], g))
    return Step(floor, float(met(problem, plan).sum()), worst, shares[worst], plan)
