"""Few changes against yesterday's plan, unless a change is worth it.

Every pair that differs from yesterday's costs `worth` more; the plan that is cheapest then changes a need only where
that saves at least as much. The price of staying is what the plan costs beyond the best plan without memory.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from graph.model.errors import OptionInvalid, ProblemUnfit
from graph.model.text import Text
from matching.assign.solve import solve
from matching.budget import Budget
from matching.problem import Mask, Plan, Problem, cost


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """A plan with memory: of `before` needs that had a place and are still there, `changes` lost or moved it.

    `price` is what the plan costs (or scores less) than the best plan without memory; at most, where neither is proven.
    """

    plan: Plan
    before: int
    changes: int
    price: float


def keeping(problem: Problem, yesterday: Iterable[tuple[str, str]], worth: float, *, budget: Budget) -> Kept:
    """Plan with a preference for yesterday's pairs (need, resource); `plan.bound` is the bound without memory.

    Needs and resources that are gone are passed over. Raises `ProblemUnfit` when none of the pairs is known,
    `OptionInvalid` for a worth below zero.
    """
    if not 0 <= worth < float("inf"):
        raise OptionInvalid("--worth", f"{worth:g}", Text("应为零或以上", "it must be zero or above"))
    needs, same = _yesterday(problem, yesterday)
    dearer = replace(problem.pairs, cost=problem.pairs.cost + np.where(same, 0.0, worth))
    free = solve(problem, budget.part(0.5))
    staying = solve(replace(problem, pairs=dearer), budget)
    total = problem.sign * cost(problem, staying)
    plan = replace(staying, objective=total, bound=free.bound)
    stayed = np.zeros(len(problem.needs))
    np.add.at(stayed, problem.pairs.need[plan.chosen], np.where(same[plan.chosen], plan.share, 0.0))
    price = problem.sign * (total - free.objective)
    return Kept(plan, int(needs.sum()), int((needs & (stayed < 1 - 1e-6)).sum()), max(0.0, price))


def _yesterday(problem: Problem, pairs: Iterable[tuple[str, str]]) -> tuple[Mask, Mask]:
    """Return the needs that had a place yesterday, and the pairs of the problem that were taken."""
    need_row = {name: i for i, name in enumerate(problem.needs)}
    resource_row = {name: i for i, name in enumerate(problem.resources)}
    known = [(need_row[n], resource_row.get(r, -1)) for n, r in pairs if n in need_row]
    if not any(resource >= 0 for _, resource in known):
        raise ProblemUnfit(
            Text(
                "上次方案里没有一对是本问题的需求和资源",
                "no pair of the former plan names a need and a resource of the problem",
            ),
            Text("核对 --previous 的文件", "Check the file of --previous"),
        )
    had = np.zeros(len(problem.needs), bool)
    had[[need for need, _ in known]] = True
    width = len(problem.resources)
    taken = np.array([need * width + resource for need, resource in known if resource >= 0], np.int64)
    return had, np.isin(problem.pairs.need * width + problem.pairs.resource, taken)
