from __future__ import annotations

import numpy as np
import numpy.typing as npt
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from similarity.portraits.disclosure import hidden_cells

LEAST = 10
Cells = npt.NDArray[np.float64]
CELLS = arrays.arrays(np.float64, st.tuples(st.integers(1, 2), st.integers(1, 9)), elements=st.integers(0, 40))


@settings(max_examples=50, deadline=None)
@given(CELLS)
def test_no_cell_under_the_limit_is_shown(cells: Cells) -> None:
    open_to_view = ~hidden_cells(cells, least=LEAST) & (cells.sum(axis=0) > 0)
    assert (cells[:, open_to_view] >= LEAST).all()


@settings(max_examples=50, deadline=None)
@given(CELLS)
def test_what_is_hidden_does_not_follow_from_the_total(cells: Cells) -> None:
    hidden = hidden_cells(cells, least=LEAST)
    there = cells.sum(axis=0) > 0
    if hidden.any() and not hidden[there].all():
        assert hidden.sum() >= 2
        assert (cells[:, hidden].sum(axis=1) >= LEAST).all()


@settings(max_examples=50, deadline=None)
@given(CELLS)
def test_nothing_is_hidden_where_every_cell_is_large(cells: Cells) -> None:
    assert not hidden_cells(cells + LEAST, least=LEAST).any()


def test_one_small_cell_takes_the_next_smallest_along() -> None:
    assert hidden_cells(np.array([[50.0, 3.0, 30.0, 20.0]]), least=LEAST).tolist() == [False, True, False, True]
    assert hidden_cells(np.array([[50.0, 0.0, 30.0]]), least=LEAST).tolist() == [False, False, False]
