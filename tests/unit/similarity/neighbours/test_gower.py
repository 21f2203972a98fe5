"""The mixed measure against a plain reading of Gower (1971), pair by pair."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from graph.model.errors import ArgumentInvalid, UnknownName
from similarity.neighbours.gower import parts, score, weighed

LAW = settings(max_examples=60, deadline=None)
Matrix = npt.NDArray[np.float64]
STANDARD = {"age": 1.0, "sex": 1.0, "politics": 0.0}

likenesses = arrays(np.float64, (4, 5), elements=st.one_of(st.floats(0, 1), st.just(float("nan"))))
weights = arrays(np.float64, 4, elements=st.floats(0.01, 100))


def plain(likeness: list[float], weight: list[float]) -> float:
    """Gower's formula as it is printed."""
    known = [(s, w) for s, w in zip(likeness, weight, strict=True) if not np.isnan(s)]
    return sum(s * w for s, w in known) / sum(w for _, w in known) if known else float("nan")


@LAW
@given(likenesses, weights)
def test_scores_are_those_of_the_formula(likeness: Matrix, weight: Matrix) -> None:
    wanted = [plain(column, weight.tolist()) for column in likeness.T.tolist()]
    assert score(likeness, weight).tolist() == pytest.approx(wanted, abs=1e-12, nan_ok=True)


@LAW
@given(likenesses, weights)
def test_parts_sum_to_the_score_and_losses_to_the_rest(likeness: Matrix, weight: Matrix) -> None:
    scores, apart = score(likeness, weight), parts(likeness, weight)
    known = ~np.isnan(scores)
    assert np.allclose(apart.gained.sum(axis=0)[known], scores[known], rtol=0, atol=1e-12)
    assert np.allclose(apart.lost.sum(axis=0)[known], 1 - scores[known], rtol=0, atol=1e-12)
    assert not apart.gained[:, ~known].any()


@LAW
@given(likenesses, weights, st.floats(0.125, 8))
def test_only_the_ratio_of_weights_counts(likeness: Matrix, weight: Matrix, factor: float) -> None:
    assert np.allclose(score(likeness, weight), score(likeness, weight * factor), rtol=0, atol=1e-9, equal_nan=True)


@LAW
@given(arrays(np.float64, (4, 5), elements=st.floats(0, 1)), weights, st.integers(0, 3))
def test_an_unknown_feature_counts_as_if_it_were_not_there(likeness: Matrix, weight: Matrix, gone: int) -> None:
    hidden = likeness.copy()
    hidden[gone] = np.nan
    rest = np.delete(np.arange(4), gone)
    assert np.allclose(score(hidden, weight), score(likeness[rest], weight[rest]), rtol=0, atol=1e-12)


def test_weights_given_replace_the_standard_ones() -> None:
    assert weighed(STANDARD, {"age": 2.5, "politics": 1}) == {"age": 2.5, "sex": 1.0, "politics": 1.0}
    assert weighed(STANDARD, {}) == {"age": 1.0, "sex": 1.0}


@pytest.mark.parametrize("weight", [-1.0, float("nan"), float("inf")])
def test_a_weight_that_is_no_weight_is_refused(weight: float) -> None:
    with pytest.raises(ArgumentInvalid, match="at least 0"):
        weighed(STANDARD, {"age": weight})


def test_weights_that_are_all_0_are_refused() -> None:
    with pytest.raises(ArgumentInvalid, match="not all weights can be 0"):
        weighed(STANDARD, {"age": 0, "sex": 0})


def test_an_unknown_feature_names_the_nearest() -> None:
    with pytest.raises(UnknownName, match="politics"):
        weighed(STANDARD, {"politic": 1})
