"""One-click search on 83,000 people: the sixty recorded searches warm, a filter of four tags, and a cold start.

python -m tests.bench.bench_search
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from graph.model.condition import AllOf, AnyOf, Not, Tagged
from graph.model.viewer import operator
from graph.snapshot.columns import Snapshot
from graph.snapshot.evaluate import mask
from graph.snapshot.published import Published
from search.attachment import Prepared, attach
from search.find import find
from search.found import to_json
from search.request import read
from tests.bench.district import records
from tests.bench.figures import HEAD, Figure, machine, stopwatch
from tests.integration.searches import SEARCHES
from tests.unit.search.town import AS_OF

_COLD = """
import datetime as dt, json, pathlib, sys
from graph.model.viewer import operator
from graph.snapshot.published import Published
from search.find import find
from search.found import to_json
from search.attachment import Prepared, attach
from search.request import read
published = Published(pathlib.Path(sys.argv[1]))
snapshot = published.current()
prepared = Prepared.open(snapshot, published.attached(snapshot.digest))
request = read(sys.argv[2], prepared.vocabulary)
print(json.dumps(to_json(find(prepared, request, viewer=operator("bench"), as_of=dt.date(2021, 11, 1)))))
"""


def figures() -> list[Figure]:
    """Publish the drawn sub-district in a folder of its own and measure it."""
    with tempfile.TemporaryDirectory() as folder:
        published = Published(Path(folder))
        stage = published.stage(Snapshot.of(records()))
        spent: list[float] = []
        with stopwatch(spent):
            attach(stage.snapshot, stage.attached)
        published.publish(stage)
        return [*measured(published), Figure("vocabulary and full text built at publication", spent[0], "s")]


def measured(published: Published) -> list[Figure]:
    """Measure the snapshot in force of a home (any size) whose search is prepared."""
    snapshot = published.current()
    prepared = Prepared.open(snapshot, published.attached(snapshot.digest))
    people = len(snapshot.nodes("Resident"))
    warm = 1_000 * np.array(_searches(prepared))
    return [
        Figure(f"60 recorded searches, {people:,} people, warm, p50", float(np.quantile(warm, 0.5)), "ms", 40),
        Figure(f"60 recorded searches, {people:,} people, warm, p95", float(np.quantile(warm, 0.95)), "ms", 120),
        Figure("Boolean filter of four tags over all residents", 1_000 * _filter(snapshot), "ms", 20),
        Figure("search, cold start without the door's own imports", _cold(published), "s", 1.2),
    ]


def _searches(prepared: Prepared, rounds: int = 3) -> list[float]:
    """Return the seconds of every search, `rounds` times each, after one round that is not counted."""
    seconds: list[float] = []
    for count in range(rounds + 1):
        for one in SEARCHES:
            with stopwatch(seconds):
                request = read(one.text, prepared.vocabulary)
                to_json(find(prepared, request, viewer=operator("bench"), as_of=AS_OF))
        if count == 0:
            seconds.clear()
    return seconds


def _filter(snapshot: Snapshot) -> float:
    """Return the median seconds of a filter of four tags: two held, one denied, one of a choice."""
    tags = [Tagged(tag) for tag in snapshot.nodes("Tag").ids.slice(0, 4).to_pylist()]
    condition = AllOf((tags[0], AnyOf((tags[1], tags[2])), Not(tags[3])))
    seconds: list[float] = []
    for _ in range(15):
        with stopwatch(seconds):
            mask(snapshot, "Resident", condition, AS_OF)
    return float(np.median(seconds))


def _cold(published: Published, tries: int = 5) -> float:
    """Return the median wall seconds of a process that opens the snapshot and answers one search."""
    command = [sys.executable, "-c", _COLD, str(published.folder), "汾西路261弄 合唱队排练场地 70岁以上老人"]
    seconds: list[float] = []
    for _ in range(tries):
        with stopwatch(seconds):
            subprocess.run(command, check=True, capture_output=True)
    return float(np.median(seconds))


if __name__ == "__main__":
    print("\n".join([machine(), "", HEAD, *(figure.line() for figure in figures())]))
