"""Assignment in networkx: `python networkx_assignment.py INPUT.npz` (need, resource, cost, capacity); network simplex."""

from __future__ import annotations

import json
import sys
import time

import networkx as nx
import numpy as np

SCALE = 10  # costs have one decimal; network simplex wants integers


def main(path: str) -> None:
    """Read the pairs, solve, print seconds (building the graph is not counted) and cost."""
    with np.load(path) as file:
        need, resource, cost, capacity = (file[name] for name in ("need", "resource", "cost", "capacity"))
    graph = nx.DiGraph()
    people = np.unique(need).astype(int)
    for person in people.tolist():
        graph.add_node(("n", person), demand=-1)
    graph.add_node("sink", demand=len(people))
    for one, venue, price in zip(need.astype(int).tolist(), resource.astype(int).tolist(), cost.tolist(), strict=True):
        graph.add_edge(("n", one), ("r", venue), capacity=1, weight=round(price * SCALE))
    for venue, places in enumerate(capacity.tolist()):
        graph.add_edge(("r", venue), "sink", capacity=int(places), weight=0)
    begun = time.perf_counter()
    total, _ = nx.network_simplex(graph)
    print(json.dumps({"seconds": time.perf_counter() - begun, "cost": total / SCALE}))


if __name__ == "__main__":
    main(sys.argv[1])
