"""Projections against networkx and plain numpy; communities that were planted are found again."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from networkx.algorithms import bipartite
from scipy.sparse import csr_matrix

from graph.model.errors import ArgumentInvalid, ProblemTooLarge, UnknownName
from graph.snapshot.columns import Snapshot
from similarity.structure.communities import communities, strongest
from similarity.structure.projection import WEIGHTS, chain, projected, shared_matrix
from tests.unit.similarity.structure.towns import seen, towns


@st.composite
def shared(draw: st.DrawFn) -> csr_matrix:
    rows, columns = draw(st.integers(1, 8)), draw(st.integers(1, 6))
    values = draw(st.lists(st.integers(0, 3), min_size=rows * columns, max_size=rows * columns))
    return csr_matrix(np.array(values, float).reshape(rows, columns) * (np.array(values).reshape(rows, columns) > 1))


def two_sided(matrix: csr_matrix) -> nx.Graph[int]:
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(matrix.shape[0] + matrix.shape[1]))
    graph.add_edges_from((int(r), matrix.shape[0] + int(c)) for r, c in zip(*matrix.nonzero(), strict=True))
    return graph


@given(shared())
@settings(max_examples=20, deadline=None)
def test_weights_are_those_of_networkx(matrix: csr_matrix) -> None:
    graph, rows = two_sided(matrix), range(matrix.shape[0])
    oracles = {
        "jaccard": bipartite.overlap_weighted_projected_graph(graph, rows),
        "newman": bipartite.collaboration_weighted_projected_graph(graph, rows),
        "shared": bipartite.weighted_projected_graph(graph, rows),
    }
    for weight, oracle in oracles.items():
        expected = nx.to_numpy_array(oracle, nodelist=rows)
        assert np.allclose(projected(matrix, weight=weight).toarray(), expected)
    dense = matrix.toarray()
    length = np.linalg.norm(dense, axis=1)
    cosine = dense @ dense.T / np.outer(np.where(length > 0, length, 1), np.where(length > 0, length, 1))
    assert np.allclose(projected(matrix).toarray(), cosine - np.diag(np.diag(cosine)))


@given(shared(), st.sampled_from(WEIGHTS), st.integers(1, 3))
@settings(max_examples=20, deadline=None)
def test_the_strongest_links_of_each_are_kept(matrix: csr_matrix, weight: str, most: int) -> None:
    weights = projected(matrix, weight=weight)
    kept = strongest(weights, most=most).toarray()
    assert (kept == kept.T).all()
    for row, full in enumerate(np.round(weights.toarray(), 9)):
        own = np.sort(full[full > 0])[::-1][:most]
        assert (np.sort(kept[row])[::-1][: len(own)] >= own - 1e-9).all()


@given(towns())
@settings(max_examples=12, deadline=None)
def test_a_chain_counts_ways(shot: Snapshot) -> None:
    hops = chain("Dwelling", ["LIVES_IN:Resident", "TOOK_PART_IN"])
    found = shared_matrix(seen(shot), "Dwelling", hops=hops).toarray()
    lives, took = (
        shot.edges(n).csr().toarray() for n in ("Resident-LIVES_IN-Dwelling", "Resident-TOOK_PART_IN-Activity")
    )
    assert (found == lives.T @ took).all()


def planted() -> csr_matrix:
    """Three circles of 8, each with 6 things of its own, and one thing that all share."""
    rng = np.random.default_rng(5)
    own = np.kron(np.eye(3), np.ones((8, 6))) * (rng.random((24, 18)) < 0.8)
    return csr_matrix(np.hstack([own, np.ones((24, 1))]))


def test_planted_circles_are_found_and_what_joins_them_is_named() -> None:
    matrix = planted()
    found = communities(strongest(projected(matrix)), matrix, seed=3)
    assert sorted(sorted(one.rows) for one in found.groups) == [list(range(k, k + 8)) for k in (0, 8, 16)]
    for one in found.groups:
        circle = min(one.rows) // 8
        assert all(circle * 6 <= column < circle * 6 + 6 for column, *_ in one.joined_by)
    assert found == communities(strongest(projected(matrix)), matrix, seed=3)
    assert found.alone == 0


def test_nobody_linked_gives_no_groups() -> None:
    matrix = csr_matrix((4, 2))
    found = communities(projected(matrix), matrix, seed=0)
    assert (found.groups, found.alone, found.modularity) == ((), 4, 0.0)


def test_what_is_too_large_or_unknown_is_refused() -> None:
    with pytest.raises(ProblemTooLarge, match="--most-pairs"):
        projected(planted(), most_pairs=100)
    with pytest.raises(UnknownName, match="jaccard"):
        projected(planted(), weight="jacard")
    with pytest.raises(UnknownName):
        chain("Resident", ["TOOK_PART"])
    with pytest.raises(ArgumentInvalid, match="IN:Dwelling"):
        chain("Unit", ["IN"])
    with pytest.raises(ArgumentInvalid, match="from Tag"):
        chain("Tag", ["LIVES_IN"])
