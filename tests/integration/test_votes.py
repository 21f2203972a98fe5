"""Votes from the messy files to the door: what the sample planted is what a committee reads."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.integration.conftest import Ran

Linli = Callable[..., Ran]
PLANTED = {"agreed": "同意", "refused": "反对", "abstained": "弃权", "undecided": "未定", "unreached": "未联系上"}


def test_every_vote_under_way_has_the_planted_counts(linli: Linli, sample_files: Path) -> None:
    truth = json.loads((sample_files / "truth.json").read_text(encoding="utf-8"))["votes"]
    ran = linli("consent", "--list", "--json")
    assert ran.code == 0, ran.error
    votes = json.loads(ran.out)["votes"]
    assert len(votes) == 10
    for vote in votes:
        planted = truth[vote["plan"]["id"]]
        assert {c: n["homes"] for c, n in vote["choices"].items()} == {c: planted[zh] for c, zh in PLANTED.items()}


def test_one_vote_is_replayed(linli: Linli, tmp_path: Path) -> None:
    first = json.loads(linli("consent", "--list", "--json").out)["votes"][0]
    ran = linli("consent", first["unit"]["id"], "--json")
    (tmp_path / "answer.json").write_text(ran.out, encoding="utf-8")
    assert linli("replay", tmp_path / "answer.json").code == 0
    answer = json.loads(ran.out)
    assert answer["count"] == first["count"]
    assert len(answer["sets"][0]["homes"]) == first["count"]


def test_exit_codes_of_what_does_not_exist(linli: Linli) -> None:
    ran = linli("consent", "汾西路261弄9999号")
    assert (ran.code, "Did you mean" in ran.error) == (3, True)
    assert linli("consent", "--list", "--agreement", "2").code == 2
    assert linli("ready", "汾西路261弄9999号").code == 3
