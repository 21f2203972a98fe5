"""The portraits that `bench_portraits` times in linli: `python -m tests.bench.portrait_work HOME DIGEST DAY ANSWERS RUNS`.

The groups of features that are made of people (the peers compute the same); a process of its own, as the
peers are. Raw shares and means go to ANSWERS; seconds and the memory above the open snapshot are printed.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import sys
import time
from pathlib import Path

import numpy as np

from graph.model.relationships import SCHEMA
from graph.snapshot.columns import Snapshot, parts
from graph.snapshot.published import Published
from similarity.features import Feature, Floats
from similarity.portraits.crowd import Mean, Share, crowd
from similarity.portraits.units import GROUPS

MADE_OF_PEOPLE = (
    *("age", "sex", "education", "marital", "politics", "work", "residence", "household"),
    *("tags", "activity", "programme", "volunteer", "need"),
)
"""The groups of features that the peers compute too."""


def work(snapshot: Snapshot, day: dt.date) -> list[Feature]:
    """Return the features of every unit that are made of people."""
    who = crowd(snapshot, day)
    return [f for name in MADE_OF_PEOPLE for f in GROUPS[name](who)]


def raw(feature: Feature) -> Floats:
    """Return a feature before it is drawn towards the mean."""
    match feature:
        case Share(counts=counts, among=among) | Mean(total=counts, among=among):
            return np.where(among > 0, counts / np.where(among > 0, among, 1.0), np.nan)
        case _:
            return feature.values


def peak_kilobytes() -> int:
    """Return the peak of resident memory since it was last reset."""
    return int(re.findall(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[0])


def main(home: str, digest: str, day: str, answers: str, runs: str) -> None:
    """Open the snapshot, touch every part of it, then time the work."""
    snapshot = Published(Path(home)).open(digest)
    for name in parts():
        for column in snapshot.table(name).columns:
            column.validate(full=True)
        _ = snapshot.nodes(name) if name in SCHEMA.label else snapshot.edges(name)
    Path("/proc/self/clear_refs").write_text("5")
    before = peak_kilobytes()
    spent = []
    for _ in range(int(runs)):
        begun = time.perf_counter()
        features = work(snapshot, dt.date.fromisoformat(day))
        spent.append(time.perf_counter() - begun)
    grown = (peak_kilobytes() - before) / 1e3
    np.savez(answers, allow_pickle=False, **{f.name: raw(f) for f in features})
    print(json.dumps({"seconds": min(spent), "first": spent[0], "megabytes": grown, "features": len(features)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
