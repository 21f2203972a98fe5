"""Benchmarks of similarity: real buildings (hits in the first 37), fit and rank, portraits of a full sub-district."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from graph.snapshot.columns import Snapshot
from similarity.features import Floats, Mask, from_matrix
from similarity.lookalike.design import Design
from similarity.lookalike.ranking import rank
from similarity.metrics import average_precision, bootstrap_mean, hit_chances
from similarity.portraits.units import unit_features
from similarity.tabular import rank_table
from tests.bench.figures import HEAD, Figure, machine, stopwatch
from tests.unit.similarity.town import town

K, HITS, PRECISION, LEAK = 37, 13.6, 0.31, 17.5
ROOT = Path(__file__).parents[2]
PEERS = ROOT / ".venv-peers" / "bin" / "python"
BEATEN = (
    "contrast: dot with centroid(seeds)-centroid(all)",
    "cosine to centroid, z-scored",
    "tag lift (naive Bayes, quintile bins)",
    "mean Jaccard of tag sets to the seeds",
    "mean of 5 best Jaccard to the seeds",
)
MATCHED = ("bagging PU (Mordelet-Vert trees)", "rank mean of bagging PU + LR + contrast")
UNITS, FEATURES, SEEDS = 1800, 350, 40
COLD = """
import sys, time
import numpy as np
from similarity.features import from_matrix
from similarity.lookalike.ranking import rank
data = np.load(sys.argv[1])
begun = time.perf_counter()
r = rank(from_matrix(data["x"]), [str(i) for i in np.flatnonzero(data["known"])])
[r.reasons(i) for i in range(37)]
print(time.perf_counter() - begun)
"""


def barcelona(folder: Path) -> list[Figure]:
    """Rank the pools of the 20 tasks from seeds and features alone; labels are used for scoring only.

    Methods of the table of reference are paired by task: the mean difference in hits, and the low end of its 95 %
    interval (percentile bootstrap over the tasks).
    """
    hits, precision = real_scores(folder)
    figures = [
        Figure("look-alike Barcelona, 20 tasks: mean hits in the first 37", hits.mean(), "hits", HITS, at_most=False),
        Figure("the same: above this would be a leak", hits.mean(), "hits", LEAK),
        Figure("the same: mean average precision", precision.mean(), "", PRECISION, at_most=False),
    ]
    for name, theirs in references(folder).items():
        difference = hits - theirs
        if name in BEATEN:
            low = bootstrap_mean(difference, seed=0)[0]
            figures.append(Figure(f"hits more than “{name}”, low end of the interval", low, "hits", 0, at_most=False))
        else:
            figures.append(Figure(f"hits more than “{name}”", difference.mean(), "hits", 0, at_most=False))
    return figures


def real_scores(folder: Path) -> tuple[Floats, Floats]:
    """Return hits in the first 37 and average precision of every task, in the order of the file."""
    read = pacsv.read_csv(folder / "buildings.csv.gz")
    columns = json.loads((folder / "features.json").read_text())["groups"]["noprice"]
    row = {name: i for i, name in enumerate(read["building_id"].cast(pa.string()).to_pylist())}
    tasks = json.loads((folder / "tasks.json").read_text())
    found = np.array([_score(task, read.select(columns), row) for task in tasks])
    return found[:, 0], found[:, 1]


def references(folder: Path) -> dict[str, Floats]:
    """Return the hits of the methods of reference on the tasks, in the order of the file."""
    rows = pacsv.read_csv(folder / "baselines.csv").to_pylist()
    names = [task["name"] for task in json.loads((folder / "tasks.json").read_text())]
    hits = {(r["method"], r["task"]): float(r["hits@37"]) for r in rows}
    return {method: np.array([hits[method, name] for name in names]) for method in (*BEATEN, *MATCHED)}


def _score(task: dict[str, list[str]], stock: pa.Table, row: dict[str, int]) -> tuple[float, float]:
    """Return hits in the first 37 and average precision of one task."""
    names = [*task["seeds"], *task["pool"]]
    seeds = pa.array([i < len(task["seeds"]) for i in range(len(names))])
    table = stock.take([row[n] for n in names]).append_column("id", pa.array(names)).append_column("seed", seeds)
    ranking = rank_table(table, id="id", positives="seed")
    wanted = np.isin(ranking.ids, task["hidden"])
    return float(hit_chances(ranking.scores, wanted, k=K).sum()), average_precision(ranking.scores, wanted)


def fit_and_rank() -> Iterator[Figure]:
    """Time 40 positives among 1,800 units x 350 features with the reasons of the first 37, beside the former best."""
    x, known, hidden = drawn_stock()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "stock.npz"
        np.savez(path, x=x, known=known, hidden=hidden)
        first = min(float(_printed(sys.executable, "-c", COLD, str(path))) for _ in range(7))
        yield Figure(
            "fit, choose, rank 40 of 1,800 x 350 with reasons, first in a process (best of 7)", first, "s", 0.5
        )
        design = Design(from_matrix(x))
        again: list[float] = []
        for _ in range(7):
            with stopwatch(again):
                ranking = rank(design, [str(i) for i in np.flatnonzero(known)])
        yield Figure("the same again on a stock at hand (best of 7)", min(again), "s", 0.25)
        if PEERS.exists():
            wanted = hidden[ranking.rows]
            yield from _raced(path, first, float(hit_chances(ranking.scores, wanted, k=K).sum()))


def drawn_stock() -> tuple[Floats, Mask, Mask]:
    """Return features, known and hidden positives of a stock in which six features and one product pull."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(UNITS, FEATURES))
    pull = x[:, :6].sum(1) + x[:, 6] * x[:, 7] + rng.gumbel(size=UNITS)
    best = rng.permutation(np.argsort(-pull)[: SEEDS + K])
    known, hidden = np.zeros(UNITS, bool), np.zeros(UNITS, bool)
    known[best[:SEEDS]], hidden[best[SEEDS:]] = True, True
    return x, known, hidden


def _raced(path: Path, seconds: float, hits: float) -> Iterator[Figure]:
    """Race the former best as a process of its own on the same stock (best of 3)."""
    script = ROOT / "tests" / "bench" / "peers" / "sklearn_lookalike.py"
    runs = [json.loads(_printed(str(PEERS), str(script), str(path))) for _ in range(3)]
    theirs = min(run["seconds"] for run in runs)
    yield Figure("the former best (scikit-learn, both cores, without reasons)", theirs, "s")
    yield Figure("times faster than the former best", theirs / seconds, "times", 1.0, at_most=False)
    yield Figure("hits in the first 37 of that stock", hits, "hits", runs[0]["hits"], at_most=False)


def _printed(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


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
