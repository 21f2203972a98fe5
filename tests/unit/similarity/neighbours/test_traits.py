"""Traits: each compares one row with all as a plain loop over pairs would, symmetrically, within [0, 1]."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from graph.model.geo import distance_m
from graph.model.text import Text
from similarity.features import Feature, FeatureKind
from similarity.neighbours.members import Sets, Shown, sets_of
from similarity.neighbours.traits import Category, Number, Place, Trait, information, spread

LAW = settings(max_examples=60, deadline=None)
T = Text("题", "title")
ROWS = 6
unknown = st.just(float("nan"))
numbers = arrays(np.float64, ROWS, elements=st.one_of(st.floats(-1000, 1000, width=32), unknown))
codes = arrays(np.int32, ROWS, elements=st.integers(-1, 2))
memberships = arrays(np.bool_, (ROWS, 5))


def number(values: npt.NDArray[np.float64]) -> Number:
    return Number.of(Feature("n", T, FeatureKind.NUMERIC, values))


def category(positions: npt.NDArray[np.int32], *, secret: bool = False) -> Category:
    return Category("c", T, positions, tuple(Text(x, x) for x in "甲乙丙"), secret=secret)


def sets(has: npt.NDArray[np.bool_], shown: Shown = Shown.NAMES) -> Sets:
    row, member = np.nonzero(has)
    indptr, indices, weights = sets_of((row, member), rows=len(has), kinds=has.shape[1])
    names = tuple(Text(f"m{i}", f"m{i}") for i in range(has.shape[1]))
    return Sets("s", T, indptr, indices, names, weights, shown=shown)


def place(lon: npt.NDArray[np.float64], lat: npt.NDArray[np.float64]) -> Place:
    return Place.of("p", T, lon=lon, lat=lat)


traits = st.one_of(
    st.builds(number, numbers),
    st.builds(category, codes),
    st.builds(sets, memberships),
    st.builds(
        place,
        arrays(np.float64, ROWS, elements=st.one_of(st.floats(121.4, 121.5), unknown)),
        arrays(np.float64, ROWS, elements=st.floats(31.3, 31.4)),
    ),
)


@LAW
@given(traits)
def test_likeness_is_symmetric_within_0_and_1_and_1_with_itself(trait: Trait) -> None:
    table = np.array([trait.likeness(row) for row in range(ROWS)])
    assert np.allclose(table, table.T, rtol=0, atol=1e-12, equal_nan=True)
    known = table[~np.isnan(table)]
    assert ((known >= 0) & (known <= 1)).all()
    own = np.diag(table)
    assert np.allclose(own[~np.isnan(own)], 1.0)


@LAW
@given(traits, st.booleans())
def test_products_are_those_of_an_inner_product(trait: Trait, informed: bool) -> None:
    shared, one, other = (
        np.array(side) for side in zip(*(trait.inner(row, informed=informed) for row in range(ROWS)), strict=True)
    )
    assert np.allclose(shared, shared.T, rtol=0, atol=1e-9)
    assert np.allclose(one, other.T)
    assert np.allclose(np.diag(shared), np.diag(one))
    assert (shared**2 <= one * other * (1 + 1e-9) + 1e-9).all()  # Cauchy and Schwarz


@LAW
@given(numbers)
def test_numbers_fall_linearly_with_the_difference(values: npt.NDArray[np.float64]) -> None:
    trait, reach = number(values), spread(values)
    for other in range(ROWS):
        difference = abs(values[0] - values[other])
        wanted = float(difference == 0) if reach == 0 else max(0.0, 1 - difference / reach)
        wanted = float("nan") if np.isnan(difference) else wanted
        assert trait.likeness(0)[other] == pytest.approx(wanted, nan_ok=True)


@LAW
@given(memberships)
def test_sets_are_compared_by_jaccard_weighed_by_information(has: npt.NDArray[np.bool_]) -> None:
    share = has.mean(axis=0)
    weight = np.array([-np.log(s) if s > 0 else 0.0 for s in share])
    found = sets(has).likeness(0)
    for other in range(ROWS):
        either, both = weight[has[0] | has[other]].sum(), weight[has[0] & has[other]].sum()
        if weight[has[0]].sum() > 0 and weight[has[other]].sum() > 0:
            assert found[other] == pytest.approx(both / either)
        else:
            assert np.isnan(found[other])


@LAW
@given(arrays(np.int64, (3, 2), elements=st.integers(0, 5)))
def test_pairs_in_any_order_and_twice_give_one_set(pairs: npt.NDArray[np.int64]) -> None:
    row, member = np.concatenate([pairs, pairs[::-1]]).T
    indptr, indices, _ = sets_of((row, member), rows=6, kinds=6)
    found = {(r, int(m)) for r in range(6) for m in indices[indptr[r] : indptr[r + 1]]}
    assert found == {(int(r), int(m)) for r, m in pairs}
    assert len(indices) == len(found)


def test_information_is_minus_the_logarithm_of_the_share() -> None:
    assert information(np.array([0, 0, 1, 2, 2, 2, 2]), rows=4, kinds=4).tolist() == pytest.approx(
        [np.log(2), np.log(4), 0, 0]
    )


def test_an_outlier_does_not_press_the_others_together() -> None:
    values = np.append(np.arange(40.0), 10_000.0)
    assert spread(values) < 40
    assert number(values).likeness(0)[20] == pytest.approx(1 - 20 / spread(values))
    assert number(values).likeness(0)[40] == 0


def test_places_are_compared_by_metres() -> None:
    lon, lat = np.array([121.46, 121.47, 121.46, np.nan]), np.array([31.31, 31.31, 31.32, 31.31])
    trait = place(lon, lat)
    metres = float(distance_m(121.46, 31.31, 121.47, 31.31))
    assert trait.metres(0)[1] == metres
    assert trait.likeness(0)[1] == pytest.approx(1 - metres / trait.reach)
    assert np.isnan(trait.likeness(0)[3])
    assert trait.says(0, 1) == Text("相距950米", "950 m apart")


SENTENCES: list[tuple[Callable[[], Trait], str]] = [
    (lambda: number(np.array([3.0, 3.0])), "both title 3"),
    (lambda: number(np.array([3.0, 5.0])), "title 3 and 5"),
    (lambda: number(np.array([3.0, np.nan])), "title not known of both, not compared"),
    (lambda: category(np.array([0, 0], np.int32)), "both title: 甲"),
    (lambda: category(np.array([0, 1], np.int32)), "title 甲 and 乙"),
    (lambda: category(np.array([0, 0], np.int32), secret=True), "same title"),
    (lambda: category(np.array([0, 1], np.int32), secret=True), "another title"),
    (lambda: sets(np.array([[1, 1, 0], [1, 0, 1]], bool)), "title: 1 shared (m0), 2 differ"),
    (lambda: sets(np.array([[1, 1, 0], [1, 0, 1]], bool), Shown.COUNTS), "title: 1 shared, 2 differ"),
    (lambda: sets(np.array([[1, 1, 0], [1, 0, 0]], bool), Shown.HOURS), "title: 0.25 h a week shared, 0.25 h a week differ"),
    (lambda: sets(np.array([[1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1]], bool)), "title: 6 shared (m0, m1, m2, m3…)"),
]  # fmt: skip


@pytest.mark.parametrize(("make", "said"), SENTENCES)
def test_sentences(make: Callable[[], Trait], said: str) -> None:
    assert make().says(0, 1).en == said
    assert make().says(0, 1).zh
