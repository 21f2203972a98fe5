"""Covering against brute force: the fewest sites, rows that follow from others, sites with capacities."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.model.errors import ProblemUnfit
from matching.budget import Budget
from matching.problem import Mask
from matching.siting import interchange
from matching.siting.cover import cover, needed
from matching.siting.coverage import fewest, most_covered
from matching.siting.places import Places

relaxed = settings(deadline=None, max_examples=25)


@st.composite
def towns(draw: st.DrawFn) -> Places:
    """Whole weights, so that the most that a set of sites serves is what the cuts of its flow allow."""
    rows, columns = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    names = tuple(f"d{i}" for i in range(rows)), tuple(f"s{i}" for i in range(columns))
    weight = rng.integers(0, 6, rows).astype(float)
    weight[0] = 3.0
    places = Places.of(*names, weight, rng.integers(0, 50, (rows, columns)).astype(float))
    capacity = rng.integers(0, 9, columns).astype(float)
    capacity[rng.random(columns) < 0.2] = np.inf
    return replace(places, capacity=capacity, fixed=rng.random(columns) < 0.2)


def _served(places: Places, chosen: tuple[int, ...], radius: float) -> float:
    """By the cuts of the flow: cells are cut or, of those that are not, every chosen site in reach is."""
    near = places.metres[:, chosen] <= radius
    cells = range(len(places.demand))
    cuts = []
    for size in range(len(places.demand) + 1):
        for kept in combinations(cells, size):
            sites = near[list(kept)].any(0) if kept else np.zeros(len(chosen), bool)
            lost = places.weight.sum() - places.weight[list(kept)].sum()
            cuts.append(lost + places.capacity[list(chosen)][sites].sum())
    return float(min(cuts))


def _sets(places: Places, count: int) -> list[tuple[int, ...]]:
    must = set(np.flatnonzero(places.fixed).tolist())
    return [c for c in combinations(range(len(places.sites)), count) if must <= set(c)]


@relaxed
@given(towns(), st.integers(1, 4), st.floats(5, 40))
def test_the_most_served_is_the_optimum_and_keeps_capacities(places: Places, wanted: int, radius: float) -> None:
    count = min(max(wanted, int(places.fixed.sum())), len(places.sites))
    tight = replace(places, capacity=np.minimum(places.capacity, 20.0))
    found = most_covered(tight, count, radius, budget=Budget.of(10))
    best = max(_served(tight, c, radius) for c in _sets(tight, count))
    assert (found.objective, found.bound) == pytest.approx((best, best), abs=1e-5)
    assert found.gap <= 1e-6
    assert found.left == pytest.approx(tight.weight.sum() - best, abs=1e-5)
    assert len(found.chosen) == count
    assert set(np.flatnonzero(tight.fixed)) <= set(found.chosen)
    places_used = (found.serves * tight.weight[:, None]).sum(0)
    assert (places_used <= tight.capacity[found.chosen] + 1e-5).all()
    assert (found.serves.sum(1) <= 1 + 1e-6).all()
    assert (tight.metres[:, found.chosen][found.serves > 1e-9] <= radius).all()


@relaxed
@given(towns(), st.floats(15, 60))
def test_the_fewest_with_capacities_are_the_fewest(places: Places, radius: float) -> None:
    total = float(places.weight.sum())
    enough = [
        count
        for count in range(max(1, int(places.fixed.sum())), len(places.sites) + 1)
        if any(_served(places, c, radius) >= total - 1e-9 for c in _sets(places, count))
    ]
    if not enough or not (places.metres <= radius).any(1).all():
        with pytest.raises(ProblemUnfit):
            fewest(places, radius, budget=Budget.of(10))
        return
    found = fewest(places, radius, budget=Budget.of(10))
    assert found.objective == found.bound == enough[0]
    assert found.serves.sum(1)[places.weight > 0] == pytest.approx(1.0, abs=1e-5)
    assert ((found.serves * places.weight[:, None]).sum(0) <= places.capacity[found.chosen] + 1e-5).all()


@relaxed
@given(towns(), st.integers(1, 4), st.sampled_from([1, 7, 32_768]), st.integers(0, 99))
def test_a_swap_saves_what_is_said(places: Places, wanted: int, cached: int, seed: int) -> None:
    """Each gain is the difference of the two totals, however many rows are worked on at once."""
    sites = len(places.sites)
    cost = places.weight[:, None] * places.metres
    chosen = np.sort(np.random.default_rng(seed).permutation(sites)[: min(wanted, sites)])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(interchange, "CACHED", cached)
        gains = interchange._swaps(np.ascontiguousarray(cost.T), cost[:, chosen])
    now = interchange.total(cost, chosen)
    for out in range(len(chosen)):
        for into in set(range(sites)) - set(chosen.tolist()):
            swapped = chosen.copy()
            swapped[out] = into
            if len(chosen) > 1:
                assert gains[out, into] == pytest.approx(now - interchange.total(cost, swapped), abs=1e-6)
    assert gains.shape == (len(chosen), sites)


@st.composite
def reaches(draw: st.DrawFn) -> Mask:
    rows, columns = draw(st.integers(1, 12)), draw(st.integers(1, 7))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    reach = rng.random((rows, columns)) < 0.4
    reach[~reach.any(1), 0] = True
    return reach


@relaxed
@given(reaches(), st.integers(0, 99))
def test_rows_that_follow_from_others_change_nothing(reach: Mask, seed: int) -> None:
    kept = needed(reach)
    assert {tuple(row) for row in kept} <= {tuple(row) for row in reach}
    for chosen in (np.random.default_rng([seed, i]).random(reach.shape[1]) < 0.5 for i in range(20)):
        assert reach[:, chosen].any(1).all() == kept[:, chosen].any(1).all()
    assert not any((a <= b).all() for i, a in enumerate(kept) for j, b in enumerate(kept) if i != j)


@relaxed
@given(reaches(), st.integers(0, 99))
def test_a_cover_is_the_smallest(reach: Mask, seed: int) -> None:
    fixed = np.asarray(np.random.default_rng(seed).random(reach.shape[1]) < 0.2)
    columns = range(reach.shape[1])
    best = next(
        size
        for size in range(max(1, int(fixed.sum())), reach.shape[1] + 1)
        for c in combinations(columns, size)
        if fixed[list(c)].sum() == fixed.sum() and reach[:, c].any(1).all()
    )
    chosen, bound = cover(reach, fixed, budget=Budget.of(10))
    assert (len(chosen), bound) == (best, best)
    assert reach[:, chosen].any(1).all()
    assert fixed[chosen].sum() == fixed.sum()
