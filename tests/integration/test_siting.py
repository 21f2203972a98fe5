"""Siting on the sample, judged by what was planted in it: the canteen of tomorrow, and the nursery that is not needed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.integration.conftest import Ran

Linli = Callable[..., Ran]


@pytest.fixture(scope="module")
def truth(sample_files: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((sample_files / "truth.json").read_text(encoding="utf-8"))
    return found


def _asked(linli: Linli, *arguments: str) -> dict[str, Any]:
    ran = linli("site", *arguments, "--json")
    assert ran.code == 0, ran.out
    found: dict[str, Any] = json.loads(ran.out)
    return found


def test_candidates_newly_cover_those_who_were_planted(linli: Linli, truth: dict[str, Any]) -> None:
    canteens = truth["canteens"]
    body = _asked(
        linli, "canteen", "--coverage", "--radius", str(canteens["reach_metres"]), "--detour", "1",
        "--age", f"{canteens['age']}-",
    )  # fmt: skip
    newly = {p["id"]: p["newly"] for p in body["points"] if p["status"] == "candidate"}
    assert newly.keys() == canteens["candidates"].keys()
    for point, planted in canteens["candidates"].items():
        assert newly[point] == pytest.approx(planted["today"], rel=0.03)  # the truth projects by hand


def test_today_and_in_ten_years_other_canteens_are_best(linli: Linli, truth: dict[str, Any]) -> None:
    planted = truth["canteens"]["candidates"]
    body = _asked(linli, "canteen", "--years", "0,10")
    best = {c["years"]: c["best_adding"]["key"] for c in body["cases"] if c["scenario"]["en"] in ("today", "middle")}
    today = max(planted, key=lambda p: planted[p]["today"])
    later = max(planted, key=lambda p: planted[p]["in_ten_years"])
    assert today != later
    assert best == {0: f"add:{today}", 10: f"add:{later}"}
    assert later in ("sp_k1", "sp_k2")  # the east


def test_no_nursery_is_built(linli: Linli, truth: dict[str, Any]) -> None:
    body = _asked(linli, "托育点", "--years", "0")
    assert body["people"] == truth["two_year_olds"]["count"]
    assert body["choice"]["build"] is False
    later = _asked(linli, "托育点", "--years", "0", "--as-of", "2022-03-01")
    assert later["people"] != 0
    assert later["people"] == _asked(linli, "托育点", "--coverage", "--as-of", "2022-03-01")["people"]
