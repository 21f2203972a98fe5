"""Who lived in which stairwell group before a day, and shares of them that do not jump where few people live.

Only facts dated before the day count: a move on the day or later has not happened yet. A residence without a date is
taken as long standing (it is the frame of the figures, not a figure); every other undated fact is left out.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.model.records import EPOCH
from graph.model.text import Text
from graph.snapshot.columns import Edges, Snapshot
from similarity.features import FIXED, Feature, FeatureKind, Floats, Form, Ints, Mask, Observed

PRIOR = 10.0  # people of the average kind added to each group: the cell under which nothing is published as it is


def days(dates: pa.Array) -> Floats:
    """Return dates as days since 1970-01-01, NaN where unknown."""
    return pc.cast(dates.view(pa.int32()), pa.float64()).to_numpy(zero_copy_only=False)


def held_before(edges: Edges, as_of: int, *, undated: bool = False) -> Mask:
    """Return which edges with `since` and perhaps `until` held on the eve of day `as_of`."""
    begun = days(edges.property("since"))
    held = (begun < as_of) | (np.isnan(begun) & undated)
    if "until" in edges.relationship.by_name:
        ended = days(edges.property("until"))
        held &= ~(ended < as_of - 1)
    return held


def shrunk(counts: Floats, of: Floats) -> Floats:
    """Return shares drawn towards the mean of the stock: `(c + 10 p) / (n + 10)`, p all c over all n; NaN for n = 0.

    >>> shrunk(np.array([0.0, 10.0]), np.array([10.0, 10.0])).tolist()
    [0.25, 0.75]
    """
    total = float(np.broadcast_to(of, counts.shape).sum())
    mean = float(counts.sum()) / total if total else 0.0
    return np.where(of > 0, (counts + PRIOR * mean) / (of + PRIOR), np.nan)


@dataclass(frozen=True, slots=True)
class Head:
    """The name, title and group under which a figure stands."""

    name: str
    title: Text
    group: str


@dataclass(frozen=True, slots=True, eq=False)
class Crowd:
    """The residents of each unit on the eve of a day.

    `unit` and `dwelling` give a row for each resident (-1: lives in none), `age` completed years (-1: unknown),
    `residents` the number of people in each unit, `since` the day of the residence (NaN: unknown).
    """

    snapshot: Snapshot
    as_of: dt.date
    unit: Ints
    dwelling: Ints
    age: Ints
    since: Floats
    home: Ints
    residents: Floats

    @property
    def day(self) -> int:
        """The day as a number; facts of smaller numbers count."""
        return (self.as_of - EPOCH).days

    @property
    def observed(self) -> Observed:
        """The last day whose facts may be in a figure."""
        return self.as_of - dt.timedelta(days=1)

    def count(self, people: Mask) -> Floats:
        """Return how many of `people` live in each unit."""
        return np.bincount(self.unit[people & (self.unit >= 0)], minlength=len(self.residents)).astype(np.float64)

    def counts(self, codes: Ints, kinds: int) -> Floats:
        """Return how many residents of each unit have each code (-1: none); shape (kinds, units)."""
        return self.pairs(np.arange(len(codes)), codes, kinds=kinds)

    def pairs(self, people: Ints, codes: Ints, *, kinds: int) -> Floats:
        """Count (person, code) pairs by code and unit of the person; shape (kinds, units)."""
        unit = self.unit[people]
        chosen = (unit >= 0) & (codes >= 0)
        size = len(self.residents)
        cells = codes[chosen].astype(np.int64) * size + unit[chosen]
        return np.bincount(cells, minlength=kinds * size).astype(np.float64).reshape(kinds, size)

    def share(self, head: Head, counts: Floats, *, of: Floats | None = None) -> Feature:
        """Return a shrunk share of the residents (or of `of`) as a feature."""
        values = shrunk(counts, self.residents if of is None else of)
        return _feature(head, values, observed=self.observed, form=Form.SHARE)

    def number(self, head: Head, values: Floats, *, fixed: bool = False) -> Feature:
        """Return a number a unit as a feature."""
        return _feature(head, values, observed=FIXED if fixed else self.observed, form=Form.PLAIN)

    def mean(self, head: Head, values: Floats, *, unit: Text) -> Feature:
        """Return the mean of a number of residents (NaN: unknown) drawn towards the stock's, like a share."""
        known = ~np.isnan(values) & (self.unit >= 0)
        size = len(self.residents)
        total = np.bincount(self.unit[known], weights=values[known], minlength=size).astype(np.float64)
        feature = self.number(head, shrunk(total, self.count(known)))
        return Feature(head.name, head.title, feature.kind, feature.values, (), feature.observed, head.group, unit=unit)


def _feature(head: Head, values: Floats, *, observed: Observed, form: Form) -> Feature:
    numbers = np.asarray(values, np.float64)
    return Feature(head.name, head.title, FeatureKind.NUMERIC, numbers, observed=observed, group=head.group, form=form)


def crowd(snapshot: Snapshot, as_of: dt.date) -> Crowd:
    """Find who lived where on the eve of `as_of`; of several residences in force the latest counts."""
    lives = snapshot.edges("Resident-LIVES_IN-Dwelling")
    day = (as_of - EPOCH).days
    people = snapshot.nodes("Resident")
    birth = people.numbers("birth_date")
    held = held_before(lives, day, undated=True) & ~(birth[lives.starts] >= day)
    since = days(lives.property("since"))
    at = np.flatnonzero(held)
    at = at[np.lexsort((-lives.indices[at], np.nan_to_num(since[at], nan=-np.inf), lives.starts[at]))]
    dwelling, begun = np.full(len(people), -1), np.full(len(people), np.nan)
    dwelling[lives.starts[at]] = lives.indices[at]  # written in order: the last, latest one stays
    begun[lives.starts[at]] = since[at]
    home = snapshot.edges("Dwelling-IN-Unit").first()
    unit = np.where(dwelling >= 0, np.append(home, -1)[dwelling], -1)
    age = _ages(birth, as_of)
    size = len(snapshot.nodes("Unit"))
    residents = np.bincount(unit[unit >= 0], minlength=size).astype(np.float64)
    return Crowd(snapshot, as_of, unit, dwelling, age, begun, home, residents)


def _ages(birth: Floats, as_of: dt.date) -> Ints:
    """Return completed years on the eve of `as_of`; -1 where unknown, later, or beyond 130."""
    known = ~np.isnan(birth)
    born = np.where(known, birth, 0).astype("datetime64[D]")
    months = born.astype("datetime64[M]").astype(np.int64)
    day_of_month = (born - born.astype("datetime64[M]")).astype(np.int64) + 1
    eve = as_of - dt.timedelta(days=1)
    passed = (eve.year - 1970) * 12 + eve.month - 1 - months - (day_of_month > eve.day)
    return np.where(known & (passed >= 0) & (passed < 130 * 12), passed // 12, -1)
