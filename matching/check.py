"""Judge a plan against its problem, independently of whatever made it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from graph.model.text import Text
from matching.problem import Plan, Problem, cost, met, priority_unmet, used

TOLERANCE = 1e-6
"""Places and shares leave solvers of linear programmes with about this much noise."""


def check(problem: Problem, plan: Plan) -> list[Text]:
    """Return every constraint that the plan breaks, as sentences; empty when the plan can really happen."""
    return [*_pairs(problem, plan), *_limits(problem, plan), *_groups(problem, plan), *_figures(problem, plan)]


def _pairs(problem: Problem, plan: Plan) -> Iterator[Text]:
    if len(plan.chosen) != len(plan.share):
        yield Text("配对与份额数目不同", "there are not as many shares as pairs")
        return
    if len(np.unique(plan.chosen)) < len(plan.chosen):
        yield Text("同一配对用了两次", "a pair is taken twice")
    if ((plan.share <= 0) | (plan.share > 1 + TOLERANCE)).any():
        yield Text("份额须在 0 与 1 之间", "a share is not between 0 and 1")
    if not problem.split and (np.abs(plan.share - 1) > TOLERANCE).any():
        yield Text("不可分的需求被拆分", "a need that may not be divided is divided")
    over = np.flatnonzero(met(problem, plan) > 1 + TOLERANCE)
    for row in over:
        yield Text("需求 {n} 安排了不止一次", "the need {n} is met more than once").fill(n=problem.needs[row])


def _limits(problem: Problem, plan: Plan) -> Iterator[Text]:
    taken = used(problem, plan)
    over = np.flatnonzero(taken > problem.capacity + TOLERANCE * np.maximum(1.0, problem.capacity))
    for row in over:
        text = Text("资源 {r} 用了 {a:g}，容量 {b:g}", "the resource {r} takes {a:g} of {b:g} places")
        yield text.fill(r=problem.resources[row], a=taken[row], b=problem.capacity[row])
    if problem.most_used and (count := int((taken > 0).sum())) > problem.most_used:
        text = Text("用了 {a} 个资源，最多 {b} 个", "{a} resources are used, at most {b} may be")
        yield text.fill(a=count, b=problem.most_used)
    for pool, quota in problem.quotas.items():
        places = float(taken[[p == pool for p in problem.pool]].sum())
        if places > quota + TOLERANCE * max(1.0, quota):
            text = Text("{p} 合计用了 {a:g}，配额 {b:g}", "the pool {p} takes {a:g} of a quota of {b:g}")
            yield text.fill(p=pool, a=places, b=quota)


def _groups(problem: Problem, plan: Plan) -> Iterator[Text]:
    share = met(problem, plan)
    for group, floor in problem.floors.items():
        rows = np.array([g == group for g in problem.group])
        reached = float(share[rows].mean())
        if reached < floor - TOLERANCE:
            text = Text("组 {g} 满足 {a:.1%}，低于下限 {b:.1%}", "group {g}: {a:.1%} met, below the floor of {b:.1%}")
            yield text.fill(g=group, a=reached, b=floor)


def _figures(problem: Problem, plan: Plan) -> Iterator[Text]:
    own = problem.sign * cost(problem, plan)
    if abs(own - plan.objective) > TOLERANCE * max(1.0, abs(own)):
        yield Text("目标值写作 {a:g}，实为 {b:g}", "the objective says {a:g}, it is {b:g}").fill(
            a=plan.objective, b=own
        )
    if problem.sign * (plan.bound - plan.objective) > TOLERANCE * max(1.0, abs(own)):
        yield Text("界 {a:g} 优于目标 {b:g}", "the bound {a:g} lies on the wrong side of the objective {b:g}").fill(
            a=plan.bound, b=plan.objective
        )
    left = priority_unmet(problem, plan)
    if abs(left - plan.unmet) > TOLERANCE * max(1.0, left) or plan.least_unmet > plan.unmet + TOLERANCE:
        yield Text("未满足量与计划所述不符", "what is left unmet is not what the plan says")
