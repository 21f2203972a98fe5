from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from graph.snapshot.columns import Snapshot
from similarity.portraits import edge_kinds
from similarity.portraits.edge_kinds import Reading, any_of, carriers
from tests.unit.similarity.town import town

EDGES = Snapshot.of(town(6, 60)).edges("Resident-TOOK_PART_IN-Activity")
KINDS, MORE = 3, 70


@settings(max_examples=40, deadline=None)
@given(
    arrays.arrays(np.bool_, len(EDGES)),
    arrays.arrays(np.int32, EDGES.width, elements=st.integers(-1, KINDS - 1)),
    arrays.arrays(np.int32, len(EDGES), elements=st.integers(-1, MORE - 1)),
)
def test_carriers_are_those_with_a_chosen_edge_of_the_code(
    chosen: np.ndarray, codes: np.ndarray, other: np.ndarray
) -> None:
    by_end, by_edge = Reading(EDGES.indices, codes, KINDS), Reading(other, None, MORE)
    found = carriers(EDGES, chosen, by_end, any_of(EDGES), by_edge)
    expected = np.zeros((KINDS + 1 + MORE, len(EDGES.indptr) - 1), bool)
    for start, end, own, yes in zip(EDGES.starts, EDGES.indices, other, chosen, strict=True):
        if yes:
            expected[KINDS, start] = True
            if codes[end] >= 0:
                expected[codes[end], start] = True
            if own >= 0:
                expected[KINDS + 1 + own, start] = True
    np.testing.assert_array_equal(found, expected)


def test_many_edges_go_block_by_block(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = EDGES.indices % 3 == 0
    whole = carriers(EDGES, chosen, any_of(EDGES))
    assert 0 < whole.sum() < whole.size
    monkeypatch.setattr(edge_kinds, "BLOCK", 7)
    np.testing.assert_array_equal(carriers(EDGES, chosen, any_of(EDGES)), whole)
