"""The bulk way sends every record once, with the positions of its ends."""

from __future__ import annotations

import json
from typing import Any

import pytest

from graph.model.errors import NotFound
from graph.model.progress import silent
from graph.model.records import Records
from graph.stores import bulk as module
from graph.stores.bulk import bulk
from tests.unit.graph.worlds import small_world


class CollectingBulk:
    """Answers vertices with made-up positions, and keeps everything."""

    def __init__(self) -> None:
        self.nodes: dict[str, list[dict[str, Any]]] = {}
        self.ties: dict[str, list[dict[str, Any]]] = {}

    def vertices(self, label: str, rows: str) -> list[str]:
        kept = self.nodes.setdefault(label, [])
        before = len(kept)
        kept += json.loads(rows)
        return [f"#{label}:{i}" for i in range(before, len(kept))]

    def edges(self, type: str, rows: str) -> None:
        self.ties.setdefault(type, []).extend(json.loads(rows))


@pytest.mark.parametrize("size", [1, 2, 1000])
def test_pieces_join_to_the_whole(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(module, "VERTICES", size)
    monkeypatch.setattr(module, "EDGES", size)
    port, told = CollectingBulk(), []
    bulk(port, small_world(), lambda *said: told.append(said))
    assert [row["id"] for row in port.nodes["Resident"]] == ["r1", "r2", "r3", "r4"]
    assert port.nodes["Resident"][3] == {"id": "r4", "birth_date": 18048, "retired": False}
    assert port.ties["HAS_TAG"] == [
        {"source": "a", "_src": "#Resident:0", "_dst": "#Tag:1"},
        {"since": 18628, "source": "b", "_src": "#Resident:2", "_dst": "#Tag:0"},
        {"since": 18993, "source": "a", "_src": "#Resident:2", "_dst": "#Tag:1"},
    ]
    assert told[-1] == ("write", len(small_world()), len(small_world()))


def test_a_loose_end_is_refused() -> None:
    world = small_world()
    with pytest.raises(NotFound) as found:
        bulk(CollectingBulk(), Records({"Tag": world.nodes["Tag"]}, world.edges), silent)
    assert found.value.facts["label"] == "Resident"
