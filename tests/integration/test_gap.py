"""The silent few from the messy files to the list: all of them, and nobody twice."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from api.home import Home
from loaders.identifiers import keyed_hash
from tests.integration.conftest import Ran

Linli = Callable[..., Ran]


def test_the_planted_silent_people_are_found_all_of_them_and_nobody_twice(
    linli: Linli, loaded: Path, sample_files: Path
) -> None:
    planted = json.loads((sample_files / "truth.json").read_text(encoding="utf-8"))["silent"]
    ran = linli("gap", planted["programme"], "--list", "silent", "--top", 1000, "--json")
    assert ran.code == 0, ran.error
    home = Home(loaded)
    residents, secret = home.snapshot().nodes("Resident"), home.identity_key()
    ids = [row["id"] for row in json.loads(ran.out)["list"]["rows"]]
    found = [residents.column("id_hash")[residents.row(i)].as_py() for i in ids]
    assert len(found) == planted["count"] == 36
    assert set(found) == {keyed_hash(secret, "id", number) for number in planted["id_numbers"]}


def test_every_programme_adds_up_to_the_people_it_is_meant_for(linli: Linli, sample_files: Path) -> None:
    truth = json.loads((sample_files / "truth.json").read_text(encoding="utf-8"))["eligible"]
    for programme in json.loads(linli("gap", "--all", "--json").out)["programmes"]:
        counts = programme["counts"]
        states = sum(counts[s] for s in ("served", "booked", "refused", "todo", "unreachable"))
        assert counts["eligible"] == states == truth[programme["id"]]


def test_exit_codes(linli: Linli) -> None:
    ran = linli("gap", "pg_shaica")
    assert (ran.code, "pg_shaicha" in ran.error) == (2, True)
    assert linli("gap", "pg_shaicha", "--as-of", "2019-01-01").code == 2
