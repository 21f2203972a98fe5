"""Ego networks: hops are those of networkx, cuts are said, the nearest are kept."""

from __future__ import annotations

import networkx as nx
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.snapshot.columns import Snapshot
from similarity.structure.ego import ego
from similarity.structure.graphml import graphml
from tests.unit.similarity.structure.towns import network, oracle, towns


@given(towns(), st.integers(1, 4), st.data())
@settings(max_examples=20, deadline=None)
def test_hops_are_those_of_networkx(shot: Snapshot, hops: int, data: st.DataObject) -> None:
    net = network(shot)
    number = data.draw(st.sampled_from((net.degrees > 0).nonzero()[0].tolist() or [0]))
    found = ego(net, number, hops=hops)
    expected = nx.single_source_shortest_path_length(oracle(net), number, cutoff=hops)
    assert dict(zip(found.numbers, found.hops, strict=True)) == expected
    assert list(found.totals) == [sum(h == hop for h in expected.values()) for hop in range(hops + 1)]
    assert not found.truncated
    between = {frozenset((link.start, link.end)) for link in found.links}
    assert between == {frozenset(edge) for edge in oracle(net).subgraph(expected).edges()}


@given(towns(), st.integers(1, 6))
@settings(max_examples=16, deadline=None)
def test_a_cut_is_said_and_keeps_the_first(shot: Snapshot, most: int) -> None:
    net = network(shot)
    whole, cut = (ego(net, net.offset("Resident"), hops=3, most=limit) for limit in (1_000, most))
    assert cut.numbers == whole.numbers[:most]
    assert cut.totals == whole.totals
    assert cut.truncated == (most < len(whole.numbers))
    assert all({link.start, link.end} <= set(cut.numbers) for link in cut.links)


def test_graphml_is_read_back_by_networkx() -> None:
    nodes = [
        {
            "key": "Venue/x",
            "label": "Venue",
            "title": "一室",
            "hop": 0,
            "facts": {"capacity": 20, "facilities": ["桌", "椅"]},
        },
        {"key": "Area/a", "label": "Area", "title": "东", "hop": 1},
    ]
    edges = [{"start": "Venue/x", "end": "Area/a", "type": "IN", "facts": {}}]
    read = nx.parse_graphml(graphml(nodes, edges))
    assert read.nodes["Venue/x"] == {
        "label": "Venue",
        "title": "一室",
        "hop": 0,
        "capacity": 20,
        "facilities": "桌、椅",
    }
    assert [(a, b, d["type"]) for a, b, d in read.edges(data=True)] == [("Venue/x", "Area/a", "IN")]
