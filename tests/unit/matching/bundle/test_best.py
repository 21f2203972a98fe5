"""Bundles: equal to trying everything, possible, proven; alternatives differ; adding resources never harms."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.model.errors import ProblemUnfit
from matching.bundle.best import AXES, alternatives, best, differences
from matching.bundle.cells import bounds
from matching.bundle.check import check
from matching.bundle.event import Event, Pool, overlap, parts
from tests.unit.matching.bundle.events import by_brute_force, event

seeds = st.integers(0, 10**6)


@given(seeds)
@settings(max_examples=60, deadline=None)
def test_the_best_equals_trying_everything(seed: int) -> None:
    one = event(seed)  # 5 rooms x 5 slots x 20 participants, and 5 leads among the same 25 persons
    found, score = best(one), by_brute_force(one)
    assert (found is None) == (score is None)
    if found is not None and score is not None:
        assert found.score == pytest.approx(score, abs=1e-9)
        assert found.gap == 0
        assert check(one, found) == []


@given(seeds, st.integers(0, 3), st.integers(0, 9), st.integers(0, 6))
@settings(max_examples=60, deadline=None)
def test_a_bundle_can_really_happen(seed: int, helpers: int, people: int, guests: int) -> None:
    one = replace(event(seed, audience=15, persons=16, needed=(helpers, people)), guests=guests)
    found = best(one)
    for bundle in [] if found is None else [found, *(a.bundle for a in alternatives(one, found))]:
        asked = [one.leads.person[bundle.lead]]
        asked += [one.helpers.person[r] for r in bundle.helpers] + [one.people.person[r] for r in bundle.people]
        assert len(set(asked)) == len(asked) == 1 + helpers + people
        assert one.capacity[bundle.venue] >= len(asked) + guests
        assert check(one, bundle) == []


@given(seeds)
@settings(max_examples=40, deadline=None)
def test_parts_sum_to_the_score(seed: int) -> None:
    one = event(seed)
    found = best(one)
    if found is not None:
        assert sum(parts(one, found).values()) == pytest.approx(found.score, abs=1e-12)


@given(seeds)
@settings(max_examples=40, deadline=None)
def test_alternatives_differ_and_are_not_better(seed: int) -> None:
    one = event(seed)
    found = best(one)
    shown = [] if found is None else [found]
    for other in [] if found is None else alternatives(one, found, count=6):
        assert other.bundle.score <= shown[0].score + 1e-12
        assert other.axis in other.differs == differences(one, shown[0], other.bundle)
        for before in shown:
            assert other.axis in differences(one, before, other.bundle)
            assert other.axis != "slot" or not overlap(one, one)[before.slot, other.bundle.slot]
        shown.append(other.bundle)


@given(seeds, st.integers(1, 200))
@settings(max_examples=40, deadline=None)
def test_a_search_cut_short_shows_a_true_gap(seed: int, most: int) -> None:
    one = event(seed, persons=12, audience=12)
    found, cut = best(one), best(one, most_cells=most)
    assert (found is None) == (cut is None)
    if found is not None and cut is not None:
        assert cut.score <= found.score + 1e-9 <= cut.bound + 2e-9


@given(seeds)
@settings(max_examples=40, deadline=None)
def test_bounds_hold_and_are_reached_without_persons_wanted_twice(seed: int) -> None:
    one = event(seed)
    top = float(bounds(one).max())
    found = best(one)
    assert found is None or found.score <= top + 1e-9
    apart = [_renumbered(p, 1000 * k) for k, p in enumerate((one.leads, one.helpers, one.people))]
    free = replace(one, leads=apart[0], helpers=apart[1], people=apart[2])
    alone = best(free)
    assert (alone is None) == (top == -np.inf)
    assert alone is None or alone.score == pytest.approx(top, abs=1e-9)


def _renumbered(pool: Pool, first: int) -> Pool:
    return replace(pool, person=np.arange(first, first + len(pool)))


@given(seeds)
@settings(max_examples=40, deadline=None)
def test_more_hours_never_harm(seed: int) -> None:
    one = event(seed)
    found = best(one)
    wider = best(replace(one, open_at=np.ones_like(one.open_at)))
    assert found is None or (wider is not None and wider.score >= found.score - 1e-12)


@given(seeds)
@settings(max_examples=40, deadline=None)
def test_the_order_of_rows_changes_nothing(seed: int) -> None:
    one = event(seed, persons=14, audience=12)
    order = np.random.Generator(np.random.PCG64(seed)).permutation
    pools = [_reordered(p, order(len(p))) for _, p, _ in one.roles]
    other = replace(one, leads=pools[0], helpers=pools[1], people=pools[2])
    found, again = best(one), best(other)
    assert (found is None) == (again is None)
    if found is not None and again is not None:
        assert (found.venue, found.slot) == (again.venue, again.slot)
        assert found.score == pytest.approx(again.score, abs=1e-12)


def _reordered(pool: Pool, order: np.ndarray) -> Pool:
    own = {name: values[order] for name, values in pool.own.items()}
    return Pool(tuple(pool.ids[r] for r in order), pool.person[order], pool.free[order], own, pool.near[order])


def test_a_booking_moves_the_bundle() -> None:
    one = event(1)
    found = best(one)
    assert found is not None
    open_at = one.open_at.copy()
    open_at[found.venue, found.slot] = False
    moved = best(replace(one, open_at=open_at))
    assert moved is not None
    assert (moved.venue, moved.slot) != (found.venue, found.slot)


def test_the_checker_sees_what_is_broken() -> None:
    one = event(1)
    found = best(one)
    assert found is not None
    twice = replace(found, people=(*found.people[:-1], found.people[0]))
    assert any("takes 2 roles" in text.en for text in check(one, twice))
    assert any("2 of the 3" in text.en for text in check(one, replace(found, people=found.people[:-1])))
    assert any("the score says" in text.en for text in check(one, replace(found, score=found.score + 1)))
    small = replace(one, capacity=np.zeros_like(one.capacity))
    assert any("holds 0" in text.en for text in check(small, found))
    shut = replace(one, open_at=np.zeros_like(one.open_at))
    assert any("cannot be had" in text.en for text in check(shut, found))
    away = replace(one, leads=replace(one.leads, free=np.zeros_like(one.leads.free)))
    assert any("cannot be there" in text.en for text in check(away, found))


def test_tables_that_do_not_fit_are_refused() -> None:
    one = event(1)
    twice = replace(one.leads, person=np.zeros(len(one.leads), np.int64))
    for bad in ({"helpers_needed": -1}, {"capacity": one.capacity[:-1]}, {"venues": ()}, {"leads": twice}):
        with pytest.raises(ProblemUnfit):
            replace(one, **bad)


def test_every_axis_has_a_title() -> None:
    assert set(AXES) == {"venue", "slot", "lead"}


def test_the_same_event_gives_the_same_bundle() -> None:
    draws: list[Event] = [event(7, sizes=(8, 12, 30), audience=200, persons=220, needed=(2, 15)) for _ in range(2)]
    assert best(draws[0]) == best(draws[1])
