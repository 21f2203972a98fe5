"""PageRank against networkx, and what it must keep: shares sum to 1, the same bytes each run."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from graph.model.errors import ArgumentInvalid
from graph.snapshot.columns import Snapshot
from similarity.structure.central import central
from similarity.structure.pagerank import pagerank
from tests.unit.similarity.structure.towns import network, towns


@st.composite
def weighted(draw: st.DrawFn) -> csr_matrix:
    """A symmetric matrix of small counts, some rows empty."""
    size = draw(st.integers(2, 12))
    upper = draw(st.lists(st.integers(0, 3), min_size=size * size, max_size=size * size))
    half = np.triu(np.array(upper, float).reshape(size, size) * (np.array(upper).reshape(size, size) > 1), 1)
    return csr_matrix(half + half.T)


@given(weighted(), st.data(), st.sampled_from([0.0, 0.5, 0.85, 0.99]))
@settings(max_examples=16, deadline=None)
def test_shares_are_those_of_networkx(matrix: csr_matrix, data: st.DataObject, damping: float) -> None:
    size = matrix.shape[0]
    restart = np.array(data.draw(st.lists(st.integers(0, 3), min_size=size, max_size=size)), float)
    if not restart.any():
        restart[0] = 1
    expected = nx.pagerank(
        nx.from_scipy_sparse_array(matrix),
        alpha=damping,
        personalization=dict(enumerate(restart)),
        tol=1e-14,
        max_iter=10_000,
    )
    found = pagerank(matrix, restart, damping=damping)
    assert found.sum() == pytest.approx(1)
    assert np.allclose(found, [expected[n] for n in range(size)], rtol=0, atol=1e-10)
    assert found.tobytes() == pagerank(matrix, restart, damping=damping).tobytes()


@pytest.mark.parametrize(("restart", "damping"), [([0, 0], 0.85), ([1, -1], 0.85), ([1, 0], 1.0), ([1, 0], -0.1)])
def test_what_cannot_be_walked_is_refused(restart: list[float], damping: float) -> None:
    with pytest.raises(ArgumentInvalid):
        pagerank(csr_matrix(np.array([[0.0, 1], [1, 0]])), np.array(restart, float), damping=damping)


@given(towns(), st.integers(1, 5))
@settings(max_examples=16, deadline=None)
def test_ranks_are_ordered_ties_by_id_and_leave_out_the_centre(shot: Snapshot, top: int) -> None:
    net = network(shot)
    around = net.offset("Resident")
    whole, cut = (central(net, "Resident", around=around, top=most) for most in (100, top))
    keyed = [(-one.score, net.key(one.number)) for one in whole.rows]
    assert keyed == sorted(keyed)
    assert whole.rows[:top] == cut.rows
    assert cut.total == len(whole.rows)
    assert around not in {one.number for one in whole.rows}
