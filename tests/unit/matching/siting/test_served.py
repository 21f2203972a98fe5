"""Places for people in reach: equal to the least cut over all sets of points, never worse with one point more."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.problem import Floats, Mask
from matching.siting.served import Reach, choose_served, most_served, nearest_served

Town = tuple[Floats, Floats, Floats]


@st.composite
def towns(draw: st.DrawFn) -> Town:
    """Metres of units x points, people of the units, places of the points."""
    units, points = draw(st.integers(1, 6)), draw(st.integers(1, 5))
    metres = draw(st.lists(st.integers(0, 9), min_size=units * points, max_size=units * points))
    people = draw(st.lists(st.integers(0, 20), min_size=units, max_size=units))
    places = draw(st.lists(st.integers(0, 25), min_size=points, max_size=points))
    return np.array(metres, float).reshape(units, points), np.array(people, float), np.array(places, float)


def least_cut(near: Mask, people: Floats, places: Floats) -> float:
    """Ford and Fulkerson: the most that flows is the least cut, here over every set of points that is cut."""
    points = range(near.shape[1])
    sets = [set(s) for size in range(len(points) + 1) for s in combinations(points, size)]
    return min(
        places[sorted(cut)].sum() + sum(n for row, n in zip(near, people, strict=True) if {*np.flatnonzero(row)} - cut)
        for cut in sets
    )


@given(towns())
@settings(max_examples=60, deadline=None)
def test_the_most_served_is_the_least_cut(town: Town) -> None:
    metres, people, places = town
    reach, opened = Reach.of(metres, 5.0), np.ones(len(places), bool)
    assert abs(most_served(reach, people, places, opened=opened) - least_cut(reach.near, people, places)) < 1e-6


@given(towns(), st.integers(0, 3))
@settings(max_examples=40, deadline=None)
def test_the_best_choice_equals_trying_all(town: Town, count: int) -> None:
    metres, people, places = town
    count = min(count, len(places))
    reach, none = Reach.of(metres, 5.0), np.zeros(len(places), bool)
    best = 0.0
    for chosen in combinations(range(len(places)), count):
        opened = none.copy()
        opened[list(chosen)] = True
        best = max(best, least_cut(reach.near & opened, people, np.where(opened, places, 0.0)))
    found = choose_served(reach, people, places, opened=(none, ~none, count))
    assert len(found.points) == count
    assert abs(found.served - best) < 1e-6
    assert found.served <= found.bound + 1e-9


@given(towns(), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_order_changes_nothing_and_a_point_more_never_harms(town: Town, order: object) -> None:
    metres, people, places = town
    opened = np.ones(len(places), bool)
    whole = most_served(Reach.of(metres, 5.0), people, places, opened=opened)
    shuffled = list(range(len(people)))
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    assert abs(most_served(Reach.of(metres[shuffled], 5.0), people[shuffled], places, opened=opened) - whole) < 1e-6
    fewer = opened.copy()
    fewer[0] = False
    assert most_served(Reach.of(metres, 5.0), people, places, opened=fewer) <= whole + 1e-6
    assert nearest_served(Reach.of(metres, 5.0), people, places, opened=opened) <= whole + 1e-6


def test_the_nearest_point_may_be_full() -> None:
    metres, people = np.array([[1.0, 4.0], [1.0, 9.0]]), np.array([10.0, 10.0])
    reach, opened = Reach.of(metres, 5.0), np.ones(2, bool)
    assert nearest_served(reach, people, np.array([12.0, 20.0]), opened=opened) == 12
    assert most_served(reach, people, np.array([12.0, 20.0]), opened=opened) == 20
    assert nearest_served(reach, people, np.array([12.0, 20.0]), opened=~opened) == 0
    assert choose_served(reach, people, np.array([12.0, 20.0]), opened=(~opened, ~opened, 0)).served == 0
