"""`linli consent` and `linli ready` as a reader sees them: both languages, a hundred columns, nothing a scope hides."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from api.cli.main import app
from api.home import Home
from graph.model.errors import ActionsInvalid, FileMissing, SettingInvalid
from graph.snapshot.columns import Snapshot
from tests.unit.similarity.readiness.stairwells import EAST, WEST, A, B, records
from tests.unit.similarity.town import AS_OF, town

Ask = Callable[..., Result]
DAY = ("--as-of", "2021-11-01")


def asker(folder: Path, snapshot: Snapshot) -> Ask:
    home = Home(folder)
    home.create()
    home.published.publish(home.published.stage(snapshot))

    def ask(*words: str, lang: str = "en") -> Result:
        around = {"LINLI_HOME": str(folder), "LINLI_LANG": lang, "COLUMNS": "100", "TERM": "dumb"}
        return CliRunner().invoke(app, list(words), env=around)

    return ask


@pytest.fixture(scope="module")
def votes(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    return asker(tmp_path_factory.mktemp("votes"), Snapshot.of(records()))


@pytest.fixture(scope="module")
def lifts(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    return asker(tmp_path_factory.mktemp("lifts"), Snapshot.of(town(units=200, people=2000, tags=6, seed=3)))


def width(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line.rstrip())


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("words", [("--list",), (A,), (B,), (A, "--plan", "old"), (A, "--agreement", "100%")])
def test_votes_fit_a_hundred_columns(votes: Ask, words: tuple[str, ...], lang: str) -> None:
    ran = votes("consent", *words, *DAY, lang=lang)
    assert ran.exit_code == 0
    assert ran.output.strip()
    assert max(map(width, ran.output.splitlines())) <= 100
    assert "None" not in ran.output


def test_what_is_said_of_a_vote(votes: Ask) -> None:
    said = votes("consent", A, *DAY).output
    assert "At least 2 more must agree" in said
    assert "refused an earlier plan" in said
    assert "homes have no floor area" in said
    assert "the vote has ended" in votes("consent", B, *DAY).output
    assert "All gates are met" in votes("consent", A, *DAY, "--participation", "1/4").output
    assert "Out of reach" in votes("consent", A, *DAY, "--participation", "100%").output


def test_json_is_the_answer_with_its_receipt(votes: Ask) -> None:
    body = json.loads(votes("consent", A, *DAY, "--json").output)
    assert body["receipt"]["door"] == "consent"
    assert body["plan"]["id"] == "new"
    assert len(json.loads(votes("consent", "--list", *DAY, "--json", "--as-area", WEST).output)["votes"]) == 0
    assert len(json.loads(votes("consent", "--list", *DAY, "--json", "--as-area", EAST).output)["votes"]) == 1


@pytest.mark.parametrize("words", [(), (A, "--list")])
def test_either_a_unit_or_the_list(votes: Ask, words: tuple[str, ...]) -> None:
    assert isinstance(votes("consent", *words, *DAY).exception, SettingInvalid)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    "words", [("u000001", "--within", "60"), ("u000001", "--within", "1"), ("u000000",), ("u000007",)]
)
def test_actions_fit_a_hundred_columns(lifts: Ask, words: tuple[str, ...], lang: str) -> None:
    ran = lifts("ready", *words, "--as-of", AS_OF.isoformat(), lang=lang)
    assert ran.exit_code == 0, ran.exception
    assert max(map(width, ran.output.splitlines())) <= 100
    assert "None" not in ran.output


def test_a_file_of_actions_is_read_and_its_faults_are_said(lifts: Ask, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        'version = "7"\n[[actions]]\nid = "x"\ntitle = "招募"\ncost = 1\n'
        '[[actions.effects]]\nfeature = "volunteer"\ncount = 9\n'
    )
    asked = ("ready", "u000001", "--within", "1", "--as-of", AS_OF.isoformat(), "--json", "--actions")
    body = json.loads(lifts(*asked, str(own)).output)
    assert (body["actions_version"], body["tried"]) == ("7", 2)
    own.write_text("version = ")
    assert isinstance(lifts(*asked, str(own)).exception, ActionsInvalid)
    assert isinstance(lifts(*asked, str(tmp_path / "none.toml")).exception, FileMissing)
