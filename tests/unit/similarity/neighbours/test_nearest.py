from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model.errors import ArgumentInvalid
from similarity.neighbours.nearest import NONE, Neighbours, Selection, Sieve, block_height, in_threads, joined
from tests.unit.similarity.tables import relaxed

candidates = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 9), st.integers(0, 999)), max_size=120)


@relaxed
@given(candidates, st.integers(1, 6), st.integers(1, 30))
def test_a_sieve_keeps_the_first_k_of_each_row(pairs: list[tuple[int, int, int]], k: int, batch: int) -> None:
    pairs = list({(r, t): (r, c, t) for r, c, t in pairs}.values())
    sieve = Sieve(5, 1000, k=k)
    for start in range(0, len(pairs), batch):
        row, code, target = np.array(pairs[start : start + batch]).T
        sieve.add(row, code.astype(np.uint32), target)
    row, code, target = sieve.candidates()
    kept = list(zip(row.tolist(), code.tolist(), target.tolist(), strict=True))
    assert kept == [pair for r in range(5) for pair in sorted(p for p in pairs if p[0] == r)[:k]]


def test_a_limit_never_hides_a_better_candidate() -> None:
    sieve = Sieve(1, 10, k=1)
    assert not Sieve(2, 10, k=2).add(np.array([0]), np.array([7], np.uint32), np.array([1]))
    assert sieve.add(np.array([0]), np.array([7], np.uint32), np.array([5]))
    assert (sieve.limits[0], sieve.last[0]) == (7, 5)


@pytest.mark.parametrize("targets", [1, 2, 1024, 83_000, 4_194_304, 2**31])
def test_the_keys_of_a_block_fit_64_bits(targets: int) -> None:
    height = block_height(targets, most=1024)
    assert 1 <= height <= 1024
    assert height << 32 + max(targets - 1, 1).bit_length() <= 2**64


@pytest.mark.parametrize(
    "wrong", [{"top_k": 0}, {"top_k": -3}, {"cutoff": 1.5}, {"cutoff": float("nan")}, {"threads": 0}]
)
def test_absurd_wishes_are_named(wrong: dict[str, float]) -> None:
    with pytest.raises(ArgumentInvalid, match=next(iter(wrong))):
        Selection(**wrong)  # type: ignore[arg-type]


def test_masks_of_another_length_are_named() -> None:
    with pytest.raises(ArgumentInvalid, match="sources"):
        Selection(sources=np.ones(3, bool)).source_rows(4)
    with pytest.raises(ArgumentInvalid, match="targets"):
        Selection(targets=np.ones(4)).target_rows(4)  # type: ignore[arg-type]


def test_blocks_come_back_in_their_order() -> None:
    assert in_threads(lambda i: i * i, range(20), threads=3) == [i * i for i in range(20)]


def test_the_table_of_neighbours_has_one_line_a_pair() -> None:
    parts = [
        (np.array([1, 1]), np.array([7, 4]), np.array([0.9, 0.8])),
        (np.array([0]), np.array([2]), np.array([0.5])),
    ]
    found = joined(np.array([2, 7, 9]), parts, width=2)
    assert isinstance(found, Neighbours)
    assert found.targets.tolist() == [[2, NONE], [7, 4], [NONE, NONE]]
    assert found.to_arrow().to_pylist() == [
        {"source": 2, "target": 2, "rank": 1, "score": 0.5},
        {"source": 7, "target": 7, "rank": 1, "score": 0.9},
        {"source": 7, "target": 4, "rank": 2, "score": 0.8},
    ]
