"""One plan for all waiting needs: each gets one resource, nobody is in two places, nobody is asked too often.

An integer programme over the ways of the eligible pairs (`matching.recommend.options`): as many needs as possible are
met, and among such plans the scores sum highest (the weight of a met need exceeds any sum of scores). Limits:

- a room or volunteer serves one need at a time: ways that share a half hour of the week exclude each other;
- a volunteer takes at most `load` needs of a plan;
- a provider serves no more people of an item than it offers;
- each committee sees at least the share `floor` of its needs met.

A need keeps one of its slots for certain, and of its others those that nobody else was given.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from graph.model.errors import ProblemUnfit
from graph.model.text import Text, joined
from matching.budget import Budget
from matching.problem import Floats, Ints, Mask
from matching.recommend.index import Index
from matching.recommend.listed import emptiness, removed
from matching.recommend.options import Options, options
from matching.recommend.packing import Row, packed, packing
from matching.rules.crossing import PROVIDERS

TAKEN = (
    (
        ("Venue",),
        Text("符合的场地在所要时段都已安排", "every room that fits is given to another need at the time wanted"),
    ),
    (
        ("Volunteer",),
        Text(
            "符合的志愿者在所要时段已有安排，或已到每人上限",
            "every volunteer that fits is taken then, or has as many needs as one takes",
        ),
    ),
    (PROVIDERS, Text("所需服务可供的数量已经用完", "what is offered of the service is used up")),
)
"""Why a need is left out whose resources all serve others, by their labels."""


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

    `slots` are those kept for each pair (empty: at any time), `items` the service that is given (-1: none). `score`
    sums the scores; no plan meets more than `most_met` needs, and none that meets as many scores above `bound`.
    """

    pairs: Ints
    slots: tuple[tuple[str, ...], ...]
    items: Ints
    left: tuple[Left, ...]
    score: float
    bound: float
    most_met: int

    @property
    def gap(self) -> float:
        """The relative distance of score and bound; 0 when the plan is proven."""
        distance = self.bound - self.score
        return 0.0 if distance <= 1e-6 * max(1.0, self.score) else distance / max(self.score, 1e-12)


def allot(index: Index, limits: Limits, budget: Budget, *, bonus: Floats | None = None) -> Allotment:
    """Plan all needs of an index at once; `bonus` is added to the score of each pair (none below zero).

    Raises `ProblemUnfit` when the floor cannot be reached, `NoPlanInTime` when the time ends without a plan.
    """
    if not len(index):
        if any(least for _, _, least in _inside(index, limits.floor)):
            raise _unreached(index, limits.floor)
        none = np.zeros(0, np.int64)
        return Allotment(none, (), none, _left(index, none), 0.0, 0.0, 0)
    values = index.score if bonus is None else index.score + bonus
    weight = len(index.crossing.needs) * max(1.0, float(values.max())) + 1.0
    ways = options(index)
    rows = [*_once(index, ways), *_times(index, ways), *_loads(index, ways, limits.load), *_supplies(index, ways)]
    rows += _floors(index, ways, limits.floor)
    chosen, bound = packed(packing(rows, weight + values[ways.pair], index.need[ways.pair]), budget)
    if chosen is None:
        raise _unreached(index, limits.floor)
    pairs = ways.pair[chosen]
    score = float(values[pairs].sum())
    most = min(math.floor(bound / weight + 1e-9), len(index.crossing.needs))
    above = bound - weight * len(pairs) if most == len(pairs) else score + float(most - len(pairs))
    kept = _kept(index, ways, chosen)
    return Allotment(pairs, kept, ways.item[chosen], _left(index, pairs), score, max(score, above), most)


def _unreached(index: Index, floor: float) -> ProblemUnfit:
    """Say that the floor cannot be reached, and in which committees too few needs have anything that fits."""
    fits = np.zeros(len(index.crossing.needs), bool)
    fits[index.need] = True
    short = [area for area, inside, least in _inside(index, floor) if fits[inside].sum() < least]
    hint = Text("降低 --floor", "Lower --floor")
    if not short:
        why = Text(
            f"各居委不能同时达到 {floor:.0%}", f"not every committee can have {floor:.0%} of its needs met at once"
        )
        return ProblemUnfit(why, hint)
    named = "、".join(short[:MOST_NAMED])
    return ProblemUnfit(
        Text(
            f"居委 {named} 符合资源的需求不到 {floor:.0%}",
            f"in {named} fewer than {floor:.0%} of the needs have a match",
        ),
        hint,
    )


MOST_NAMED = 5
"""Committees named in one sentence."""


def _once(index: Index, ways: Options) -> Iterator[Row]:
    for _, mine in _groups(index.need[ways.pair]):
        if len(mine) > 1:
            yield Row(mine, np.ones(len(mine)), 1.0)


def _groups(keys: Ints) -> Iterator[tuple[int, Ints]]:
    """Yield each key with its positions, in order."""
    order = np.argsort(keys, kind="stable")
    known, first = np.unique(keys[order], return_index=True)
    yield from zip(known.tolist(), np.split(order, first[1:]) if len(keys) else (), strict=True)


def _times(index: Index, ways: Options) -> Iterator[Row]:
    """Yield one limit for each resource and set of ways of several needs in the same half hour."""
    timed = np.flatnonzero(ways.slot >= 0)
    begins = ways.week.argmax(1) if len(ways.slots) else np.zeros(0, np.int64)
    for _, at in _groups(index.resource[ways.pair[timed]]):
        mine = timed[at]
        slots = ways.slot[mine]
        # Slots are intervals: as many as ever meet do so where one of them begins.
        for half_hour in _meetings(ways.week[np.ix_(slots, np.unique(begins[slots]))]):
            held = mine[half_hour]
            if ways.pair[held[0]] != ways.pair[held[-1]]:
                yield Row(held, np.ones(len(held)), 1.0)


def _meetings(week: Mask) -> Mask:
    """Return the greatest sets of ways that meet in a half hour, as rows; `week` has shape (ways, half hours)."""
    meeting = np.unique(week, axis=1).T.astype(np.int64)
    meeting = meeting[meeting.sum(1) > 1]
    within = meeting @ meeting.T == meeting.sum(1)[:, None]  # row i is part of row j
    return np.asarray(meeting[within.sum(1) == 1] > 0)


def _loads(index: Index, ways: Options, load: int) -> Iterator[Row]:
    able = np.flatnonzero(index.crossing.labelled("Volunteer")[index.resource[ways.pair]])
    for _, at in _groups(index.resource[ways.pair[able]]):
        if len(at) > load:
            yield Row(able[at], np.ones(len(at)), float(load))


def _supplies(index: Index, ways: Options) -> Iterator[Row]:
    """Yield one limit for each provider and item: the people of the needs that it would serve with that item."""
    resources, needs = index.crossing.resources, index.crossing.needs
    giving = np.flatnonzero(ways.item >= 0)
    width = resources.offer.shape[1]
    for key, at in _groups(index.resource[ways.pair[giving]] * width + ways.item[giving]):
        mine, most = giving[at], float(resources.offer[divmod(key, width)])
        people = needs.people[index.need[ways.pair[mine]]]
        if people.sum() > most:
            yield Row(mine, people, most)


def _inside(index: Index, floor: float) -> Iterator[tuple[str, Ints, int]]:
    """Yield each committee with the rows of its needs, and how many of them the floor asks to be met."""
    areas = index.crossing.needs.area
    for area in sorted({a for a in areas.tolist() if a is not None}):
        inside = np.flatnonzero(areas == area)
        yield area, inside, math.ceil(floor * len(inside) - 1e-9)


def _floors(index: Index, ways: Options, floor: float) -> Iterator[Row]:
    for _, inside, least in _inside(index, floor) if floor else ():
        mine = np.flatnonzero(np.isin(index.need[ways.pair], inside))
        yield Row(mine, -np.ones(len(mine)), -float(least))


def _kept(index: Index, ways: Options, chosen: Ints) -> tuple[tuple[str, ...], ...]:
    """Return the slots kept for each chosen way: its own, then of the others of its need those that are still free."""
    timed = [way for way in chosen.tolist() if ways.slot[way] >= 0]
    held = {way: [int(ways.slot[way])] for way in timed}
    taken = {int(index.resource[ways.pair[way]]): np.zeros(ways.week.shape[1], bool) for way in timed}
    for way in timed:
        taken[int(index.resource[ways.pair[way]])] |= ways.week[ways.slot[way]]
    for way in timed:
        week = taken[int(index.resource[ways.pair[way]])]
        for slot in ways.slot[ways.pair == ways.pair[way]].tolist():
            if not (week & ways.week[slot]).any():
                week |= ways.week[slot]
                held[way].append(slot)
    return tuple(tuple(ways.slots[slot] for slot in sorted(held.get(way, ()))) for way in chosen.tolist())


def _left(index: Index, chosen: Ints) -> tuple[Left, ...]:
    needs, candidates = index.bits.shape
    missing = np.setdiff1d(np.arange(needs), index.need[chosen]).tolist()
    return tuple(
        Left(row, _taken(index, row) if len(index.of_need(row)) else emptiness(candidates, removed(index.bits[row])))
        for row in missing
    )


def _taken(index: Index, need: int) -> Text:
    """Say why everything that fits a need serves others."""
    rows = index.resource[index.of_need(need)]
    return joined([why for labels, why in TAKEN if index.crossing.labelled(*labels)[rows].any()], "；", "; ")
