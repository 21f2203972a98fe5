from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import cdist

from similarity.features import Floats, Mask, from_matrix
from similarity.lookalike.closeness import RIDGE, approach, evenly, kernel
from similarity.lookalike.estimator import LookAlike
from tests.unit.similarity.tables import relaxed


def sheet(n: int, columns: int, *, seed: int) -> tuple[Floats, Mask]:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(columns, n))
    return x - x.mean(1, keepdims=True), rng.permutation(n) < max(n // 4, 1)


def textbook(x: Floats, positives: Mask) -> Floats:
    """Centred kernel ridge regression of each positive, as the formula reads."""
    n = x.shape[1]
    squares = cdist(x.T, x.T, "sqeuclidean")
    centre = np.eye(n) - 1 / n
    k = centre @ np.exp(-squares / squares.mean()) @ centre
    return k @ np.linalg.solve(k + RIDGE * np.trace(k) / n * np.eye(n), np.eye(n)[:, positives])


@relaxed
@given(st.integers(3, 60), st.integers(1, 8), st.integers(0, 99))
def test_closeness_is_kernel_ridge_regression_of_each_positive(n: int, columns: int, seed: int) -> None:
    x, positives = sheet(n, columns, seed=seed)
    learned, near = approach(x, positives, anchors=np.arange(n))
    np.testing.assert_allclose(near, textbook(x, positives), atol=1e-9)
    np.testing.assert_allclose(learned.parts(x), near, atol=1e-9)


@relaxed
@given(st.integers(8, 60), st.integers(0, 99))
def test_rows_outside_the_anchors_are_scored_like_new_ones(n: int, seed: int) -> None:
    x, positives = sheet(n, 3, seed=seed)
    anchors = evenly(tuple(f"r{i:02d}" for i in range(n)), positives, most=n // 2)
    learned, near = approach(x, positives, anchors=anchors)
    np.testing.assert_allclose(learned.parts(x), near, atol=1e-9)


@relaxed
@given(st.integers(2, 80), st.integers(1, 40), st.integers(0, 99))
def test_anchors_hold_every_positive_and_an_even_share_of_the_others(n: int, most: int, seed: int) -> None:
    _, positives = sheet(n, 1, seed=seed)
    ids = tuple(f"r{i:02d}" for i in np.random.default_rng(seed).permutation(n))
    rows = evenly(ids, positives, most=most)
    marked = int(positives.sum())
    assert np.all(np.diff(rows) > 0)
    assert positives[rows].sum() == marked
    assert len(rows) == marked + min(n - marked, max(most - marked, marked))
    gaps = np.diff(sorted(ids.index(ids[i]) for i in rows))
    assert len(gaps) == len(rows) - 1


def test_anchors_do_not_depend_on_the_order_of_the_rows() -> None:
    ids = tuple(f"r{i:03d}" for i in range(90))
    positives = np.arange(90) % 9 == 0
    order = np.random.default_rng(1).permutation(90)
    one = {ids[i] for i in evenly(ids, positives, most=30)}
    moved = tuple(ids[i] for i in order)
    assert {moved[i] for i in evenly(moved, positives[order], most=30)} == one


def test_the_kernel_is_that_of_its_formula() -> None:
    a, b = sheet(9, 4, seed=1)[0], sheet(7, 4, seed=2)[0]
    np.testing.assert_allclose(kernel(a, b, 3.0), np.exp(-cdist(a.T, b.T, "sqeuclidean") / 3), atol=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_what_no_sum_over_features_can_say_is_found_by_closeness(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(500, 4))
    wanted = x[:, 0] * x[:, 1] > 1.2  # either both high or both low
    known = wanted & (rng.random(500) < 0.5)
    table = from_matrix(x)
    hidden = wanted[~known]
    areas = {}
    for method in ("additive", "combined"):
        scores = LookAlike(method=method).fit(table, known).decision_function(table)[~known]
        areas[method] = (scores[hidden][:, None] > scores[~hidden]).mean()
    assert areas["combined"] > areas["additive"] + 0.05
