"""Benchmarks of the back-test: 20 splits of 1,800 units with 350 features, with the intervals that it must give."""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from similarity.backtest.card import AtLength, BackTest
from similarity.backtest.lift_svg import lift_svg
from similarity.backtest.trials import Plan, _hidden, splits
from similarity.features import Features, from_matrix
from similarity.readiness.bands import bands
from tests.bench.figures import HEAD, Figure, machine, stopwatch

ROOT = Path(__file__).parents[2]
PEERS = ROOT / ".venv-peers" / "bin" / "python"
UNITS, FEATURES, POSITIVES, SPLITS = 1800, 350, 40, 20


def stock(*, seed: int = 0, drivers: int = 6) -> tuple[Features, list[str]]:
    """Draw a stock in which a few features move the chance to be a positive; returns it and the positives."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(UNITS, FEATURES))
    pull = 1.8 * x[:, :drivers].sum(1) + rng.gumbel(size=UNITS)
    return from_matrix(x), [str(i) for i in np.argsort(-pull)[:POSITIVES]]


def timed() -> Iterator[Figure]:
    """Time a back-test with the method chosen inside each trial, its bands and its picture."""
    features, positives = stock()
    plan, spent, busy = Plan(repeats=SPLITS // 2), [], []
    for _ in range(3):
        begun = time.process_time()
        with stopwatch(spent):
            card = splits(features, positives, plan=plan)
        busy.append(time.process_time() - begun)
    what = f"back-test, {SPLITS} splits of {UNITS:,} x {FEATURES}, method chosen in each (best of 3)"
    yield Figure(what, min(spent), "s", 5.0)
    yield Figure("the same: processor time, on two threads (it tells a busy machine from slow code)", min(busy), "s")
    drawn: list[float] = []
    for _ in range(3):
        with stopwatch(drawn):
            bands(card.found, candidates=UNITS - POSITIVES)
            lift_svg(card, lang="zh")
    yield Figure("the same: bands and picture of the card (best of 3)", 1e3 * min(drawn), "ms", 250)
    lift = tenth(card).lift
    yield Figure("the same: lift in a tenth of the list", lift.value, "times", 3.0, at_most=False)
    yield Figure("the same: lower bound of that lift", lift.low, "times", 1.0, at_most=False)


def tenth(card: BackTest) -> AtLength:
    """Return the figures of the look-alike in a tenth of the list."""
    return card.outcomes[0].at(round(0.1 * int(card.rows)))


def shuffled(rounds: int = 100) -> Figure:
    """Count how often the interval of the lift holds 1 when the labels are shuffled."""
    features, positives = stock()
    small = Features(features.ids, features.columns[:40])
    held = 0
    for seed in range(rounds):
        drawn = np.random.default_rng(seed).permutation(small.ids)[: len(positives)].tolist()
        lift = tenth(splits(small, drawn, plan=Plan(repeats=2))).lift
        held += lift.low <= 1 <= lift.high
    return Figure(
        f"shuffled labels: intervals of {rounds} that hold a lift of 1", held / rounds, "", 0.9, at_most=False
    )


def rivalled() -> Iterator[Figure]:
    """Race the former best (scikit-learn: bagged trees, logistic regression, contrast) over the same 20 splits."""
    features, positives = stock()
    plan, spent = Plan(repeats=SPLITS // 2), []
    for _ in range(2):
        with stopwatch(spent):
            card = splits(features, positives, plan=plan)
    marked = features.mask(positives)
    hidden = np.array(list(_hidden(marked, plan)))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "splits.npz"
        np.savez(path, x=np.array([c.values for c in features.columns]).T, known=marked & ~hidden, hidden=hidden)
        runs = [_peer(path) for _ in range(2)]
    seconds, hits = min(run["seconds"] for run in runs), runs[0]["hits"]
    yield Figure("the former best (scikit-learn, both cores): seconds for the same splits", seconds, "s")
    yield Figure("back-test: times faster than the former best", seconds / min(spent), "times", 1.0, at_most=False)
    ours = tenth(card).hits.value
    yield Figure("hits in a tenth of the list, of 20 hidden", ours, "hits", hits, at_most=False)


def _peer(path: Path) -> dict[str, float]:
    script = ROOT / "tests" / "bench" / "peers" / "sklearn_backtest.py"
    ran = subprocess.run([str(PEERS), str(script), str(path)], capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(ran.stdout)
    return found


def figures() -> Iterator[Figure]:
    """Yield every figure of the back-test; the race only where the environment of the peers is built."""
    yield from timed()
    if PEERS.exists():
        yield from rivalled()
    yield shuffled()


if __name__ == "__main__":
    print("\n".join([machine(), "", HEAD, *(figure.line() for figure in figures())]))
