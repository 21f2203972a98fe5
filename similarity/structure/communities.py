"""Groups among the nodes of a label: communities of a weighted graph by the Louvain method.

References: V. Blondel et al., "Fast unfolding of communities in large networks", J. Stat. Mech. P10008, 2008, in the
implementation of networkx.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from graph.model.errors import ProblemTooLarge
from graph.model.text import Text
from graph.snapshot.columns import Ints

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

MOST_NODES = 40_000
"""Linked nodes that are grouped: 23,000 residents who came to something take 4 seconds."""
STRONGEST = 10
"""Links kept of each node: weak ones, that nearly all pairs have, blur the groups and cost time."""


@dataclass(frozen=True, slots=True)
class Group:
    """One group: its rows, strongest within the group first, and what joins it.

    `joined_by` are (column of the shared matrix, members that lead to it, all rows that do), the most telling first.
    """

    rows: tuple[int, ...]
    joined_by: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Groups:
    """The groups, largest first; rows without any link are in none and are counted as `alone`."""

    groups: tuple[Group, ...]
    alone: int
    modularity: float


def strongest(weights: csr_matrix, *, most: int = STRONGEST) -> csr_matrix:
    """Return the symmetric matrix with the `most` strongest links of each row (ties: the earlier column first)."""
    from scipy.sparse import csr_matrix

    rows = np.repeat(np.arange(weights.shape[0]), np.diff(weights.indptr))
    rounded = np.round(weights.data, 9)
    order = np.lexsort((weights.indices, -rounded, rows))
    place = np.arange(len(order)) - weights.indptr[:-1][rows]
    kept = order[place < most]
    made = csr_matrix((rounded[kept], (rows[kept], weights.indices[kept])), shape=weights.shape)
    return made.maximum(made.T).tocsr()


def communities(
    weights: csr_matrix, shared: csr_matrix, *, seed: int, resolution: float = 1.0, most_nodes: int = MOST_NODES
) -> Groups:
    """Group the rows of a symmetric matrix of weights; `shared` (rows x what they share) tells what joins a group.

    The same seed gives the same groups. Larger `resolution` gives smaller groups. Raises `ProblemTooLarge` above
    `most_nodes` linked rows.
    """
    import networkx as nx

    linked = np.flatnonzero(np.diff(weights.indptr)).astype(np.int32)
    if len(linked) > most_nodes:
        raise ProblemTooLarge(
            Text("有联系的对象", "linked nodes"), len(linked), limit=most_nodes, setting="--most-nodes"
        )
    upper = weights[linked][:, linked].tocoo()  # numbered among themselves: other rows must not move the groups
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(len(linked)))
    once = upper.row < upper.col
    ends = (upper.row[once].tolist(), upper.col[once].tolist(), upper.data[once].tolist())
    graph.add_weighted_edges_from(zip(*ends, strict=True))
    found = nx.community.louvain_communities(graph, seed=seed, resolution=resolution) if len(linked) else []
    score = nx.community.modularity(graph, found, resolution=resolution) if graph.size() else 0.0
    ordered = sorted((linked[sorted(one)] for one in found), key=lambda rows: (-len(rows), int(rows[0])))
    groups = tuple(_group(rows, weights, shared=shared) for rows in ordered)
    return Groups(groups, weights.shape[0] - len(linked), round(float(score), 9))


def _group(rows: Ints, weights: csr_matrix, *, shared: csr_matrix) -> Group:
    within = np.round(np.asarray(weights[rows][:, rows].sum(axis=1)).ravel(), 9)
    order = np.lexsort((rows, -within))
    return Group(tuple(rows[order].tolist()), _joined_by(rows, shared))


def _joined_by(rows: Ints, shared: csr_matrix, *, most: int = 3) -> tuple[tuple[int, int, int], ...]:
    """Return what at least two members share, by how many more lead to it than their part of all rows that share."""
    here, everywhere = shared[rows].getnnz(axis=0), shared.getnnz(axis=0)
    surplus = here - everywhere * (len(rows) / int((shared.getnnz(axis=1) > 0).sum()))
    columns = np.flatnonzero(here >= min(2, len(rows)))
    order = columns[np.lexsort((columns, -np.round(surplus[columns], 9)))][:most]
    return tuple((int(c), int(here[c]), int(everywhere[c])) for c in order)
