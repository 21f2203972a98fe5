"""The fairness dial: what each percent of a common floor costs, whatever the plan is a plan of.

A floor is the least share of its needs that every group must see met. The curve starts at floor 0, the unconstrained
optimum; a higher floor allows fewer plans, so what is met can only fall. The best plan for a floor is the best for every
floor up to the share of its worst group, so only the floors at which the plan changes are solved.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from graph.model.errors import NoPlanInTime, ProblemUnfit
from graph.model.text import Text
from matching.budget import Budget

P = TypeVar("P")

PERCENTS = tuple(i / 100 for i in range(101))
SLICE = 0.3
"""Share of the time that is left which one step may take: later steps still get some."""
BEYOND = Text("高于 {floor:.0%} 的下限没有方案能达到", "no plan reaches a floor above {floor:.0%}")
ENDED = Text("时间用完，高于 {floor:.0%} 的下限没有算（加大 --seconds）",
             "the time ended: floors above {floor:.0%} were not solved (raise --seconds)")  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Step(Generic[P]):
    """One position of the dial: the floor from which the plan is the best, its needs met (their number), and the plan.

    It stays the best up to `worst_share`, the share met of the worst-served group.
    """

    floor: float
    needs_met: float
    worst_group: str
    worst_share: float
    plan: P

    @classmethod
    def of(cls, floor: float, plan: P, *, met: float, shares: Mapping[str, float]) -> Step[P]:
        """Return the step of a plan that meets `met` needs, and of each group the share in `shares` (not empty)."""
        worst = min(shares, key=lambda group: (shares[group], group))
        return cls(floor, met, worst, shares[worst], plan)


@dataclass(frozen=True, slots=True, eq=False)
class Dial(Generic[P]):
    """Steps by rising floor, and why there are none above (None where the last floor was reached)."""

    steps: tuple[Step[P], ...]
    end: Text | None


def turned(
    solved: Callable[[float, Budget], Step[P]], budget: Budget, *, floors: Sequence[float] = PERCENTS
) -> Dial[P]:
    """Solve for rising floors, up to the first that no plan reaches or until the time is up.

    `solved` returns the step of a floor or raises `ProblemUnfit`, as this does when not even the lowest can be kept.
    """
    steps: list[Step[P]] = []
    end = None
    for floor in sorted(set(floors)):
        if steps and floor <= steps[-1].worst_share + 1e-9:
            continue
        if steps and budget.over:
            end = ENDED
            break
        budget.tell("fairness", round(100 * floor), 100)
        try:
            steps.append(solved(floor, budget.part(SLICE)))
        except ProblemUnfit as why:
            if not steps:
                raise
            end = ENDED if isinstance(why, NoPlanInTime) else BEYOND
            break
    return Dial(tuple(steps), end and end.fill(floor=steps[-1].worst_share))
