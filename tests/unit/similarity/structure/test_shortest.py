"""The most telling path: networkx by all simple paths is the oracle, ties and scope included."""

from __future__ import annotations

from itertools import combinations

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.snapshot.columns import Snapshot
from similarity.structure.explanations import SLACK, explain
from similarity.structure.network import Network
from similarity.structure.shortest import STEP, Search, passing_costs
from tests.unit.similarity.structure.towns import EAST, WEST, network, oracle, people, snapshot, towns


def linked_pairs(net: Network) -> list[tuple[int, int]]:
    return list(combinations((net.degrees > 0).nonzero()[0].tolist(), 2))


def cost_of(net: Network, numbers: list[int]) -> int:
    cost = passing_costs(net)
    return STEP * (len(numbers) - 1) + int(sum(cost[n] for n in numbers[1:-1]))


def cheapest(net: Network, start: int, goal: int) -> tuple[int, list[int]] | None:
    """The cheapest path by networkx's Dijkstra over arcs that carry the cost of the node they enter."""
    cost = passing_costs(net)
    arcs: nx.DiGraph[int] = nx.DiGraph()
    for a, b in oracle(net).edges():
        for tail, head in ((a, b), (b, a)):
            arcs.add_edge(tail, head, weight=STEP + (0 if head == goal else int(cost[head])))
    if start not in arcs or goal not in arcs or not nx.has_path(arcs, start, goal):
        return None
    ways = nx.all_shortest_paths(arcs, start, goal, weight="weight")
    first = min(ways, key=lambda numbers: [net.key(n) for n in numbers])
    return cost_of(net, first), first


@given(towns(), st.data())
@settings(max_examples=16, deadline=None)
def test_the_best_path_is_that_of_networkx_and_ties_go_to_the_least_ids(shot: Snapshot, data: st.DataObject) -> None:
    net = network(shot)
    for start, goal in data.draw(st.lists(st.sampled_from(linked_pairs(net) or [(0, 1)]), max_size=6)):
        found, expected = Search(net, start, goal=goal).best(), cheapest(net, start, goal)
        assert (found and (found.cost, list(found.numbers))) == expected
        if found:
            assert Search(net, start, goal=goal).best(most=found.cost) == found
            assert Search(net, start, goal=goal).best(most=found.cost - 1) is None
            back = Search(net, goal, goal=start).best()
            assert back is not None
            assert back.cost == found.cost


@given(towns(), st.data())
@settings(max_examples=16, deadline=None)
def test_barred_nodes_are_not_passed(shot: Snapshot, data: st.DataObject) -> None:
    net = network(shot)
    start, goal = data.draw(st.sampled_from(linked_pairs(net) or [(0, 1)]))
    best = Search(net, start, goal=goal).best()
    for barred in best.passed if best else ():
        other = Search(net, start, goal=goal).best(barred=frozenset({barred}))
        graph = oracle(net)
        graph.remove_node(barred)
        assert (other is not None) == nx.has_path(graph, start, goal)
        if other:
            assert barred not in other.numbers
            assert other.cost >= best.cost  # type: ignore[union-attr]
            assert cost_of(net, list(other.numbers)) == other.cost


@given(towns(), st.data())
@settings(max_examples=16, deadline=None)
def test_explanations_are_paths_that_differ_and_come_in_order(shot: Snapshot, data: st.DataObject) -> None:
    net = network(shot)
    start, goal = data.draw(st.sampled_from(linked_pairs(net) or [(0, 1)]))
    found = explain(net, start, goal=goal, most=5)
    assert [one.bits for one in found] == sorted(one.bits for one in found)
    for one in found:
        assert (one.numbers[0], one.numbers[-1]) == (start, goal)
        assert len(set(one.numbers)) == len(one.numbers)
        assert all(step.links for step in one.steps)
        assert one.bits <= found[0].bits + SLACK / STEP
        assert all(net.seen.title(net.node(number)) in one.text.zh for number in one.numbers)
    for earlier, later in combinations(found, 2):
        assert len(earlier.numbers) == 2 or not set(later.numbers) >= set(earlier.numbers)
    assert explain(net, start, goal=goal, most=5) == found


@given(towns())
@settings(max_examples=16, deadline=None)
def test_nothing_outside_the_scope_is_shown_or_passed(shot: Snapshot) -> None:
    net = network(shot, (EAST,))
    west = set(shot.nodes("Resident").ids.filter(shot.nodes("Resident").inside((WEST,))).to_pylist())
    for start, goal in linked_pairs(net)[:20]:
        for one in explain(net, start, goal=goal):
            ids = {net.seen.id_of(net.node(n)) for n in one.numbers}
            assert not ids & west


def crowd(others: int = 40) -> Snapshot:
    """Two people who share a tag with others, a home, and the house of the home."""
    folk = [*people(2, area=EAST, prefix="e"), *people(others, area=EAST, prefix="x")]
    return snapshot(
        {
            "Resident": folk,
            "Tag": [{"id": "t", "name": "人户一致", "sensitivity": "personal"}],
            "Dwelling": [{"id": "d", "area": EAST, "address": "东路1号101室"}],
            "Unit": [{"id": "u", "area": EAST, "address": "东路1号"}],
        },
        {
            "Resident-HAS_TAG-Tag": [{"start": one["id"], "end": "t"} for one in folk],
            "Resident-LIVES_IN-Dwelling": [{"start": f"e{n}", "end": "d"} for n in (0, 1)],
            "Resident-REGISTERED_AT-Dwelling": [{"start": "e0", "end": "d"}],
            "Dwelling-IN-Unit": [{"start": "d", "end": "u"}],
        },
    )


def test_a_shared_home_tells_more_than_a_crowded_tag() -> None:
    net = network(crowd())
    first, second = explain(net, net.offset("Resident"), goal=net.offset("Resident") + 1)
    assert first.text.zh == "居民 名e0 —居住于、户籍在→ 房屋 东路1号101室 ←居住于— 居民 名e1"
    assert first.text.en == "resident 名e0 —lives in, is registered at→ dwelling 东路1号101室 ←lives in— resident 名e1"
    assert second.text.zh == "居民 名e0 —有标签→ 标签 人户一致 ←有标签— 居民 名e1"
    assert second.links[1] == 42
    assert first.bits == pytest.approx(2 + 1.584963)


def test_a_direct_link_is_the_first_explanation_and_others_follow() -> None:
    for others, steps in ((4, [1, 3]), (40, [1])):  # 2^6 times less telling than the link itself is no explanation
        net = network(crowd(others))
        found = explain(net, net.offset("Resident"), goal=net.offset("Dwelling"))
        assert [len(one.steps) for one in found] == steps
