"""The network holds what is seen and in force, nothing else."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings

from graph.model.errors import UnknownName
from graph.model.relationships import SCHEMA
from graph.snapshot.columns import Snapshot
from similarity.structure.network import Network, relationship_names
from similarity.structure.seen import Node, Seen
from tests.unit.similarity.structure.towns import DAY, EAST, network, people, seen, snapshot, towns


@given(towns())
@settings(max_examples=12)
def test_the_matrix_is_the_relationships_counted_by_hand(shot: Snapshot) -> None:
    net = network(shot)
    counted: dict[tuple[int, int], float] = {}
    for name, relationship in SCHEMA.relationship.items():
        rows = shot.edge_rows(name)
        for start, end in zip(rows["start"].to_pylist(), rows["end"].to_pylist(), strict=True):
            a = net.offset(relationship.start) + shot.nodes(relationship.start).row(start)
            b = net.offset(relationship.end) + shot.nodes(relationship.end).row(end)
            for pair in ((a, b), (b, a)):
                counted[pair] = counted.get(pair, 0.0) + 1
    built = net.matrix.tocoo()
    assert (
        dict(zip(zip(built.row.tolist(), built.col.tolist(), strict=True), built.data.tolist(), strict=True)) == counted
    )
    assert {(link.start, link.end) for link in net.links(range(len(net)))} <= set(counted)
    assert len(net.links(range(len(net)))) * 2 == sum(counted.values())


@given(towns())
@settings(max_examples=12)
def test_numbers_and_nodes_are_each_other_and_scope_cuts_links(shot: Snapshot) -> None:
    net, inside = network(shot), network(shot, (EAST,))
    for number in range(len(net)):
        assert net.number(net.node(number)) == number
    for number in (net.degrees != 0).nonzero()[0]:
        if not inside.seen.has(net.node(int(number))):
            assert inside.degrees[number] == 0
    assert (inside.matrix > net.matrix).nnz == 0


def dated() -> Snapshot:
    tags = [
        {"id": "open", "name": "爱唱歌", "sensitivity": "personal"},
        {"id": "secret", "name": "病", "sensitivity": "sensitive"},
        {"id": "party", "name": "流动党员", "sensitivity": "personal"},
        {"id": "bare", "name": "未定级"},
        {"id": "gone", "name": "旧", "sensitivity": "personal"},
    ]
    has = [{"start": "e0", "end": tag["id"], "since": dt.date(2020, 1, 1)} for tag in tags]
    has[-1]["until"] = dt.date(2021, 1, 1)
    return snapshot({"Resident": people(1, area=EAST, prefix="e"), "Tag": tags}, {"Resident-HAS_TAG-Tag": has})


def test_sensitive_undeclared_and_political_tags_are_seen_by_request_only() -> None:
    shot = dated()
    for sensitive, expected in ((False, {"open"}), (True, {"open", "secret", "party", "bare"})):
        net = Network(seen(shot, sensitive_tags=sensitive), ["Resident-HAS_TAG-Tag"])
        near = net.neighbours(net.offset("Resident"))
        assert {net.seen.id_of(net.node(int(n))) for n in near} == expected


def test_relationships_count_on_the_days_they_are_in_force() -> None:
    before = Network(Seen(dated(), None, dt.date(2019, 1, 1)), ["Resident-HAS_TAG-Tag"])
    assert before.matrix.nnz == 0
    then = Network(Seen(dated(), None, dt.date(2020, 6, 1)), ["Resident-HAS_TAG-Tag"])
    assert then.matrix.nnz == 4
    assert Network(Seen(dated(), None, DAY), ["Venue-IN-Area"]).number(Node("Resident", 0)) is None


def test_unknown_types_name_the_nearest() -> None:
    with pytest.raises(UnknownName, match="LIVES_IN"):
        relationship_names(["LIVE_IN"])
