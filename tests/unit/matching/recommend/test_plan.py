"""One plan for all: against every combination of a few pairs; nobody in two places, nobody asked too often."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import matching.recommend.packing
from graph.model.errors import NoPlanInTime, ProblemUnfit
from matching.budget import Budget
from matching.recommend.index import Index, index
from matching.recommend.options import TIMED, options
from matching.recommend.plan import Allotment, Limits, allot
from matching.rules.coded import Coded
from matching.rules.crossing import PROVIDERS, Crossing, open_hours
from matching.rules.policy import read_policy
from matching.rules.tables import Needs, Resources
from matching.rules.week import taken_week
from tests.unit.matching.rules.stocks import WORDS, crossings, words

relaxed = settings(max_examples=60, deadline=None)
Way = tuple[int, str | None, int | None]
"""A pair, the slot and the item that were chosen for it."""


def ways(found: Index, pair: int) -> list[Way]:
    """List the ways of a pair by reading its need and its resource, as slowly as it can be done."""
    crossing, need, resource = found.crossing, int(found.need[pair]), int(found.resource[pair])
    label = crossing.resources.label[resource]
    if label in PROVIDERS:
        offer, people = crossing.resources.offer[resource], crossing.needs.people[need]
        return [(pair, None, item) for item in crossing.admitted[need] if 0 < offer[item] >= people]
    wanted = crossing.needs.slots[need]
    if label not in TIMED or not wanted:
        return [(pair, None, None)]
    _, hours, busy = crossing.resources.times[resource]
    there, least = open_hours(hours, busy), np.ceil(crossing.policy.hours[label] / 30)
    weeks = [(slot, taken_week([slot])) for slot in wanted]
    return [(pair, slot, None) for slot, week in weeks if (week * there).sum() >= min(week.sum(), least)]


def possible(found: Index, chosen: list[Way], load: int) -> bool:
    """Judge a set of ways one rule after the other."""
    crossing = found.crossing
    by_resource: dict[int, list[Way]] = {}
    for way in chosen:
        by_resource.setdefault(int(found.resource[way[0]]), []).append(way)
    for resource, mine in by_resource.items():
        weeks = [taken_week([slot]) for _, slot, _ in mine if slot is not None]
        if weeks and np.sum(weeks, axis=0).max() > 1:
            return False
        if crossing.resources.label[resource] == "Volunteer" and len(mine) > load:
            return False
        served = np.zeros(crossing.resources.offer.shape[1])
        for pair, _, item in mine:
            if item is not None:
                served[item] += crossing.needs.people[found.need[pair]]
        if not (served <= crossing.resources.offer[resource]).all():
            return False
    return True


def best(found: Index, load: int) -> tuple[int, float]:
    """Try every choice of one way or none for each need."""
    choices = [
        [None, *(way for pair in found.of_need(row).tolist() for way in ways(found, pair))]
        for row in range(len(found.crossing.needs))
    ]
    tried = [[way for way in chosen if way is not None] for chosen in product(*choices)]
    held = [chosen for chosen in tried if possible(found, chosen, load)]
    return max((len(c), round(sum(float(found.score[pair]) for pair, _, _ in c), 9)) for c in held)


def kept(found: Index, plan: Allotment) -> list[Way]:
    """Return what a plan keeps, a row for each slot of each pair."""
    rows: list[Way] = []
    for pair, slots, item in zip(plan.pairs.tolist(), plan.slots, plan.items.tolist(), strict=True):
        known = [way[1:] for way in ways(found, pair)]
        chosen = [(slot, None if item < 0 else item) for slot in slots or (None,)]
        assert set(chosen) <= set(known)
        rows += [(pair, *way) for way in chosen]
    return rows


@relaxed
@given(crossings())
def test_every_pair_has_its_ways_and_no_others(crossing: Crossing) -> None:
    found = index(crossing)
    own = options(found)
    told = [
        (pair, own.slots[slot] if slot >= 0 else None, item if item >= 0 else None)
        for pair, slot, item in zip(own.pair.tolist(), own.slot.tolist(), own.item.tolist(), strict=True)
    ]
    assert len(told) == len(set(told))
    assert set(told) == {way for pair in range(len(found)) for way in ways(found, pair)}
    assert {pair for pair, _, _ in told} == set(range(len(found)))


@relaxed
@given(crossings(), st.integers(1, 2))
def test_the_plan_is_the_best_of_all_combinations(crossing: Crossing, load: int) -> None:
    found = index(crossing)
    plan = allot(found, Limits(load), Budget.of(20))
    rows = kept(found, plan)
    assert possible(found, rows, load=99)
    assert possible(found, list({way[0]: way for way in rows}.values()), load)
    for pair, slots in zip(plan.pairs.tolist(), plan.slots, strict=True):  # what is still free is kept too
        rest = {slot for _, slot, _ in ways(found, pair) if slot is not None} - set(slots)
        assert not any(possible(found, [*rows, (pair, slot, None)], load=99) for slot in rest)
    assert len(set(found.need[plan.pairs].tolist())) == len(plan.pairs)
    met, score = best(found, load)
    assert (len(plan.pairs), plan.most_met) == (met, met)
    assert plan.score == pytest.approx(score, abs=1e-6)
    assert plan.gap == 0
    assert {one.need for one in plan.left} == set(range(len(crossing.needs))) - set(found.need[plan.pairs].tolist())


@relaxed
@given(crossings(), st.sampled_from([1, 3, 8]), st.integers(1, 2))
def test_many_ways_are_priced_and_the_bound_holds(crossing: Crossing, few: int, at_once: int) -> None:
    found = index(crossing)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(matching.recommend.packing, "FEW", few)
        patch.setattr(matching.recommend.packing, "AT_ONCE", at_once)
        plan = allot(found, Limits(), Budget.of(20))
    assert possible(found, kept(found, plan), load=99)
    met, score = best(found, 2)
    assert len(plan.pairs) <= met <= plan.most_met
    if len(plan.pairs) == met == plan.most_met:
        assert plan.score <= score + 1e-6 <= plan.bound + 2e-6
        assert plan.gap > 0 or plan.score == pytest.approx(score, abs=1e-6)


def test_a_plan_without_time_is_still_a_plan_with_a_bound() -> None:
    both, hours = ("1 09:00-11:30", "3 18:00-20:30"), ("1 08:00-12:00", "3 17:00-21:00")
    three = index(one_room(both, both, both, hours=hours))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(matching.recommend.packing, "_milp", lambda packing, budget: (None, np.inf, 1))
        plan = allot(three, Limits(), Budget.of(20))
        assert (len(plan.pairs), plan.most_met) == (2, 3)
        with pytest.raises(NoPlanInTime):
            allot(three, Limits(floor=0.3), Budget.of(20))


@relaxed
@given(crossings())
def test_a_floor_is_reached_or_refused(crossing: Crossing) -> None:
    found = index(crossing)
    free = allot(found, Limits(), Budget.of(20))
    try:
        plan = allot(found, Limits(floor=1.0), Budget.of(20))
    except ProblemUnfit:
        assert free.left
        return
    if len(found):
        with_area = [row for row, area in enumerate(crossing.needs.area.tolist()) if area is not None]
        assert not {one.need for one in plan.left} & set(with_area)


def one_room(*wants: tuple[str, ...], hours: tuple[str, ...]) -> Crossing:
    """Return activities of one person each that want one of some slots, and one room that is open in some hours."""
    n, nobody, nothing = len(wants), Coded.of([frozenset[str]()]), np.zeros(1)
    asked = Needs(
        ids=words([f"n{i}" for i in range(n)]), name=words(["活动"] * n), kind=Coded.of(["activity"] * n),
        status=words(["open"] * n), area=words(["c1"] * n), people=np.ones(n), place=np.zeros((n, 2)),
        slots=Coded.of(wants), skills=Coded.of([()] * n), items=Coded.of([()] * n), step_free=np.zeros(n, bool),
        ages=Coded.of([()] * n), parties=Coded.of([frozenset[str]()] * n), purposes=Coded.of([()] * n),
    )  # fmt: skip
    room = Resources(
        label=Coded.of(["Venue"]), ids=words(["r"]), name=words(["室"]), area=words(["c1"]), place=np.zeros((1, 2)),
        capacity=nothing + 9, times=Coded.of([("Venue", hours, ())]), level=np.zeros((1, 3), np.int8),
        offer=np.zeros((1, 3)), step_free=nothing > 0, age=nothing, weekly_hours=nothing, in_service=nothing == 0,
        idle=nothing, parties=nobody, declined=nobody, refusal=Coded.of([None]), room=Coded.of([None]),
    )  # fmt: skip
    return Crossing(asked, room, WORDS, read_policy())


def test_two_needs_share_a_room_in_different_slots_and_a_third_is_told_why_not() -> None:
    morning, evening = "1 09:00-11:30", "3 18:00-20:30"
    both, hours = (morning, evening), ("1 08:00-12:00", "3 17:00-21:00")
    three = index(one_room(both, both, both, hours=hours))
    plan = allot(three, Limits(), Budget.of(20))
    assert sorted(plan.slots) == [(morning,), (evening,)]
    assert [one.why.en for one in plan.left] == ["every room that fits is given to another need at the time wanted"]
    assert allot(index(one_room(both, hours=hours)), Limits(), Budget.of(20)).slots == (both,)
    with pytest.raises(ProblemUnfit, match="at once"):
        allot(three, Limits(floor=1.0), Budget.of(20))
    with pytest.raises(ProblemUnfit, match="in c1 fewer than 100%"):
        allot(index(one_room((morning,), (evening,), hours=hours[:1])), Limits(floor=1.0), Budget.of(20))
