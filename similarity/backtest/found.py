"""Where a rule put the positives that were hidden from it: the raw result of a back-test.

Everything on a card is counted from these places: hits in a list of any length, the curve, the bands, and the cost of
leaving a group of features out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from similarity import metrics
from similarity.features import Floats, Ints, Mask


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """One question: learn on `known`, find `hidden` among `candidates`; masks over the stock, shape (n,)."""

    known: Mask
    hidden: Mask
    candidates: Mask


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """The place of every hidden positive in every trial that hid it; all arrays have one entry for each.

    `rows` are rows of the stock, `above` counts the candidates that scored higher, `tied` those that scored the same
    (itself included), `placement` is the share of other candidates below it, `precision` that of the list that ends
    with it. `candidates` and `hidden` are means over the trials.
    """

    rows: Ints
    above: Floats
    tied: Floats
    placement: Floats
    precision: Floats
    candidates: float
    hidden: float

    @property
    def positives(self) -> int:
        """How many distinct positives were hidden: the figures rest on so many cases, however often each was hidden."""
        return len(np.unique(self.rows))

    def by_positive(self, values: Floats) -> Floats:
        """Return the mean of `values` over the trials that hid each positive, in the order of the stock; shape (m,)."""
        _, at, times = np.unique(self.rows, return_inverse=True, return_counts=True)
        return np.asarray(np.bincount(at, weights=values) / times, np.float64)

    def chances(self, k: int) -> Floats:
        """Return the chance of each positive to stand among the first `k`, ties falling in random order; shape (m,)."""
        return self.by_positive(np.clip((k - self.above) / self.tied, 0.0, 1.0))

    def shares(self) -> Floats:
        """Return which share of the positives stands among the first 1, 2, … candidates; every positive weighs alike."""
        _, at, times = np.unique(self.rows, return_inverse=True, return_counts=True)
        weight = 1 / (times[at] * len(times) * self.tied)  # gained at each step of a tie
        first, last = self.above.astype(np.int64), (self.above + self.tied).astype(np.int64)
        steps = np.zeros(max(int(last.max()), int(self.candidates)) + 1)
        np.add.at(steps, first, weight)
        np.add.at(steps, last, -weight)
        return np.minimum(np.cumsum(np.cumsum(steps)), 1.0)[: int(self.candidates)]


def find(trials: Sequence[Trial], scores: Iterable[Floats]) -> Found:
    """Return where the hidden positives of each trial stand by its scores (one array over the stock for each trial)."""
    places = [_place(trial, all_scores) for trial, all_scores in zip(trials, scores, strict=True)]
    rows = np.concatenate([np.flatnonzero(t.hidden) for t in trials])
    above, tied, placement, precision = np.concatenate(places, axis=1)
    candidates = float(np.mean([t.candidates.sum() for t in trials]))
    hidden = float(np.mean([t.hidden.sum() for t in trials]))
    return Found(rows, above, tied, placement, precision, candidates, hidden)


def _place(trial: Trial, scores: Floats) -> Floats:
    mine, wanted = scores[trial.candidates], trial.hidden[trial.candidates]
    above, tied = metrics.above_and_tied(mine, wanted)
    return np.stack([above, tied, metrics.placements(mine, wanted), metrics.precisions(mine, wanted)])
