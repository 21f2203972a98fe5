"""The doors of matching: both directions agree, scope, why and why not, idle radar, policies, receipts that replay."""

from __future__ import annotations

import csv
import datetime as dt
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
from graph.model.codes import table
from graph.model.errors import ArgumentInvalid, NotFound, PolicyInvalid, SettingInvalid, UnknownName
from graph.model.records import Records, edge_schema, node_schema
from graph.snapshot.columns import Snapshot
from tests.contract.neighbourhood import EAST, STREET, WEST, Neighbourhood

GIVEN = {"policy": None, "bookings": None, "declined": None, "areas": None, "as_of": "2021-11-01"}
ASKED = {"need": None, "resource": None, "all": False, "top": 100, "why_not": 3, **GIVEN}
ROOM = {"kind": "venue", "status": "open", "raised_on": dt.date(2021, 10, 1), "lon": 121.46, "lat": 31.31}
PHONE = "10099999999"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    place = Neighbourhood()
    nodes, edges = place.nodes, place.edges
    nodes["Need"] += [
        {"id": "room", "area": EAST, "name": "合唱队缺场地", "people": 12, "slots": ["1 13:30-17:00"], **ROOM},
        {"id": "large", "area": EAST, "name": "百人会场", "people": 100, "slots": ["1 13:30-17:00"], **ROOM},
        {"id": "own", "area": EAST, "name": "公司缺场地", "people": 5, "slots": ["1 09:00-10:00"], **ROOM},
        {"id": "later", "area": EAST, "name": "以后", "people": 5, **ROOM, "raised_on": dt.date(2022, 1, 1)},
    ]
    edges["Organisation-ASKS-Need"].append({"start": "o1", "end": "own"})
    for volunteer in nodes["Volunteer"]:
        volunteer["phone"] = PHONE
    tables = {label: pa.Table.from_pylist(rows, node_schema(label)) for label, rows in nodes.items()}
    records = Records.of(tables, {name: pa.Table.from_pylist(rows, edge_schema(name)) for name, rows in edges.items()})
    home = Home(tmp_path_factory.mktemp("matched"))
    home.create()
    home.published.publish(home.published.stage(Snapshot.of(records)))
    return Desk(home, read_settings({"LINLI_HOME": str(home.folder)}))


def ask(desk: Desk, door: str = "match", **more: Any) -> Answer:
    return desk.ask(door, {**(ASKED if door == "match" else GIVEN), **more})


def keys(body: dict[str, Any]) -> dict[str, float]:
    return {f"{r['label']}:{r['id']}" if "label" in r else r["id"]: r["score"] for r in body["rows"]}


def test_both_directions_hold_the_same_pairs_with_the_same_scores(desk: Desk) -> None:
    batch = ask(desk, all=True).body
    whole = {(n["id"], key): score for n in batch["needs"] for key, score in keys(n).items()}
    assert whole
    for need in batch["needs"]:
        assert keys(ask(desk, need=need["id"]).body) == keys(need)
    for resource in {key for _, key in whole}:
        rows = keys(ask(desk, resource=resource).body)
        assert {n: s for (n, r), s in whole.items() if r == resource}.items() <= rows.items()


def test_a_room_is_found_with_reasons_and_the_others_say_why_not(desk: Desk) -> None:
    body = ask(desk, need="room", why_not=100).body
    assert "Venue:x1" in keys(body)
    for row in body["rows"]:
        assert round(sum(r["contribution"] for r in row["reasons"]) * 1e9) == round(row["score"] * 1e9)
    assert len(body["why_not"]) + body["eligible"] == body["candidates"]
    assert all(m["exclusions"] for m in body["why_not"])
    assert body["need"]["duty"]["en"] == "committee, culture and rooms"
    large = ask(desk, need="large").body
    assert large["rows"] == []
    assert "none of" in large["empty"]["en"]
    assert {"capacity", "serves"} <= {r["rule"] for r in large["removed"]}


def test_why_and_why_not_agree_with_the_lists(desk: Desk) -> None:
    body = ask(desk, "why", need="room", resource="Venue:x1").body
    assert body["eligible"]
    assert body["score"] == keys(ask(desk, need="room").body)["Venue:x1"]
    no = ask(desk, "why", need="large", resource="Venue:x1").body
    assert not no["eligible"]
    (out,) = [e for e in no["exclusions"] if e["rule"] == "capacity"]
    assert out["least_change"] | {"zh": "", "en": ""} == {
        "subject": "need", "field": "people", "value": 30.0, "zh": "", "en": "",
    }  # fmt: skip


def test_a_named_change_of_the_policy_admits_the_pair(desk: Desk) -> None:
    near = {"distance": {"Venue": 20}}
    no = ask(desk, "why", need="room", resource="Venue:x1", policy=near).body
    (out,) = no["exclusions"]
    assert out["rule"] == "distance"
    label, metres = out["least_change"]["value"]
    assert ask(desk, "why", need="room", resource="Venue:x1", policy={"distance": {label: metres}}).body["eligible"]
    short = {"distance": {label: metres - 1}}
    assert not ask(desk, "why", need="room", resource="Venue:x1", policy=short).body["eligible"]


def test_bookings_refusals_and_own_rooms_keep_a_pair_out(desk: Desk) -> None:
    booked = [{"resource": "Venue:x1", "slot": "1 14:00-15:00"}]
    out = ask(desk, "why", need="room", resource="Venue:x1", bookings=booked).body["exclusions"]
    assert [e["rule"] for e in out] == ["booked"]
    declined = [{"resource": "Venue:x1", "need": "room"}]
    out = ask(desk, "why", need="room", resource="Venue:x1", declined=declined).body["exclusions"]
    assert [e["rule"] for e in out] == ["consent"]
    out = ask(desk, "why", need="own", resource="Venue:x1").body["exclusions"]
    assert [e["rule"] for e in out] == ["conflict"]
    with pytest.raises(ArgumentInvalid, match="slot"):
        ask(desk, need="room", bookings=[{"resource": "Venue:x1", "slot": "1 15:00-14:00"}])
    with pytest.raises(ArgumentInvalid, match="bookings"):
        ask(desk, need="room", bookings=[{"venue": "x1"}])
    with pytest.raises(UnknownName, match="Venue:x1"):
        ask(desk, need="room", bookings=[{"resource": "x1", "slot": "1 15:00-16:00"}])


def test_bookings_and_refusals_of_what_is_not_in_sight_are_said(desk: Desk) -> None:
    booked = [{"resource": f"Venue:{room}", "slot": "1 15:00-16:00"} for room in ("x9", "x1")]
    slip: dict[str, Any] = {"bookings": booked, "declined": [{"resource": "Volunteer:v9", "need": "room"}]}
    for body in (
        ask(desk, need="room", **slip).body,
        ask(desk, all=True, **slip).body,
        ask(desk, "why", need="room", resource="Venue:x1", **slip).body,
        ask(desk, "idle", days=14, top=5, **slip).body,
        desk.ask("plan", {**PLAN, **slip}).body,
    ):
        assert body["unheeded"] == ["Venue:x9", "Volunteer:v9"]
    assert ask(desk, need="room").body["unheeded"] == []


def test_every_kind_of_need_has_a_duty_owner_or_is_listed_without(desk: Desk) -> None:
    policy = {"duties": {"other": "居委会总值班 | committee, on duty"}}
    for given, nobody in ((None, {"other"}), (policy, set())):
        listed = ask(desk, all=True, policy=given).body["duties"]
        assert {d["kind"] for d in listed} == {*table("need").titles}
        assert {d["kind"] for d in listed if d["owner"] is None} == nobody
        assert sum(d["needs"] for d in listed) == len(ask(desk, all=True).body["needs"])


def test_the_radar_finds_a_room_that_was_not_used_for_a_month(desk: Desk) -> None:
    body = ask(desk, "idle", days=14, top=1000).body
    room = next(r for r in body["rows"] if (r["label"], r["id"]) == ("Venue", "x1"))
    assert room["days"] == 31
    assert room["best"][0]["score"] == max(s for n, s in keys(ask(desk, resource="Venue:x1").body).items())
    assert body["fitting"] == len(body["rows"]) <= body["idle"]
    assert ("Venue", "x1") not in {(r["label"], r["id"]) for r in ask(desk, "idle", days=32, top=1000).body["rows"]}
    with pytest.raises(SettingInvalid, match="--idle"):
        ask(desk, "idle", days=0, top=5)


def test_nobody_sees_what_lies_outside_the_scope(desk: Desk) -> None:
    for body in (
        ask(desk, all=True, areas=[WEST], why_not=100).body,
        ask(desk, need="room", areas=[EAST], why_not=100).body,
        ask(desk, "idle", days=1, top=100, areas=[EAST]).body,
    ):
        other = EAST if "needs" in body else WEST
        assert f'"area": "{other}"' not in json.dumps(body)
    with pytest.raises(NotFound) as foreign:
        ask(desk, need="room", areas=[WEST])
    with pytest.raises(NotFound) as missing:
        ask(desk, need="rooo", areas=[WEST])
    assert foreign.value.facts["nearest"] == missing.value.facts["nearest"]
    for unknown in ("900000000003", STREET):
        with pytest.raises(UnknownName, match=EAST):
            ask(desk, all=True, areas=[unknown])


def test_contact_fields_are_in_no_answer(desk: Desk) -> None:
    for body in (ask(desk, all=True, why_not=100).body, ask(desk, "idle", days=1, top=1000).body):
        assert PHONE not in json.dumps(body)


def test_what_was_raised_later_is_not_known_yet(desk: Desk) -> None:
    with pytest.raises(NotFound):
        ask(desk, need="later")
    assert ask(desk, need="later", as_of="2022-02-01").body["need"]["id"] == "later"


def test_what_is_missing_or_wrong_is_named(desk: Desk) -> None:
    with pytest.raises(NotFound, match="room"):
        ask(desk, need="rom")
    with pytest.raises(UnknownName, match="Venue"):
        ask(desk, resource="Venu:x1")
    with pytest.raises(NotFound, match="x1"):
        ask(desk, resource="Venue:x11")
    with pytest.raises(SettingInvalid, match="NEED"):
        ask(desk)
    with pytest.raises(SettingInvalid, match="NEED"):
        ask(desk, need="room", all=True)
    with pytest.raises(UnknownName, match="distance"):
        ask(desk, need="room", policy={"distanse": {}})
    with pytest.raises(PolicyInvalid, match=r"weights\.Venue"):
        ask(desk, need="room", policy={"weights": {"Venue": {"time": -1}}})


@pytest.mark.parametrize("asked", [{"need": "room"}, {"resource": "Venue:x1"}, {"all": True}])
def test_a_receipt_gives_the_same_bytes(desk: Desk, asked: dict[str, Any]) -> None:
    answer = ask(desk, **asked, policy={"weights": {"Venue": {"closeness": 9}}})
    receipt = answer.receipt.to_json()
    assert same_bytes(receipt, desk.again(receipt))


def run(desk: Desk, *arguments: str) -> str:
    result = CliRunner().invoke(
        app, [*arguments, "--as-of", "2021-11-01"], env={"LINLI_HOME": str(desk.home.folder), "COLUMNS": "100"}
    )
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.output


@pytest.mark.parametrize("asked", [["room"], ["--resource", "Venue:x1"], ["--all"], ["--idle", "14"]])
def test_lists_are_written_to_files(desk: Desk, tmp_path: Path, asked: list[str]) -> None:
    out = tmp_path / "list.csv"
    assert f"written to {out}" in run(desk, "match", *asked, "--top", "99", "--out", str(out), "--lang", "en").replace(
        "\n", ""
    )
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert ("room", "Venue:x1") in {(r["need"], r["resource"]) for r in rows}
    assert all(r["reasons"] for r in rows)
    assert PHONE not in out.read_text(encoding="utf-8")


def test_the_commands_show_their_answers(desk: Desk, tmp_path: Path) -> None:
    shown = run(desk, "match", "room", "--why-not", "--lang", "en")
    assert "Venue:x1" in shown
    assert "least change" in shown
    assert "可承接的需求" in run(desk, "match", "--resource", "Venue:x1", "--lang", "zh")
    assert "have none" in run(desk, "match", "--all", "--lang", "en")
    assert "stand idle" in run(desk, "match", "--idle", "14", "--lang", "en")
    assert "not possible" in run(desk, "why", "large", "Venue:x1", "--lang", "en")
    assert "合计" in run(desk, "why", "room", "Venue:x1", "--lang", "zh")
    policy, bookings = tmp_path / "p.toml", tmp_path / "b.csv"
    policy.write_text('version = "mine"\n[distance]\nVenue = 20\n', encoding="utf-8")
    assert json.loads(run(desk, "match", "room", "--policy", str(policy), "--json"))["policy"] == "mine"
    with bookings.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["resource", "slot"], ["Venue:x1", "1 13:30-17:00"]])
    assert "booked" in run(desk, "why", "room", "Venue:x1", "--bookings", str(bookings), "--lang", "en")
    policy.write_text("version = ", encoding="utf-8")
    with pytest.raises(PolicyInvalid, match="TOML"):
        run(desk, "match", "room", "--policy", str(policy))
    with pytest.raises(SettingInvalid, match="--idle"):
        run(desk, "match", "room", "--idle", "3")


PLAN = {**GIVEN, "load": 2, "floor": 0.0, "seconds": 20.0}


def test_a_plan_for_all_never_books_a_room_twice_and_replays(desk: Desk) -> None:
    answer = desk.ask("plan", PLAN)
    body = answer.body
    assert body["met"] == len(body["plan"]) == body["most_met"]
    assert body["met"] + len(body["unmet"]) == body["needs"]
    held = [(p["resource"]["id"], slot) for p in body["plan"] for slot in p["slots"]]
    assert len(held) == len(set(held))
    assert all(set(p["slots"]) <= set(p["need"]["slots"]) for p in body["plan"])
    assert all(p["slots"] for p in body["plan"] if p["resource"]["label"] == "Venue" and p["need"]["slots"])
    assert {p["item"] is not None for p in body["plan"] if p["resource"]["label"] == "Organisation"} <= {True}
    lists = {n["id"]: n for n in ask(desk, all=True).body["needs"]}
    for pair in body["plan"]:
        assert keys(lists[pair["need"]["id"]])[f"{pair['resource']['label']}:{pair['resource']['id']}"] == pair["score"]
    assert same_bytes(answer.receipt.to_json(), desk.again(answer.receipt.to_json()))


def test_a_plan_stays_in_the_scope_and_refuses_an_absurd_load(desk: Desk) -> None:
    body = desk.ask("plan", {**PLAN, "areas": [WEST]}).body
    assert {p["need"]["area"] for p in body["plan"]} | {u["need"]["area"] for u in body["unmet"]} <= {WEST}
    with pytest.raises(SettingInvalid):
        desk.ask("plan", {**PLAN, "load": 0})


def test_a_plan_is_shown_and_written(desk: Desk, tmp_path: Path) -> None:
    out = tmp_path / "plan.csv"
    ran = CliRunner().invoke(
        app,
        ["match", "--plan", "--out", str(out), "--as-of", "2021-11-01", "--lang", "en"],
        env={"LINLI_HOME": str(desk.home.folder)},
    )
    assert ran.exit_code == 0, ran.output
    assert "needs are met" in ran.output
    assert out.stat().st_mode & 0o077 == 0
    with out.open(encoding="utf-8-sig") as file:
        assert next(csv.reader(file)) == ["need", "title", "label", "id", "name", "score", "slots", "service"]


def test_a_plan_keeps_to_a_former_one_and_shows_what_floors_cost(desk: Desk) -> None:
    first = desk.ask("plan", {**PLAN, "dial": True}).body
    former = [
        {"need": p["need"]["id"], "resource": f"{p['resource']['label']}:{p['resource']['id']}"} for p in first["plan"]
    ]
    again = desk.ask("plan", {**PLAN, "previous": former, "worth": 0.1}).body
    assert again["kept"] == {"before": len(former), "changes": 0, "price": 0}
    steps = first["dial"]["steps"]
    assert (steps[0]["floor"], steps[0]["needs_met"], steps[0]["score"]) == (0, first["met"], first["score"])
    assert (first["dial"]["end"] is None) == (steps[-1]["worst"]["share"] == 1)
