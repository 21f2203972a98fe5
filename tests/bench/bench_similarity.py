"""Benchmarks of similarity: real buildings (hits in the first 37), fit and rank, portraits of a full sub-district."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from graph.snapshot.columns import Snapshot
from similarity.features import from_matrix
from similarity.lookalike.additive import rank
from similarity.lookalike.design import Design
from similarity.metrics import average_precision, hit_chances
from similarity.portraits.units import unit_features
from similarity.tabular import rank_table
from tests.bench.figures import HEAD, Figure, machine, stopwatch
from tests.unit.similarity.town import town

K, HITS, LEAK = 37, 13.2, 17.5
COLD = """
import time
import numpy as np
from similarity.features import from_matrix
from similarity.lookalike.additive import rank
x = np.random.default_rng(0).normal(size=(1800, 350))
begun = time.perf_counter()
r = rank(from_matrix(x), [str(i) for i in range(40)])
[r.reasons(i) for i in range(37)]
print(time.perf_counter() - begun)
"""


def barcelona(folder: Path) -> list[Figure]:
    """Rank the pools of the 20 tasks from seeds and features alone; labels are used for scoring only."""
    read = pacsv.read_csv(folder / "buildings.csv.gz")
    columns = json.loads((folder / "features.json").read_text())["groups"]["noprice"]
    ids = read["building_id"].cast(pa.string()).to_pylist()
    row = {name: i for i, name in enumerate(ids)}
    tasks = json.loads((folder / "tasks.json").read_text())
    hits, precision = np.mean([_score(task, read.select(columns), row) for task in tasks], axis=0)
    return [
        Figure(
            "look-alike Barcelona, 20 tasks, noprice: mean hits in the first 37",
            float(hits),
            "hits",
            HITS,
            at_most=False,
        ),
        Figure("the same: above this would be a leak", float(hits), "hits", LEAK),
        Figure("the same: mean average precision", float(precision), ""),
    ]


def _score(task: dict[str, list[str]], stock: pa.Table, row: dict[str, int]) -> tuple[float, float]:
    """Return hits in the first 37 and average precision of one task."""
    names = [*task["seeds"], *task["pool"]]
    seeds = pa.array([i < len(task["seeds"]) for i in range(len(names))])
    table = stock.take([row[n] for n in names]).append_column("id", pa.array(names)).append_column("seed", seeds)
    ranking = rank_table(table, id="id", positives="seed")
    wanted = np.isin(ranking.ids, task["hidden"])
    return float(hit_chances(ranking.scores, wanted, k=K).sum()), average_precision(ranking.scores, wanted)


def fit_and_rank() -> list[Figure]:
    """Time 40 positives among 1,800 units x 350 features with the reasons of the first 37."""
    first = [
        float(subprocess.run([sys.executable, "-c", COLD], capture_output=True, text=True, check=True).stdout)
        for _ in range(7)
    ]
    design = Design(from_matrix(np.random.default_rng(0).normal(size=(1800, 350))))
    rank(design, [str(i) for i in range(40)])
    again: list[float] = []
    for start in range(40, 440, 40):
        with stopwatch(again):
            ranking = rank(design, [str(i) for i in range(start, start + 40)])
            for place in range(K):
                ranking.reasons(place)
    return [
        Figure(
            "fit and rank 40 of 1,800 x 350 with reasons, first in a process (best of 7)",
            1e3 * min(first),
            "ms",
            300,
        ),
        Figure("the same, other positives of the same stock (median of 10)", 1e3 * float(np.median(again)), "ms", 50),
    ]


def portraits() -> list[Figure]:
    """Time the portraits of 1,800 units from 83,000 residents with 240 tags."""
    snapshot = Snapshot.of(town(1800, 83_000, tags=240))
    spent: list[float] = []
    for _ in range(3):
        with stopwatch(spent):
            features = unit_features(snapshot, dt.date(2021, 6, 1))
    return [
        Figure(
            f"portraits of 1,800 units from 83,000 residents, {len(features.columns)} features", min(spent), "s", 1.0
        ),
        Figure("features a unit", len(features.columns), "features", 300, at_most=False),
    ]


def figures() -> list[Figure]:
    """Return every figure of similarity; real buildings only where LINLI_OPEN_DATA names their folder."""
    folder = os.environ.get("LINLI_OPEN_DATA")
    real = barcelona(Path(folder) / "lookalike-barcelona") if folder else []
    return [*real, *fit_and_rank(), *portraits()]


if __name__ == "__main__":
    print("\n".join([machine(), "", HEAD, *(figure.line() for figure in figures())]))
