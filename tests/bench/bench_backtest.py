"""Benchmarks of the back-test: 20 splits of 1,800 units with 350 features, with the intervals that it must give."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from similarity.backtest.card import AtLength, BackTest
from similarity.backtest.lift_svg import lift_svg
from similarity.backtest.trials import Plan, splits
from similarity.features import Features, from_matrix
from similarity.readiness.bands import bands
from tests.bench.figures import HEAD, Figure, machine, stopwatch

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
    plan, spent = Plan(repeats=SPLITS // 2), []
    for _ in range(3):
        with stopwatch(spent):
            card = splits(features, positives, plan=plan)
    what = f"back-test, {SPLITS} splits of {UNITS:,} x {FEATURES}, method chosen in each (best of 3)"
    yield Figure(what, min(spent), "s", 5.0)
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


def figures() -> Iterator[Figure]:
    """Yield every figure of the back-test."""
    yield from timed()
    yield shuffled()


if __name__ == "__main__":
    print("\n".join([machine(), "", HEAD, *(figure.line() for figure in figures())]))
