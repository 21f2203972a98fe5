"""The doors of mobilisation: scope, unknown names, empty answers, receipts that replay to the byte."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from typer.testing import CliRunner

from api.answers import Answer, Desk, same_bytes
from api.cli.main import app
from api.home import Home
from api.settings import read_settings
from graph.model.errors import ConditionInvalid, NotFound, SettingInvalid, UnknownName
from graph.model.records import Records, edge_schema, node_schema
from graph.snapshot.columns import Snapshot
from tests.unit.similarity.turnout.village import rows

DAY = "2021-11-01"
TURNOUT = {"activity": None, "kind": None, "committee": None, "on": None, "places": None, "audience": None}
ASKED = {**TURNOUT, "sensitive": False, "backtest": True, "top": 5, "areas": None, "as_of": DAY}
CARD = {"condition": None, "shows": None, "programme": None, "survey": None, "activity_kind": None}
OLD = {"age": {"at_least": 60}}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    nodes, edges = rows()
    nodes["Programme"] = [{"id": "p1", "name": "筛查", "eligibility": json.dumps(OLD)}]
    old = [p["id"] for p in nodes["Resident"] if p["birth_date"] and p["birth_date"].year < 1955]
    edges["Resident-ENROLLED_IN-Programme"] = [
        {"start": p, "end": "p1", "at": nodes["Activity"][0]["held_on"]} for p in old[::2]
    ]
    survey = {"name": "意愿", "held_on": nodes["Activity"][50]["held_on"]}
    nodes["Survey"] = [
        {"id": "s1", "area": "c1", "asked": 40, "agreed": 36, **survey},
        {"id": "s2", "area": "c2", "asked": 0, "agreed": 0, **survey},
    ]
    edges["Survey-ABOUT-Programme"] = [{"start": "s1", "end": "p1"}]
    tables = {label: pa.Table.from_pylist(r, node_schema(label)) for label, r in nodes.items()}
    records = Records.of(tables, {name: pa.Table.from_pylist(r, edge_schema(name)) for name, r in edges.items()})
    home = Home(tmp_path_factory.mktemp("village"))
    home.create()
    home.published.publish(home.published.stage(Snapshot.of(records)))
    return Desk(home, read_settings({"LINLI_HOME": str(home.folder)}))


def turnout(desk: Desk, **more: Any) -> Answer:
    return desk.ask("turnout", {**ASKED, **more})


def card(desk: Desk, **more: Any) -> Answer:
    return desk.ask("triangulate", {**CARD, "threshold": 0.5, "areas": None, "as_of": DAY, **more})


def test_an_activity_gives_a_list_with_chances_reasons_and_a_back_test(desk: Desk) -> None:
    body = turnout(desk, activity="a089").body
    assert [r["rank"] for r in body["rows"]] == [1, 2, 3, 4, 5]
    assert body["truncated"]
    for row in body["rows"]:
        assert round(sum(r["contribution"] for r in row["reasons"]) * 1e9) == round(row["score"] * 1e9)
        assert row["area"] == "c3"
    assert body["expected"]["low"] <= body["expected"]["people"] <= body["expected"]["high"]
    assert body["backtest"]["rules"][0]["area"][0] > 0.6
    assert body["occasion"]["attended"] > 0


def test_an_occasion_that_is_only_thought_of_is_ranked_too(desk: Desk) -> None:
    thought = {"kind": "health", "committee": "第1居委", "on": "2021-12-05", "places": 30, "backtest": False}
    body = turnout(desk, **thought, audience=OLD).body
    assert body["backtest"] is None
    assert body["expected"]["places"] == 30
    assert body["occasion"]["committee"] == "c1"
    assert 0 < body["audience"] < turnout(desk, **thought).body["audience"]


def test_nobody_outside_the_scope_is_listed(desk: Desk) -> None:
    body = turnout(desk, activity="a087", areas=["c1"], top=1000, backtest=False).body
    assert {r["area"] for r in body["rows"]} == {"c1"}
    assert body["audience"] == len(body["rows"])
    with pytest.raises(NotFound):
        turnout(desk, activity="a089", areas=["c1"])


def test_an_empty_scope_or_past_gives_an_empty_list_with_its_reason(desk: Desk) -> None:
    nowhere = desk.ask("attendance", {"by": "kind", "areas": ["c9"], "as_of": DAY}).body
    assert nowhere["rows"] == []
    assert nowhere["en"] == "No activity is on record in sight"
    early = turnout(desk, activity="a000", as_of="2000-01-01").body
    assert early["rows"] == []
    assert early["notes"]
    assert early["backtest"] is None
    nobody = turnout(desk, activity="a089", audience={"age": {"at_least": 130}}).body
    assert nobody["rows"] == []
    assert "audience" in nobody["notes"][0]["en"]


def test_what_is_missing_or_unknown_is_named(desk: Desk) -> None:
    with pytest.raises(SettingInvalid, match="--kind"):
        turnout(desk)
    with pytest.raises(UnknownName, match="health"):
        turnout(desk, kind="helth", committee="c1", on=DAY)
    with pytest.raises(SettingInvalid, match="--on"):
        turnout(desk, kind="health", committee="c1", on="2021-13-01")
    with pytest.raises(SettingInvalid, match="--by"):
        desk.ask("attendance", {"by": "age", "areas": None, "as_of": DAY})
    with pytest.raises(SettingInvalid, match="--condition"):
        card(desk)
    with pytest.raises(SettingInvalid, match="--threshold"):
        card(desk, condition=OLD, threshold=1.5)
    with pytest.raises(UnknownName, match="culture"):
        card(desk, condition=OLD, activity_kind="cultur")
    with pytest.raises(ConditionInvalid):
        card(desk, condition={"aged": 3})


def test_a_programme_brings_data_survey_and_attendance_on_one_card(desk: Desk) -> None:
    body = card(desk, programme="p1", survey="s1", activity_kind="health").body
    assert [s["kind"] for s in body["sources"]] == ["data", "survey", "attendance"]
    data, survey, _ = body["sources"]
    assert data["total"] == body["people"]
    assert 0.4 < data["share"] < 0.6
    assert survey["share"] == 0.9
    assert body["conflict"]
    assert body["pairs"][0]["conflict"]
    assert body["demand"][0] < 0.9 * body["people"] < body["demand"][1]


def test_a_survey_alone_speaks_of_its_programme(desk: Desk) -> None:
    assert card(desk, survey="s1").body == card(desk, survey="s1", programme="p1").body
    with pytest.raises(SettingInvalid, match="--condition"):
        card(desk, survey="s2")  # about no programme


def test_a_condition_alone_gives_a_head_count_and_says_what_it_lacks(desk: Desk) -> None:
    body = card(desk, condition=OLD).body
    assert body["sources"] == []
    assert body["people"] > 0
    assert "--shows" in body["notes"][0]["en"]
    shown = card(desk, condition=OLD, shows={"tag": "t_wheel"}).body
    assert shown["sources"][0]["total"] == body["people"]


def test_a_survey_is_counted_where_it_was_held_and_not_before_its_day(desk: Desk) -> None:
    everywhere, there = card(desk, condition=OLD).body, card(desk, condition=OLD, survey="s1").body
    assert there["people"] < everywhere["people"]
    assert "cannot be used" in card(desk, condition=OLD, survey="s2").body["notes"][1]["en"]
    early = card(desk, condition=OLD, survey="s1", as_of="2019-01-01").body
    assert "not used" in early["notes"][1]["en"]
    with pytest.raises(NotFound):
        card(desk, condition=OLD, survey="s1", areas=["c2"])


@pytest.mark.parametrize("door", ["turnout", "attendance", "triangulate"])
def test_a_receipt_replays_to_the_byte(desk: Desk, door: str) -> None:
    asked: dict[str, dict[str, Any]] = {
        "turnout": {**ASKED, "activity": "a089"},
        "attendance": {"by": "committee", "areas": None, "as_of": DAY},
        "triangulate": {**CARD, "programme": "p1", "survey": "s1", "threshold": 0.5, "areas": ["c1"], "as_of": DAY},
    }
    first = desk.ask(door, asked[door])
    receipt = json.loads(json.dumps(first.receipt.to_json()))
    again = desk.again(receipt)
    assert same_bytes(receipt, again)
    assert json.dumps(again.body) == json.dumps(first.body)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_commands_draw_what_they_found(desk: Desk, lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINLI_HOME", str(desk.home.folder))
    monkeypatch.setenv("COLUMNS", "100")
    common = ["--lang", lang, "--as-of", DAY]
    said = {
        ("turnout", "a089", "--top", "3"): ("最可能来的人", "Most likely to come"),
        ("attendance", "--by", "committee"): ("第2居委", "第2居委"),
        ("triangulate", "--programme", "p1", "--survey", "s1"): ("矛盾", "CONFLICT"),
        ("triangulate", "--condition", json.dumps(OLD)): ("只给出人数", "head count only"),
    }
    for command, (zh, en) in said.items():
        ran = CliRunner().invoke(app, [*command, *common])
        assert ran.exit_code == 0, ran.exception
        assert (zh if lang == "zh" else en) in ran.stdout
        assert max(map(len, ran.stdout.splitlines())) <= 100


def test_a_condition_that_is_no_json_is_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LINLI_HOME", str(desk.home.folder))
    ran = CliRunner().invoke(app, ["triangulate", "--condition", "{", "--as-of", DAY])
    assert isinstance(ran.exception, ConditionInvalid)
