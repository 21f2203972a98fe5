"""Jaccard with networkx: `python networkx_jaccard.py INPUT.npz RESIDENTS PAIRS`; seconds a pair of residents.

The graph of the first RESIDENTS and their tags; PAIRS pairs drawn from a seed. What a pair costs does not depend on how
many residents there are, so all pairs are extrapolated.
"""

from __future__ import annotations

import sys

import networkx as nx
import numpy as np
from spent import best_of, tell

path, residents, count = sys.argv[1:]
file = np.load(path)
indptr, indices = file["indptr"], file["indices"]
graph = nx.Graph()
graph.add_nodes_from(range(int(residents)))
graph.add_edges_from((i, -1 - int(t)) for i in range(int(residents)) for t in indices[indptr[i] : indptr[i + 1]])
pairs = np.random.default_rng(0).integers(0, int(residents), (int(count), 2)).tolist()
spent, found = best_of(lambda: [score for *_, score in nx.jaccard_coefficient(graph, pairs)], runs=3)
tell({**spent, "pairs": len(pairs), "mean": float(np.mean(found))})
