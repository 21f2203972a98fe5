"""The door of eligible minus served: scope, lists, files, errors, receipts that replay to the byte."""

from __future__ import annotations

import csv
import json
import stat
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from python_calamine import load_workbook
from typer.testing import CliRunner

from api.answers import Answer, Desk, same_bytes
from api.cli.main import app
from api.home import Home
from api.settings import read_settings
from graph.model.errors import ConditionInvalid, LinliError, SettingInvalid, UnknownName
from graph.snapshot.columns import Snapshot
from matching.gap.lists import TITLES
from tests.unit.matching.gap.quarter import DAY, Rows, born, records, with_events

ASKED: dict[str, Any] = {"programme": "p1", "areas": None, "as_of": DAY.isoformat()}
STATES = ("served", "booked", "refused", "todo", "unreachable")


def world() -> tuple[Rows, Rows]:
    nodes, edges = with_events(
        ("r1", "p1", "2021-03-01", "served"),
        ("r1", "p1", "2021-09-01", "served"),
        ("r2", "p1", "2021-10-30", "visit:no_answer"),
        ("r3", "p1", "2021-02-01", "sms:reached"),
        ("r7", "p1", "2021-03-01", "booked"),
        ("r7", "p2", "2021-03-02", "served"),
        ("r6", "p1", "2021-05-01", "booked"),
    )
    nodes["Resident"][1]["name"] = "=甲2"
    return nodes, edges


def desk_of(folder: Path, nodes: Rows, edges: Rows) -> Desk:
    home = Home(folder)
    home.create()
    home.published.publish(home.published.stage(Snapshot.of(records(nodes, edges))))
    return Desk(home, read_settings({"LINLI_HOME": str(folder)}))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return desk_of(tmp_path_factory.mktemp("gap"), *world())


def ask(desk: Desk, **more: Any) -> Answer:
    return desk.ask("gap", {**ASKED, **more})


def people(desk: Desk, kind: str, **more: Any) -> list[str]:
    return [row["id"] for row in ask(desk, list=kind, **more).body["list"]["rows"]]


def test_the_ledger_adds_up_and_its_lists_hold_those_it_counts(desk: Desk) -> None:
    counts = ask(desk).body["counts"]
    assert [counts[s] for s in STATES] == [1, 1, 0, 2, 2]
    assert counts["eligible"] == 6
    for state in STATES:
        assert len(people(desk, state)) == counts[state]
    for kind, figure in (("silent", "silent"), ("call", "callable"), ("twice", "twice"), ("conflicts", "conflicts")):
        assert len(people(desk, kind)) == counts[figure]
    assert people(desk, "todo") == ["r3", "r2"]
    assert people(desk, "call") == ["r3"]
    assert people(desk, "call", quiet=365) == []
    assert people(desk, "silent") == ["r4", "r5"]
    assert people(desk, "silent", silent=200) == ["r3", "r4", "r5"]
    assert people(desk, "twice") == ["r1"]


def test_only_a_call_list_carries_numbers_and_rows_are_as_a_search_shows_them(desk: Desk) -> None:
    called = ask(desk, list="call").body["list"]["rows"][0]
    assert called["phone"] == "10000000003"
    assert called["name"] == "甲3"
    assert called["age"] == 67
    assert called["committee"] == "居委c1"
    for kind in TITLES:
        rows = ask(desk, list=kind).body["list"]["rows"]
        assert kind == "call" or not any("phone" in row for row in rows)
        assert not any({"birth_date", "id_hash", "id_last4", "ethnicity"} & set(row) for row in rows)


def test_a_person_of_two_records_is_shown_with_what_either_knows(tmp_path: Path) -> None:
    nodes, edges = world()
    nodes["Resident"] += [
        {"id": "r2-b", "name": "甲2", "area": "c1", "birth_date": born(66), "id_hash": "h2", "phone": "10000000009"},
        {"id": "r3-b", "name": "甲3", "area": "c1", "birth_date": born(67), "id_hash": "h3", "address": "东路1号"},
    ]
    rows = ask(desk_of(tmp_path, nodes, edges), list="call", quiet=1).body["list"]["rows"]
    told = [(r["id"], r["phone"], r.get("address")) for r in rows]
    assert told == [("r3", "10000000003", "东路1号"), ("r2", "10000000009", None)]


def test_nothing_outside_the_scope_is_seen_or_felt(desk: Desk, tmp_path: Path) -> None:
    assert people(desk, "booked", areas=["c1"]) == []
    nodes, edges = world()
    for i in range(30, 45):
        nodes["Resident"].append({"id": f"r{i}", "name": "乙", "area": "c2", "birth_date": born(70), "id_hash": "h1"})
        edges["Resident-LIVES_IN-Dwelling"].append({"start": f"r{i}", "end": "d7"})
    altered = desk_of(tmp_path, nodes, edges)
    for kind in (*TITLES, "map"):
        asked = {"areas": ["c1"], "by": "committee", "list": kind}
        assert ask(desk, **asked).body == ask(altered, **asked).body


def test_the_map_and_what_lies_beyond(desk: Desk, tmp_path: Path) -> None:
    nodes, edges = world()
    for i in range(30, 45):
        nodes["Resident"].append({"id": f"r{i}", "name": "乙", "area": "c2", "birth_date": born(70)})
        edges["Resident-LIVES_IN-Dwelling"].append({"start": f"r{i}", "end": "d7"})
    full = desk_of(tmp_path, nodes, edges)
    shown = ask(full, areas=["c1"], list="map", beyond=True, silent=1).body["list"]
    assert [(p["unit"], p["people"], p["households"]) for p in shown["rows"]] == [("u2", 15, None), ("u1", 1, 1)]
    assert shown["unplaced"] == 3
    few = ask(desk, programme="p2", areas=["c1"], list="map", beyond=True).body["list"]
    assert few["rows"] == []
    assert few["note"]["en"] == "nobody is silent"


def test_all_programmes_stand_in_one_table_and_a_rule_that_fails_stops_none(desk: Desk) -> None:
    rows = ask(desk, programme=None).body["programmes"]
    assert [row["id"] for row in rows] == ["p1", "p2", "p3", "p4"]
    for row in rows[:2]:
        assert row["counts"]["eligible"] == sum(row["counts"][s] for s in STATES)
    assert rows[0]["counts"]["twice"] == 1
    assert "no eligibility" in rows[2]["note"]["en"]
    assert "at_lest" in rows[3]["note"]["en"]


def test_two_sources_are_reconciled(desk: Desk) -> None:
    body = ask(desk, also=["体检"], list="served").body
    assert sum(s["people"] for s in body["sources"]) == body["counts"]["eligible"]
    assert {"status": {"p1": "booked", "p2": "served"}, "people": 1} in body["sources"]
    assert [row["id"] for row in body["list"]["rows"]] == ["r1", "r7"]


def test_notes_say_what_the_reader_must_know(desk: Desk) -> None:
    notes = [n["en"] for n in ask(desk).body["notes"]]
    assert notes == ["1 more were served or booked but are not eligible"]
    none = ask(desk, areas=["c2"], programme="p2").body
    assert none["counts"]["eligible"] == 0
    assert none["notes"][0]["en"].startswith("nobody in sight satisfies: ")
    older = ask(desk, as_of="2022-06-01").body["notes"]
    assert any("--since 2022-01-01" in n["en"] for n in older)


@pytest.mark.parametrize(
    ("asked", "error", "says"),
    [
        ({"programme": "筛检"}, UnknownName, "筛查"),
        ({"programme": "p3"}, ConditionInvalid, "no eligibility"),
        ({"programme": "p4"}, ConditionInvalid, "at_lest"),
        ({"programme": None, "rule": {"agee": 1}}, ConditionInvalid, "agee"),
        ({"programme": None, "rule": {"tag": "t_x"}}, UnknownName, "t_x"),
        ({"as_of": "2020-01-01"}, SettingInvalid, "2021-02-01"),
        ({"since": "2021-13-01"}, SettingInvalid, "2021-01-01"),
        ({"as_of": "2021-13-01"}, SettingInvalid, "2021-11-01"),
        ({"since": "2022-01-01"}, SettingInvalid, "after the day"),
        ({"silent": 0}, SettingInvalid, "--silent"),
        ({"areas": ["c9"]}, UnknownName, "c9"),
        ({"by": "owner"}, UnknownName, "owner"),
        ({"list": "todos"}, UnknownName, "todo"),
        ({"top": 0}, SettingInvalid, "--top"),
        ({"quiet": 10**9, "list": "todo"}, SettingInvalid, "--quiet"),
        ({"beyond": True}, SettingInvalid, "belongs to map"),
        ({"programme": None, "also": ["p2"]}, SettingInvalid, "--also"),
        ({"programme": None, "by": "head"}, SettingInvalid, "--by"),
    ],
)
def test_what_cannot_be_answered_is_said(desk: Desk, asked: dict[str, Any], error: type[LinliError], says: str) -> None:
    with pytest.raises(error, match=says):
        ask(desk, **asked)


@pytest.mark.parametrize(
    "asked",
    [
        {"by": "head", "list": "new"},
        {"programme": None},
        {"programme": None, "rule": {"age": {"at_least": 60}}, "list": "map", "areas": ["c1"], "beyond": True},
        {"also": ["p2"], "list": "conflicts", "since": "2021-01-01", "silent": 90},
    ],
)
def test_a_receipt_replays_to_the_byte(desk: Desk, asked: dict[str, Any]) -> None:
    first = ask(desk, **asked)
    receipt = json.loads(json.dumps(first.receipt.to_json()))
    again = desk.again(receipt)
    assert same_bytes(receipt, again)
    assert json.dumps(again.body) == json.dumps(first.body)


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
def test_a_list_is_written_whole_privately_and_without_formulas(
    desk: Desk, tmp_path: Path, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINLI_HOME", str(desk.home.folder))
    out = tmp_path / f"todo.{ending}"
    ran = CliRunner().invoke(app, ["gap", "p1", "--out", str(out), "--as-of", DAY.isoformat(), "--lang", "zh"])
    assert ran.exit_code == 0, ran.exception
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    if ending == "parquet":
        names = pq.read_table(out).column("姓名").to_pylist()
    elif ending == "csv":
        names = [row["姓名"] for row in csv.DictReader(out.read_text(encoding="utf-8-sig").splitlines())]
    else:
        head, *rows = load_workbook(out).get_sheet_by_index(0).to_python()
        names = [row[head.index("姓名")] for row in rows]
    assert names == ["甲3", "=甲2" if ending == "parquet" else "'=甲2"]


def test_the_table_of_all_programmes_is_written(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINLI_HOME", str(desk.home.folder))
    out = tmp_path / "all.csv"
    ran = CliRunner().invoke(app, ["gap", "--all", "--out", str(out), "--as-of", DAY.isoformat(), "--lang", "en"])
    assert ran.exit_code == 0, ran.exception
    rows = list(csv.DictReader(out.read_text(encoding="utf-8-sig").splitlines()))
    assert [row["id"] for row in rows] == ["p1", "p2", "p3", "p4"]
    assert int(rows[0]["eligible"]) == sum(
        int(rows[0][n]) for n in ("served", "booked", "refused", "to do", "unreach.")
    )
    assert rows[2]["eligible"] == ""
    assert "no eligibility" in rows[2]["note"]
    assert stat.S_IMODE(out.stat().st_mode) == 0o600


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_command_draws_what_it_found(desk: Desk, lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINLI_HOME", str(desk.home.folder))
    monkeypatch.setenv("COLUMNS", "100")
    said = {
        ("--all",): ("符合 = 已办", "eligible = served"),
        ("p1", "--by", "reason", "--list", "silent"): ("沉默的少数（共 2）", "The silent few (2)"),
        ("筛查", "--list", "map"): ("不在图上", "not on the map"),
        ("p1", "--list", "twice"): ("2021-03-01、2021-09-01", "2021-03-01, 2021-09-01"),
        ("p1", "--list", "refused"): ("本轮没有人拒绝", "nobody has refused"),
        ("p1", "--also", "p2"): ("两处来源对照", "beside each other"),
        ("p1", "--list", "todo", "--top", "1"): ("另有 1 行", "1 more rows"),
        ("--rule", '{"age": {"at_least": 80}}'): ("--rule", "--rule"),
        ("p1", "--list", "overdue"): ("久无下文", "out of hearing"),
        ("p1",): ("约后无下文 0", "not heard of 0"),
        ("p1", "--list", "call"): ("10000000003", "10000000003"),
    }
    for arguments, (zh, en) in said.items():
        ran = CliRunner().invoke(app, ["gap", *arguments, "--lang", lang, "--as-of", DAY.isoformat()])
        assert ran.exit_code == 0, ran.exception
        assert (zh if lang == "zh" else en) in ran.stdout
        assert max(map(len, ran.stdout.splitlines())) <= 100


@pytest.mark.parametrize(
    "arguments",
    [
        ["gap"],
        ["gap", "p1", "--all"],
        ["gap", "--rule", "{"],
        ["gap", "--all", "--list", "todo"],
        ["gap", "p1", "--as-of", DAY.isoformat(), "--out", "list.doc"],
        ["gap", "p1", "--as-of", DAY.isoformat(), "--out", "/no/such/folder/list.csv"],
    ],
)
def test_wrong_usage_is_refused(desk: Desk, arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINLI_HOME", str(desk.home.folder))
    assert isinstance(CliRunner().invoke(app, arguments).exception, LinliError)
