"""Siting on the graph, on the full sample: what was planted is found, and how long it takes.

python -m tests.bench.bench_siting [HOME FILES]: with the home of a full sample nothing is written or loaded first.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from api.answers import Answer, Desk
from api.home import Home
from api.settings import read_settings
from matching.siting.cohort import Assumptions, project
from matching.siting.demand import population
from tests.bench.figures import HEAD, Figure, linli, machine, stopwatch, timed_process

AS_OF = dt.date(2021, 11, 1)
ROUNDS = 3
GROUND: dict[str, Any] = {"age": None, "radius": None, "detour": 1.3, "areas": None, "as_of": AS_OF.isoformat()}
SITE: dict[str, Any] = {
    "use": None, "years": [0, 5, 10], "add": None, "close": None, "enough": 0.05, "fill": 1 / 3, "scenarios": None,
}  # fmt: skip
NEAR = 0.03
"""The truth of the sample measures distances by hand: people at the very edge of a radius may differ."""


def figures(home: Path | None = None, files: Path | None = None) -> Iterator[Figure]:
    """Yield what siting finds on the full sample, beside what was planted, and its seconds."""
    with tempfile.TemporaryDirectory(prefix="linli-bench-") as folder:
        if home is None or files is None:
            home, files = Path(folder) / "home", Path(folder) / "files"
            around = {**os.environ, "LINLI_HOME": str(home)}
            timed_process(linli("sample", str(files), "--size", "full", "--json"), around)
            timed_process(linli("load", str(files), "--json"), around)
        desk = Desk(Home(home), read_settings({"LINLI_HOME": str(home)}))
        truth = json.loads((files / "truth.json").read_text(encoding="utf-8"))
        yield from _found(desk, truth)
        yield from _timed(desk)


def _site(desk: Desk, kind: str) -> Answer:
    return desk.ask("site", {**GROUND, **SITE, "kind": kind})


def _found(desk: Desk, truth: dict[str, Any]) -> Iterator[Figure]:
    planted = truth["canteens"]["candidates"]
    asked = {"radius": truth["canteens"]["reach_metres"], "detour": 1.0, "age": f"{truth['canteens']['age']}-"}
    body = desk.ask("points", {**GROUND, "kind": "canteen", "top": 1, **asked}).body
    newly = {p["id"]: p["newly"] for p in body["points"]}
    near = [abs(newly[p] - planted[p]["today"]) <= NEAR * planted[p]["today"] for p in planted]
    yield Figure("candidates whose newly covered people are the planted ones", sum(near), "points", 5, at_most=False)
    cases = _site(desk, "canteen").body["cases"]
    for years, when in ((0, "today"), (10, "in_ten_years")):
        best = "add:" + max(planted, key=lambda p, when=when: planted[p][when])  # type: ignore[misc]
        own = [c["best_adding"]["key"] == best for c in cases if c["years"] == years]
        share = sum(own) / len(own)
        yield Figure(f"cases {years} years ahead that choose the planted canteen", share, "of all", 1, at_most=False)
    gaps = [c["best_adding"]["gap"] for c in cases]
    yield Figure("largest gap of the best canteen to add", max(gaps), "", 0)
    nursery = _site(desk, "nursery").body
    yield Figure(
        "children of two beside the planted ones", abs(nursery["people"] - truth["two_year_olds"]["count"]), "", 0
    )
    yield Figure("nurseries that are to be built", float(nursery["choice"]["build"]), "", 0)


def _timed(desk: Desk) -> Iterator[Figure]:
    people = population(desk.home.snapshot(), AS_OF, areas=None)
    seconds: dict[str, list[float]] = {"count": [], "project": [], "coverage": [], "options": []}
    for _ in range(ROUNDS):
        with stopwatch(seconds["count"]):
            population(desk.home.snapshot(), AS_OF, areas=None)
        with stopwatch(seconds["project"]):
            project(people.counts, [0, 5, 10], start=AS_OF.year, assumed=Assumptions())
        with stopwatch(seconds["coverage"]):
            desk.ask("points", {**GROUND, "kind": "canteen", "top": 10})
        with stopwatch(seconds["options"]):
            _site(desk, "canteen")
    told = {
        "count": "people of 1,800 groups by sex and age",
        "project": "their cohorts, 10 years",
        "coverage": "coverage of 8 canteens, door to answer",
        "options": "10 options in 11 cases, door to answer",
    }
    for name, what in told.items():
        yield Figure(f"siting: {what} (best of {ROUNDS})", min(seconds[name]), "s")


if __name__ == "__main__":
    print(f"{machine()}\n\n{HEAD}")
    for figure in figures(*map(Path, sys.argv[1:3])):
        print(figure.line(), flush=True)
