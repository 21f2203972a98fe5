from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from similarity.features import from_matrix
from similarity.lookalike.design import Design
from similarity.lookalike.discriminant import feature_parts, spreads_of
from similarity.lookalike.estimator import LookAlike
from similarity.lookalike.shrunk import BLOCK, factored, shrunk_covariance, shrunk_rows, wide
from tests.unit.similarity.tables import relaxed


@relaxed
@given(st.integers(1, 150), st.integers(0, 9))
def test_the_factor_is_that_of_cholesky_and_solves_the_system(size: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    a = rng.normal(size=(size, size))
    matrix, targets = a @ a.T + size * np.eye(size), rng.normal(size=(size, 3))
    factor, expected = factored(matrix.copy()), np.linalg.solve(matrix, targets)
    np.testing.assert_allclose(factor.solve(targets), expected, atol=1e-10)
    np.testing.assert_allclose(factor.solve(targets[:, 0]), expected[:, 0], atol=1e-10)
    below = np.arange(size)[:, None] // BLOCK > np.arange(size) // BLOCK
    np.testing.assert_allclose(factor.lower[below], np.linalg.cholesky(matrix)[below], atol=1e-10)


def test_what_is_not_positive_definite_has_no_factor() -> None:
    with pytest.raises(np.linalg.LinAlgError):
        factored(np.diag([1.0, -1.0]))


@relaxed
@given(st.integers(1, 40), st.integers(1, 40), st.floats(0.05, 1.0), st.integers(0, 9))
def test_both_ways_solve_the_shrunk_covariance(p: int, n: int, shrinkage: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, targets = rng.normal(size=(p, n)), rng.normal(size=(p, 3))
    covariance = x @ x.T / n
    m = (1 - shrinkage) * covariance + shrinkage * np.trace(covariance) / p * np.eye(p)
    expected = np.linalg.solve(m, targets)
    for shrunk in (shrunk_covariance(covariance.copy(), shrinkage), shrunk_rows(x, shrinkage)):
        np.testing.assert_allclose(shrunk.solve(targets), expected, rtol=1e-7, atol=1e-9)
        np.testing.assert_allclose(shrunk.solve(targets[:, 0]), expected[:, 0], rtol=1e-7, atol=1e-9)


def test_a_table_with_more_columns_than_rows_is_ranked_all_the_same() -> None:
    x = np.random.default_rng(0).normal(size=(60, 200))
    design, known = Design(from_matrix(x)), np.argsort(np.argsort(-x[:, 0] - x[:, 1])) < 20
    assert wide(design.matrix)
    scores = LookAlike().fit(design, known).decision_function(design)
    assert scores[known].min() > np.median(scores[~known])


@relaxed
@given(st.lists(st.integers(1, 4), min_size=1, max_size=8), st.integers(0, 9))
def test_spreads_of_features_come_from_the_covariance(sizes: list[int], seed: int) -> None:
    rng = np.random.default_rng(seed)
    owner = np.repeat(np.arange(len(sizes)), sizes)
    x, weights = rng.normal(size=(len(owner), 30)), rng.normal(size=len(owner))
    x -= x.mean(1, keepdims=True)
    expected = feature_parts(x, owner, weights).std(1)
    np.testing.assert_allclose(spreads_of(x @ x.T / 30, owner, weights), expected, atol=1e-9)
