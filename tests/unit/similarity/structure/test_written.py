"""Nodes as people write them, in scope only."""

from __future__ import annotations

import pytest

from graph.model.errors import ArgumentInvalid, NotFound, UnknownName
from similarity.structure.seen import Node
from similarity.structure.written import label_written, node_written
from tests.unit.similarity.structure.towns import EAST, WEST, people, seen, snapshot

SHOT = snapshot(
    {
        "Resident": [
            *people(3, area=EAST, prefix="p:"),
            {"id": "x1", "area": EAST, "name": "甲"},
            *people(1, area=WEST, prefix="w"),
        ],
        "Venue": [{"id": "x1", "area": EAST, "name": "活动室"}, {"id": "x2", "area": WEST, "name": "礼堂"}],
        "Unit": [{"id": "u7", "area": EAST, "address": "汾西路261弄3号", "address_key": "汾西路261弄3号"}],
    },
    {},
)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Resident:p:1", Node("Resident", 1)),
        ("p:1", Node("Resident", 1)),
        ("居民：p:2", Node("Resident", 2)),
        ("venue:x1", Node("Venue", 0)),
        ("活动室", Node("Venue", 0)),
        ("汾西路二六一弄3号", Node("Unit", 0)),
        ("u7", Node("Unit", 0)),
    ],
)
def test_a_node_is_found_as_it_is_written(written: str, expected: Node) -> None:
    assert node_written(seen(SHOT), written) == expected


def test_several_are_named_and_unknown_ones_name_the_nearest_that_are_seen() -> None:
    with pytest.raises(ArgumentInvalid, match="Resident:x1, Venue:x1"):
        node_written(seen(SHOT), "x1")
    with pytest.raises(NotFound) as caught:
        node_written(seen(SHOT, (EAST,)), "Venue:x2")
    assert caught.value.facts["nearest"] == ["x1"]
    with pytest.raises(NotFound):
        node_written(seen(SHOT, (EAST,)), "礼堂")
    with pytest.raises(NotFound):
        node_written(seen(SHOT), "名p:1")  # names of people are no way in
    with pytest.raises(UnknownName):
        label_written("Residnt")
