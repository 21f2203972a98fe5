from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model.errors import ArgumentInvalid
from similarity.neighbours import tag_sets
from similarity.neighbours.nearest import NONE, Neighbours, Selection
from similarity.neighbours.tag_sets import SetMeasure, TagSets, nearest_sets
from tests.unit.similarity.tables import relaxed

MEASURES = list(SetMeasure)


def sets_of(carried: Any, weights: Any = None) -> TagSets:
    rows = np.asarray(carried, bool)
    return TagSets(np.r_[0, rows.sum(axis=1).cumsum()], np.nonzero(rows)[1], rows.shape[1], weights)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Any, Any, Selection]:
    """Rows of tags with many equal sets and many ties, weights or none, and what is asked for."""
    n, tags = draw(st.integers(1, 40)), draw(st.integers(1, 70))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    carried = rng.random((n, tags)) < rng.random() * rng.random(tags)
    carried = carried[rng.integers(0, n, n)] if draw(st.booleans()) else carried
    weights = draw(st.sampled_from([None, rng.integers(0, 3, tags).astype(float), rng.exponential(1, tags)]))
    mask = st.sampled_from([None, rng.random(n) < 0.5, np.zeros(n, bool)])
    asked = Selection(
        draw(st.integers(1, 12)),
        cutoff=draw(st.sampled_from([0.0, 0.25, 0.5, 1.0])),
        sources=draw(mask),
        targets=draw(mask),
    )
    return carried, weights, asked


def by_hand(carried: Any, weights: Any, measure: SetMeasure, asked: Selection) -> dict[int, list[tuple[int, float]]]:
    """Measure every pair, sort by score and row, cut."""
    weights = np.ones(carried.shape[1]) if weights is None else weights
    total, answer = carried @ weights, {}
    rows = np.arange(len(carried))
    for i in rows if asked.sources is None else np.flatnonzero(asked.sources):
        found = []
        for j in rows if asked.targets is None else np.flatnonzero(asked.targets):
            shared = (carried[i] & carried[j]) @ weights
            whole = total[i] + total[j] - shared if measure is SetMeasure.JACCARD else min(total[i], total[j])
            score = round(shared / whole, 9) if whole else 0.0
            if i != j and score > 0 and score >= asked.cutoff:
                found.append((int(j), score))
        answer[int(i)] = sorted(found, key=lambda pair: (-pair[1], pair[0]))[: asked.top_k]
    return answer


def as_lists(found: Neighbours) -> dict[int, list[tuple[int, float]]]:
    return {
        int(source): [(int(t), float(s)) for t, s in zip(targets, scores, strict=True) if t != NONE]
        for source, targets, scores in zip(found.sources, found.targets, found.scores, strict=True)
    }


@relaxed
@given(worlds(), st.sampled_from(MEASURES))
def test_the_nearest_sets_are_those_of_every_pair_measured(world: Any, measure: SetMeasure) -> None:
    carried, weights, asked = world
    found = as_lists(nearest_sets(sets_of(carried, weights), measure, asked))
    wanted = by_hand(carried, weights, measure, asked)
    assert {s: [t for t, _ in pairs] for s, pairs in found.items()} == {
        s: [t for t, _ in pairs] for s, pairs in wanted.items()
    }
    for source, pairs in wanted.items():
        assert [s for _, s in found[source]] == pytest.approx([s for _, s in pairs], abs=1e-9)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("measure", MEASURES)
def test_many_tiles_and_blocks_give_what_one_gives(
    measure: SetMeasure, weighted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(3)
    carried = rng.random((700, 90)) < rng.beta(0.5, 3, 90)
    sets = sets_of(carried, rng.exponential(1, 90) if weighted else None)
    whole = nearest_sets(sets, measure, Selection(7))
    monkeypatch.setattr(tag_sets, "TILE", 32)
    monkeypatch.setattr(tag_sets, "HEIGHT", 50)
    for threads in (1, 4):
        again = nearest_sets(sets, measure, Selection(7, threads=threads))
        assert again.targets.tobytes() == whole.targets.tobytes()
        assert again.scores.tobytes() == whole.scores.tobytes()


@pytest.mark.parametrize("measure", MEASURES)
def test_the_order_of_rows_moves_ties_only(measure: SetMeasure) -> None:
    rng = np.random.default_rng(4)
    carried = rng.random((300, 60)) < 0.2
    weights = rng.exponential(1, 60)
    order = rng.permutation(300)
    there = nearest_sets(sets_of(carried, weights), measure, Selection(5)).scores
    here = nearest_sets(sets_of(carried[order], weights), measure, Selection(5)).scores
    assert np.array_equal(there[order], here)


def test_large_sets_take_wider_fields() -> None:
    rng = np.random.default_rng(5)
    carried = rng.random((40, 3000)) < 0.7
    for weights in (None, rng.random(3000)):
        for measure in MEASURES:
            found = as_lists(nearest_sets(sets_of(carried, weights), measure, Selection(3)))
            wanted = by_hand(carried, weights, measure, Selection(3))
            assert {s: [t for t, _ in p] for s, p in found.items()} == {s: [t for t, _ in p] for s, p in wanted.items()}


def test_a_set_without_tags_is_like_no_other() -> None:
    found = nearest_sets(sets_of([[0, 0], [0, 0], [1, 0], [1, 1]]), SetMeasure.JACCARD, Selection(3))
    assert as_lists(found) == {0: [], 1: [], 2: [(3, 0.5)], 3: [(2, 0.5)]}


def test_a_tag_listed_twice_counts_once() -> None:
    sets = TagSets(np.array([0, 3, 5]), np.array([1, 0, 1, 1, 2]), 3)
    assert as_lists(nearest_sets(sets, SetMeasure.JACCARD, Selection(1)))[0] == [(1, 0.333333333)]


def test_weights_without_any_weight_leave_nobody_alike() -> None:
    found = nearest_sets(sets_of([[1, 1], [1, 1]], np.zeros(2)), SetMeasure.JACCARD, Selection(1))
    assert found.targets.tolist() == [[NONE], [NONE]]


def test_weights_of_any_size_are_measured() -> None:
    carried = np.array([[1, 1, 0], [1, 0, 1], [0, 1, 1]])
    for size in (1e-200, 1e200):
        found = nearest_sets(sets_of(carried, np.array([1.0, 2.0, 3.0]) * size), SetMeasure.JACCARD, Selection(1))
        assert found.targets.ravel().tolist() == [2, 2, 1]


def test_information_is_the_surprise_of_a_carrier() -> None:
    sets = sets_of([[1, 1, 0], [1, 0, 0], [1, 1, 0], [1, 0, 0]])
    assert sets.information().tolist() == [0.0, pytest.approx(np.log(2)), 0.0]


@pytest.mark.parametrize("weights", [[-1.0, 1.0], [np.nan, 1.0], [np.inf, 1.0], [1.0]])
def test_impossible_weights_are_named(weights: list[float]) -> None:
    with pytest.raises(ArgumentInvalid, match="weights"):
        sets_of([[1, 0]], np.array(weights))


def test_nothing_among_nothing_is_nothing() -> None:
    empty = TagSets(np.array([0]), np.array([], int), 0)
    assert nearest_sets(empty, SetMeasure.JACCARD, Selection()).targets.shape == (0, 0)
    assert (
        nearest_sets(sets_of(np.zeros((3, 0))), SetMeasure.JACCARD, Selection(9)).targets.tolist() == [[NONE] * 3] * 3
    )
