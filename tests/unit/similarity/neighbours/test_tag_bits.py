from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from similarity.neighbours.tag_bits import TagBits, folded
from tests.unit.similarity.tables import relaxed

shares = st.lists(st.floats(0, 1), min_size=1, max_size=40).map(np.array)


def overcount(popularity: np.ndarray, column: np.ndarray) -> float:
    load = np.bincount(column, weights=popularity)
    return float(load @ load - popularity @ popularity)


@relaxed
@given(shares, st.floats(0, 0.5))
def test_folding_keeps_to_its_overcount(popularity: np.ndarray, most: float) -> None:
    column = folded(popularity, most=most)
    assert column.shape == popularity.shape
    assert overcount(popularity, column) <= most + 1e-12


def test_folding_saves_the_columns_of_rare_tags() -> None:
    assert len(set(folded(np.r_[np.full(20, 0.3), np.full(200, 0.002)], most=0.1).tolist())) < 40


@relaxed
@given(st.integers(0, 2**32), st.booleans())
def test_shared_weights_are_those_of_the_tags(seed: int, weighted: bool) -> None:
    rng = np.random.default_rng(seed)
    carried = rng.random((12, int(rng.integers(1, 150)))) < 0.3
    weights = rng.exponential(1, carried.shape[1]) if weighted else None
    row, tag = np.nonzero(carried)
    bits = TagBits.of(12, row, tag, weights=weights, tags=carried.shape[1])
    one, other = rng.integers(0, 12, 30), rng.integers(0, 12, 30)
    each = np.ones(carried.shape[1]) if weights is None else weights / 2.0 ** np.frexp(weights.max())[1]
    assert bits.shared(one, other) == pytest.approx((carried[one] & carried[other]) @ each)
    assert bits.shared(one, other).tobytes() == bits.shared(other, one).tobytes()
    assert bits.totals == pytest.approx(carried @ each)
