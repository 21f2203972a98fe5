"""One plan for all waiting needs: each gets one resource, nobody is in two places, nobody is asked too often.

An integer programme over the eligible pairs: as many needs as possible are met, and among such plans the scores sum
highest (the weight of a met need exceeds any sum of scores, which lie in [0, 1]). Limits:

- a room or volunteer serves one need at a time: pairs that share a half hour of the week exclude each other;
- a volunteer takes at most `load` needs of a plan;
- a provider serves no more people of an item than it offers;
- each committee sees at least the share `floor` of its needs met.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from graph.model.errors import ProblemUnfit
from graph.model.text import Text
from matching.budget import Budget
from matching.problem import Floats, Ints
from matching.recommend.index import Index
from matching.recommend.listed import emptiness, removed
from matching.rules.crossing import PROVIDERS
from matching.rules.week import WEEK, taken_week

TIMED = ("Venue", "Volunteer")
"""Labels that are in one place at a time."""
TAKEN = Text(
    "符合的资源在所要的时间都已安排给别的需求", "every resource that fits is given to another need at the time wanted"
)


@dataclass(frozen=True, slots=True)
class Limits:
    """At most how many needs a volunteer takes, and the least share of needs met in each committee."""

    load: int = 2
    floor: float = 0.0


@dataclass(frozen=True, slots=True)
class Left:
    """A need that the plan leaves out, and why."""

    need: int
    why: Text


@dataclass(frozen=True, slots=True, eq=False)
class Allotment:
    """The chosen pairs of an index, in the order of the needs; what is left out and why.

    `score` sums the scores; no plan meets more than `most_met` needs, and none that meets as many scores above `bound`.
    """

    pairs: Ints
    left: tuple[Left, ...]
    score: float
    bound: float
    most_met: int

    @property
    def gap(self) -> float:
        """The relative distance of score and bound; 0 when the plan is proven."""
        distance = self.bound - self.score
        return 0.0 if distance <= 1e-6 * max(1.0, self.score) else distance / max(self.score, 1e-12)


@dataclass(frozen=True, slots=True, eq=False)
class _Row:
    """One limit: the coefficients of some pairs, between `low` and `high`."""

    pairs: Ints
    value: Floats
    low: float
    high: float


def allot(index: Index, limits: Limits, budget: Budget, *, bonus: Floats | None = None) -> Allotment:
    """Plan all needs of an index at once; `bonus` is added to the score of each pair (none below zero).

    Raises `ProblemUnfit` when the floor cannot be reached.
    """
    if not len(index):
        return Allotment(np.zeros(0, np.int64), _left(index, np.zeros(0, np.int64)), 0.0, 0.0, 0)
    values = index.score if bonus is None else index.score + bonus
    weight = len(index.crossing.needs) * max(1.0, float(values.max())) + 1.0
    rows = [*_once(index), *_times(index), *_loads(index, limits.load), *_supplies(index)]
    chosen, bound = _solve([*rows, *_floors(index, limits.floor)], weight + values, budget=budget)
    score = float(values[chosen].sum())
    most = min(math.floor(bound / weight + 1e-9), len(index.crossing.needs))
    above = bound - weight * len(chosen) if most == len(chosen) else score + float(most - len(chosen))
    return Allotment(chosen, _left(index, chosen), score, max(score, above), most)


def _solve(rows: list[_Row], worth: Floats, *, budget: Budget) -> tuple[Ints, float]:
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import coo_array, csr_array

    pairs = len(worth)
    if not rows:  # nothing stands in the way of anything
        return np.arange(pairs), float(worth.sum())
    at = np.repeat(np.arange(len(rows)), [len(r.pairs) for r in rows])
    entries = (np.concatenate([r.value for r in rows]), (at, np.concatenate([r.pairs for r in rows])))
    matrix = csr_array(coo_array(entries, shape=(len(rows), pairs)))
    budget.tell("assign", 0)
    found = milp(
        -worth,
        integrality=np.ones(pairs, np.int64),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(matrix, [r.low for r in rows], [r.high for r in rows]),
        options={"time_limit": budget.left, "mip_rel_gap": 1e-9},
    )
    if found.x is None:
        raise ProblemUnfit(
            Text("限时内没有找到方案，或下限达不到", "no plan was found in the time, or the floor cannot be reached"),
            Text("降低 --floor，或加大 --seconds", "Lower --floor, or raise --seconds"),
        )
    chosen = np.flatnonzero(found.x > 0.5).astype(np.int64)
    best = float(worth[chosen].sum())
    return chosen, best if found.mip_dual_bound is None else max(best, -float(found.mip_dual_bound))


def _once(index: Index) -> Iterator[_Row]:
    for row in range(len(index.crossing.needs)):
        pairs = index.of_need(row)
        if len(pairs) > 1:
            yield _Row(pairs, np.ones(len(pairs)), -np.inf, 1.0)


def _times(index: Index) -> Iterator[_Row]:
    """Yield one limit for each resource and set of needs that want the same half hour."""
    crossing = index.crossing
    wants = np.array([taken_week(slots) for slots in crossing.needs.slots.values]).reshape(-1, WEEK) > 0
    week = wants[crossing.needs.slots.at]
    timed = crossing.labelled(*TIMED)
    for resource in np.unique(index.resource[timed[index.resource]]).tolist():
        pairs = index.of_resource(resource)
        meeting = np.unique(week[index.need[pairs]], axis=1)
        for half_hour in meeting.T[meeting.sum(0) > 1]:
            yield _Row(pairs[half_hour], np.ones(int(half_hour.sum())), -np.inf, 1.0)


def _loads(index: Index, load: int) -> Iterator[_Row]:
    volunteers = index.crossing.labelled("Volunteer")
    for resource in np.unique(index.resource[volunteers[index.resource]]).tolist():
        pairs = index.of_resource(resource)
        if len(pairs) > load:
            yield _Row(pairs, np.ones(len(pairs)), -np.inf, float(load))


def _supplies(index: Index) -> Iterator[_Row]:
    """Yield one limit for each provider and item: the people of the needs that it would serve with that item."""
    crossing = index.crossing
    providers = crossing.labelled(*PROVIDERS)
    for resource in np.unique(index.resource[providers[index.resource]]).tolist():
        pairs, offer = index.of_resource(resource), crossing.resources.offer[resource]
        items = np.array([_item(crossing.admitted[need], offer) for need in index.need[pairs].tolist()])
        for item in np.unique(items[items >= 0]).tolist():
            mine = pairs[items == item]
            people = crossing.needs.people[index.need[mine]]
            if people.sum() > offer[item]:
                yield _Row(mine, people, -np.inf, float(offer[item]))


def _item(items: tuple[int, ...], offer: Floats) -> int:
    """Return the wanted item of which most is offered; -1 where none is."""
    return max(items, key=lambda item: (offer[item], -item)) if items and max(offer[list(items)]) > 0 else -1


def _floors(index: Index, floor: float) -> Iterator[_Row]:
    if not floor:
        return
    areas = index.crossing.needs.area
    for area in sorted({a for a in areas.tolist() if a is not None}):
        inside = areas == area
        pairs = np.flatnonzero(inside[index.need])
        yield _Row(pairs, np.ones(len(pairs)), float(math.ceil(floor * inside.sum() - 1e-9)), np.inf)


def _left(index: Index, chosen: Ints) -> tuple[Left, ...]:
    needs, candidates = index.bits.shape
    missing = np.setdiff1d(np.arange(needs), index.need[chosen]).tolist()
    return tuple(
        Left(row, TAKEN if len(index.of_need(row)) else emptiness(candidates, removed(index.bits[row])))
        for row in missing
    )
