"""Bundles as a door: they can really happen, keep bookings and scope, replay, and say what blocks them."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from api.answers import Answer, Desk, same_bytes
from api.cli.main import app
from api.home import Home
from api.settings import read_settings
from graph.model.errors import ArgumentInvalid, NotFound, PolicyInvalid, ProblemUnfit, SettingInvalid, UnknownName
from graph.model.records import Records
from graph.snapshot.columns import Snapshot
from similarity.reasons import NANO
from tests.contract.neighbourhood import DAY, EAST, WEST, Neighbourhood

ASKED: dict[str, Any] = {
    "kind": "culture",
    "people": 6,
    "committee": EAST,
    "skills": ["s1"],
    "alternatives": 3,
    "areas": None,
    "as_of": DAY.isoformat(),
}
NEEDS = ("k1", "k2")


def neighbourhood() -> Records:
    """Return the neighbourhood with a second room in the east and two needs of the committee for one morning."""
    made = Neighbourhood()
    rooms = [dict(v) for v in made.nodes["Venue"]]
    made.nodes["Venue"].append(
        {**rooms[0], "id": "x3", "name": "礼堂", "kind": "hall", "capacity": 50, "step_free": False}
    )
    for need, status in (*((n, "open") for n in NEEDS), ("k3", "done"), ("k4", "open")):
        row = {
            "id": need,
            "area": EAST,
            "name": "蒸馒头" if need == "k4" else "学理发",
            "kind": "activity",
            "status": status,
            "people": 5,
        }
        row |= {"raised_on": dt.date(2021, 10, 1), "slots": ["1 09:00-11:00"], "lon": 121.46, "lat": 31.31}
        made.nodes["Need"].append(row)
        made.edges.setdefault("Area-ASKS-Need", []).append({"start": EAST, "end": need})
        made.edges["Need-WANTS-Skill"].append({"start": need, "end": "s1", "level": None})
    volunteers = [r["id"] for r in made.nodes["Resident"] if r["area"] == EAST][5::12][:6]  # none of these is one yet
    for number, resident in enumerate(volunteers):
        row = {"id": f"w{number}", "area": EAST, "name": f"理发师{number}", "weekly_hours": 8.0}
        made.nodes["Volunteer"].append({**row, "availability": ["1 09:00-11:30"], "lon": 121.46, "lat": 31.31})
        made.edges["Volunteer-IS-Resident"].append({"start": row["id"], "end": resident})
        made.edges["Volunteer-HAS_SKILL-Skill"].append({"start": row["id"], "end": "s1", "level": number % 5 + 1})
    return made.records()


RECORDS = neighbourhood()
SNAPSHOT = Snapshot.of(RECORDS)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    home = Home(tmp_path_factory.mktemp("bundles"))
    home.create()
    home.published.publish(home.published.stage(SNAPSHOT))
    return Desk(home, read_settings({"LINLI_HOME": str(home.folder)}))


def ask(desk: Desk, **more: Any) -> Answer:
    return desk.ask("bundle", {**ASKED, **more})


def run(desk: Desk, *words: str) -> Result:
    around = {"LINLI_HOME": str(desk.home.folder), "LINLI_LANG": "en", "COLUMNS": "100"}
    return CliRunner().invoke(app, ["bundle", *words, "--as-of", DAY.isoformat()], env=around)


def table(label: str) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in RECORDS.node_table(label).to_pylist()}


def edges(name: str) -> list[tuple[str, str]]:
    return [(row["start"], row["end"]) for row in RECORDS.edge_table(name).to_pylist()]


def persons(one: dict[str, Any]) -> list[str]:
    """Return everybody who is asked, volunteers as the residents they are."""
    is_resident = dict(edges("Volunteer-IS-Resident"))
    return [is_resident[v["id"]] for v in (one["lead"], *one["helpers"])] + [p["id"] for p in one["people"]]


def every(answer: Answer) -> list[dict[str, Any]]:
    return [*answer.body["bundles"], *answer.body["alternatives"]]


def test_a_bundle_can_really_happen(desk: Desk) -> None:
    answer = ask(desk)
    venues, volunteers, people = table("Venue"), table("Volunteer"), table("Resident")
    assert len(every(answer)) > 1
    for one in every(answer):
        assert one["heads"] == 8 <= venues[one["venue"]["id"]]["capacity"]  # 6 people, a helper, the lead
        asked = persons(one)
        assert len(set(asked)) == len(asked) == 8
        assert {people[p["id"]]["area"] for p in one["people"]} == {EAST}
        assert (one["lead"]["id"], "s1") in edges("Volunteer-HAS_SKILL-Skill")
        assert one["when"]["date"] == "2021-11-08"  # the only day on which volunteers come is Monday
        assert "09:00" <= one["when"]["begin"] < one["when"]["end"] <= "11:30"
        assert all(volunteers[v["id"]]["weekly_hours"] >= 2 for v in (one["lead"], *one["helpers"]))
        assert one["gap"] == 0
        assert sum(round(r["contribution"] * NANO) for r in one["reasons"]) == round(one["score"] * NANO)
        assert 0 < one["score"] <= 1


def test_alternatives_say_what_differs_and_it_does(desk: Desk) -> None:
    answer = ask(desk)
    best = answer.body["bundles"][0]
    assert [a["axis"] for a in answer.body["alternatives"]] == ["venue", "lead"]
    assert answer.body["no_other"] == ["slot"]  # volunteers come on one morning only
    for other in answer.body["alternatives"]:
        assert other["score"] <= best["score"]
        assert ("venue" in other["differs"]) == (other["venue"]["id"] != best["venue"]["id"])
        assert ("slot" in other["differs"]) == (other["when"] != best["when"])
        assert ("lead" in other["differs"]) == (other["lead"]["id"] != best["lead"]["id"])
        assert other["axis"] in other["differs"]


def test_who_needs_step_free_access_is_not_sent_to_steps(desk: Desk) -> None:
    tagged = {start for start, end in edges("Resident-HAS_TAG-Tag") if end == "t2"}  # 行动不便
    answer = ask(desk, people=20)
    steps = [one for one in every(answer) if one["venue"]["id"] == "x3"]
    assert steps
    assert not any(p["id"] in tagged for one in steps for p in one["people"])
    only = ask(desk, step_free=True, people=4)
    assert {one["venue"]["id"] for one in every(only)} == {"x1"}


def test_the_audience_is_kept_to(desk: Desk) -> None:
    answer = ask(desk, audience={"age": {"at_least": 60}})
    born = {name: row["birth_date"] for name, row in table("Resident").items()}
    invited = [p["id"] for one in every(answer) for p in one["people"]]
    assert invited
    assert all(born[p] is not None and born[p] <= dt.date(1961, 11, 1) for p in invited)


def test_bookings_are_kept(desk: Desk) -> None:
    before = ask(desk).body["bundles"][0]
    taken = {"resource": f"Venue:{before['venue']['id']}", "date": "2021-11-08", "begin": "09:00", "end": "12:00"}
    after = ask(desk, bookings=[taken]).body["bundles"][0]
    assert after["venue"]["id"] != before["venue"]["id"]
    other_week = ask(desk, bookings=[{**taken, "date": "2021-11-15"}]).body["bundles"][0]
    assert other_week["venue"] == before["venue"]
    lead = ask(desk, bookings=[{"resource": f"Volunteer:{before['lead']['id']}", "slot": "1 08:00-12:00"}])
    assert before["lead"]["id"] not in json.dumps(lead.body["bundles"])
    guest = before["people"][0]["id"]
    missed = ask(desk, bookings=[{"resource": f"Resident:{guest}", "slot": "1 08:00-12:00"}])
    assert guest not in json.dumps(missed.body["bundles"])


def test_a_booking_as_a_resident_keeps_the_volunteer(desk: Desk) -> None:
    before = ask(desk).body["bundles"][0]
    resident = dict(edges("Volunteer-IS-Resident"))[before["lead"]["id"]]
    after = ask(desk, bookings=[{"resource": f"Resident:{resident}", "slot": "1 08:00-12:00"}]).body["bundles"][0]
    assert after["lead"]["id"] != before["lead"]["id"]


def test_several_needs_share_nothing(desk: Desk) -> None:
    answer = ask(desk, kind=None, people=None, committee=None, skills=[], needs=list(NEEDS))
    one, other = answer.body["bundles"]
    assert one["when"] == other["when"]  # both want the same morning
    assert one["venue"]["id"] != other["venue"]["id"]
    assert not set(persons(one)) & set(persons(other))
    assert answer.body["gap"] == 0
    assert answer.body["score"] == pytest.approx(one["score"] + other["score"], abs=1e-8)


def test_what_cannot_be_shared_is_said(desk: Desk) -> None:
    room = {"resource": "Venue:x1", "slot": "1 08:00-18:00"}
    answer = ask(desk, kind=None, committee=None, skills=[], needs=list(NEEDS), bookings=[room])
    assert [one["asked"] for one in answer.body["bundles"]] == ["k1"]
    assert "not all 2 can happen" in answer.body["conflict"]["en"]
    assert [why["asked"] for why in answer.body["blocked"]] == ["k2"]  # k1 takes the hall, nothing is left
    assert [c["resource"] for c in answer.body["blocked"][0]["changes"]] == ["room"]


def test_a_need_without_a_room_does_not_stop_the_others(desk: Desk) -> None:
    kitchens = {"purposes": {"馒头": ["kitchen"]}}  # the east has an activity room and a hall
    answer = ask(desk, kind=None, committee=None, skills=[], needs=["k1", "k4"], policy=kitchens)
    assert [one["asked"] for one in answer.body["bundles"]] == ["k1"]
    (why,) = answer.body["roomless"]
    assert why["asked"] == "k4"
    assert "what the room is for" in why["en"]
    assert "1 cannot" in answer.body["conflict"]["en"]
    assert answer.body["ended"]["en"].startswith("proven")
    with pytest.raises(ProblemUnfit, match="what the room is for"):
        ask(desk, kind=None, committee=None, skills=[], needs=["k4"], policy=kitchens)
    assert "conflict" not in ask(desk, kind=None, committee=None, skills=[], needs=["k1", "k4"]).body


def test_the_list_of_refusals_reaches_volunteers_and_guests(desk: Desk) -> None:
    first = ask(desk).body["bundles"][0]
    no = [f"Volunteer:{first['lead']['id']}", f"Resident:{first['people'][0]['id']}"]
    answer = ask(desk, declined=[{"resource": key, "need": "culture"} for key in no])
    for one in every(answer):
        assert first["lead"]["id"] not in {v["id"] for v in (one["lead"], *one["helpers"])}
        assert first["people"][0]["id"] not in {p["id"] for p in one["people"]}
    assert answer.body["asked"][0]["unasked"] == ask(desk).body["asked"][0]["unasked"] + 1


def test_what_blocks_is_named_with_the_least_change(desk: Desk) -> None:
    shut = [{"resource": f"Venue:{v}", "slot": "1 00:00-24:00"} for v in ("x1", "x3")]
    cases: dict[str, dict[str, Any]] = {
        "room": {"bookings": shut},
        "places": {"people": 60, "helpers": 0},
        "people": {"audience": {"age": {"at_least": 103}}},
        "helpers": {"helpers": 40},
    }
    for resource, more in cases.items():
        why = ask(desk, **more).body["blocked"][0]
        assert resource in {c["resource"] for c in why["changes"]}
        assert why["ruled_out"][resource] == why["cells"]
    fewer = next(c for c in ask(desk, people=60, helpers=0).body["blocked"][0]["changes"] if c["resource"] == "places")
    assert fewer["amount"] == 60 + 1 - 50  # the hall has 50 places


def test_the_scope_hides_what_lies_outside(desk: Desk) -> None:
    answer = ask(desk, committee=WEST, areas=[WEST])
    volunteers, people = table("Volunteer"), table("Resident")
    for one in every(answer):
        assert {volunteers[v["id"]]["area"] for v in (one["lead"], *one["helpers"])} == {WEST}
        assert {people[p["id"]]["area"] for p in one["people"]} == {WEST}
    with pytest.raises(NotFound):
        ask(desk, kind=None, needs=["k1"], areas=[WEST])
    with pytest.raises(UnknownName):
        ask(desk, committee=EAST, areas=[WEST])
    outside = ask(desk, committee=WEST, areas=[WEST], bookings=[{"resource": "Venue:x1", "slot": "1 00:00-24:00"}])
    assert outside.body == answer.body


def test_nothing_but_names_and_ids_of_people_leaves(desk: Desk) -> None:
    for one in every(ask(desk)):
        assert all(set(p) == {"id", "name"} for p in (one["lead"], *one["helpers"], *one["people"]))


def test_a_receipt_gives_the_same_bytes(desk: Desk) -> None:
    answer = ask(desk, bookings=[{"resource": "Venue:x1", "slot": "1 09:00-10:00"}], week="2021-11-10")
    assert answer.body["week"] == "2021-11-08"
    assert answer.receipt.to_json()["parameters"]["seconds"] == 20
    assert same_bytes(answer.receipt.to_json(), desk.again(answer.receipt.to_json()))


def test_the_policy_moves_the_answer(desk: Desk) -> None:
    only_room = {"bundle": {"weights": {"venue": {"fill": 100}}}}
    assert ask(desk, policy=only_room).body["bundles"][0]["venue"]["id"] == "x1"  # 8 of 30 places, the hall has 50
    with pytest.raises(UnknownName, match=r"bundle\.weights\.venue\.fill"):
        ask(desk, policy={"bundle": {"weights": {"venue": {"fil": 1}}}})
    with pytest.raises(PolicyInvalid):
        ask(desk, policy={"bundle": {"weights": {"venue": {"fill": -1}}}})


def test_questions_that_cannot_be_answered_say_so(desk: Desk) -> None:
    bad: list[tuple[type[Exception], dict[str, Any]]] = [
        (SettingInvalid, {"kind": None}),
        (SettingInvalid, {"people": None}),
        (SettingInvalid, {"week": "next"}),
        (UnknownName, {"kind": "cultur"}),
        (UnknownName, {"skills": ["s9"]}),
        (NotFound, {"needs": ["k9"]}),
        (ProblemUnfit, {"needs": ["n2"]}),  # a need for a service takes no room
        (ProblemUnfit, {"needs": ["k3"]}),  # done already
        (SettingInvalid, {"people": 0}),
        (SettingInvalid, {"seconds": 0}),
        (ArgumentInvalid, {"bookings": [{"resource": "Venue:x1", "slot": "8 09:00-10:00"}]}),
        (ArgumentInvalid, {"bookings": [{"resource": "x1", "slot": "1 09:00-10:00"}]}),
        (ArgumentInvalid, {"bookings": [{"resource": "Venue:x1"}]}),
        (ArgumentInvalid, {"wanted": ["1 09:00-10:00"], "minutes": 120}),
        (ProblemUnfit, {"kind": "health", "policy": {"bundle": {"venues": {"health": ["clinic"]}}}}),
    ]
    for error, more in bad:
        with pytest.raises(error):
            ask(desk, **more)


def test_the_command_shows_plans_and_reasons(desk: Desk, tmp_path: Path) -> None:
    shown = run(desk, "--kind", "culture", "--people", "6", "--committee", EAST, "--skill", "理发")
    assert shown.exit_code == 0, shown.output
    for word in (
        "best",
        "another room",
        "another lead",
        "no other time",
        "Mon 09:",
        "0.00%",
        "sums to the score",
        "Participants",
    ):
        assert word in shown.output
    booked = tmp_path / "booked.csv"
    booked.write_text("resource,date,begin,end\nVenue:x1,2021-11-08,08:00,18:00\nVenue:x3,2021-11-08,08:00,18:00\n")
    none = run(desk, "--kind", "culture", "--people", "6", "--committee", EAST, "--bookings", str(booked))
    assert none.exit_code == 0, none.output
    assert "No bundle for culture, lacking: opening hours or bookings" in none.output
    assert "least change: have " in none.output


def test_the_command_plans_needs_together(desk: Desk) -> None:
    shown = run(desk, "--needs", "k1", "k2", "--json")
    assert shown.exit_code == 0, shown.output
    body = json.loads(shown.stdout)
    assert [b["asked"] for b in body["bundles"]] == ["k1", "k2"]
    assert body["receipt"]["door"] == "bundle"
    assert "in sum" in run(desk, "k1", "k2").output


def test_the_command_writes_who_is_asked(desk: Desk, tmp_path: Path) -> None:
    out = tmp_path / "asked.csv"
    shown = run(desk, "k1", "k2", "--json", "--out", str(out))
    assert shown.exit_code == 0, shown.output
    body = json.loads(shown.stdout[shown.stdout.index("{") :])
    rows = [line.split(",") for line in out.read_text("utf-8-sig").splitlines()]
    assert rows[0] == ["need", "title", "room", "date", "begin", "end", "role", "id", "name"]
    asked = [[one["asked"], p["id"]] for one in body["bundles"] for p in (one["lead"], *one["helpers"], *one["people"])]
    assert [[row[0], row[7]] for row in rows[1:]] == asked
    assert out.stat().st_mode & 0o077 == 0


def test_a_town_without_rooms_says_so(tmp_path: Path) -> None:
    bare = Snapshot.of(Records.of({"Area": RECORDS.node_table("Area")}, {}))
    home = Home(tmp_path / "bare")
    home.create()
    home.published.publish(home.published.stage(bare))
    with pytest.raises(ProblemUnfit, match="no room suits"):
        ask(Desk(home, read_settings({"LINLI_HOME": str(home.folder)})), skills=[])
