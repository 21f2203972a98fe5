"""The doors of readiness: who may see what, replayable answers, one sentence for what does not exist."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from api.answers import Answer, Desk, same_bytes
from api.home import Home
from api.questions.consent import to_json
from api.settings import read_settings
from graph.model.errors import ActionsInvalid, NotFound, SettingInvalid, TableUnfit, UnknownName
from graph.model.viewer import Role
from graph.snapshot.columns import Snapshot
from similarity.readiness.consent import Rules
from similarity.readiness.standing import standing
from similarity.readiness.votes import Votes
from tests.unit.similarity.readiness.stairwells import EAST, WEST, A, B, dwelling, records
from tests.unit.similarity.town import AS_OF, town

CONSENT = {"plan": None, "participation": "2/3", "agreement": "3/4", "as_of": "2021-11-01", "areas": None}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    home = Home(tmp_path_factory.mktemp("votes"))
    home.create()
    home.published.publish(home.published.stage(Snapshot.of(records())))
    return Desk(home, read_settings({"LINLI_HOME": str(home.folder)}))


def consent(desk: Desk, unit: str | None, **more: Any) -> Answer:
    return desk.ask("consent", {**CONSENT, "unit": unit, **more})


def test_a_unit_is_found_by_id_and_by_any_spelling_of_its_address(desk: Desk) -> None:
    found = consent(desk, A)
    assert found.body["unit"]["id"] == A
    assert found.body["plan"]["id"] == "new"
    assert consent(desk, "东风路一弄１号").body == found.body


def test_an_unknown_unit_names_the_nearest(desk: Desk) -> None:
    with pytest.raises(NotFound) as caught:
        consent(desk, "东风路1弄7号")
    assert A in caught.value.hint.en


def test_a_unit_outside_the_scope_looks_like_one_that_does_not_exist(desk: Desk) -> None:
    with pytest.raises(NotFound) as foreign:
        consent(desk, A, areas=[WEST])
    with pytest.raises(NotFound) as missing:
        consent(desk, A.replace("东", "南"), areas=[WEST])
    assert foreign.value.text.en.replace(A, "?") == missing.value.text.en.replace(A.replace("东", "南"), "?")
    assert A not in foreign.value.hint.en


def test_the_list_keeps_to_the_scope(desk: Desk) -> None:
    assert [v["unit"]["id"] for v in consent(desk, None).body["votes"]] == [A]
    assert consent(desk, None, areas=[WEST]).body["votes"] == []
    assert [v["plan"]["id"] for v in consent(desk, None, areas=[EAST]).body["votes"]] == ["new"]


def test_what_other_committees_hold_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    world = records()
    votes = world.edges["Dwelling-VOTED-Plan"]
    own = votes.filter([row["end"] != "other" for row in votes.to_pylist()])
    home = Home(tmp_path)
    home.create()
    changed = type(world).of(world.nodes, {**world.edges, "Dwelling-VOTED-Plan": own})
    home.published.publish(home.published.stage(Snapshot.of(changed)))
    elsewhere = Desk(home, desk.settings)
    assert consent(desk, A, areas=[EAST]).body == consent(elsewhere, A, areas=[EAST]).body


def test_sets_close_the_vote_and_leave_out_who_refused(desk: Desk) -> None:
    body = consent(desk, A).body
    assert body["count"] == len(body["sets"][0]["homes"]) == 2
    assert dwelling(A, 1) not in {i for s in body["sets"] for i in s["homes"]}
    assert [h["refused_before"] for h in body["homes"]] == [True, True, False, False, False, False]


def test_other_fractions_are_parameters(desk: Desk) -> None:
    assert consent(desk, A, participation="1/3").body["count"] == 0
    assert consent(desk, A, participation="100%").body["count"] is None


def test_a_unit_without_a_plan_has_an_honest_empty_answer(desk: Desk) -> None:
    found = consent(desk, B, as_of="2021-01-01")
    assert found.body["plan"] is None
    assert found.body["notes"][0]["en"]


@pytest.mark.parametrize("role", ["staff", "analyst", "service"])
def test_other_roles_see_the_gates_and_no_single_vote(desk: Desk, role: Role) -> None:
    case = desk.case("consent", {**CONSENT, "unit": A})
    vote = standing(Votes(case.snapshot, case.as_of), case.snapshot.nodes("Unit").row(A), rules=Rules())
    assert vote is not None
    near = to_json(case, vote)
    far = to_json(replace(case, viewer=replace(case.viewer, role=role)), vote)
    assert set(near) - set(far) == {"homes", "sets", "more", "always", "exact", "bound"}
    assert dwelling(A, 2) in json.dumps(near, ensure_ascii=False)
    assert "室" not in json.dumps(far, ensure_ascii=False)


@pytest.mark.parametrize("unit", [A, None])
def test_a_receipt_gives_the_same_bytes(desk: Desk, unit: str | None) -> None:
    found = consent(desk, unit)
    assert same_bytes(found.receipt.to_json(), desk.again(found.receipt.to_json()))


READY = {"band": "ready", "within": None, "actions": None, "as_of": AS_OF.isoformat(), "areas": None}


@pytest.fixture(scope="module")
def lifted(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A desk on a town with one wave of lifts."""
    home = Home(tmp_path_factory.mktemp("town"))
    home.create()
    home.published.publish(home.published.stage(Snapshot.of(town(units=240, people=3000, tags=6, seed=3))))
    return Desk(home, read_settings({"LINLI_HOME": str(home.folder)}))


def ready(desk: Desk, unit: str, **more: Any) -> Answer:
    return desk.ask("ready", {**READY, "unit": unit, **more})


def test_ready_and_the_list_speak_of_the_same_places(lifted: Desk) -> None:
    asked = {"as_of": AS_OF.isoformat(), "top": 100, "without": [], "force": []}
    rows = lifted.ask("lookalike", asked).body["rows"]
    for row in (rows[30], rows[80]):
        body = ready(lifted, row["id"], within=40).body
        assert (body["list"]["place"], body["list"]["score"]) == (row["rank"], row["score"])
        assert body["target"]["score"] == rows[39]["score"]
        assert body["reachable"] == bool(body["sets"])
        for one in body["sets"]:
            assert one["score"] >= body["target"]["score"]
            assert one["place"] <= 40
        if row["rank"] <= 40:
            assert body["sets"][0]["actions"] == []


def test_a_unit_with_a_lift_is_no_candidate(lifted: Desk) -> None:
    body = ready(lifted, "u000000").body
    assert (body["candidate"], body["target"]) == (False, None)
    assert body["notes"][0]["zh"]


def test_a_band_that_the_list_has_not_is_said(lifted: Desk) -> None:
    body = ready(lifted, "u000001").body
    names = {b["name"] for b in body["list"]["bands"]}
    for band in ("ready", "talk", "later"):
        found = ready(lifted, "u000001", band=band).body
        assert (found["target"] is None) == (band not in names)
        assert bool(found["notes"]) == (band not in names)


@pytest.mark.parametrize(("asked", "error"), [({"band": "redy"}, UnknownName), ({"within": 0}, SettingInvalid)])
def test_impossible_targets_are_refused(lifted: Desk, asked: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        ready(lifted, "u000001", **asked)


def test_actions_of_ones_own_stand_in_the_receipt(lifted: Desk) -> None:
    effect = {"feature": "volunteer", "count": 3}
    own = {"version": "mine", "actions": [{"id": "x", "title": "招募", "cost": 2, "effects": [effect]}]}
    found = ready(lifted, "u000001", within=1, actions=own)
    assert found.body["actions_version"] == "mine"
    assert found.receipt.parameters["actions"] == own
    assert same_bytes(found.receipt.to_json(), lifted.again(found.receipt.to_json()))
    aged = {**own, "actions": [{"id": "x", "cost": 2, "effects": [{**effect, "feature": "age_60_up"}]}]}
    with pytest.raises(ActionsInvalid, match="age_60_up"):
        ready(lifted, "u000001", actions=aged)


def test_without_any_lift_there_is_no_list(desk: Desk) -> None:
    with pytest.raises(TableUnfit):
        ready(desk, A, as_of="2021-11-01")


def test_a_unit_outside_the_scope_is_unknown_to_ready_too(lifted: Desk) -> None:
    with pytest.raises(NotFound):
        ready(lifted, "u000001", areas=[EAST])
