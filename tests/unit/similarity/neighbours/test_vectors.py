from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model.errors import ArgumentInvalid
from similarity.neighbours import self_join, vectors
from similarity.neighbours.nearest import NONE, Neighbours, Selection
from similarity.neighbours.vectors import VectorMeasure, nearest_vectors
from tests.unit.similarity.tables import relaxed

MEASURES = list(VectorMeasure)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Any, Selection]:
    """Rows of every sort: smooth, on a lattice with copies, of wild lengths, far from the origin, a few roundings apart, with gaps."""
    n, columns = draw(st.integers(1, 60)), draw(st.integers(1, 9))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    rows = rng.normal(size=(n, columns))
    match draw(st.sampled_from(["smooth", "lattice", "wild", "far", "grain"])):
        case "lattice":
            rows = np.round(rows)
        case "wild":
            rows *= 10.0 ** rng.integers(-6, 7, (n, 1))
        case "far":
            rows += 1e5
        case "grain":
            rows = 1 + 1e-13 * rows
    if draw(st.booleans()):
        rows[rng.random(n) < 0.2, 0] = draw(st.sampled_from([np.nan, np.inf, 0.0]))
    mask = st.sampled_from([None, rng.random(n) < 0.5, np.zeros(n, bool)])
    cutoff = draw(st.sampled_from([0.0, 0.3, 0.9, 1.0]))
    return rows, Selection(draw(st.integers(1, 12)), cutoff=cutoff, sources=draw(mask), targets=draw(mask))


def by_hand(rows: Any, measure: VectorMeasure, asked: Selection) -> dict[int, Any]:
    """Measure every pair; return for each source the squared distances of the nearest and those of all rows."""
    known = np.isfinite(rows).all(axis=1)
    exact = np.where(known[:, None], rows, 0.0)
    if measure is VectorMeasure.COSINE:
        lengths = np.linalg.norm(exact, axis=1)
        known &= lengths > 0
        exact = exact / np.where(lengths > 0, lengths, 1)[:, None]
    squares = ((exact[:, None] - exact[None]) ** 2).sum(axis=-1)
    allowed = known & (True if asked.targets is None else asked.targets)
    answer = {}
    for i in np.arange(len(rows)) if asked.sources is None else np.flatnonzero(asked.sources):
        near = np.flatnonzero(allowed & (np.arange(len(rows)) != i)) if known[i] else np.array([], int)
        score = np.round(measure.score(squares[i][near]), 9)
        near = near[(score > 0) & (score >= asked.cutoff)]
        answer[int(i)] = np.sort(squares[i][near])[: asked.top_k], squares[i]
    return answer


def found_by(found: Neighbours, source: int) -> tuple[Any, Any]:
    place = int(np.flatnonzero(found.sources == source)[0])
    real = found.targets[place] != NONE
    assert (found.scores[place][~real] == 0).all()
    return found.targets[place][real], found.scores[place][real]


@relaxed
@given(worlds(), st.sampled_from(MEASURES))
def test_the_nearest_rows_are_those_of_every_pair_measured(world: Any, measure: VectorMeasure) -> None:
    rows, asked = world
    found = nearest_vectors(rows, measure, asked)
    for source, (wanted, squares) in by_hand(rows, measure, asked).items():
        targets, scores = found_by(found, source)
        assert squares[targets] == pytest.approx(
            wanted, rel=1e-9, abs=1e-40 if measure is VectorMeasure.EUCLIDEAN else 1e-12
        )
        assert scores == pytest.approx(measure.score(wanted), abs=2e-9)
        assert source not in targets
        assert len(set(targets.tolist())) == len(targets)
        assert (np.diff(scores) <= 0).all()


def lattice(n: int = 600) -> Any:
    return np.random.default_rng(1).integers(0, 4, (n, 3)).astype(float)


@pytest.mark.parametrize("measure", MEASURES)
def test_ties_go_to_the_lower_row(measure: VectorMeasure) -> None:
    rows = lattice()
    found = nearest_vectors(rows, measure, Selection(15))
    assert (found.scores[:, 0] == 1).any()
    for targets, scores in zip(found.targets, found.scores, strict=True):
        pairs = [(-s, t) for s, t in zip(scores.tolist(), targets.tolist(), strict=True) if t != NONE]
        assert pairs == sorted(pairs)
    whole = nearest_vectors(rows, measure, Selection(600))
    assert np.array_equal(whole.targets[:, :15], found.targets)


@pytest.mark.parametrize("rows", [lattice(), np.random.default_rng(2).normal(size=(700, 20))])
@pytest.mark.parametrize("measure", MEASURES)
def test_many_tiles_and_blocks_give_what_one_gives(
    measure: VectorMeasure, rows: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = nearest_vectors(rows, measure, Selection(7))
    monkeypatch.setattr(vectors, "TILE", 64)
    monkeypatch.setattr(vectors, "HEIGHT", 50)
    monkeypatch.setattr(self_join, "STRIP", 20)
    for threads in (1, 4):
        again = nearest_vectors(rows, measure, Selection(7, threads=threads))
        assert again.targets.tobytes() == whole.targets.tobytes()
        assert again.scores.tobytes() == whole.scores.tobytes()


@pytest.mark.parametrize("rows", [lattice(), np.random.default_rng(4).normal(size=(700, 5))])
@pytest.mark.parametrize("measure", MEASURES)
def test_some_sources_find_what_they_find_among_all(
    measure: VectorMeasure, rows: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "TILE", 64)
    whole = nearest_vectors(rows, measure, Selection(9, cutoff=0.4, threads=2))
    some = np.random.default_rng(5).random(len(rows)) < 0.4
    found = nearest_vectors(rows, measure, Selection(9, cutoff=0.4, sources=some))
    assert found.targets.tobytes() == whole.targets[some].tobytes()
    assert found.scores.tobytes() == whole.scores[some].tobytes()


@pytest.mark.parametrize("everybody", [True, False])
def test_directions_that_count_as_equal_go_to_the_lower_row(everybody: bool) -> None:
    rows = 2.0**-7 + 2.0**-23 * np.random.default_rng(6).normal(size=(900, 18))
    lengths = np.zeros(900)
    for column in rows.T:
        lengths += column * column
    exact = rows / np.sqrt(lengths)[:, None]
    some = np.arange(900) < (900 if everybody else 300)
    found = nearest_vectors(rows, VectorMeasure.COSINE, Selection(40, sources=some))
    for i, targets in zip(found.sources.tolist(), found.targets.tolist(), strict=True):
        squares = np.zeros(900)
        for column in exact.T:
            squares += (column[i] - column) ** 2
        order = np.lexsort((np.arange(900), np.rint(squares * 2.0**43)))  # a step that tells no directions apart
        assert targets == [t for t in order.tolist() if t != i][:40]


@pytest.mark.parametrize("measure", MEASURES)
def test_the_order_of_rows_does_not_matter(measure: VectorMeasure) -> None:
    rng = np.random.default_rng(3)
    rows, order = rng.normal(size=(400, 6)), rng.permutation(400)
    there = nearest_vectors(rows, measure, Selection(5))
    here = nearest_vectors(rows[order], measure, Selection(5))
    assert np.array_equal(order[here.targets], there.targets[order])
    assert np.array_equal(here.scores, there.scores[order])


def test_copies_without_end_cost_no_more_than_their_first() -> None:
    rows = np.repeat(np.array([[1.0, 2.0], [3.0, 5.0]]), 5000, axis=0)
    found = nearest_vectors(rows, VectorMeasure.EUCLIDEAN, Selection(3, sources=np.arange(10000) >= 9990))
    assert found.targets.tolist() == [[5000, 5001, 5002]] * 10
    assert (found.scores == 1).all()


def test_one_direction_is_cosine_one_and_the_opposite_is_no_neighbour() -> None:
    rows = np.array([[1.0, 2.0], [3.0, 6.0], [-1.0, -2.0], [2.0, -1.0], [0.0, 0.0]])
    found = nearest_vectors(rows, VectorMeasure.COSINE, Selection(4))
    assert found.targets[0].tolist() == [1, 3, NONE, NONE]
    assert found.scores[0].tolist() == [1.0, 0.5, 0.0, 0.0]
    assert found.targets[4].tolist() == [NONE] * 4


def test_rows_of_huge_and_tiny_numbers_are_measured() -> None:
    for size in (1e-310, 1e-150, 1e150, 1e300):
        rows = np.array([[0.0], [1.0], [3.0], [3.5]]) * size
        assert nearest_vectors(rows, VectorMeasure.COSINE, Selection(1)).targets[:, 0].tolist() == [NONE, 2, 1, 1]
        found = nearest_vectors(rows, VectorMeasure.EUCLIDEAN, Selection(1))
        wanted = [1, 0, 3, 2] if size < 1 else [NONE] * 4  # so far away is a similarity of 0
        assert found.targets[:, 0].tolist() == wanted


def test_sources_of_which_nothing_is_known_have_no_neighbours() -> None:
    rows = np.array([[np.nan, 1.0], [1.0, 2.0], [2.0, 2.0]])
    asked = Selection(1, sources=np.array([True, False, False]))
    assert nearest_vectors(rows, VectorMeasure.EUCLIDEAN, asked).targets.tolist() == [[NONE]]


def test_one_row_no_columns_and_another_shape() -> None:
    assert nearest_vectors(np.ones((1, 3)), VectorMeasure.EUCLIDEAN, Selection(5)).targets.tolist() == [[NONE]]
    assert nearest_vectors(np.ones((0, 3)), VectorMeasure.EUCLIDEAN, Selection(5)).targets.shape == (0, 0)
    assert nearest_vectors(np.ones((3, 0)), VectorMeasure.EUCLIDEAN, Selection(1)).targets.tolist() == [[1], [0], [0]]
    with pytest.raises(ArgumentInvalid, match="vectors"):
        nearest_vectors(np.ones(3), VectorMeasure.EUCLIDEAN, Selection(5))
