"""The back-test: learn from the past, rank the people of each later activity, and see where those who came stood.

Everything is learned from days before the cut; the activities from the cut on are ranked among the people of their
committee (to tell who comes from another one is easy, and would flatter the figures). Beside it stand the rules that an
experienced cadre would use: who came before, the age at which people come, the lively stairwells, and chance.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from graph.model.geo import distance_m
from graph.model.text import Text
from similarity.features import Floats, Ints, Mask
from similarity.metrics import area_under_curve, hit_chances, wilson_ends
from similarity.turnout import places
from similarity.turnout.evidence import NAMES
from similarity.turnout.history import History
from similarity.turnout.likely import shared_out
from similarity.turnout.model import Model

TENTHS = 10
FIRST = 10  # people at the head of each list
HELD_OUT = 0.25  # of the visits, the latest
LEAST_PEOPLE = 50  # living in a committee; with fewer a tenth of them says nothing
SEED = 20211101

ROUNDS = 1000
RULES = {
    "model": Text("本模型", "this model"),
    "own": Text("按本人以往到场", "by own past visits"),
    "age": Text("按年龄", "by age"),
    "neighbours": Text("按楼组活跃程度", "by how lively the stairwell is"),
}
"""The rules beside the model sort by one thing alone."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How well one rule ranked: mean area under the curve over activities, and the share of visits from the first tenth.

    Each with its bootstrap 95 % interval over activities.
    """

    rule: Text
    area: tuple[float, float, float]
    top_tenth: tuple[float, float, float]

    def to_json(self) -> dict[str, Any]:
        """Return the outcome as a JSON value."""
        figures = {"area": self.area, "top_tenth": self.top_tenth}
        return {"zh": self.rule.zh, "en": self.rule.en} | {k: [round(x, 6) for x in v] for k, v in figures.items()}


@dataclass(frozen=True, slots=True)
class Tenth:
    """A part of the ranking over all later activities: people invited, visits, the turnout with its Wilson interval.

    `foreseen` is the turnout that the model's chances gave.
    """

    people: int
    visits: int
    turnout: float
    low: float
    high: float
    foreseen: float

    def to_json(self) -> dict[str, Any]:
        """Return the tenth as a JSON value."""
        shares = {k: round(getattr(self, k), 9) for k in ("turnout", "low", "high", "foreseen")}
        return {"people": self.people, "visits": self.visits} | shares


@dataclass(frozen=True, slots=True)
class Trial:
    """The back-test as a whole; `elsewhere` counts visits of people of other committees, who were not ranked.

    `first` is the turnout of the first ten people of each list: there the chances are least certain.
    """

    activities: int
    visits: int
    elsewhere: int
    taught: int
    outcomes: tuple[Outcome, ...]
    tenths: tuple[Tenth, ...]
    first: Tenth

    def to_json(self) -> dict[str, Any]:
        """Return the back-test as a JSON value."""
        facts = {k: getattr(self, k) for k in ("activities", "visits", "elsewhere", "taught")}
        rules, tenths = [o.to_json() for o in self.outcomes], [t.to_json() for t in self.tenths]
        return facts | {"rules": rules, "tenths": tenths, "first": self.first.to_json()}


def cut(history: History) -> int | None:
    """Return the day that parts the last quarter of the visits from the rest, None without two days of visits."""
    days = history.visit_day
    if not len(days):
        return None
    day = float(np.quantile(days, 1 - HELD_OUT, method="higher"))
    return int(day) if (days < day).any() else None


@dataclass(frozen=True, slots=True, eq=False)
class _Case:
    """One later activity: the scores of its committee's people by rule, who of them came, and how many visits it had."""

    scores: tuple[Floats, ...]
    came: Mask
    visits: int
    chances: Floats


def trial(past: History, model: Model, *, later: History) -> Trial | None:
    """Try a model of the past on the activities of `later` that are not before its day; None when none can be judged."""
    cases = list(_cases(past, model, later=later))
    if not cases:
        return None
    visits = sum(int(case.came.sum()) for case in cases)
    return Trial(
        activities=len(cases),
        visits=visits,
        elsewhere=sum(case.visits for case in cases) - visits,
        taught=model.visits,
        outcomes=tuple(_outcome(title, cases, j) for j, title in enumerate(RULES.values())),
        tenths=_tenths(cases),
        first=_first(cases),
    )


def _cases(past: History, model: Model, *, later: History) -> Iterator[_Case]:
    visitor = _in_past(past, later)[later.visitor]
    held = later.activities.committee
    order = np.searchsorted(later.visited, np.arange(len(later.activities) + 1))  # visits stand by activity
    for row in np.flatnonzero(later.activities.day >= past.day):
        code = later.committees[held[row]]
        near = np.flatnonzero(past.people.committee == _position(past.committees, code))
        came = np.isin(near, visitor[order[row] : order[row + 1]])
        if len(near) >= LEAST_PEOPLE and came.any() and not came.all():
            scores = _scores(past, model, near, later=later, row=int(row))
            chances = shared_out(scores[0], float(came.sum()))
            yield _Case(scores, came, int(order[row + 1] - order[row]), chances)


def _position(names: tuple[str, ...], name: str) -> int:
    return names.index(name) if name in names else -2


def _in_past(past: History, later: History) -> Ints:
    """Return for each person of `later` the row in `past`, -1 for those who did not live here then."""
    wanted, known = later.people.resident, past.people.resident
    at = np.searchsorted(known, wanted)
    at[at == len(known)] = 0
    return np.where(known[at] == wanted, at, -1) if len(known) else np.full(len(wanted), -1)


def _scores(past: History, model: Model, near: Ints, *, later: History, row: int) -> tuple[Floats, ...]:
    what = later.activities
    kind = max(_position(past.kinds, later.kinds[what.kind[row]]), 0)
    people = past.people
    metres = distance_m(people.lon[near], people.lat[near], what.lon[row], what.lat[row])
    code = places.codes(np.ones(len(near), bool), metres)
    matrix = model.evidence.matrix(near, np.full(len(near), kind), code)
    visits = model.evidence.visits.counts[near].sum(1)
    return model.scores(matrix), visits, matrix[:, NAMES.index("age")], matrix[:, NAMES.index("neighbours")]


def _outcome(rule: Text, cases: list[_Case], at: int) -> Outcome:
    area = np.array([area_under_curve(case.scores[at], case.came) for case in cases])
    hits = [hit_chances(c.scores[at], c.came, k=round(len(c.came) / TENTHS)) for c in cases]
    caught = np.array([h.sum() for h in hits])
    return Outcome(rule, _interval(area, np.ones(len(cases))), _interval(caught, np.array([len(h) for h in hits])))


def _interval(values: Floats, sizes: Floats) -> tuple[float, float, float]:
    """Return the ratio of the sums of two columns, with its percentile bootstrap 95 % interval over rows."""
    draws = np.random.Generator(np.random.PCG64(SEED)).integers(len(values), size=(ROUNDS, len(values)))
    low, high = np.quantile(values[draws].sum(1) / sizes[draws].sum(1), [0.025, 0.975])
    return float(values.sum() / sizes.sum()), float(low), float(high)


def _tenths(cases: list[_Case]) -> tuple[Tenth, ...]:
    people, visits, foreseen = np.zeros(TENTHS), np.zeros(TENTHS), np.zeros(TENTHS)
    for case in cases:
        order = np.argsort(-case.scores[0], kind="stable")
        tenth = np.arange(len(order)) * TENTHS // len(order)
        people += np.bincount(tenth, minlength=TENTHS)
        visits += np.bincount(tenth, weights=case.came[order], minlength=TENTHS)
        foreseen += np.bincount(tenth, weights=case.chances[order], minlength=TENTHS)
    return _parts(people, visits, foreseen)


def _first(cases: list[_Case]) -> Tenth:
    sums = np.zeros((3, 1))
    for case in cases:
        at = np.argsort(-case.scores[0], kind="stable")[:FIRST]
        sums[:, 0] += (len(at), case.came[at].sum(), case.chances[at].sum())
    return _parts(*sums)[0]


def _parts(people: Floats, visits: Floats, foreseen: Floats) -> tuple[Tenth, ...]:
    low, high = wilson_ends(visits, people)
    rows = zip(people, visits, visits / people, low, high, foreseen / people, strict=True)
    return tuple(Tenth(int(n), int(k), *map(float, rest)) for n, k, *rest in rows)
