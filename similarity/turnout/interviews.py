"""What a survey shows, and how many more interviews would decide: Wilson's interval, corrected for a finite population.

Wilson's interval holds a threshold t exactly when |share - t| <= z sqrt(t (1 - t) / n); so the counts that decide are known
in advance, and the chance of getting them is a binomial tail. Where the people who could be asked are N, an interview
counts for more: n stands for n (N - 1) / (N - n) interviews (Cochran 1977, section 2.6), and asking everybody decides.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from similarity.features import Floats
from similarity.metrics import Z95, wilson

POWER = 0.8  # the chance of deciding that a plan of interviews should have: the convention of Cohen 1988
MOST = 100_000  # interviews; a question that needs more is not decided by asking


def effective(asked: float, population: float | None) -> float:
    """Return for how many interviews of an endless population `asked` stand; infinite when everybody was asked.

    >>> round(effective(100, 200))
    199
    """
    if population is None or asked <= 0:
        return asked
    return math.inf if population <= asked else asked * (population - 1) / (population - asked)


def interval(agreed: float, asked: float, *, population: float | None = None, z: float = Z95) -> tuple[float, float]:
    """Return Wilson's interval of the share that agrees, narrower where the population is known and small.

    >>> [round(x, 3) for x in interval(184, 200)]
    [0.874, 0.95]
    """
    size = effective(asked, population)
    if asked <= 0:
        return 0.0, 1.0
    return (agreed / asked, agreed / asked) if math.isinf(size) else wilson(agreed / asked * size, size, z=z)


@dataclass(frozen=True, slots=True)
class MoreInterviews:
    """How many more people must be asked until the interval no longer holds `threshold`.

    `decided` tells that it does not hold it now. `unchanged` is the number if the later answers split as the earlier ones
    did, `planned` the number with which that happens with a chance of `POWER` if the share found so far is the true one;
    None: not even by asking everybody (or `MOST` people).
    """

    threshold: float
    decided: bool
    unchanged: int | None
    planned: int | None

    def to_json(self) -> dict[str, Any]:
        """Return the answer as a JSON value."""
        facts = {k: getattr(self, k) for k in ("decided", "unchanged", "planned")}
        return {"threshold": round(self.threshold, 6), "power": POWER} | facts


def more_interviews(
    agreed: int, asked: int, *, threshold: float, population: int | None = None, z: float = Z95
) -> MoreInterviews:
    """Return how many more interviews would decide whether the share lies above or below `threshold` (0 to 1)."""
    low, high = interval(agreed, asked, population=population, z=z)
    if asked <= 0 or not low <= threshold <= high:
        decided = asked > 0
        return MoreInterviews(threshold, decided, 0 if decided else None, 0 if decided else None)
    most = MOST if population is None else min(MOST, max(population - asked, 0))
    more = np.arange(1, most + 1, dtype=np.float64)
    share = agreed / asked
    apart = needed_distance(asked + more, threshold=threshold, population=population, z=z)
    unchanged = _first(abs(share - threshold) > apart)
    planned = _lasting(
        chance_to_decide(agreed, asked, threshold=threshold, population=population, z=z, most=most) >= POWER
    )
    return MoreInterviews(threshold, False, unchanged, planned)


def needed_distance(asked: Floats, *, threshold: float, population: int | None, z: float = Z95) -> Floats:
    """Return how far the share found must lie from the threshold to decide, for each number of interviews."""
    rest = np.ones_like(asked) if population is None else np.maximum(population - asked, 0) / max(population - 1, 1)
    return np.asarray(z * np.sqrt(threshold * (1 - threshold) * rest / asked))


def chance_to_decide(
    agreed: int, asked: int, *, threshold: float, population: int | None, most: int, z: float = Z95
) -> Floats:
    """Return for 1 to `most` more interviews the chance that they decide on the side seen so far; shape (most,).

    Later answers are drawn with the share found so far, or from the people left where the population is known.
    """
    from scipy.stats import binom, hypergeom

    more = np.arange(1, most + 1)
    share, above = agreed / asked, agreed / asked > threshold
    apart = needed_distance(asked + more.astype(np.float64), threshold=threshold, population=population, z=z)
    if above:
        wanted = np.floor((threshold + apart) * (asked + more) + 1e-9).astype(np.int64) - agreed  # more than this many
    else:
        wanted = np.ceil((threshold - apart) * (asked + more) - 1e-9).astype(np.int64) - agreed - 1  # at most this many
    if population is None:
        drawn = binom(more, share)
    else:
        left = round(share * population) - agreed
        drawn = hypergeom(population - asked, min(max(left, 0), population - asked), more)
    return np.asarray(drawn.sf(wanted) if above else drawn.cdf(wanted))


def _first(holds: np.ndarray) -> int | None:
    return int(np.argmax(holds)) + 1 if holds.any() else None


def _lasting(holds: np.ndarray) -> int | None:
    """Return the least number from which on it always holds (a binomial tail goes up and down a little on its way)."""
    if not len(holds) or not holds[-1]:
        return None
    fails = np.flatnonzero(~holds)
    return int(fails[-1]) + 2 if len(fails) else 1
