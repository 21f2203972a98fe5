"""How many come: the share of the places that fill, by kind, committee and the plan's own number, with an interval.

The share attended / places of an activity is taken as a mean, an effect of its kind, one of its committee, and a slope on
the plan's share; effects are means of residuals drawn to 0 by ten activities (`PRIOR`). The interval comes from the
errors that the same rule made before, month by month, each month judged by what was known on its first day (split
conformal prediction, Vovk 2005; exact where errors are exchangeable).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from similarity.features import Floats, Ints, Mask
from similarity.turnout.history import Activities

PRIOR = 10.0  # activities of no effect added to each group: the weight that portraits give to people
LEVEL = 0.90  # of the interval
MONTH = 30.4375  # days


@dataclass(frozen=True, slots=True, eq=False)
class Rates:
    """The share of places that fill: `mean` + `kind` + `committee` + `slope` x (the plan's share - `plan`)."""

    mean: float
    kind: Floats
    committee: Floats
    slope: float
    plan: float

    def expected(self, activities: Activities, places: Floats) -> Floats:
        """Return the expected head count of each activity; not below 0. Unknown kinds and committees have no effect."""
        plan = np.nan_to_num(activities.predicted / places - self.plan)
        kind = np.append(self.kind, 0.0)[activities.kind]
        committee = np.append(self.committee, 0.0)[activities.committee]
        return np.maximum(0.0, places * (self.mean + kind + committee + self.slope * plan))


def sizes(activities: Activities, known: Activities) -> Floats:
    """Return the places of each activity; where unknown, the median of its kind (or of all) in `known`, else 1."""

    def median(values: Floats, otherwise: float) -> float:
        usable = values[values > 0]
        return float(np.median(usable)) if len(usable) else otherwise

    overall = median(known.capacity, median(known.attended, 1.0))
    found = np.where(activities.capacity > 0, activities.capacity, np.nan)
    for kind in np.unique(activities.kind[np.isnan(found)]):
        own = median(known.capacity[known.kind == kind], overall)
        found[np.isnan(found) & (activities.kind == kind)] = own
    return found


def rates(activities: Activities, *, kinds: int, committees: int) -> Rates:
    """Learn from the activities whose head count is known; without any, every place is taken to fill."""
    known = activities.where(~np.isnan(activities.attended))
    if not len(known):
        return Rates(1.0, np.zeros(kinds), np.zeros(committees), 0.0, 0.0)
    places = sizes(known, known)
    share, plan = known.attended / places, known.predicted / places
    mean = float(share.mean())
    kind = _effects(known.kind, share - mean, kinds)
    committee = _effects(known.committee, share - mean - kind[known.kind], committees)
    left = share - mean - kind[known.kind] - committee[known.committee]
    centre = float(np.nanmean(plan)) if not np.isnan(plan).all() else 0.0
    apart = np.nan_to_num(plan - centre)
    noise = PRIOR * max(float((apart**2).mean()), 1e-12)
    return Rates(mean, kind, committee, float((apart * left).sum() / ((apart**2).sum() + noise)), centre)


def _effects(group: Ints, values: Floats, size: int) -> Floats:
    total = np.bincount(group, weights=values, minlength=size)
    return np.asarray(total / (np.bincount(group, minlength=size) + PRIOR))


@dataclass(frozen=True, slots=True, eq=False)
class Foreseen:
    """What the rule would have said of each past activity from what was known before its month; NaN where nothing was.

    `places` are the places it was reckoned with.
    """

    activities: Activities
    expected: Floats
    places: Floats

    @property
    def judged(self) -> Mask:
        """Which activities have both an expectation and a head count."""
        return np.asarray(~np.isnan(self.expected) & ~np.isnan(self.activities.attended))

    @property
    def errors(self) -> Floats:
        """The errors of the judged activities, attended - expected, in shares of their places."""
        at = self.judged
        return np.asarray((self.activities.attended[at] - self.expected[at]) / self.places[at])


def foresee(activities: Activities, *, kinds: int, committees: int) -> Foreseen:
    """Foresee every activity month by month from those of earlier months."""
    expected, places = np.full(len(activities), np.nan), np.full(len(activities), np.nan)
    month = np.floor(activities.day / MONTH)
    for now in np.unique(month):
        past = activities.where((month < now) & ~np.isnan(activities.attended))
        at = np.flatnonzero(month == now)
        if len(past):
            own = activities.where(month == now)
            places[at] = sizes(own, past)
            expected[at] = rates(past, kinds=kinds, committees=committees).expected(own, places[at])
    return Foreseen(activities, expected, places)


def spread(errors: Floats, level: float = LEVEL) -> tuple[float, float] | None:
    """Return the ends of the conformal interval of an error; None where the past is too short for the level.

    >>> spread(np.arange(-9.0, 10.0))
    (-9.0, 9.0)
    """
    rank = int(np.floor((len(errors) + 1) * (1 - level) / 2 + 1e-9))
    if rank < 1:
        return None
    rising = np.sort(errors)
    return float(rising[rank - 1]), float(rising[len(errors) - rank])


def coverage(foreseen: Foreseen, level: float = LEVEL) -> tuple[int, int]:
    """Return how many past activities fell into the interval known before their month, and how many had one."""
    at = foreseen.judged
    month = np.floor(foreseen.activities.day[at] / MONTH)
    errors = foreseen.errors
    inside = judged = 0
    for now in np.unique(month):
        ends = spread(errors[month < now], level)
        if ends is not None:
            own = errors[month == now]
            judged += len(own)
            inside += int(((own >= ends[0]) & (own <= ends[1])).sum())
    return inside, judged
