"""PageRank and cheapest paths in networkx: `python networkx_structure.py INPUT.npz`.

INPUT holds a symmetric matrix (indptr, indices, data), the restart of the walk, what it costs to enter each node
(`cost`) and pairs of nodes. Graphs are built beforehand and not counted. PageRank runs until the changes sum to 1e-12,
which is what its `tol` times the number of nodes means; paths by bidirectional Dijkstra, the costs read from a list.
"""

from __future__ import annotations

import sys

import networkx as nx
import numpy as np
from scipy.sparse import csr_array
from spent import best_of, tell

with np.load(sys.argv[1]) as file:
    matrix = csr_array((file["data"], file["indices"], file["indptr"]))
    restart, cost, pairs = file["restart"], file["cost"].tolist(), file["pairs"].tolist()
graph = nx.from_scipy_sparse_array(matrix)
size = matrix.shape[0]
started = {int(n): float(restart[n]) for n in np.flatnonzero(restart)}


def walk() -> dict[int, float]:
    return nx.pagerank(graph, personalization=started, tol=1e-12 / size, max_iter=1_000)


def paths() -> list[int | None]:
    """Return the cost of each pair: half of both ends' costs stands on a link, so the ends' own halves go off again."""
    found: list[int | None] = []
    for start, goal in pairs:
        try:
            twice, _ = nx.bidirectional_dijkstra(graph, start, goal, weight=lambda a, b, _: cost[a] + cost[b])
        except nx.NetworkXNoPath:
            found.append(None)
        else:
            found.append((twice - cost[start] - cost[goal]) // 2)
    return found


walked, shares = best_of(walk, runs=2)
gone, costs = best_of(paths, runs=1)
tell(
    {
        "pagerank_seconds": walked["seconds"],
        "shares": [shares[n] for n in range(size)],
        "path_seconds": gone["seconds"],
        "costs": costs,
    }
)
