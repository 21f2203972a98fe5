"""Why a need is left unmet: the rule that blocks it, and the least change that would admit it as things stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from graph.model.text import Text
from matching.problem import Floats, Plan, Problem, met, used


class Block(StrEnum):
    """What stands in the way."""

    NO_PAIR = "no_pair"
    TOO_SMALL = "too_small"
    FULL = "full"
    QUOTA = "quota"


SENTENCES = {
    Block.TOO_SMALL: Text(
        "需求 {n} 比任何允许的资源都大；增加名额即可：{change}",
        "the need {n} is larger than any allowed resource; more places would do: {change}",
    ),
    Block.FULL: Text(
        "需求 {n} 允许的资源都已排满；增加名额即可：{change}",
        "every resource allowed for the need {n} is full; more places would do: {change}",
    ),
    Block.QUOTA: Text(
        "需求 {n} 允许的资源配额已满；增加配额即可：{change}",
        "the quota of the resources allowed for the need {n} is used up; more would do: {change}",
    ),
}


@dataclass(frozen=True, slots=True)
class Unmet:
    """A need left out: the share that is missing, its block, the sentence, and the least change that admits it.

    `change` maps resources and pools to the places that would have to be added; empty where no change of places helps.
    """

    need: str
    share: float
    block: Block
    text: Text
    change: Mapping[str, float]


def unmet(problem: Problem, plan: Plan) -> tuple[Unmet, ...]:
    """Return every need that the plan does not meet (wholly), in the order of the needs."""
    share, room = met(problem, plan), problem.capacity - used(problem, plan)
    spans = problem.pairs.spans(len(problem.needs))
    pools = _pool_room(problem, plan)
    rows = np.flatnonzero(share < 1 - 1e-6)
    return tuple(
        _one(problem, int(i), span=slice(spans[i], spans[i + 1]), room=(room, pools), share=share) for i in rows
    )


def _pool_room(problem: Problem, plan: Plan) -> Floats:
    """Return for each resource the places that its pool's quota leaves; infinite without a quota."""
    left = np.full(len(problem.resources), np.inf)
    taken = used(problem, plan)
    for pool, quota in problem.quotas.items():
        inside = np.array([p == pool for p in problem.pool])
        left[inside] = quota - taken[inside].sum()
    return left


def _one(problem: Problem, row: int, *, span: slice, room: tuple[Floats, Floats], share: Floats) -> Unmet:
    need, missing = problem.needs[row], 1.0 - float(share[row])
    resources, sizes = problem.pairs.resource[span], problem.pairs.size[span] * missing
    if not len(resources):
        text = Text("需求 {n} 没有任何允许的资源", "no resource is allowed for the need {n}").fill(n=need)
        return Unmet(need, missing, Block.NO_PAIR, text, {})
    short, over = (np.maximum(np.round(sizes - left[resources], 9), 0.0) for left in room)
    at = int(np.lexsort((problem.pairs.cost[span], short + over))[0])
    resource = int(resources[at])
    change = {problem.resources[resource]: float(short[at])} if short[at] else {}
    if over[at]:
        change[problem.pool[resource]] = float(over[at])
    said = ", ".join(f"{name} +{places:g}" for name, places in change.items())
    if (sizes > problem.capacity[resources] + 1e-9).all():
        block = Block.TOO_SMALL
    else:
        block = Block.FULL if short[at] else Block.QUOTA
    return Unmet(need, missing, block, SENTENCES[block].fill(n=need, change=said), change)
