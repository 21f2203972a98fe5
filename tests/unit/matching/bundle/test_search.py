"""Prices, shortlists, crews and branching: every bound holds, and short lists change no optimum."""

from __future__ import annotations

from itertools import pairwise
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.budget import Budget
from matching.bundle import crew as crews
from matching.bundle import shortlist as lists_of
from matching.bundle.crew import crew, roles_at, thresholds
from matching.bundle.event import NEVER, Event
from matching.bundle.prices import Descent, Priced, Prices
from matching.bundle.rooms import apart, arranged, clash
from matching.bundle.shortlist import Numbers, Shortlist
from matching.bundle.together import plan
from tests.unit.matching.bundle.events import event

seeds = st.integers(0, 10**6)


def asked(seed: int, count: int, *, sizes: tuple[int, int, int] = (3, 4, 4)) -> list[Event]:
    return [event(seed + 7919 * k, sizes=sizes, audience=12, persons=12, needed=(1, 1)) for k in range(count)]


def listed(events: list[Event]) -> tuple[Numbers, list[Shortlist]]:
    numbers = Numbers.of(events)
    if any((c == NEVER).all() for c in numbers.cells):
        return numbers, []
    return numbers, [numbers.shortlist(e, k) for k, e in enumerate(events)]


@given(seeds, st.integers(1, 3))
@settings(max_examples=25, deadline=None)
def test_any_prices_give_a_bound_and_steps_never_raise_the_best(seed: int, count: int) -> None:
    events = asked(seed, count)
    numbers, lists = listed(events)
    found = plan(events)
    if not found.bundles:
        return
    draw = np.random.Generator(np.random.PCG64(seed))
    free = Prices.none(numbers)
    some = Prices(draw.random(len(free.person)) * 0.3, draw.random(free.room.shape) * 0.1)
    assert Priced.at(some, lists).bound >= found.score - 1e-9
    descent, bounds = Descent.of(lists, some, 0.3), []
    while descent.moved(found.score) and len(bounds) < 60:
        bounds.append(descent.best.bound)
    assert all(b <= a + 1e-12 for a, b in pairwise(bounds))
    assert all(b >= found.score - 1e-9 for b in bounds)


@given(seeds)
@settings(max_examples=12, deadline=None)
def test_short_lists_find_the_same_optimum(seed: int) -> None:
    events = asked(seed, 2)
    whole = plan(events)
    with (
        patch.object(lists_of, "FIRST_CELLS", 2),
        patch.object(lists_of, "PERSONS_EACH", 1),
        patch.object(lists_of, "PERSONS_MORE", 0),
        patch("matching.bundle.search.CHUNK", 5),
    ):
        short = plan(events)
    assert bool(whole.bundles) or not short.bundles
    if whole.bundles:
        assert whole.gap == 0
        assert short.bound >= whole.score - 1e-9
        assert not short.bundles or short.score <= whole.score + 1e-9


@given(seeds)
@settings(max_examples=25, deadline=None)
def test_the_flow_is_the_assignment_and_its_duals_price_it(seed: int) -> None:
    events = asked(seed, 3)
    roles = [
        role
        for k, one in enumerate(events)
        for role in roles_at(one, seed % len(one.venues), seed % len(one.slots), number=k, most=12)
    ]
    dense = crew(roles)
    with patch.object(crews, "DENSE", -1):
        flown = crew(roles)
    assert (dense is None) == (flown is None)
    if dense is None or flown is None:
        return
    assert flown.value == pytest.approx(dense.value, abs=1e-9)
    least = thresholds(roles, dense)
    persons: dict[int, float] = {}
    for role, threshold in zip(roles, least.tolist(), strict=True):
        for person, value in zip(role.person.tolist(), role.values.tolist(), strict=True):
            persons[person] = max(persons.get(person, 0.0), value - threshold)
    dual = sum(persons.values()) + sum(r.count * t for r, t in zip(roles, least.tolist(), strict=True))
    assert dual == pytest.approx(dense.value, abs=1e-9)  # no slack: they are optimal prices


@given(seeds)
@settings(max_examples=25, deadline=None)
def test_arranged_rooms_never_clash(seed: int) -> None:
    numbers, lists = listed(asked(seed, 4))
    if not lists:
        return
    at = arranged(lists, Priced.at(Prices.none(numbers), lists).worth)
    if at is not None:
        for k, one in enumerate(lists):
            for j in range(k):
                assert not clash(one, lists[j], at[j])[at[k]]
        fixed = [one.kept(np.array([c]), NEVER) for one, c in zip(lists, at, strict=True)]
        assert apart(fixed) is not None
        assert apart([fixed[0], fixed[0]]) is None


def test_a_cell_beyond_the_list_keeps_its_bound() -> None:
    numbers, _ = listed(one := asked(5, 1))
    short = numbers.shortlist(one[0], 0, 2)
    order = np.sort(numbers.cells[0], axis=None)[::-1]
    assert short.beyond == order[2]
    assert Priced.at(Prices.none(numbers), [short]).bound == pytest.approx(order[0])
    dear = Prices(np.full(len(numbers.persons), 9.0), Prices.none(numbers).room)
    assert Priced.at(dear, [short]).bound == pytest.approx(order[2] + dear.sum)


def test_time_that_is_up_still_gives_a_plan_and_says_so() -> None:
    events = [event(11 + k, sizes=(6, 10, 30), audience=60, persons=60, needed=(2, 6)) for k in range(5)]
    found = plan(events, Budget(0.0, 0.0), work=10**6)
    assert found.bundles
    assert found.timed == (found.gap > 0)
    assert found.bound >= plan(events).score - 1e-9


def test_progress_tells_the_gap_and_may_cancel() -> None:
    told: list[str] = []

    def cancel(step: str, done: int, total: int | None) -> None:
        told.append(step)
        if len(told) > 1:
            raise KeyboardInterrupt

    events = [event(11 + k, sizes=(6, 10, 30), audience=60, persons=60, needed=(2, 6)) for k in range(5)]
    with pytest.raises(KeyboardInterrupt):
        plan(events, Budget.of(5, cancel))
    assert all(step.startswith("solve ") for step in told)
