"""Which value wins: the law against a plain sort."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from loaders.winners import Claims, chosen, pick, ranks

claims = st.lists(
    st.tuples(
        st.integers(0, 3), st.integers(0, 2), st.integers(0, 2), st.integers(0, 2), st.sampled_from([None, "x", "y"])
    ),
    min_size=1,
    max_size=15,
)


@given(claims)
def test_the_trusted_then_the_new_then_the_source_then_the_key(
    rows: list[tuple[int, int, int, int, str | None]],
) -> None:
    thing, trust, day, source = (np.array([r[i] for r in rows]) for i in range(4))
    key = np.arange(len(rows))
    values = pa.array([r[4] for r in rows], pa.string())
    winner, disputed = pick(Claims(thing, ranks(trust, day, source, key), values), 4)
    found = chosen(values, winner).to_pylist()
    expected_disputes = 0
    for t in range(4):
        mine = [(-r[1], -r[2], r[3], i, r[4]) for i, r in enumerate(rows) if r[0] == t and r[4] is not None]
        assert found[t] == (min(mine)[4] if mine else None)
        expected_disputes += len({m[4] for m in mine}) > 1
    assert disputed == expected_disputes
