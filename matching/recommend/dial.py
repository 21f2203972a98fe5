"""The fairness dial of a plan of the graph: what it costs that every committee sees a share of its needs met."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from graph.model.errors import ProblemUnfit
from graph.model.text import Text
from matching.budget import Budget
from matching.dial import Dial, Step, turned
from matching.recommend.index import Index
from matching.recommend.plan import Allotment, Limits, allot


def dial(index: Index, limits: Limits, budget: Budget) -> Dial[Allotment]:
    """Plan for rising floors from that of `limits` on; raises `ProblemUnfit` where no need lies in a committee."""
    areas = np.array([area or "" for area in index.crossing.needs.area.tolist()])
    if not (areas != "").any():
        raise ProblemUnfit(
            Text("没有一个需求属于某个居委", "no need lies in a committee"),
            Text("去掉 --dial，或扩大范围", "Leave --dial out, or widen the scope"),
        )

    def solved(floor: float, part: Budget) -> Step[Allotment]:
        plan = allot(index, replace(limits, floor=max(floor, limits.floor)), part)
        return Step.of(floor, plan, met=float(len(plan.pairs)), shares=_shares(areas, index.need[plan.pairs]))

    return turned(solved, budget)


def _shares(
    areas: np.ndarray[tuple[int], np.dtype[np.str_]], met: np.ndarray[tuple[int], np.dtype[np.int64]]
) -> dict[str, float]:
    return {
        area: float((areas[met] == area).sum() / (areas == area).sum()) for area in sorted({*areas.tolist()} - {""})
    }
