"""Few changes against a former plan of the graph, unless a change is worth it (as `matching.assign.stability`)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from graph.model.errors import OptionInvalid, ProblemUnfit
from graph.model.text import Text
from matching.budget import Budget
from matching.recommend.index import Index
from matching.recommend.plan import Allotment, Limits, allot


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """A plan with memory: of `before` needs that had a place and still wait, `changes` lost or moved it.

    `price` is the score given up against the best plan without memory.
    """

    plan: Allotment
    before: int
    changes: int
    price: float


def keeping(index: Index, limits: Limits, budget: Budget, *, former: Collection[tuple[str, str]], worth: float) -> Kept:
    """Plan with a preference for former pairs (need, `Label:id`): a change must raise the score by `worth`.

    Raises `OptionInvalid` for a worth below zero or above 1 (the largest score), `ProblemUnfit` when no former pair
    names a need that waits.
    """
    if not 0 <= worth <= 1:
        raise OptionInvalid("--worth", f"{worth:g}", Text("应在 0 与 1 之间", "it lies between 0 and 1"))
    needs, keys = index.crossing.needs.ids, index.crossing.resources.keys()
    had = {need for need, _ in former} & set(needs.tolist())
    if not had:
        raise ProblemUnfit(
            Text("上次方案里没有仍待响应的需求", "the former plan names no need that still waits"),
            Text("核对 --previous 的文件", "Check the file of --previous"),
        )
    pairs = set(former)
    same = np.array(
        [(needs[n], keys[r]) in pairs for n, r in zip(index.need.tolist(), index.resource.tolist(), strict=True)], bool
    )
    free = allot(index, limits, budget.part(0.5))
    plan = allot(index, limits, budget, bonus=np.where(same, worth, 0.0))
    score = float(index.score[plan.pairs].sum())
    stayed = int(same[plan.pairs].sum())
    plan = replace(plan, score=score, bound=max(score, free.bound))
    return Kept(plan, len(had), len(had) - stayed, max(0.0, free.score - score))
