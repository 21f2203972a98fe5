"""The door of portraits: any group beside everybody, the scope, what is withheld, tables, replayable answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from api.answers import Answer, Desk, same_bytes
from api.cli.main import app
from api.home import Home
from api.settings import read_settings
from graph.model.errors import ArgumentInvalid, ConditionInvalid, NotFound, SettingInvalid, UnknownName
from graph.model.records import Records
from graph.snapshot.columns import Snapshot
from similarity.portraits.crowd import crowd
from tests.unit.similarity.portraits.levels import with_areas
from tests.unit.similarity.town import AS_OF

ASKED: dict[str, Any] = {"as_of": AS_OF.isoformat(), "areas": None, "top": 5, "without": [], "sensitive": []}


def _desk(folder: Path, records: Records) -> Desk:
    home = Home(folder)
    home.create()
    home.published.publish(home.published.stage(Snapshot.of(records)))
    return Desk(home, read_settings({"LINLI_HOME": str(folder)}))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return _desk(tmp_path_factory.mktemp("portraits"), with_areas(people=1100))


def ask(desk: Desk, level: str, group: str | None, **more: Any) -> Answer:
    return desk.ask("portrait", {**ASKED, "level": level, "group": group, **more})


@pytest.mark.parametrize(
    ("level", "group"), [("committee", "a0011"), ("subdistrict", "name a001"), ("city", "a"), ("crowd", "tag=t000001")]
)
def test_a_group_is_shown_beside_everybody(desk: Desk, level: str, group: str) -> None:
    found = ask(desk, level, group).body
    assert 10 <= found["residents"] <= found["base_residents"]
    assert len(found["figures"]) == 5
    assert found["hidden"] + found["more_figures"] > 0
    for figure in found["figures"]:
        assert figure["n"] >= 10
        assert figure["text"]["zh"]
        assert figure["text"]["en"]
    json.dumps(found, allow_nan=False)


@pytest.mark.parametrize("group", ["a0012", None])
def test_a_receipt_gives_the_same_bytes(desk: Desk, group: str | None) -> None:
    answer = ask(desk, "committee", group)
    again = desk.again(json.loads(json.dumps(answer.receipt.to_json())))
    assert again.body == answer.body
    assert same_bytes(answer.receipt.to_json(), again)


def test_a_crowd_is_a_condition_or_a_tag_by_id_or_name(desk: Desk) -> None:
    tagged = ask(desk, "crowd", '{"tag": "t000001"}').body
    assert ask(desk, "crowd", "tag=t000001").body == tagged
    assert "t000001" in tagged["group"]["sentence"]["zh"]
    old = ask(desk, "crowd", '{"age": {"at_least": 60}}', top=100).body
    assert old["figures"][0]["feature"] == "age_mean"
    assert old["figures"][0]["stands_out"]


def test_facts_without_a_date_in_a_condition_are_named(desk: Desk) -> None:
    notes = ask(desk, "crowd", '{"property": "ethnicity", "known": false}').body["notes"]
    assert any("ethnicity" in n["en"] for n in notes)


@pytest.mark.parametrize(
    ("level", "group", "error"),
    [
        ("crowd", "tag=t00001", UnknownName),
        ("crowd", "all of them", ConditionInvalid),
        ("crowd", "", ConditionInvalid),
        ("crowd", '{"al": []}', ConditionInvalid),
        ("street", "a0011", UnknownName),
        ("committee", "a0013", NotFound),
        ("unit", "a0011", NotFound),
    ],
)
def test_what_does_not_exist_is_said(desk: Desk, level: str, group: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        ask(desk, level, group)


def test_outside_the_scope_looks_like_nothing(desk: Desk) -> None:
    with pytest.raises(NotFound) as foreign:
        ask(desk, "committee", "a0021", areas=["a0011"])
    with pytest.raises(NotFound) as missing:
        ask(desk, "committee", "a0029", areas=["a0011"])
    assert foreign.value.text.en.replace("a0021", "?") == missing.value.text.en.replace("a0029", "?")
    assert "a0021" not in foreign.value.hint.en


def test_an_empty_scope_gives_an_honest_empty_answer(desk: Desk) -> None:
    found = ask(desk, "crowd", "tag=t000001", areas=["nowhere"]).body
    assert (found["residents"], found["figures"]) == (None, [])
    assert "nobody" in found["notes"][0]["en"]


def test_a_day_before_the_data_is_refused(desk: Desk) -> None:
    with pytest.raises(ArgumentInvalid, match="begin on"):
        ask(desk, "committee", "a0011", as_of="1950-01-01")


def test_what_other_committees_hold_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    records = with_areas(people=1100)
    lives = records.edge_table("Resident-LIVES_IN-Dwelling")
    area = dict(zip(*(records.node_table("Dwelling")[c].to_pylist() for c in ("id", "area")), strict=True))
    kept = pa.array([area[d] == "a0011" or i % 2 == 0 for i, d in enumerate(lives["end"].to_pylist())])
    edges = dict(records.edges) | {"Resident-LIVES_IN-Dwelling": lives.filter(kept)}
    other = _desk(tmp_path, Records.of(records.nodes, edges))
    for level, group in (("committee", "a0011"), ("committee", None), ("crowd", "tag=t000001"), ("unit", None)):
        own = ask(desk, level, group, areas=["a0011"]).body
        assert ask(other, level, group, areas=["a0011"]).body == own


def test_small_groups_show_no_number(desk: Desk) -> None:
    snapshot = desk.home.snapshot()
    residents = crowd(snapshot, AS_OF).residents
    small = snapshot.nodes("Unit").id_of(int(np.flatnonzero((residents > 0) & (residents < 10))[0]))
    found = ask(desk, "unit", small).body
    assert found["residents"] is None
    assert found["figures"] == found["spread"] == []
    assert "fewer than 10" in found["notes"][0]["en"]


def test_sensitive_groups_are_asked_for_by_name(desk: Desk) -> None:
    def groups(**more: Any) -> set[str]:
        return {f["group"] for f in ask(desk, "subdistrict", "a001", top=500, **more).body["figures"]}

    assert "politics" not in groups()
    assert "politics" in groups(sensitive=["politics"])
    assert "tags" not in groups(without=["tags"])
    with pytest.raises(UnknownName):
        groups(without=["tagz"])


def _run(desk: Desk, *arguments: str) -> Any:
    variables = {"LINLI_HOME": str(desk.home.folder), "LINLI_LANG": "en", "COLUMNS": "100"}
    return CliRunner().invoke(app, ["portrait", *arguments, "--as-of", AS_OF.isoformat()], env=variables)


def test_the_command_line_fits_a_terminal(desk: Desk) -> None:
    shown = _run(desk, "committee", "a0011", "--top", "3")
    assert shown.exit_code == 0
    assert "stands out" in shown.output
    assert "entropy of age bands" in shown.output
    assert max(map(len, shown.output.splitlines())) <= 100


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_the_table_of_a_level_is_written(desk: Desk, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"estates.{ending}"
    shown = _run(desk, "estate", "--table", str(path))
    assert shown.exit_code == 0
    assert "cells are left empty" in shown.output
    table = pq.read_table(path) if ending == "parquet" else pacsv.read_csv(path)
    source = ask(desk, "estate", None).source.table
    assert table.column_names == source.column_names
    assert table["women"].to_pylist() == source["women"].to_pylist()


def test_a_command_without_a_group_says_what_is_missing(desk: Desk) -> None:
    assert isinstance(_run(desk, "committee").exception, SettingInvalid)
    assert isinstance(_run(desk, "estate", "--table", "/nowhere/x.csv").exception, SettingInvalid)


def test_associations_are_replayable_and_keep_to_the_scope(desk: Desk) -> None:
    asked = {"left": "tags", "right": "age", "as_of": AS_OF.isoformat(), "areas": ["a0011"], "top": 5, "sensitive": []}
    answer = desk.ask("associations", asked)
    assert 0 < answer.body["people"] < desk.ask("associations", {**asked, "areas": None}).body["people"]
    assert desk.again(json.loads(json.dumps(answer.receipt.to_json()))).body == answer.body
    variables = {"LINLI_HOME": str(desk.home.folder), "LINLI_LANG": "en", "COLUMNS": "100"}
    shown = CliRunner().invoke(app, ["associate", "tags", "age", "--as-of", AS_OF.isoformat()], env=variables)
    assert shown.exit_code == 0
    assert "pairs compared" in shown.output
