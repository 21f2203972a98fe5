"""The laws of the measures: symmetric, within [0, 1], 1 with itself, and parts that sum to the score."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from graph.model.errors import UnknownName
from similarity.neighbours.measures import MEASURES, Measure, On, Products, named

LAW = settings(max_examples=60, deadline=None)
Matrix = npt.NDArray[np.float64]
FEATURES = 4
measures = st.sampled_from(list(MEASURES.values()))
weights = arrays(np.float64, FEATURES, elements=st.floats(0.125, 8))


def rows(measure: Measure, count: int, draw: st.DrawFn) -> Matrix:
    elements = st.sampled_from([0.0, 1.0]) if measure.on is On.SETS else st.floats(-8, 8, width=16)
    return draw(arrays(np.float64, (count, FEATURES), elements=elements))


@st.composite
def cases(draw: st.DrawFn) -> tuple[Measure, Matrix, Matrix, Matrix]:
    measure = draw(measures)
    return measure, rows(measure, 3, draw), rows(measure, 2, draw), draw(weights)


@LAW
@given(cases())
def test_scores_lie_between_0_and_1(case: tuple[Measure, Matrix, Matrix, Matrix]) -> None:
    measure, x, y, weight = case
    scores = measure.between(x, y, weight)
    assert scores.shape == (3, 2)
    assert ((scores >= 0) & (scores <= 1)).all()


@LAW
@given(cases())
def test_scores_are_symmetric(case: tuple[Measure, Matrix, Matrix, Matrix]) -> None:
    measure, x, y, weight = case
    assert np.allclose(measure.between(x, y, weight), measure.between(y, x, weight).T, rtol=0, atol=1e-12)


@LAW
@given(cases())
def test_a_row_of_which_something_is_known_is_like_itself(case: tuple[Measure, Matrix, Matrix, Matrix]) -> None:
    measure, x, _, weight = case
    known = np.square(x).sum(axis=1) > 0
    own = np.diag(measure.between(x, x, weight))
    nothing = {On.SETS: 0.0, On.VECTORS: 1.0 if measure.name == "euclidean" else 0.5}[measure.on]
    assert np.allclose(own, np.where(known, 1.0, nothing), rtol=0, atol=1e-12)


@LAW
@given(cases())
def test_parts_sum_to_the_score_and_losses_to_the_rest(case: tuple[Measure, Matrix, Matrix, Matrix]) -> None:
    measure, x, y, weight = case
    one, other, weight = x[0], y.T, weight[:, None]
    squares = np.repeat(one[:, None] ** 2, other.shape[1], axis=1)
    products = Products(weight * one[:, None] * other, weight * squares, weight * other**2)
    scores, parts = measure.score(*products.total()), measure.parts(products)
    assert np.allclose(parts.start + parts.gained.sum(axis=0), scores, rtol=0, atol=1e-12)
    assume(bool(one.any()) and y.any(axis=1).all())
    assert np.allclose(parts.lost.sum(axis=0), 1 - scores, rtol=0, atol=1e-12)
    assert (parts.lost >= -1e-12).all()


@LAW
@given(st.sets(st.integers(0, 6), min_size=1), st.sets(st.integers(0, 6), min_size=1))
def test_set_measures_are_those_of_sets(one: set[int], other: set[int]) -> None:
    x, y = (np.array([[float(i in members) for i in range(7)]]) for members in (one, other))
    assert MEASURES["jaccard"].between(x, y)[0, 0] == pytest.approx(len(one & other) / len(one | other))
    assert MEASURES["overlap"].between(x, y)[0, 0] == pytest.approx(len(one & other) / min(len(one), len(other)))


@LAW
@given(arrays(np.float64, (2, 3), elements=st.floats(-50, 50)))
def test_vector_measures_are_those_of_vectors(rows: Matrix) -> None:
    x, y = rows
    lengths = np.linalg.norm(x) * np.linalg.norm(y)
    assume(lengths > 1e-6)
    cosine, euclidean = (MEASURES[name].between(rows[:1], rows[1:])[0, 0] for name in ("cosine", "euclidean"))
    assert cosine == pytest.approx((1 + np.dot(x, y) / lengths) / 2, abs=1e-9)
    assert euclidean == pytest.approx(1 / (1 + np.linalg.norm(x - y)), abs=1e-6)


def test_the_cosine_of_a_right_angle_is_a_half_and_of_opposites_0() -> None:
    x = np.array([[1.0, 0.0]])
    assert MEASURES["cosine"].between(x, np.array([[0.0, 2.0], [-3.0, 0.0], [5.0, 0.0]])).tolist() == [[0.5, 0.0, 1.0]]


def test_an_unknown_measure_names_the_nearest() -> None:
    with pytest.raises(UnknownName, match="jaccard"):
        named("jacard")
