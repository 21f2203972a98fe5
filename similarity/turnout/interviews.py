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
    survey = _Survey(agreed, asked, threshold, population, z)
    most = MOST if population is None else min(MOST, max(population - asked, 0))
    more = np.arange(1, most + 1, dtype=np.float64)
    unchanged = np.flatnonzero(survey.distance > survey.needed(more))
    return MoreInterviews(threshold, False, int(more[unchanged[0]]) if len(unchanged) else None, _planned(survey, more))


@dataclass(frozen=True, slots=True)
class _Survey:
    """A survey so far, and the threshold it is held against."""

    agreed: int
    asked: int
    threshold: float
    population: int | None
    z: float

    @property
    def share(self) -> float:
        return self.agreed / self.asked

    @property
    def distance(self) -> float:
        return abs(self.share - self.threshold)

    def rest(self, more: Floats) -> Floats:
        """Return the correction of the variance after `more` interviews: (N - n) / (N - 1)."""
        if self.population is None:
            return np.ones_like(more)
        return np.maximum(self.population - self.asked - more, 0.0) / max(self.population - 1, 1)

    def needed(self, more: Floats) -> Floats:
        """Return how far from the threshold the share must lie after `more` interviews to decide."""
        t = self.threshold
        return np.asarray(self.z * np.sqrt(t * (1 - t) * self.rest(more) / (self.asked + more)))

    def chance(self, more: Floats) -> Floats:
        """Return the chance that `more` interviews decide on the side seen so far, if the share found is the true one."""
        from scipy.stats import binom, hypergeom

        above, total = self.share > self.threshold, self.asked + more
        if above:  # more than `wanted` of the later answers must be yes
            wanted = np.floor((self.threshold + self.needed(more)) * total + 1e-9) - self.agreed
        else:  # at most `wanted`
            wanted = np.ceil((self.threshold - self.needed(more)) * total - 1e-9) - self.agreed - 1
        if self.population is None:
            return np.asarray(binom.sf(wanted, more, self.share) if above else binom.cdf(wanted, more, self.share))
        left = self.population - self.asked
        yes = min(max(round(self.share * self.population) - self.agreed, 0), left)
        return np.asarray(hypergeom.sf(wanted, left, yes, more) if above else hypergeom.cdf(wanted, left, yes, more))

    def roughly(self, more: Floats) -> Floats:
        """Return about how many standard deviations the share found lies beyond what decides (the normal limit)."""
        total = self.asked + more
        after = more if self.population is None else more * (self.population - self.asked - more) / self.population
        spread = np.sqrt(np.maximum(self.share * (1 - self.share) * after, 1e-12))
        return np.asarray((self.distance - self.needed(more)) * total / spread)


def _planned(survey: _Survey, more: Floats) -> int | None:
    """Return the least number from which on the chance stays at `POWER`; it goes up and down a little on its way.

    The normal limit finds the region, the exact tail the number; a tail moves by one step in about 3 / distance interviews.
    """
    from scipy.special import ndtri

    near = np.flatnonzero(survey.roughly(more) < ndtri(POWER))
    if survey.distance <= 0 or not len(more):
        return None
    centre, half = (int(near[-1]) if len(near) else 0), int(6 / survey.distance) + 50
    region = more[max(centre - half, 0) : centre + half]
    fails = np.flatnonzero(survey.chance(region) < POWER)
    if not len(fails):
        return int(region[0])
    return int(region[fails[-1]]) + 1 if fails[-1] + 1 < len(region) else None
