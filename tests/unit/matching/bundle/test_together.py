"""Several activities at once: no double booking, equal to trying everything, a true bound."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.bundle.best import best
from matching.bundle.check import check_together
from matching.bundle.event import NEVER, Event
from matching.bundle.together import plan
from tests.unit.matching.bundle.events import event

seeds = st.integers(0, 10**6)


def events(seed: int, count: int, *, sizes: tuple[int, int, int] = (2, 3, 3), audience: int = 6) -> list[Event]:
    return [event(seed + 7919 * k, sizes=sizes, audience=audience, persons=9, needed=(1, 1)) for k in range(count)]


@given(seeds, st.integers(1, 4))
@settings(max_examples=20, deadline=None)
def test_nothing_is_booked_twice(seed: int, count: int) -> None:
    asked = events(seed, count, sizes=(3, 4, 4), audience=12)
    found = plan(asked)
    if found.bundles:
        assert check_together(asked, found.bundles) == []
        assert found.bound >= found.score - 1e-9


def by_brute_force(asked: list[Event]) -> float | None:
    """Try every room, slot, lead, helper and participant of two events."""
    best_score: float | None = None
    for one, other in product(*(_all(e) for e in asked)):
        (v, s, who, score), (w, t, them, more) = one, other
        clash = asked[0].venues[v] == asked[1].venues[w] and (asked[0].hours[s] & asked[1].hours[t]).any()
        if not clash and not who & them and (best_score is None or score + more > best_score):
            best_score = score + more
    return best_score


def _all(one: Event) -> list[tuple[int, int, frozenset[int], float]]:
    found = []
    values = [p.values() for _, p, _ in one.roles]
    for v, s in np.argwhere(one.open_at & (one.capacity >= one.heads)[:, None]).tolist():
        base = one.venue_values()[v] + one.slot_values()[s]
        can = [
            np.flatnonzero(p.free[:, s] & np.isfinite(x[:, v])) for (_, p, _), x in zip(one.roles, values, strict=True)
        ]
        for rows in product(*can):
            who = frozenset(int(p.person[r]) for (_, p, _), r in zip(one.roles, rows, strict=True))
            if len(who) == 3:
                found.append((v, s, who, float(base + sum(x[r, v] for x, r in zip(values, rows, strict=True)))))
    return found


@given(seeds)
@settings(max_examples=15, deadline=None)
def test_two_at_once_equal_trying_everything(seed: int) -> None:
    asked = events(seed, 2)
    found, score = plan(asked), by_brute_force(asked)
    assert (not found.bundles) == (score is None)
    if score is not None:
        assert found.gap == 0
        assert found.score == pytest.approx(score, abs=1e-9)


@given(seeds)
@settings(max_examples=15, deadline=None)
def test_one_alone_is_the_best_bundle(seed: int) -> None:
    one = event(seed)
    found, alone = plan([one]), best(one)
    assert (not found.bundles) == (alone is None)
    if alone is not None:
        assert found.score == pytest.approx(alone.score, abs=1e-9)


@given(seeds, st.integers(1, 3))
@settings(max_examples=12, deadline=None)
def test_a_search_cut_short_shows_a_true_gap(seed: int, most: int) -> None:
    asked = events(seed, 3, sizes=(2, 4, 4), audience=12)
    whole, cut = plan(asked), plan(asked, work=most)
    if whole.bundles:
        assert whole.score <= cut.bound + 1e-9
    if cut.bundles:
        assert cut.score <= whole.score + 1e-9 <= cut.bound + 2e-9


def test_sharing_costs_no_more_than_it_must() -> None:
    asked = events(3, 3, sizes=(4, 6, 5), audience=12)
    found = plan(asked)
    alone = [best(e) for e in asked]
    assert found.gap == 0
    assert found.score <= sum(b.score for b in alone if b is not None) + 1e-9


def test_two_that_want_the_only_room_are_proven_impossible() -> None:
    asked = events(3, 2, audience=40)
    rooms = np.ones(2, np.int64) * 9
    only = np.zeros((2, 3), bool)
    only[0, 0] = True
    same = [replace(e, open_at=only, capacity=rooms, hours=asked[0].hours) for e in asked]
    assert plan([same[0]]).gap == 0
    found = plan(same)
    assert found.bundles == ()
    assert found.bound == NEVER
