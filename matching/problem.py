"""A planning problem as data: needs, resources, the pairs that are allowed, and what each pair costs.

Pairs that are not listed are not allowed. A plan meets as many needs as it can (by priority), and among such plans it
costs the least; so a missing resource never hides behind a cheap plan. Scores to be maximised are costs with the sign
turned (`Problem.maximise`); every figure that leaves a plan has the sign that its reader gave.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from graph.model.errors import ProblemUnfit
from graph.model.text import Text

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """The allowed pairs: rows of need and resource, the cost of all of the need there, and the places it takes.

    Sorted by (need, resource), each pair once; build it with `Pairs.of`, which sorts and checks.
    """

    need: Ints
    resource: Ints
    cost: Floats
    size: Floats

    def __len__(self) -> int:
        return len(self.need)

    @classmethod
    def of(
        cls,
        need: npt.ArrayLike,
        resource: npt.ArrayLike,
        *,
        cost: npt.ArrayLike,
        size: npt.ArrayLike | None = None,
    ) -> Pairs:
        """Sort pairs and check them; raises `ProblemUnfit` for a pair listed twice or a number that is none."""
        n, r = np.asarray(need, np.int64), np.asarray(resource, np.int64)
        c = np.asarray(cost, np.float64)
        s = np.ones(len(n)) if size is None else np.broadcast_to(np.asarray(size, np.float64), n.shape)
        if not _rising(n, r):
            order = np.lexsort((r, n))
            n, r, c, s = n[order], r[order], c[order], s[order]
        pairs = cls(n, r, c, np.ascontiguousarray(s))
        twice = np.flatnonzero((np.diff(n) == 0) & (np.diff(r) == 0))
        if len(twice):
            at = int(n[twice[0]]), int(r[twice[0]])
            raise _unfit(
                f"需求 {at[0]} 与资源 {at[1]} 的配对重复", f"need {at[0]} and resource {at[1]} are paired twice"
            )
        if not np.isfinite(pairs.cost).all() or not np.isfinite(pairs.size).all() or (pairs.size < 0).any():
            raise _unfit("有的配对费用或大小不是合法数字", "the cost or size of a pair is not a number, or below zero")
        return pairs

    @classmethod
    def dense(cls, cost: Floats) -> Pairs:
        """Return all pairs of a matrix needs x resources."""
        need, resource = np.indices(cost.shape).reshape(2, -1)
        return cls(
            need.astype(np.int64), resource.astype(np.int64), cost.ravel().astype(np.float64), np.ones(cost.size)
        )

    def spans(self, needs: int) -> Ints:
        """Return where the pairs of each need begin; shape (needs + 1,)."""
        return np.searchsorted(self.need, np.arange(needs + 1))


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """Needs, resources, pairs and limits; arrays are in the order of `needs` and `resources`.

    `capacity` are places of a resource; `priority` the weight of leaving a need unmet (1 by default); `fixed_cost` is
    paid once for a resource that is used; `split` lets a need be divided among resources (its cost is then for all of
    it); `group` names each need's group (a committee) for `floors`: the least share of a group's needs that must be
    met; `pool` names each resource's pool (a skill) for `quotas`: the most places used in a pool together.
    `most_used` limits how many resources are used at all (0: any number), those in `always` (rows) counted as used.
    """

    needs: tuple[str, ...]
    resources: tuple[str, ...]
    pairs: Pairs
    capacity: Floats
    priority: Floats
    fixed_cost: Floats
    split: bool = False
    maximise: bool = False
    group: tuple[str, ...] = ()
    floors: Mapping[str, float] = field(default_factory=dict)
    pool: tuple[str, ...] = ()
    quotas: Mapping[str, float] = field(default_factory=dict)
    most_used: int = 0
    always: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        _check_shape(self)

    @classmethod
    def of(
        cls,
        needs: Sequence[str],
        resources: Sequence[str],
        pairs: Pairs,
        *,
        capacity: npt.ArrayLike = 1.0,
        maximise: bool = False,
    ) -> Problem:
        """Return a plain problem: every need counts alike, no fixed costs (the rest with `dataclasses.replace`)."""
        width = len(resources)
        places = np.broadcast_to(np.asarray(capacity, np.float64), (width,)).copy()
        flipped = replace(pairs, cost=-pairs.cost) if maximise else pairs
        ones, zeros = np.ones(len(needs)), np.zeros(width)
        return cls(tuple(needs), tuple(resources), flipped, places, ones, zeros, maximise=maximise)

    @property
    def sign(self) -> float:
        """1 for costs, -1 for scores: multiplies an internal cost into the reader's figure."""
        return -1.0 if self.maximise else 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """Which pairs a plan takes, what it costs, and how far from the best it can be at most.

    `chosen` are positions in the problem's pairs, `share` what part of the need each takes (1 unless divided).
    `objective` and `bound` are in the reader's sense: no plan that leaves as little unmet is better than `bound`.
    `unmet` is the priority left unmet and `least_unmet` the least that any plan must leave, as far as proven.
    """

    chosen: Ints
    share: Floats
    objective: float
    bound: float
    method: Text
    unmet: float = 0.0
    least_unmet: float = 0.0

    @property
    def gap(self) -> float:
        """The relative distance of objective and bound, 0 when the plan is proven optimal."""
        distance = abs(self.objective - self.bound)
        return 0.0 if distance <= 1e-9 * max(1.0, abs(self.objective)) else distance / max(abs(self.objective), 1e-12)

    @property
    def proven(self) -> bool:
        """Whether nothing better can exist."""
        return self.gap == 0.0 and self.unmet <= self.least_unmet + 1e-9


def met(problem: Problem, plan: Plan) -> Floats:
    """Return the share of each need that the plan meets; shape (needs,)."""
    return np.bincount(problem.pairs.need[plan.chosen], plan.share, minlength=len(problem.needs)).astype(np.float64)


def used(problem: Problem, plan: Plan) -> Floats:
    """Return the places of each resource that the plan takes; shape (resources,)."""
    places = problem.pairs.size[plan.chosen] * plan.share
    taken = np.bincount(problem.pairs.resource[plan.chosen], places, minlength=len(problem.resources))
    return taken.astype(np.float64)


def cost(problem: Problem, plan: Plan) -> float:
    """Return the internal cost of the plan: its pairs and the fixed cost of each resource that is used (or `always` is)."""
    opened = np.union1d(problem.pairs.resource[plan.chosen], np.array(problem.always, np.int64))
    return float(problem.pairs.cost[plan.chosen] @ plan.share + problem.fixed_cost[opened].sum())


def priority_unmet(problem: Problem, plan: Plan) -> float:
    """Return the priority of what the plan leaves unmet."""
    return float(problem.priority @ np.clip(1.0 - met(problem, plan), 0.0, 1.0))


def _rising(need: Ints, resource: Ints) -> bool:
    """Tell whether pairs are already in order."""
    steps = np.diff(need)
    return bool(((steps > 0) | ((steps == 0) & (np.diff(resource) >= 0))).all())


def _check_shape(problem: Problem) -> None:
    needs, resources, pairs = len(problem.needs), len(problem.resources), problem.pairs
    if not needs or not resources:
        raise _unfit(
            "没有需求" if not needs else "没有资源", "there are no needs" if not needs else "there are no resources"
        )
    for names, what in ((problem.needs, Text("需求", "need")), (problem.resources, Text("资源", "resource"))):
        if len(set(names)) < len(names):
            twice = min(n for n, count in Counter(names).items() if count > 1)
            raise _unfit(f"{what.zh}编号 {twice} 重复", f"the {what.en} {twice} is listed twice")
    if not np.isfinite(problem.capacity).all() or (problem.capacity < 0).any():
        name = problem.resources[int(np.argmin(np.where(np.isfinite(problem.capacity), problem.capacity, -np.inf)))]
        raise _unfit(f"资源 {name} 的容量不是零以上的数字", f"the capacity of {name} is not a number of zero or above")
    if not np.isfinite(problem.priority).all() or (problem.priority <= 0).any():
        raise _unfit("优先级须大于零", "priorities must be above zero")
    if not np.isfinite(problem.fixed_cost).all() or (problem.fixed_cost < 0).any():
        raise _unfit("固定成本须为零以上", "fixed costs must be zero or above")
    if len(pairs) and (pairs.need.max() >= needs or pairs.resource.max() >= resources or pairs.need.min() < 0):
        raise _unfit("配对里有不存在的行", "a pair names a row that does not exist")
    for name, share in problem.floors.items():
        if not 0 <= share <= 1 or name not in problem.group:
            raise _unfit(f"组 {name} 的下限 {share:g} 不成立", f"the floor {share:g} of group {name} cannot stand")


def _unfit(zh: str, en: str) -> ProblemUnfit:
    return ProblemUnfit(Text(zh, en), Text("改正后再试", "Mend it and try again"))
