from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from similarity.neighbours.packed import Packing
from tests.unit.similarity.tables import relaxed


@relaxed
@given(st.integers(1, 2**21 - 1), st.integers(1, 9), st.integers(0, 2**32))
def test_the_pairs_that_reach_their_need_are_exactly_those_counted(most: int, sources: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    packing = Packing.holding(most)
    tags = rng.integers(1, 12)
    left = rng.multinomial(int(rng.integers(0, packing.most + 1)), np.ones(tags) / tags, sources).astype(np.float32)
    right = rng.integers(0, 2, (tags, 7)).astype(np.float32)
    counts = (left @ right).astype(np.int64)
    need = np.where(rng.random(sources) < 0.5, rng.choice(counts.ravel(), sources), rng.integers(1, packing.most + 2))
    need = np.maximum(need, 1)
    packed = packing.left(left)
    packing.ask(packed, need)
    row, column = packing.reached(packed @ np.vstack([right, np.ones((1, 7), np.float32)]))
    found = set(zip(row.tolist(), column.tolist(), strict=True))
    assert found == set(map(tuple, np.argwhere(counts >= need[:, None]).tolist()))


@pytest.mark.parametrize(("most", "fields"), [(3, 7), (15, 4), (63, 3), (1023, 2), (1024, 1), (2**21 - 1, 1)])
def test_small_counts_lie_closer(most: int, fields: int) -> None:
    packing = Packing.holding(most)
    assert packing.fields == fields
    assert packing.most >= most
