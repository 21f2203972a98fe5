from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtri
from scipy.stats import rankdata

from graph.model.text import Text
from similarity.features import Feature, FeatureKind, Features, from_matrix
from similarity.lookalike.design import FEW, Design, learn, normal_scores
from tests.unit.similarity.tables import feature_tables, relaxed

numbers = st.lists(
    st.sampled_from([-5.0, 0.0, 0.5, 1.0, 2.0, 3.0, 7.0, 1e9]) | st.floats(-1e6, 1e6), min_size=12, max_size=60
)


@relaxed
@given(numbers)
def test_normal_scores_are_those_of_average_ranks(values: list[float]) -> None:
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    expected = ndtri((rankdata(values) - 0.5) / len(values))
    np.testing.assert_allclose(normal_scores(counts)[inverse], expected, atol=1e-12)


@relaxed
@given(feature_tables())
def test_the_stock_transformed_again_is_the_design(features: Features) -> None:
    design = Design(features)
    np.testing.assert_allclose(design.transform(features), design.matrix, atol=1e-9)


@relaxed
@given(feature_tables())
def test_design_rows_are_centred_finite_and_clipped(features: Features) -> None:
    matrix = Design(features).matrix
    assert np.isfinite(matrix).all()
    assert np.abs(matrix.sum(1)).max(initial=0.0) < 1e-6
    assert np.abs(matrix).max(initial=0.0) <= 2 * 2.5


def test_a_rising_transform_leaves_the_level_of_a_long_column() -> None:
    values = np.random.default_rng(0).normal(size=50)
    one, other = from_matrix(values[:, None]), from_matrix(np.exp(3 * values)[:, None])
    np.testing.assert_allclose(Design(one).matrix[0], Design(other).matrix[0], atol=1e-12)


def _feature(values: list[float]) -> Feature:
    return from_matrix(np.array(values)[:, None]).columns[0]


def test_hats_follow_the_number_of_distinct_values() -> None:
    assert [
        len(learn(_feature(v * 10))[2]) for v in ([0, 1], [0, 1, 2], [0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 4, 5, 6])
    ] == [1, 3, 6, 3]
    assert len(learn(_feature([0.0] * 30 + list(range(1, FEW + 2))))[2]) == 2  # the median is the minimum: two knots


def test_constant_and_unknown_columns_are_dropped_and_named() -> None:
    x = np.column_stack([np.ones(30), np.full(30, np.nan), np.arange(30.0)])
    x[:20, 2] = np.nan
    design = Design(from_matrix(x))
    assert design.dropped == ("x0", "x1")
    assert any("x2" in n.en and "half" in n.en for n in design.notes)
    assert any("x0, x1" in n.en for n in design.notes)


def test_a_level_that_was_never_seen_is_no_level() -> None:
    def of(levels: tuple[str, ...], codes: list[float]) -> Features:
        column = Feature("c", Text("类", "kind"), FeatureKind.CATEGORICAL, np.array(codes), levels)
        return Features(tuple(map(str, range(len(codes)))), (column,))

    design = Design(of(("a", "b"), [0, 0, 1, 1, np.nan]))
    seen, unseen, gap = design.transform(of(("b", "z"), [0.0, 1.0, np.nan])).T
    np.testing.assert_allclose(unseen, gap)
    np.testing.assert_allclose(seen, design.matrix[:, 2])
