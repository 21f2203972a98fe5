"""Who comes: a log-linear model whose weights say how far each piece of evidence is to be believed.

Among all people of the scope, the chance that a given visit to activity a is that of person i is proportional to
exp(sum_j w_j x_ij), x the log rate ratios of `evidence`. The weights maximise the Poisson likelihood of later visits
given evidence from earlier ones (the history is cut twice: ratios from before a cut, visits from after it). A ridge
draws each weight to 1, the value at which a ratio is taken at its word; with hardly any visits that is the model.
Everybody who did not come stands in through a random sample from the holding committee and one from elsewhere, each
weighted by what it stands for (Prentice 1986, case-cohort).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from similarity.features import Floats, Ints
from similarity.lookalike.estimator import one_thread
from similarity.turnout import places
from similarity.turnout.evidence import NAMES, Evidence, learn, place_codes
from similarity.turnout.history import History

CUTS = (0.5, 0.75)  # shares of the visits, oldest first, at which the history is cut: chosen by back-test
SAMPLE = 40  # people drawn for each activity from the holding committee, and as many from elsewhere
TRUST = 20.0  # visits against which the ridge is weighed: about one activity
ROUNDS = 25
SEED = 20211101


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """The evidence of a whole history and the weight of each piece of it; `visits` later visits taught the weights."""

    evidence: Evidence
    weights: Floats
    visits: int

    def scores(self, matrix: Floats) -> Floats:
        """Return the log rate of each row of evidence, up to a constant."""
        return np.asarray((matrix * self.weights).sum(1))


@dataclass(frozen=True, slots=True, eq=False)
class Lessons:
    """Evidence of the visits (rows of `came`), and of a weighted sample of everybody, with the log rate without any."""

    came: Floats
    everybody: Floats
    size: Floats
    offset: Floats


def fit(history: History, *, seed: int = SEED) -> Model:
    """Learn ratios and weights from a history; deterministic for a seed."""
    with one_thread():  # the last bits of a product depend on how many share it
        return _fit(history, seed)


def _fit(history: History, seed: int) -> Model:
    shares = places.shares(history.people, history.activities)
    lessons = list(_lessons(history, shares, seed=seed))
    evidence = learn(history, shares)
    if not lessons:
        return Model(evidence, np.ones(len(NAMES)), 0)
    joined = Lessons(*(np.concatenate([getattr(x, name) for x in lessons]) for name in Lessons.__slots__))
    return Model(evidence, weigh(joined), len(joined.came))


def _lessons(history: History, shares: Floats, *, seed: int) -> Iterator[Lessons]:
    """Yield one lesson a cut: ratios from before it, the visits up to the next one."""
    if not len(history.visitor):
        return
    rng = np.random.Generator(np.random.PCG64(seed))
    cuts = [*np.quantile(history.visit_day, CUTS, method="lower"), float(history.day)]
    for cut, until in pairwise(cuts):
        past, day = history.before(cut), history.activities.day
        later = np.flatnonzero((day >= cut) & (day < until) & (np.bincount(history.visited, minlength=len(day)) > 0))
        if len(past.visitor) and len(later):
            evidence = learn(past, shares[history.activities.day < cut])
            yield _lesson(history, evidence, later=later, rng=rng)


def _lesson(history: History, evidence: Evidence, *, later: Ints, rng: np.random.Generator) -> Lessons:
    chosen = np.isin(history.visited, later)
    visited, people = history.visited[chosen], len(history.people)
    who, what, size = sample(history, later, rng)
    came = np.bincount(history.visited, minlength=len(history.activities))
    return Lessons(
        came=_rows(history, evidence, history.visitor[chosen], activities=visited),
        everybody=_rows(history, evidence, who, activities=what),
        size=size,
        offset=np.log(came[what] / people),
    )


def _rows(history: History, evidence: Evidence, people: Ints, *, activities: Ints) -> Floats:
    return evidence.matrix(people, history.activities.kind[activities], place_codes(history, people, activities))


def sample(history: History, later: Ints, rng: np.random.Generator) -> tuple[Ints, Ints, Floats]:
    """Draw people for each activity: who, at which activity, and for how many each of them stands."""
    committee = history.people.committee
    order = np.argsort(committee, kind="stable")
    bounds = np.searchsorted(committee[order], np.arange(len(history.committees) + 1))
    held = history.activities.committee[later]
    low, high, total = bounds[held], bounds[held + 1], len(order)
    own, other = high - low, total - (high - low)
    draw = rng.random((2, len(later), SAMPLE))
    near = low[:, None] + np.floor(draw[0] * own[:, None]).astype(np.int64)
    far = np.floor(draw[1] * other[:, None]).astype(np.int64)
    far += np.where(far >= low[:, None], own[:, None], 0)
    place = np.concatenate([near[own > 0].ravel(), far[other > 0].ravel()])
    what = np.concatenate([np.repeat(later[own > 0], SAMPLE), np.repeat(later[other > 0], SAMPLE)])
    size = np.concatenate([np.repeat(own[own > 0], SAMPLE), np.repeat(other[other > 0], SAMPLE)]) / SAMPLE
    return order[place], what, size


def weigh(lessons: Lessons) -> Floats:
    """Return the weights by Newton's method on the Poisson likelihood with a ridge towards 1.

    The likelihood is concave; a step that would lose is halved. The level of all rates is a free constant.
    """
    came, everybody = (np.column_stack([np.ones(len(x)), x]) for x in (lessons.came, lessons.everybody))
    observed = came.sum(0)
    weights, ridge = np.ones(len(observed)), np.full(len(observed), TRUST)
    weights[0], ridge[0] = 0.0, 1e-9
    prior = weights.copy()

    def value(at: Floats) -> tuple[float, Floats]:
        rate = lessons.size * np.exp(np.minimum(everybody @ at + lessons.offset, 50.0))
        return float(observed @ at - rate.sum() - 0.5 * (ridge * (at - prior) ** 2).sum()), rate

    for _ in range(ROUNDS):
        now, rate = value(weights)
        gradient = observed - rate @ everybody - ridge * (weights - prior)
        step = np.linalg.solve((everybody * rate[:, None]).T @ everybody + np.diag(ridge), gradient)
        if gradient @ step < 1e-9:
            break
        while value(weights + step)[0] < now and np.abs(step).max() > 1e-12:
            step = step / 2
        weights = weights + step
    return weights[1:]
