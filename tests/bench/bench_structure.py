"""Structure on the full size (83,000 residents, 1,000,000 relationships and more): paths, surroundings, PageRank.

python -m tests.bench.bench_structure

LINLI_HOME names a loaded home to measure; without it a drawn sub-district is published in a folder of its own. The
rival is networkx in a process of its own: its PageRank on the same network at the same tolerance, its graph built
beforehand and not counted, and its Dijkstra over the same costs.
"""

from __future__ import annotations

import datetime as dt
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from api.home import Home
from graph.snapshot.columns import Snapshot
from similarity.structure.ego import ego
from similarity.structure.explanations import explain
from similarity.structure.network import Network, relationship_names
from similarity.structure.pagerank import pagerank
from similarity.structure.seen import Seen
from similarity.structure.shortest import STEP, Search, passing_costs
from tests.bench.district import records
from tests.bench.figures import HEAD, Figure, linli, machine, timed_process
from tests.bench.peer import peer
from tests.bench.peers.spent import resident_mb

DAY = "2021-11-01"
ROUNDS, PAIRS, PEER_PAIRS = 5, 60, 5


def figures() -> Iterator[Figure]:
    """Measure the home that LINLI_HOME names, or one that is drawn."""
    if "LINLI_HOME" in os.environ:
        yield from measured(Home(Path(os.environ["LINLI_HOME"])))
        return
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        home.create()
        home.published.publish(home.published.stage(Snapshot.of(records())))
        yield from measured(home)


def measured(home: Home) -> Iterator[Figure]:
    """Measure a home whose snapshot is published."""
    shot, before = home.snapshot(), resident_mb()
    volunteer, unit = (shot.nodes(label).id_of(3) for label in ("Volunteer", "Unit"))
    around = os.environ | {"LINLI_HOME": str(home.folder)}
    command = linli("link", f"Volunteer:{volunteer}", f"Unit:{unit}", "--as-of", DAY, "--sensitive-tags", "--json")
    yield Figure("link, cold start, best of 3", min(timed_process(command, around)[0] for _ in range(3)), "s", 2.0)
    seconds, network = best(lambda: _network(home), runs=3)
    size = f"{len(network):,} nodes, {network.matrix.nnz // 2:,} links"
    yield Figure(f"the network from a snapshot just opened ({size})", seconds, "s")
    pairs = _pairs(network)
    spent = 1_000 * np.array([best(partial(explain, network, pair[0], goal=pair[1]), runs=1)[0] for pair in pairs])
    yield Figure(f"three explanations, warm, p50 of {len(pairs)} pairs", float(np.median(spent)), "ms", 100)
    yield Figure("… p95", float(np.percentile(spent, 95)), "ms")
    centres = [pair[0] for pair in pairs[:20]]
    spent = 1_000 * np.array([best(partial(ego, network, centre), runs=1)[0] for centre in centres])
    yield Figure("ego network of 2 hops, 300 nodes at most, warm, p50", float(np.median(spent)), "ms")
    yield from _walk(network, pairs)
    yield Figure("memory above the open snapshot", resident_mb() - before, "MB", 400)


def _network(home: Home) -> Network:
    network = Network(Seen(home.snapshot(), None, dt.date.fromisoformat(DAY), True), relationship_names(None))
    assert len(network.degrees) == len(network)
    return network


def _pairs(network: Network) -> list[tuple[int, int]]:
    """Draw volunteers and units, and pairs of residents."""
    rng = np.random.default_rng(1)
    spans = [network.span(label) for label in ("Volunteer", "Unit", "Resident", "Resident")]
    drawn = [rng.integers(span.start, span.stop, PAIRS // 2).tolist() for span in spans]
    both = [*zip(drawn[0], drawn[1], strict=True), *zip(drawn[2], drawn[3], strict=True)]
    return [(a, b) for a, b in both if a != b]


def _walk(network: Network, pairs: list[tuple[int, int]]) -> Iterator[Figure]:
    restart = np.zeros(len(network))
    restart[pairs[0][0]] = 1.0
    seconds, shares = best(lambda: pagerank(network.matrix, restart), runs=ROUNDS)
    yield Figure("personalised PageRank, sum of errors at most 1e-12", seconds, "s")
    few = np.array(pairs[:: len(pairs) // PEER_PAIRS][:PEER_PAIRS])
    ours = [best(partial(_cheapest, network, pair[0], goal=pair[1]), runs=3) for pair in few.tolist()]
    arrays = {"indptr": network.matrix.indptr, "indices": network.matrix.indices, "data": network.matrix.data}
    theirs = peer(
        "networkx_structure",
        {**arrays, "restart": restart, "cost": passing_costs(network) + STEP, "pairs": few},
    )
    if theirs is None:
        return
    worst = float(np.abs(np.array(theirs["shares"]) - shares).max())
    yield Figure("… largest difference from networkx", worst, "", 1e-8)
    ahead = theirs["pagerank_seconds"] / seconds
    yield Figure(f"… ahead of networkx ({theirs['pagerank_seconds']:.2f} s)", ahead, "times", 1, at_most=False)
    costs = [cost for _, cost in ours]
    equal = sum(a == b for a, b in zip(costs, theirs["costs"], strict=True)) / len(few)
    yield Figure("most telling paths as cheap as networkx's", 100 * equal, "%", 100, at_most=False)
    ahead = theirs["path_seconds"] / sum(s for s, _ in ours)
    what = f"… ahead of networkx's bidirectional Dijkstra ({theirs['path_seconds']:.2f} s for {len(few)})"
    yield Figure(what, ahead, "times", 1, at_most=False)


def _cheapest(network: Network, start: int, *, goal: int) -> int | None:
    """Return what the nodes passed by the best path cost, one bit each included, as the rival counts."""
    path = Search(network, start, goal=goal).best()
    return path.cost - STEP if path else None


def best(work: Callable[[], Any], *, runs: int) -> tuple[float, Any]:
    """Return the least seconds of some runs, and the answer."""
    least, answer = np.inf, None
    for _ in range(runs):
        began = time.perf_counter()
        answer = work()
        least = min(least, time.perf_counter() - began)
    return float(least), answer


if __name__ == "__main__":
    print("\n".join([machine(), "", HEAD]), flush=True)
    for figure in figures():
        print(figure.line(), flush=True)
