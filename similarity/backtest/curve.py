"""Hits and lift of one rule at every list length, as data.

Intervals are Wilson's (95 %) for hits, out of the most that a list can hold: as many as the list is long, or as many
as are hidden. Repeated splits steady the figure but do not narrow its interval.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from graph.model.text import Text
from similarity import metrics
from similarity.backtest.figure import AtLength, Figure
from similarity.backtest.found import Found
from similarity.features import Floats
from similarity.reasons import rounded


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Expected hits of a rule in lists of 1, 2, … rows, with both ends of the interval; arrays of shape (rows,).

    `candidates` is how many rows there are to choose from, `hidden` how many of them are looked for.
    """

    rule: Text
    hits: Floats
    low: Floats
    high: Floats
    candidates: float
    hidden: float

    def __len__(self) -> int:
        return len(self.hits)

    @property
    def lengths(self) -> Floats:
        """The list lengths 1, 2, …; shape (rows,)."""
        return np.arange(1.0, len(self) + 1)

    def lift(self, hits: Floats) -> Floats:
        """Return hits (one of the three arrays) as a multiple of what a random list of that length would hold."""
        return hits * self.candidates / (self.hidden * self.lengths)

    def at(self, k: int) -> AtLength:
        """Return the figures of the first `k` rows."""
        hits = Figure(*(float(x[k - 1]) for x in (self.hits, self.low, self.high)))
        return AtLength(
            k,
            hits,
            recall=hits.times(1 / self.hidden),
            precision=hits.times(1 / k),
            lift=hits.times(self.candidates / (self.hidden * k)),
        )

    def to_json(self) -> dict[str, Any]:
        """Return the curve as columns: list length, hits and lift with the ends of their intervals, 6 digits."""
        arrays = {"hits": self.hits, "hits_low": self.low, "hits_high": self.high}
        arrays |= {name.replace("hits", "lift"): self.lift(values) for name, values in arrays.items()}
        columns = {name: np.round(values, 6).tolist() for name, values in arrays.items()}
        return {"rule": {"zh": self.rule.zh, "en": self.rule.en}, "k": list(range(1, len(self) + 1)), **columns}


def curve(rule: Text, found: Found) -> Curve:
    """Return the hits of a rule at every list length."""
    share, cases = found.shares(), found.positives
    lengths = np.arange(1.0, len(share) + 1)
    possible = np.minimum(lengths, found.hidden)  # the most hits that a list can hold
    part = np.minimum(share * found.hidden / possible, 1.0)
    seen = cases * possible / found.hidden
    low, high = metrics.wilson_ends(part * seen, seen)
    hits = (rounded(part * possible), rounded(low * possible), rounded(high * possible))
    return Curve(rule, *hits, found.candidates, found.hidden)
