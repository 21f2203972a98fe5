"""The door of likeness: every label answers and replays, nothing leaves the scope, a terminal of 100 columns reads well."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from api.answers import Answer, Desk, same_bytes
from api.cli.main import app
from api.home import Home
from api.settings import read_settings
from graph.model.errors import ArgumentInvalid, ConditionInvalid, LinliError, NotFound, UnknownName
from graph.snapshot.columns import Snapshot
from search.facts import _SHOWN
from similarity.neighbours.subjects import SUBJECTS, standard_weights
from tests.contract.neighbourhood import DAY, EAST, WEST, Neighbourhood

ASKED = {
    "top": 10,
    "cutoff": 0.0,
    "measure": "mixed",
    "weights": {},
    "only": None,
    "as_of": DAY.isoformat(),
    "areas": None,
}
NANO = 10**9


def declared(world: Neighbourhood) -> Neighbourhood:
    """Give the tags their classes; one is left undeclared."""
    for tag in world.nodes["Tag"]:
        secret = tag["name"] in ("行动不便", "门诊大病", "疫苗未接种")
        tag["sensitivity"] = None if tag["name"] == "应急疏散需协助" else "sensitive" if secret else "personal"
    return world


def opened(folder: Path, world: Neighbourhood) -> Desk:
    home = Home(folder)
    home.create()
    home.published.publish(home.published.stage(Snapshot.of(world.records())))
    return Desk(home, read_settings({"LINLI_HOME": str(folder)}))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return opened(tmp_path_factory.mktemp("alike"), declared(Neighbourhood()))


def first(desk: Desk, label: str, area: str = EAST) -> str:
    """The first id of a label in a committee."""
    nodes = desk.home.snapshot().nodes(label)
    return nodes.id_of(int(nodes.inside((area,)).argmax()))


def similar(desk: Desk, label: str, id: str | None = None, **more: Any) -> Answer:
    return desk.ask("similar", {**ASKED, "label": label, "id": id or first(desk, label), **more})


@pytest.mark.parametrize("label", SUBJECTS)
@pytest.mark.parametrize("measure", ["mixed", "jaccard", "weighted-jaccard", "overlap", "cosine", "euclidean"])
def test_every_label_answers_by_every_measure_and_replays(desk: Desk, label: str, measure: str) -> None:
    answer = similar(desk, label, measure=measure)
    body = answer.body
    assert body["rows"] or body["note"]
    for row in body["rows"]:
        assert sum(round(part["contribution"] * NANO) for part in row["parts"]) == round(row["score"] * NANO)
    receipt = json.loads(json.dumps(answer.receipt.to_json()))
    assert same_bytes(receipt, desk.again(receipt))


def test_rows_are_in_the_order_of_their_scores(desk: Desk) -> None:
    rows = similar(desk, "Resident", top=50).body["rows"]
    assert [r["rank"] for r in rows] == list(range(1, 51))
    assert [(-r["score"], r["id"]) for r in rows] == sorted((-r["score"], r["id"]) for r in rows)


def test_both_sides_lie_in_the_scope(desk: Desk) -> None:
    inside = similar(desk, "Resident", areas=[EAST], top=100_000).body
    home = desk.home.snapshot()
    nodes = home.nodes("Resident")
    assert inside["among"] == int(nodes.inside((EAST,)).sum()) - 1
    seen = set(nodes.ids.filter(nodes.inside((EAST,))).to_pylist())
    assert {row["id"] for row in inside["rows"]} <= seen


def test_what_lies_outside_the_scope_looks_like_what_does_not_exist(desk: Desk) -> None:
    foreign, missing = first(desk, "Resident", WEST), "p:西风路9弄9号901室:0"
    errors = []
    for name in (foreign, missing):
        with pytest.raises(NotFound) as caught:
            similar(desk, "Resident", name, areas=[EAST])
        assert all("西" not in alike for alike in caught.value.facts["nearest"])  # type: ignore[attr-defined]
        errors.append(caught.value.text.zh.replace(name, "?"))
    assert errors[0] == errors[1]


def changed() -> Neighbourhood:
    """The same world, the west of it made into another."""
    world = declared(Neighbourhood())
    home = {label: {row["id"] for row in rows if row.get("area") == WEST} for label, rows in world.nodes.items()}
    for row in world.nodes["Resident"]:
        if row["area"] == WEST:
            row |= {"sex": "1", "birth_date": DAY.replace(year=1931), "name": "改"}
    for row in world.nodes["Venue"]:
        if row["area"] == WEST:
            row |= {"capacity": 9_000, "kind": "hall", "facilities": ["改"]}
    for row in world.nodes["Volunteer"]:
        if row["area"] == WEST:
            row |= {"weekly_hours": 99.0, "availability": ["7 00:00-24:00"]}
    tags = "Resident-HAS_TAG-Tag"
    world.edges[tags] = [e for e in world.edges[tags] if e["start"] not in home["Resident"]]
    world.edges[tags] += [{"start": one, "end": "t0"} for one in sorted(home["Resident"])]
    return world


def test_nothing_outside_the_scope_moves_a_byte_inside(desk: Desk, tmp_path: Path) -> None:
    other = opened(tmp_path / "other", changed())
    related = {"not": {"related": "IS", "to": "Resident", "where": {"tag": "t1"}}}
    for label in SUBJECTS:
        everything = dict.fromkeys(standard_weights(label), 1.0)
        for more in (
            {},
            {"weights": everything},
            {"measure": "cosine"},
            {"only": related if label == "Volunteer" else None},
        ):
            before, after = (similar(d, label, first(desk, label), areas=[EAST], **more) for d in (desk, other))
            assert json.dumps(before.body) == json.dumps(after.body)


def test_a_condition_does_not_see_beyond_the_scope(tmp_path: Path) -> None:
    world = declared(Neighbourhood())
    stranger = next(row["id"] for row in world.nodes["Resident"] if row["area"] == WEST)
    east = [row["id"] for row in world.nodes["Volunteer"] if row["area"] == EAST]
    is_edge = next(e for e in world.edges["Volunteer-IS-Resident"] if e["start"] == east[1])
    is_edge["end"] = stranger
    desk = opened(tmp_path / "beyond", world)
    only = {"related": "IS", "to": "Resident", "where": {"property": "name", "known": True}}
    found = {row["id"] for row in similar(desk, "Volunteer", east[0], areas=[EAST], only=only, top=1000).body["rows"]}
    assert found == set(east[2:])
    everywhere = similar(desk, "Volunteer", east[0], only=only, top=1000).body["rows"]
    assert east[1] in {row["id"] for row in everywhere}


def test_a_person_shows_no_more_than_in_a_search(desk: Desk) -> None:
    body = similar(desk, "Resident", areas=[EAST]).body
    for row in body["rows"]:
        assert set(row["facts"]) <= {*_SHOWN["Resident"], "committee", "age"}
        assert set(row) == {"rank", "id", "title", "score", "parts", "facts"}


def test_sensitive_features_count_only_when_they_are_named(desk: Desk) -> None:
    plain, asked = similar(desk, "Resident"), similar(desk, "Resident", weights={"sensitive_tags": 2.0})
    assert plain.body["sensitive"] == []
    assert "sensitive_tags" not in json.dumps(plain.body["rows"])
    assert plain.body["notes"][0]["en"].startswith("1 tags carry no class of sensitivity")
    assert asked.body["sensitive"] == ["sensitive_tags"]
    assert asked.body["notes"] == []
    said = json.dumps(asked.body, ensure_ascii=False)
    assert "sensitive_tags" in said
    assert not any(name in said for name in ("行动不便", "门诊大病", "疫苗未接种"))


def test_the_features_in_use_are_named(desk: Desk) -> None:
    mixed, sets = (similar(desk, "Venue", "x1", measure=measure).body for measure in ("mixed", "jaccard"))
    assert mixed["compared"] == ["kind", "capacity", "facilities", "opening_hours", "step_free", "owner", "place"]
    assert sets["compared"] == ["kind", "facilities", "opening_hours", "step_free", "owner"]
    assert mixed["unused"] == sets["unused"] == ["last_used_on"]
    said = run(desk, "Venue", "x1", "--measure", "jaccard").output
    assert "Weights kind=1, facilities=1" in said
    assert "name them with --weight): last_used_on" in said


def test_a_condition_cuts_the_targets_and_is_said(desk: Desk) -> None:
    body = similar(desk, "居民", first(desk, "Resident"), only={"all": [{"age": {"at_least": 60}}, {"tag": "t7"}]}).body
    assert body["only"]["zh"] == "60岁以上，且属于“爱唱歌”"
    assert 0 < body["among"] < similar(desk, "Resident").body["among"]
    assert all(row["facts"]["age"] >= 60 for row in body["rows"])


def test_nodes_are_found_by_address_and_by_public_name(desk: Desk) -> None:
    assert similar(desk, "Unit", "东风路一弄１号").body["id"] == "u:东风路1弄1号"
    assert similar(desk, "场地", "活动室2").body["id"] == "x2"
    with pytest.raises(NotFound):
        similar(desk, "Resident", desk.home.snapshot().nodes("Resident").column("name")[0].as_py())


def test_several_of_one_name_are_listed(tmp_path: Path) -> None:
    world = declared(Neighbourhood())
    for row in world.nodes["Venue"]:
        row["name"] = "活动室"
    with pytest.raises(ArgumentInvalid, match="x1, x2"):
        similar(opened(tmp_path / "namesakes", world), "Venue", "活动室")


WRONG: list[tuple[dict[str, Any], type[LinliError], str]] = [
    ({"label": "Residnt"}, UnknownName, "Resident"),
    ({"label": "Tag"}, ArgumentInvalid, "Volunteer"),
    ({"measure": "jacard"}, UnknownName, "jaccard"),
    ({"weights": {"agee": 1}}, UnknownName, "age"),
    ({"weights": {"age": -1}}, ArgumentInvalid, "at least 0"),
    ({"cutoff": 2.0}, ArgumentInvalid, "between 0 and 1"),
    ({"only": {"property": "agee"}}, ConditionInvalid, "agee"),
    ({"areas": ["1"]}, NotFound, "no resident"),
]


@pytest.mark.parametrize(("more", "error", "said"), WRONG)
def test_bad_input_says_what_is_wrong(desk: Desk, more: dict[str, Any], error: type[LinliError], said: str) -> None:
    with pytest.raises(error, match=said):
        similar(desk, **{"label": "Resident", "id": first(desk, "Resident"), **more})


def run(desk: Desk, *words: str) -> Any:
    around = {"LINLI_HOME": str(desk.home.folder), "COLUMNS": "100", "LINLI_LANG": "en"}
    return CliRunner().invoke(app, ["similar", *words, "--as-of", DAY.isoformat()], env=around)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_terminal_of_100_columns_reads_well(desk: Desk, lang: str) -> None:
    ran = run(desk, "Venue", "x1", "--lang", lang, "--weight", "place=0")
    assert ran.exit_code == 0, ran.output
    lines = ran.output.splitlines()
    assert max(sum(2 if ord(c) > 0x2E80 else 1 for c in line) for line in lines) <= 100
    assert any("活动室2" in line for line in lines)
    assert ("相同之处" if lang == "zh" else "what they share") in ran.output


def test_the_command_gives_what_the_question_gives(desk: Desk) -> None:
    ran = run(desk, "venue", "x1", "--top", "1", "--weight", "kind=3", "--json")
    body = similar(desk, "venue", "x1", top=1, weights={"kind": 3.0}).body
    shown = json.loads(ran.output)
    assert {name: shown[name] for name in body} == body
    assert shown["receipt"]["door"] == "similar"


def test_an_empty_answer_says_why_in_the_terminal(desk: Desk) -> None:
    assert "none reaches 1" in run(desk, "Venue", "x1", "--cutoff", "1").output


@pytest.mark.parametrize("words", [("--weight", "age"), ("--weight", "age=old"), ("--only", "{age}")])
def test_options_that_cannot_be_read_are_refused(desk: Desk, words: tuple[str, str]) -> None:
    assert isinstance(run(desk, "Venue", "x1", *words).exception, LinliError)
