"""The Neo4j store over a double that keeps every statement, and the table of the driver's errors."""

from __future__ import annotations

import datetime as dt
import inspect
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import neo4j.exceptions as driver
import pytest

from graph.model.errors import (
    NotFound,
    QueryInvalid,
    QueryRefused,
    QueryTimeout,
    SettingInvalid,
    StoreBusy,
    StoreDown,
    StoreFailed,
    StoreNewer,
)
from graph.model.records import Batch, Records
from graph.model.relationships import SCHEMA
from graph.model.schema import SCHEMA_VERSION
from graph.stores import statements
from graph.stores.neo4j import CODES, MEANINGS, TRIES, Bolt, Neo4jStore, translated
from graph.stores.port import Answer
from graph.stores.store import Limits, Projection
from tests.unit.graph.worlds import small_world

DAY = dt.date(2024, 1, 1)


@dataclass
class CollectingPort:
    """Keeps what is sent, and answers with what `answers` holds for a statement (counted rows otherwise)."""

    answers: dict[str, list[Answer | Exception]] = field(default_factory=dict)
    sent: list[tuple[str, Mapping[str, Any], dict[str, Any]]] = field(default_factory=list)

    def run(
        self, statement: str, parameters: Mapping[str, Any], *, write: bool, timeout: float, most: int | None = None
    ) -> Answer:
        self.sent.append((statement, parameters, {"write": write, "timeout": timeout, "most": most}))
        waiting = self.answers.get(statement, [])
        answer = (waiting.pop(0) if len(waiting) > 1 else waiting[0]) if waiting else _counted(parameters)
        if isinstance(answer, Exception):
            raise answer
        return answer


def _counted(parameters: Mapping[str, Any]) -> Answer:
    rows = parameters.get("rows", [])
    return Answer(("written",), ((len(rows),),)) if isinstance(rows, list) else Answer((), ())


def test_prepare_sends_the_constraints_and_the_version() -> None:
    port = CollectingPort()
    Neo4jStore(port).prepare()
    texts = [statement for statement, _, _ in port.sent]
    assert texts == [statements.FOUND_VERSION, *statements.constraints(), statements.VERSION]
    assert port.sent[-1][1]["version"] == SCHEMA_VERSION
    assert [how["write"] for _, _, how in port.sent] == [False] + [True] * (len(port.sent) - 1)


def test_prepare_refuses_newer_data_before_it_writes() -> None:
    port = CollectingPort({statements.FOUND_VERSION: [Answer(("version",), ((SCHEMA_VERSION + 1,),))]})
    with pytest.raises(StoreNewer):
        Neo4jStore(port).prepare()
    assert len(port.sent) == 1


def test_a_write_sends_values_only_as_parameters() -> None:
    port, world = CollectingPort(), small_world()
    assert Neo4jStore(port).write(Batch(world)) == len(world)
    assert sum(len(parameters["rows"]) for _, parameters, _ in port.sent) == len(world)
    for statement, _, _ in port.sent:
        assert not any(value in statement for value in ("r1", "甲", "独居", "1940"))


def test_a_deadlock_is_tried_again_with_growing_pauses() -> None:
    statement = statements.upsert_nodes(SCHEMA.label["Area"])
    pauses: list[float] = []
    batch = Batch(Records({"Area": small_world().nodes["Area"]}, {}))
    written = Answer(("written",), ((2,),))
    port = CollectingPort({statement: [StoreBusy(1), StoreBusy(1), written]})
    assert Neo4jStore(port, pause=pauses.append).write(batch) == 2
    assert pauses == [0.1, 0.2]
    pauses.clear()
    port = CollectingPort({statement: [StoreBusy(1)]})
    with pytest.raises(StoreBusy) as busy:
        Neo4jStore(port, pause=pauses.append).write(batch)
    assert busy.value.facts["tries"] == len(port.sent) == TRIES
    assert pauses == sorted(pauses)


def test_a_row_that_was_not_written_is_named() -> None:
    edges = Batch(Records({}, {"Resident-HAS_TAG-Tag": small_world().edges["Resident-HAS_TAG-Tag"]}))
    answers: dict[str, list[Answer | Exception]] = {
        statements.upsert_edges(SCHEMA.relationship["Resident-HAS_TAG-Tag"]): [Answer(("written",), ((1,),))],
        statements.absent(SCHEMA.label["Tag"]): [Answer(("id",), (("t_alone",),))],
    }
    with pytest.raises(NotFound) as found:
        Neo4jStore(CollectingPort(answers)).write(edges)
    assert (found.value.facts["label"], found.value.facts["id"]) == ("Tag", "t_alone")


def test_a_read_passes_its_limits_and_its_text_unchanged() -> None:
    port = CollectingPort({"RETURN $x AS x": [Answer(("x",), ((1,), (2,)), truncated=True)]})
    table = Neo4jStore(port).read("RETURN $x AS x", {"x": 1}, Limits(rows=2, seconds=1.5))
    assert port.sent == [("RETURN $x AS x", {"x": 1}, {"write": False, "timeout": 1.5, "most": 2})]
    assert table.rows == ((1,), (2,))
    assert table.truncated


def test_load_csv_never_reaches_the_server() -> None:
    port = CollectingPort()
    with pytest.raises(QueryRefused):
        Neo4jStore(port).read("LOAD CSV FROM $x AS line RETURN line", {}, Limits())
    assert port.sent == []


def test_a_projection_pages_by_the_last_id_until_a_page_is_empty() -> None:
    label, edge = SCHEMA.label["Skill"], SCHEMA.relationship["Volunteer-HAS_SKILL-Skill"]
    names = tuple(p.name for p in label.properties)

    def page(*ids: str) -> Answer:
        return Answer(names, (tuple(list(ids) if n == "id" else [None] * len(ids) for n in names),))

    port = CollectingPort({statements.page_of_nodes(label): [page("s1", "s2"), page("s3"), page()]})
    found = Neo4jStore(port).project(Projection(labels=("Skill",), relationships=(edge.name,)))
    assert [parameters["after"] for _, parameters, _ in port.sent] == ["", "s2", "s3"]
    assert found.nodes("Skill").ids.to_pylist() == ["s1", "s2", "s3"]


def test_the_mark_of_a_load_is_a_node_of_its_own() -> None:
    port = CollectingPort()
    store = Neo4jStore(port)
    store.begin_load("L1", DAY)
    store.end_load("L1", DAY)
    sent = [(statement, dict(parameters)) for statement, parameters, _ in port.sent]
    assert sent == [
        (statements.BEGIN_LOAD, {"id": "L1", "state": "running", "at": DAY}),
        (statements.BEGIN_LOAD, {"id": "L1", "state": "done", "at": DAY}),
        (statements.END_LOAD, {"id": "L1"}),
    ]
    assert store.unfinished_load() is None


def _classes() -> list[type[Exception]]:
    found = [kind for _, kind in inspect.getmembers(driver, inspect.isclass)]
    return [kind for kind in found if issubclass(kind, driver.DriverError | driver.Neo4jError)]


def test_every_class_of_the_driver_has_a_meaning() -> None:
    assert len(_classes()) > 30
    assert set(_classes()) <= set(MEANINGS)


@pytest.mark.parametrize("kind", _classes(), ids=lambda kind: kind.__name__)
def test_every_error_of_the_driver_leaves_as_ours(kind: type[Exception]) -> None:
    try:
        error = kind("first line\nsecond line")
    except TypeError:
        error = kind(None, "first line\nsecond line")
    wanted = {
        "failed": StoreFailed,
        "invalid": QueryInvalid,
        "refused": QueryRefused,
        "busy": StoreBusy,
        "setting": SettingInvalid,
        "down": StoreDown,
    }[MEANINGS[kind]]
    found = translated(error, "bolt://here", 3.0)  # type: ignore[arg-type]
    assert type(found) is wanted
    assert "second line" not in found.text.en


@pytest.mark.parametrize(("code", "meaning"), sorted(CODES.items()))
def test_a_code_says_more_than_its_class(code: str, meaning: str) -> None:
    error = driver.Neo4jError._hydrate_neo4j(code=code, message="too long")
    wanted = {"late": QueryTimeout, "refused": QueryRefused, "failed": StoreFailed}[meaning]
    assert type(translated(error, "bolt://here", 3.0)) is wanted


@pytest.mark.parametrize("address", ["ftp://here", "neo4j://here?x", "bolt://here?policy=x"])
def test_an_address_that_the_driver_cannot_read_is_a_wrong_setting(address: str) -> None:
    with pytest.raises(SettingInvalid):
        Bolt(address)
