"""The door of siting: coverage, options, futures, scope, replay, errors, and a terminal of a hundred columns."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest
from rich.cells import cell_len
from typer.testing import CliRunner

from api.answers import Answer, Desk, same_bytes
from api.cli.main import app
from api.home import Home
from api.settings import read_settings
from graph.model.errors import FileMissing, FileUnreadable, LinliError, ProblemUnfit, SettingInvalid, UnknownName
from graph.model.records import Records
from graph.snapshot.columns import Snapshot
from tests.unit.matching.siting.village import AS_OF, EAST, PEOPLE, WEST, village

GROUND: dict[str, Any] = {
    "kind": "canteen", "age": None, "radius": 350.0, "detour": 1.0, "areas": None, "as_of": AS_OF.isoformat(),
}  # fmt: skip
SITE: dict[str, Any] = {
    "use": 1.0, "years": [0, 10], "add": None, "close": None, "enough": 0.05, "fill": 0.3, "scenarios": None,
}  # fmt: skip


def _desk(folder: Path, records: Records) -> Desk:
    home = Home(folder)
    home.create()
    home.published.publish(home.published.stage(Snapshot.of(records)))
    return Desk(home, read_settings({"LINLI_HOME": str(folder)}))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return _desk(tmp_path_factory.mktemp("siting"), village())


def site(desk: Desk, **more: Any) -> Answer:
    return desk.ask("site", {**GROUND, **SITE, **more})


def points(desk: Desk, **more: Any) -> Answer:
    return desk.ask("points", {**GROUND, "top": 2, **more})


def test_coverage_says_who_is_reached_by_what_and_by_none(desk: Desk) -> None:
    body = points(desk).body
    assert (body["people"], body["uncovered"], body["times"]) == (105, 55, [55, 50])
    assert {p["id"]: (p["people"], p["newly"]) for p in body["points"]} == {
        "c1": (50, 50), "k_east": (5, 5), "k_west": (50, 50),
    }  # fmt: skip
    assert [(u["unit"], u["uncovered"]) for u in body["units"]] == [("u0", 40), ("u1", 10)]
    assert body["truncated"]
    assert sum(a["uncovered"] for a in body["areas"]) == body["uncovered"]
    assert sum(body["times"]) == body["people"]


def test_today_and_the_projection_choose_different_points(desk: Desk) -> None:
    body = site(desk).body
    best = {(c["years"], c["scenario"]["en"]): c["best_adding"] for c in body["cases"]}
    assert best[(0, "today")]["key"] == "add:k_west"
    assert {b["key"] for (years, _), b in best.items() if years == 10} == {"add:k_east"}
    assert all(b["bound"] <= b["objective"] and b["gap"] == 0 for b in best.values())
    assert (body["choice"]["key"], body["choice"]["build"]) == ("add:k_east", True)
    assert sum(a["people"] for a in body["areas"]) == sum(p["people"] for p in body["parts"]) == body["people"]


def test_what_exists_across_the_border_is_enough(desk: Desk) -> None:
    body = site(desk, kind="托育点", radius=700.0, years=[0, 5]).body
    assert body["people"] == 20
    assert (body["choice"]["key"], body["choice"]["build"]) == ("share", False)
    assert {o["key"]: o["cases"][0]["unmet"] for o in body["options"]} == {
        "as_is": 6, "use": 6, "share": 0, "add:n_new": 0, "share_add:n_new": 0, "close:n1": 16, "close:n2": 10,
    }  # fmt: skip
    assert "not born yet" in body["notes"][0]["en"]
    assert body["notes"][1]["en"].startswith("2 of the 2 options that build are redundant")


def test_closing_is_chosen_when_asked_for_and_possible(desk: Desk) -> None:
    body = site(desk, kind="nursery", radius=700.0, years=[0], use=0.2, add=0, close=1).body
    assert body["choice"]["key"] == "close:n1"
    assert site(desk, kind="nursery", radius=700.0, years=[0], use=0.2).body["choice"]["key"] == "as_is"


@pytest.mark.parametrize("door", [site, points])
def test_a_receipt_gives_the_same_bytes(desk: Desk, door: Any) -> None:
    answer = door(desk)
    again = desk.again(json.loads(json.dumps(answer.receipt.to_json())))
    assert again.body == answer.body
    assert same_bytes(answer.receipt.to_json(), again)
    json.dumps(answer.body, allow_nan=False)


@pytest.mark.parametrize("door", [site, points])
def test_what_other_committees_hold_changes_nothing(desk: Desk, door: Any, tmp_path: Path) -> None:
    others = {u: [(a, n * 3) for a, n in who] if u > "u2" else who for u, who in PEOPLE.items()}
    own = door(desk, areas=[WEST]).body
    assert door(_desk(tmp_path, village(others)), areas=[WEST]).body == own
    assert {a["area"] for a in own["areas"]} == {WEST}
    assert EAST not in json.dumps(own)
    assert any("only residents of the scope" in n["en"] for n in own["notes"])


def test_a_scope_without_people_is_covered_by_nothing(desk: Desk) -> None:
    body = points(desk, areas=["nowhere"]).body
    assert (body["people"], body["uncovered"], body["areas"], body["units"]) == (0, 0, [], [])
    assert {p["people"] for p in body["points"]} == {0}


@pytest.mark.parametrize(
    ("more", "error", "said"),
    [
        ({"kind": "canten"}, UnknownName, "canten"),
        ({"kind": "care_home"}, ProblemUnfit, "care home"),
        ({"radius": -5.0}, SettingInvalid, "--radius"),
        ({"radius": float("nan")}, SettingInvalid, "--radius"),
        ({"radius": 0.0}, SettingInvalid, "--radius"),
        ({"age": "old"}, SettingInvalid, "--age"),
        ({"use": 0.0}, SettingInvalid, "--use"),
        ({"enough": 2.0}, SettingInvalid, "--enough"),
        ({"years": []}, SettingInvalid, "--years"),
        ({"years": [99]}, ProblemUnfit, "years"),
        ({"add": 7}, ProblemUnfit, "7 candidates"),
        ({"age": "105-"}, ProblemUnfit, "nobody"),
        ({"areas": ["nowhere"]}, ProblemUnfit, "nobody"),
        ({"scenarios": [{"leaves": 1}]}, UnknownName, "leaves"),
    ],
)
def test_what_cannot_be_asked_is_said(desk: Desk, more: dict[str, Any], error: type[LinliError], said: str) -> None:
    with pytest.raises(error, match=said) as raised:
        site(desk, **more)
    assert raised.value.text.zh


def _run(desk: Desk, *arguments: str) -> Any:
    variables = {"LINLI_HOME": str(desk.home.folder), "COLUMNS": "100"}
    asked = ["site", *arguments, "--as-of", AS_OF.isoformat()]
    return CliRunner().invoke(app, asked, env=variables)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("more", [[], ["--coverage"]])
def test_the_command_line_fits_a_terminal(desk: Desk, lang: str, more: list[str]) -> None:
    shown = _run(desk, "canteen", "--radius", "350", "--detour", "1", "--lang", lang, *more)
    assert shown.exit_code == 0, shown.exception
    assert "k_west" in shown.output or more
    assert max(map(cell_len, shown.output.splitlines())) <= 100


def test_the_command_line_reads_scenarios_and_years(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "futures.toml"
    path.write_text('[[scenario]]\nname = "empty town"\nleave = 0.9\n', encoding="utf-8")
    shown = _run(desk, "canteen", "--years", "0 10", "--scenario", str(path), "--close", "1", "--json")
    assert shown.exit_code == 0
    body = json.loads(shown.output)
    assert [c["years"] for c in body["cases"]] == [0, 10]
    assert body["cases"][1]["scenario"]["en"] == "empty town"
    assert body["cases"][1]["people"] < 1
    assert (body["asked"]["add"], body["asked"]["close"]) == (0, 1)
    path.write_text("scenario = 3", encoding="utf-8")
    assert isinstance(_run(desk, "canteen", "--scenario", str(path)).exception, FileUnreadable)
    assert isinstance(_run(desk, "canteen", "--scenario", str(tmp_path / "none.toml")).exception, FileMissing)
    assert isinstance(_run(desk, "canteen", "--years", "soon").exception, SettingInvalid)


def test_the_figures_of_every_unit_are_written(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "demand.csv"
    assert _run(desk, "canteen", "--years", "0", "--out", str(path)).exit_code == 0
    rows = pacsv.read_csv(path).to_pylist()
    assert {r["unit"]: r["people"] for r in rows} == {"u0": 40, "u1": 10, "u2": 30, "u3": 20, "u4": 0, "u5": 5}
    body = site(desk).body
    assert all(len(a["expected"]) == len(body["cases"]) for a in body["areas"])
    ran = _run(desk, "canteen", "--coverage", "--radius", "350", "--detour", "1", "--out", str(tmp_path / "u.parquet"))
    assert ran.exit_code == 0
    assert sum(pq.read_table(tmp_path / "u.parquet")["uncovered"].to_pylist()) == 55


def test_a_command_without_a_kind_says_what_is_missing(desk: Desk) -> None:
    assert isinstance(_run(desk).exception, SettingInvalid)
