"""Siting against brute force: the least walking, the most covered, the fewest points; bounds on the right side."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.model.errors import ProblemTooLarge, ProblemUnfit
from matching.budget import Budget
from matching.problem import Floats
from matching.siting import nearest
from matching.siting import places as rooms
from matching.siting.coverage import fewest, most_covered
from matching.siting.interchange import greedy, improve, total
from matching.siting.lagrange import Relaxation
from matching.siting.nearest import least_walking
from matching.siting.places import Places

relaxed = settings(deadline=None, max_examples=50)


@st.composite
def towns(draw: st.DrawFn, *, holes: bool = False) -> Places:
    rows, columns = draw(st.integers(1, 8)), draw(st.integers(1, 6))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    metres = rng.integers(0, 50, (rows, columns)).astype(float)
    if draw(st.booleans()):
        metres = metres / 3 + rng.random((rows, columns))
    if holes:
        metres[rng.random((rows, columns)) < 0.3] = np.inf
    weight = rng.integers(0, 9, rows).astype(float)
    weight[0] = 5.0
    names = tuple(f"d{i}" for i in range(rows)), tuple(f"s{i}" for i in range(columns))
    fixed = rng.random(columns) < 0.2
    return replace(Places.of(*names, weight, metres), fixed=fixed)


def _sets(places: Places, count: int) -> list[tuple[int, ...]]:
    must = set(np.flatnonzero(places.fixed).tolist())
    return [c for c in combinations(range(len(places.sites)), count) if must <= set(c)]


def _count(places: Places, wanted: int) -> int:
    return min(max(wanted, int(places.fixed.sum()), 1), len(places.sites))


@relaxed
@given(towns(), st.integers(1, 4))
def test_the_least_walking_is_the_optimum(places: Places, wanted: int) -> None:
    count = _count(places, wanted)
    found = least_walking(places, count, Budget.of(10))
    best = min(float(places.weight @ places.metres[:, c].min(1)) for c in _sets(places, count))
    assert found.objective == pytest.approx(best, abs=1e-6)
    assert found.gap == 0
    assert len(found.chosen) == count
    assert set(np.flatnonzero(places.fixed)) <= set(found.chosen)
    assert (found.serves.sum(1) == 1).all()


@relaxed
@given(towns(holes=True), st.integers(1, 4))
def test_what_nobody_can_serve_is_left_and_counted(places: Places, wanted: int) -> None:
    count = _count(places, wanted)
    found = least_walking(places, count, Budget.of(10))
    options = [_walked(places, c) for c in _sets(places, count)]
    assert (found.left, found.objective) == pytest.approx(min(options), abs=1e-6)
    assert found.bound <= found.objective


def _walked(places: Places, chosen: tuple[int, ...]) -> tuple[float, float]:
    near = places.metres[:, chosen].min(1)
    served = np.isfinite(near)
    return float(places.weight[~served].sum()), float(places.weight[served] @ near[served])


@relaxed
@given(towns(), st.integers(1, 4), st.floats(5, 40))
def test_the_most_covered_is_the_optimum(places: Places, wanted: int, radius: float) -> None:
    count = _count(places, wanted)
    found = most_covered(places, count, radius, budget=Budget.of(10))
    best = max(float(places.weight[(places.metres[:, c] <= radius).any(1)].sum()) for c in _sets(places, count))
    assert found.objective == pytest.approx(best)
    assert found.objective <= found.bound + 1e-9
    assert found.gap == 0
    assert found.left == pytest.approx(places.weight.sum() - best)


@relaxed
@given(towns(), st.floats(5, 60))
def test_the_fewest_points_are_the_fewest(places: Places, radius: float) -> None:
    if not (places.metres <= radius).any(1).all():
        with pytest.raises(ProblemUnfit):
            fewest(places, radius, budget=Budget.of(10))
        return
    found = fewest(places, radius, budget=Budget.of(10))
    assert (places.metres[:, found.chosen] <= radius).any(1).all()
    smaller = [c for k in range(1, len(found.chosen)) for c in _sets(places, k)]
    assert not any((places.metres[:, c] <= radius).any(1).all() for c in smaller)
    assert found.objective == found.bound == len(found.chosen)


@relaxed
@given(towns(), st.integers(1, 4), st.randoms())
def test_capacities_are_kept_and_never_help(places: Places, wanted: int, random: object) -> None:
    count = _count(places, wanted)
    rng = np.random.default_rng(abs(hash(random)) % 2**32)
    tight = replace(places, capacity=rng.integers(0, 30, len(places.sites)).astype(float))
    free, found = least_walking(places, count, Budget.of(10)), least_walking(tight, count, Budget.of(10))
    served = (found.serves * places.weight[:, None]).sum(0)
    assert (served <= tight.capacity[found.chosen] + 1e-5).all()
    assert len(found.chosen) == count
    assert found.bound <= found.objective + 1e-6
    if found.left <= 1e-6:
        assert found.objective >= free.objective - 1e-4


@relaxed
@given(towns(), st.integers(1, 4))
def test_a_bound_lies_below_and_swaps_never_harm(places: Places, wanted: int) -> None:
    count = _count(places, wanted)
    cost: Floats = places.weight[:, None] * places.metres
    closed = np.zeros(len(places.sites), bool)
    start = greedy(cost, count, fixed=places.fixed, closed=closed)
    chosen, value = improve(cost, start, fixed=places.fixed, closed=closed)
    best = min(total(cost, np.array(c)) for c in _sets(places, count))
    assert best - 1e-9 <= value <= total(cost, start) + 1e-9
    bound = Relaxation.of(cost, count, places.fixed).raised(cost.min(1), value)
    assert bound.value <= best + 1e-6
    assert set(np.flatnonzero(places.fixed)) <= set(bound.sites)
    assert len(chosen) == count


@relaxed
@given(towns(), st.integers(1, 4), st.integers(0, 99))
def test_the_order_of_rows_does_not_matter_and_a_site_more_never_harms(places: Places, wanted: int, seed: int) -> None:
    count = _count(places, wanted)
    rows = np.random.default_rng(seed).permutation(len(places.demand))
    turned = replace(
        places, demand=tuple(places.demand[i] for i in rows), weight=places.weight[rows], metres=places.metres[rows]
    )
    one = least_walking(places, count, Budget.of(10))
    assert least_walking(turned, count, Budget.of(10)).objective == pytest.approx(one.objective)
    if count < len(places.sites):
        assert least_walking(places, count + 1, Budget.of(10)).objective <= one.objective + 1e-9


def test_impossible_counts_and_numbers_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    ones = np.ones((2, 2))
    places = replace(Places.of(("a", "b"), ("s", "t"), np.ones(2), ones), fixed=np.array([True, True]))
    for count in (0, 1, 3):
        with pytest.raises(ProblemUnfit):
            least_walking(places, count, Budget.of(5))
    for weight, metres in (
        (np.zeros(2), ones),
        (np.array([1, -1.0]), ones),
        (np.ones(2), -ones),
        (np.ones(2), ones * np.nan),
    ):
        with pytest.raises(ProblemUnfit):
            Places.of(("a", "b"), ("s", "t"), weight, metres)
    monkeypatch.setattr(rooms, "MOST_CELLS", 3)
    with pytest.raises(ProblemTooLarge):
        Places.of(("a", "b"), ("s", "t"), np.ones(2), ones)


@relaxed
@given(towns(), st.integers(1, 3))
def test_the_problem_without_capacities_bounds_the_one_with_them(places: Places, wanted: int) -> None:
    """What the programme leaves open is closed from both sides; starting from a poor plan, nothing is lost."""
    count = _count(places, wanted)
    roomy = replace(places, capacity=np.full(len(places.sites), places.weight.sum()))
    best = least_walking(places, count, Budget.of(10))
    poor = replace(least_walking(roomy, count, Budget.of(10)), objective=best.objective * 2 + 1, bound=0.0)
    mended = nearest._beside_free(roomy, poor, Budget.of(10))
    assert (mended.objective, mended.bound) == pytest.approx((best.objective, best.objective), abs=1e-4)
    assert mended.left <= 1e-4
