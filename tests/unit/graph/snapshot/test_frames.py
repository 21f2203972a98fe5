"""A snapshot as pandas, networkx and GraphML."""

from __future__ import annotations

from pathlib import Path

import networkx as nx

from graph.snapshot import frames
from graph.snapshot.columns import Snapshot
from tests.unit.graph.worlds import small_world

WORLD = Snapshot.of(small_world())


def test_frames_hold_the_nodes_and_the_relationships() -> None:
    residents = frames.nodes_frame(WORLD, "Resident")
    assert residents.loc["r2", "sex"] == "2"
    lives = frames.edges_frame(WORLD, "Resident-LIVES_IN-Dwelling")
    assert list(zip(lives["start"], lives["end"], strict=True)) == [("r1", "d1"), ("r2", "d1"), ("r3", "d2")]


def test_the_graph_leaves_out_what_is_sensitive() -> None:
    built = frames.graph(WORLD)
    assert built.number_of_nodes() == 10
    assert built.number_of_edges() == 6
    assert built.nodes["Resident", "r1"]["name"] == "甲"
    assert "politics" not in built.nodes["Resident", "r1"]
    ends = {attributes["type"] for *_, attributes in built.edges(data=True)}
    assert ends == {"LIVES_IN", "HAS_TAG"}


def test_graphml_can_be_read_by_others(tmp_path: Path) -> None:
    path = tmp_path / "graph.graphml"
    frames.write_graphml(WORLD, path, labels=["Resident", "Dwelling"])
    again = nx.read_graphml(path)
    assert set(again) == {"Resident/r1", "Resident/r2", "Resident/r3", "Resident/r4", "Dwelling/d1", "Dwelling/d2"}
    assert again.nodes["Resident/r1"]["birth_date"] == "1940-02-29"
