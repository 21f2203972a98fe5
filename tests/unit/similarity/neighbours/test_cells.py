from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from similarity.neighbours.cells import Boxes, side_by_side
from tests.unit.similarity.tables import relaxed


def points(seed: int, n: int, columns: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n, columns)).round(1).astype(np.float32)


@relaxed
@given(st.integers(0, 2**32), st.integers(0, 200), st.integers(0, 4), st.integers(1, 40))
def test_every_point_stands_somewhere_once(seed: int, n: int, columns: int, size: int) -> None:
    order = side_by_side(points(seed, n, columns), size)
    assert sorted(order.tolist()) == list(range(n))


@relaxed
@given(st.integers(0, 2**32), st.integers(2, 100), st.integers(1, 4))
def test_no_point_is_nearer_than_its_box(seed: int, n: int, columns: int) -> None:
    where = points(seed, n, columns)
    where = where[side_by_side(where, 16)]
    starts = list(range(0, n, 16))
    boxes = Boxes.of(where, starts)
    gap, _ = Boxes.of(where[:1], [0]).apart(boxes)
    squares = ((where.astype(float) - where[0]) ** 2).sum(axis=1)
    assert (np.minimum.reduceat(squares, starts) >= gap - 1e-9).all()
    assert np.allclose(boxes.longest, np.maximum.reduceat((where.astype(float) ** 2).sum(axis=1), starts))


def test_points_in_two_heaps_are_cut_between_them() -> None:
    where = np.array([[0, 0], [9, 1], [1, 0], [8, 0]], np.float32)
    boxes = Boxes.of(where[side_by_side(where, 2)], [0, 2])
    assert Boxes.of(where[:1], [0]).apart(boxes)[0].tolist() == [0.0, 64.0]
