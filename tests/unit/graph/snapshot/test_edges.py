from __future__ import annotations

import numpy as np
import numpy.typing as npt
from hypothesis import given, settings
from hypothesis.extra import numpy as arrays

from graph.snapshot.columns import Snapshot
from tests.unit.similarity.town import town

EDGES = Snapshot.of(town(12, 60)).edges("Resident-TOOK_PART_IN-Activity")


def test_codes_of_edges_name_the_same_values() -> None:
    positions, values = EDGES.codes("role")
    assert values == sorted(values)
    assert [values[p] if p >= 0 else None for p in positions] == EDGES.property("role").to_pylist()
    assert EDGES.codes("role")[0] is positions


@settings(max_examples=30, deadline=None)
@given(arrays.arrays(np.bool_, len(EDGES)))
def test_count_is_the_number_of_chosen_edges_of_each_start(chosen: npt.NDArray[np.bool_]) -> None:
    expected = np.bincount(EDGES.starts[chosen], minlength=len(EDGES.indptr) - 1)
    assert EDGES.count(chosen).tolist() == expected.tolist()
