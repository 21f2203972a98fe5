"""Few changes against yesterday's plan, unless a change is worth it.

Every pair that differs from yesterday's costs `worth` more; the plan that is cheapest then changes a need only where
that saves at least as much. The price of staying is what the plan costs beyond the best plan without memory.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from graph.model.errors import SettingInvalid, UnknownName
from graph.model.text import Text
from matching.assign.solve import solve
from matching.budget import Budget
from matching.problem import Mask, Plan, Problem, cost


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """A plan with memory: its cost as the problem counts it, how many needs changed, and the price of staying."""

    plan: Plan
    changes: int
    price: float


def keeping(problem: Problem, yesterday: Mapping[str, str], worth: float, *, budget: Budget) -> Kept:
    """Plan with a preference for yesterday's pairs; `plan.bound` is the bound without memory.

    `yesterday` maps needs to resources; needs that are gone are ignored, unknown resources raise `UnknownName`.
    Raises `SettingInvalid` for a worth below zero.
    """
    if not 0 <= worth < float("inf"):
        raise SettingInvalid("worth", f"{worth:g}", Text("应为零或以上", "it must be zero or above"))
    same = _same(problem, yesterday)
    pairs = replace(problem.pairs, cost=problem.pairs.cost + np.where(same, 0.0, worth))
    free = solve(problem, budget.part(0.5))
    staying = solve(replace(problem, pairs=pairs), budget)
    total = problem.sign * cost(problem, staying)
    plan = replace(staying, objective=total, bound=free.bound)
    known = {problem.needs[i] for i in problem.pairs.need[plan.chosen[same[plan.chosen]]]}
    before = [n for n in yesterday if n in set(problem.needs)]
    return Kept(plan, sum(n not in known for n in before), problem.sign * (total - free.objective))


def _same(problem: Problem, yesterday: Mapping[str, str]) -> Mask:
    row = {name: i for i, name in enumerate(problem.resources)}
    for resource in yesterday.values():
        if resource not in row:
            raise UnknownName(Text("资源", "resource"), resource, problem.resources)
    was = np.array([row[yesterday[n]] if n in yesterday else -1 for n in problem.needs])
    return np.asarray(was[problem.pairs.need] == problem.pairs.resource)
