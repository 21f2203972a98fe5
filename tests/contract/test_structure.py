"""The doors of structure: they answer and replay, nothing leaves the scope, a terminal of 100 columns reads well."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from typer.testing import CliRunner

from api.answers import Answer, Desk, same_bytes
from api.cli.main import app
from api.home import Home
from api.questions.structure import SEARCHED
from api.settings import read_settings
from graph.model.errors import ArgumentInvalid, LinliError, NotFound, ProblemTooLarge, UnknownName
from graph.snapshot.columns import Snapshot
from search.facts import _SHOWN
from tests.contract.neighbourhood import DAY, EAST, WEST, Neighbourhood

WHO: dict[str, Any] = {"types": None, "sensitive_tags": False, "as_of": DAY.isoformat(), "areas": None}
GROUPS = {
    "by": None,
    "weight": "cosine",
    "resolution": 1.0,
    "seed": 0,
    "top": 10,
    "members": 5,
    "most_pairs": 10**6,
    "most_nodes": 10**4,
}
ASKED: dict[str, dict[str, Any]] = {
    "link": {"from": "Volunteer:v000", "to": "东风路1弄1号", "top": 3},
    "ego": {"node": "v000", "hops": 2, "most": 300},
    "central": {"label": "Volunteer", "around": "Unit:u:东风路1弄1号", "top": 10, "damping": 0.85},
    "groups": {"label": "志愿者", **GROUPS},
}
GOOD_NEIGHBOUR = "p:东风路1弄1号101室:0"


def world() -> Neighbourhood:
    """The neighbourhood with declared tags; `行动不便` is sensitive and `门诊大病` undeclared."""
    made = Neighbourhood()
    for tag in made.nodes["Tag"]:
        sensitive = "sensitive" if tag["name"] == "行动不便" else "personal"
        tag["sensitivity"] = None if tag["name"] == "门诊大病" else sensitive
    return made


def opened(folder: Path, made: Neighbourhood) -> Desk:
    home = Home(folder)
    home.create()
    home.published.publish(home.published.stage(Snapshot.of(made.records())))
    return Desk(home, read_settings({"LINLI_HOME": str(folder)}))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return opened(tmp_path_factory.mktemp("structure"), world())


def ask(desk: Desk, door: str, **more: Any) -> Answer:
    return desk.ask(door, {**WHO, **ASKED[door], **more})


@pytest.mark.parametrize("areas", [None, [EAST]])
@pytest.mark.parametrize("door", ASKED)
def test_every_door_answers_and_replays(desk: Desk, door: str, areas: list[str] | None) -> None:
    answer = ask(desk, door, areas=areas)
    assert any(answer.body.get(name) for name in ("paths", "nodes", "rows", "groups"))
    receipt = json.loads(json.dumps(answer.receipt.to_json()))
    assert same_bytes(receipt, desk.again(receipt))


def test_a_volunteer_is_linked_to_the_unit_that_the_resident_leads(desk: Desk) -> None:
    first = ask(desk, "link").body["paths"][0]
    name = first["nodes"][0]["title"]
    resident = first["nodes"][1]["title"]
    assert first["text"]["zh"] == f"志愿者 {name} —即居民→ 居民 {resident} —楼组长→ 楼组 东风路1弄1号"
    assert first["text"]["en"].startswith(f"volunteer {name} —is the resident→ resident {resident} —leads→ ")
    assert [step[0]["type"] for step in first["steps"]] == ["IS", "LEADS"]


def test_paths_keep_to_the_chosen_types(desk: Desk) -> None:
    body = ask(desk, "link", types=["IS", "LIVES_IN", "in"]).body
    used = {one["type"] for path in body["paths"] for step in path["steps"] for one in step}
    assert used == {"IS", "LIVES_IN", "IN"}


def test_sensitive_and_undeclared_tags_tell_nothing_unless_asked(desk: Desk) -> None:
    hidden = ("行动不便", "门诊大病")
    for door in ("link", "ego", "central"):
        more = (
            {"to": "Resident:p:西风路1弄1号101室:0"}
            if door == "link"
            else {"hops": 3}
            if door == "ego"
            else {"label": "Tag"}
        )
        plain = json.dumps(ask(desk, door, **more).body, ensure_ascii=False)
        assert not any(name in plain for name in hidden)
    asked = ask(desk, "central", label="Tag", sensitive_tags=True).body
    assert {row["title"] for row in asked["rows"]} >= set(hidden)


def elsewhere() -> Neighbourhood:
    """The same world, the west of it made into another: other names, more tags, more activity."""
    made = world()
    west = {row["id"] for row in made.nodes["Resident"] if row["area"] == WEST}
    for row in made.nodes["Resident"]:
        if row["area"] == WEST:
            row |= {"name": "改", "sex": "1"}
    tags = "Resident-HAS_TAG-Tag"
    made.edges[tags] = [e for e in made.edges[tags] if e["start"] not in west]
    made.edges[tags] += [{"start": one, "end": f"t{n}"} for one in sorted(west) for n in (0, 1)]
    return made


def test_nothing_outside_the_scope_moves_a_byte_inside(desk: Desk, tmp_path: Path) -> None:
    other = opened(tmp_path / "other", elsewhere())
    for door in ASKED:
        more = {"to": "Tag:t0"} if door == "link" else {}
        before, after = (ask(one, door, areas=[EAST], **more).body for one in (desk, other))
        assert json.dumps(before) == json.dumps(after)
        assert "西" not in json.dumps(before, ensure_ascii=False).replace("西一居委会", "")


def crowded() -> Neighbourhood:
    """The same world with 70 more residents, 40 volunteers and 30 activities in the east, their ids before all others."""
    made = world()
    made.nodes["Resident"] += [{"id": f"!{n:02}", "area": EAST, "name": "多"} for n in range(70)]
    made.nodes["Volunteer"] += [{"id": f"!{n:02}", "area": EAST, "name": "多"} for n in range(40)]
    made.nodes["Activity"] += [{"id": f"!{n:02}", "area": EAST, "name": "多", "held_on": DAY} for n in range(30)]
    made.edges["Volunteer-IS-Resident"] += [{"start": f"!{n:02}", "end": f"!{n:02}"} for n in range(40)]
    took = [{"start": f"!{n:02}", "end": f"!{n % 30:02}", "at": DAY} for n in range(70)]
    made.edges["Resident-TOOK_PART_IN-Activity"] += took
    made.edges["Resident-HAS_TAG-Tag"] += [{"start": f"!{n:02}", "end": f"t{n % 8}"} for n in range(70)]
    return made


def test_more_people_outside_the_scope_move_no_byte_inside(desk: Desk, tmp_path: Path) -> None:
    other = opened(tmp_path / "crowded", crowded())
    volunteers = desk.home.snapshot().nodes("Volunteer")
    west = volunteers.id_of(int(volunteers.inside((WEST,)).argmax()))
    more: dict[str, dict[str, Any]] = {
        "link": {"from": west, "to": "Unit:u:西风路2弄1号"},
        "ego": {"node": west, "hops": 3},
        "central": {"label": "Resident", "around": west},
        "groups": {"label": "Resident", "seed": 5},
    }
    for door, asked in [*more.items(), ("central", {"label": "Tag", "around": None})]:
        before, after = (ask(one, door, areas=[WEST], **asked).body for one in (desk, other))
        assert json.dumps(before) == json.dumps(after)


def test_the_other_side_of_the_border_looks_like_nothing(desk: Desk) -> None:
    said = []
    for name in ("Resident:p:西风路1弄1号101室:0", "Resident:p:西风路8弄8号801室:0"):
        with pytest.raises(NotFound) as caught:
            ask(desk, "link", to=name, areas=[EAST])
        said.append(caught.value.text.zh.replace(name.partition(":")[2], "?"))
    assert said[0] == said[1]


def test_a_person_shows_no_more_than_in_a_search(desk: Desk) -> None:
    assert set(SEARCHED) == set(_SHOWN)
    for node in ask(desk, "ego", hops=3).body["nodes"]:
        if node["label"] == "Resident":
            assert set(node["facts"]) <= {*_SHOWN["Resident"], "committee", "age"}
        assert set(node) <= {"key", "label", "id", "title", "facts", "hop"}


def test_edges_of_an_ego_network_join_its_nodes_and_a_cut_is_said(desk: Desk) -> None:
    body = ask(desk, "ego", hops=3, most=20).body
    keys = {node["key"] for node in body["nodes"]}
    assert len(keys) == 20
    assert body["truncated"]
    assert {end for edge in body["edges"] for end in (edge["start"], edge["end"])} <= keys


def test_relationships_that_ended_are_not_followed(desk: Desk) -> None:
    body = ask(desk, "ego", as_of="1999-01-01", node=GOOD_NEIGHBOUR, hops=1, types=["LIVES_IN"]).body
    assert [node["id"] for node in body["nodes"]] == [GOOD_NEIGHBOUR]


def test_an_empty_answer_says_why(desk: Desk) -> None:
    assert "Nothing" in ask(desk, "link", types=["IS", "LEADS"], to="Unit:u:西风路1弄1号").body["note"]["en"]
    assert "none" in ask(desk, "central", label="Venue", types=["IS"], around="v000").body["note"]["en"]
    assert "nothing" in ask(desk, "groups", as_of="1999-01-01").body["note"]["en"]


WRONG: list[tuple[str, dict[str, Any], type[LinliError], str]] = [
    ("link", {"types": ["LIVE_IN"]}, UnknownName, "LIVES_IN"),
    ("link", {"to": "v000"}, ArgumentInvalid, "same node"),
    ("link", {"to": "Volunteer:v00"}, NotFound, "v00"),
    ("link", {"types": ["IS"]}, ArgumentInvalid, "touches Unit"),
    ("ego", {"hops": 7}, ArgumentInvalid, "between 1 and 6"),
    ("ego", {"most": 0}, ArgumentInvalid, "at least 1"),
    ("central", {"label": "Tagg"}, UnknownName, "Tag"),
    ("central", {"damping": 1.0}, ArgumentInvalid, "damping"),
    ("groups", {"label": "Area"}, ArgumentInvalid, "--by"),
    ("groups", {"by": ["IS,LIVES"]}, UnknownName, "LIVES"),
    ("groups", {"weight": "cosin"}, UnknownName, "cosine"),
    ("groups", {"most_nodes": 3}, ProblemTooLarge, "--most-nodes"),
    ("groups", {"most_pairs": 3}, ProblemTooLarge, "--most-pairs"),
    ("groups", {"resolution": 0.0}, ArgumentInvalid, "above 0"),
]


@pytest.mark.parametrize(("door", "more", "error", "said"), WRONG)
def test_bad_input_says_what_is_wrong(
    desk: Desk, door: str, more: dict[str, Any], error: type[LinliError], said: str
) -> None:
    with pytest.raises(error, match=said):
        ask(desk, door, **more)


def test_an_empty_scope_has_no_groups(desk: Desk) -> None:
    body = ask(desk, "groups", areas=["1"]).body
    assert (body["groups"], body["among"], body["alone"]) == ([], 0, 0)


def run(desk: Desk, *words: str) -> Any:
    around = {"LINLI_HOME": str(desk.home.folder), "COLUMNS": "100", "LINLI_LANG": "en"}
    return CliRunner().invoke(app, [*words, "--as-of", DAY.isoformat()], env=around)


COMMANDS = {
    "link": ("v000", "东风路1弄1号"),
    "ego": ("v000",),
    "central": ("Volunteer", "--around", "Unit:u:东风路1弄1号"),
    "groups": ("Volunteer",),
}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("door", COMMANDS)
def test_a_terminal_of_100_columns_reads_well(desk: Desk, door: str, lang: str) -> None:
    ran = run(desk, door, *COMMANDS[door], "--lang", lang)
    assert ran.exit_code == 0, ran.output
    assert max(sum(2 if ord(c) > 0x2E80 else 1 for c in line) for line in ran.output.splitlines()) <= 100
    assert "志愿者0" in ran.output


@pytest.mark.parametrize("door", COMMANDS)
def test_the_command_gives_what_the_question_gives(desk: Desk, door: str) -> None:
    shown = json.loads(run(desk, door, *COMMANDS[door], "--json").output)
    again = desk.again(shown["receipt"])
    assert {name: shown[name] for name in again.body} == again.body


def test_a_graphml_file_holds_the_ego_network(desk: Desk, tmp_path: Path) -> None:
    out = tmp_path / "ego.graphml"
    shown = json.loads(run(desk, "ego", "v000", "--out", str(out), "--json").output)
    read = nx.read_graphml(out, force_multigraph=True)
    assert set(read) == {node["key"] for node in shown["nodes"]}
    assert read.number_of_edges() == len(shown["edges"])
    assert isinstance(run(desk, "ego", "v000", "--out", str(tmp_path / "no" / "x")).exception, LinliError)
