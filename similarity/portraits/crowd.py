"""Who belonged to which group before a day, and shares of them that do not jump where few people are.

A group is a stairwell group, a building, an estate, a committee, a saved crowd: whatever a `Grouping` says.

Only facts dated before the day count: a move on the day or later has not happened yet. A residence without a date is
taken as long standing (it is the frame of the figures, not a figure); every other undated fact is left out.
"""

from __future__ import annotations

import datetime as dt
from calendar import isleap
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graph.model.cells import PUBLISHED_CELL
from graph.model.records import EPOCH
from graph.model.text import Text
from graph.snapshot.columns import Edges, Snapshot
from graph.snapshot.evaluate import in_force
from similarity.features import FIXED, Feature, FeatureKind, Floats, Form, Ints, Mask
from similarity.portraits.kernels import counted, summed

Rows = npt.NDArray[np.intp]
MOST_YEARS = 130
PRIOR = float(PUBLISHED_CELL)  # people of the average kind added to each group: as many as the smallest cell shown


def days(dates: pa.Array) -> Floats:
    """Return dates as days since 1970-01-01, NaN where unknown."""
    return pc.cast(dates.view(pa.int32()), pa.float64()).to_numpy(zero_copy_only=False)


def held_before(edges: Edges, day: int, *, undated: bool = False) -> Mask:
    """Return which edges held on the eve of a day; `undated` says whether those without a beginning did."""
    return in_force(edges, EPOCH + dt.timedelta(day - 1), undated=undated)


def shrunk(counts: Floats, of: Floats, *, out: Floats | None = None) -> Floats:
    """Return shares drawn towards the mean of the stock: `(c + 10 p) / (n + 10)`, p all c over all n; NaN for n = 0.

    `counts` may hold several shares, (shares, groups), of the same `of`, (groups,).

    >>> shrunk(np.array([0.0, 10.0]), np.array([10.0, 10.0])).tolist()
    [0.25, 0.75]
    """
    total = float(of.sum())
    mean = counts.sum(axis=-1, keepdims=True) / total if total else 0.0
    found = np.add(counts, PRIOR * mean, out=out)
    found /= np.where(of > 0, of + PRIOR, np.nan)
    return found


@dataclass(frozen=True, slots=True)
class Head:
    """The name, title and group under which a figure stands."""

    name: str
    title: Text
    group: str


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Share(Feature):
    """A shrunk share that remembers what it is made of: `counts` people (or homes) `among` so many, for each group."""

    counts: Floats
    among: Floats

    def take(self, rows: Ints) -> Feature:
        """Return the share of some groups only."""
        return replace(self, values=self.values[rows], counts=self.counts[rows], among=self.among[rows])


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Mean(Feature):
    """A shrunk mean that remembers what it is made of: `total` and squared deviations of `among` known values."""

    total: Floats
    squares: Floats
    among: Floats

    def take(self, rows: Ints) -> Feature:
        """Return the mean of some groups only."""
        kept = {name: getattr(self, name)[rows] for name in ("values", "total", "squares", "among")}
        return replace(self, **kept)


@dataclass(frozen=True, slots=True, eq=False)
class Grouping:
    """A way to put people into groups.

    `of_dwelling` gives the row of the group of each dwelling, `of_resident` that of each resident where a group is not
    made of dwellings (a saved crowd); -1 is no group. Row `i` is the group `ids[i]`. `areas` is the scope (None: all).
    """

    level: str
    ids: tuple[str, ...]
    of_dwelling: Ints
    of_resident: Ints | None = None
    areas: tuple[str, ...] | None = None


def by_unit(snapshot: Snapshot) -> Grouping:
    """Put people into their stairwell groups, in the order of the snapshot."""
    home = snapshot.edges("Dwelling-IN-Unit").first()
    return Grouping("unit", tuple(snapshot.nodes("Unit").ids.to_pylist()), home)


@dataclass(frozen=True, slots=True, eq=False)
class Crowd:
    """The residents of each group on the eve of a day.

    `group` and `dwelling` give a row for each resident (-1: in none), `age` completed years (-1: unknown), `home` the
    group of each dwelling, `residents` the number of people in each group, `since` the day of the residence (NaN:
    unknown).
    """

    snapshot: Snapshot
    as_of: dt.date
    group: Ints
    dwelling: Ints
    age: Ints
    since: Floats
    home: Ints
    residents: Floats
    _slot: Rows = field(init=False, repr=False)  # the group + 1: what is counted by

    def __post_init__(self) -> None:
        object.__setattr__(self, "_slot", self.group.astype(np.intp) + 1)

    @property
    def unit(self) -> Ints:
        """The group of each resident (the unit, where the groups are units)."""
        return self.group

    @property
    def day(self) -> int:
        """The day as a number; facts of smaller numbers count."""
        return (self.as_of - EPOCH).days

    @property
    def observed(self) -> dt.date:
        """The last day whose facts may be in a figure."""
        return self.as_of - dt.timedelta(days=1)

    def count(self, people: Mask) -> Floats:
        """Return how many of `people` are in each group."""
        size = len(self.residents) + 1
        if 4 * np.count_nonzero(people) > len(people):
            return np.bincount(self._slot, people, size)[1:].astype(np.float64, copy=False)
        slot = self._slot.take(np.flatnonzero(people))  # few are sooner picked out than added up
        return np.bincount(slot, minlength=size)[1:].astype(np.float64)

    def counts(self, codes: Ints, kinds: int, *, people: Ints | None = None, chosen: Mask | None = None) -> Ints:
        """Return how many residents of each group have each code (-1: none); shape (kinds, groups).

        With `people`, `codes[i]` is a code of the resident `people[i]`, and pairs are counted; with `chosen`, only the
        chosen ones.
        """
        first, table = counted(self.group, codes, kinds=kinds, of=people, chosen=chosen)
        if table.shape[1] == len(self.residents):
            return table
        counts = np.zeros((kinds, len(self.residents)), np.int32)
        counts[:, first : first + table.shape[1]] = table
        return counts

    def count_each(self, kinds: Mask) -> Floats:
        """Return how many people of each kind, masks of shape (kinds, people), are in each group; (kinds, groups).

        Several kinds are added up at once, as digits of one number: a float holds whole numbers of 53 bits exactly.
        """
        counts = np.empty((len(kinds), len(self.residents)))
        width = int(self.residents.max(initial=1)).bit_length()
        for at in range(0, len(kinds), min(53 // width, 8)):
            some = kinds[at : at + min(53 // width, 8)]
            bits = np.arange(len(some))
            digits = (np.arange(1 << len(some))[:, None] >> bits & 1) @ 2.0 ** (width * bits)
            code = np.bitwise_or.reduce([row.view(np.uint8) << bit for bit, row in enumerate(some)])
            sums = np.bincount(self._slot, digits.take(code), len(self.residents) + 1)[1:].astype(np.int64)
            counts[at : at + len(some)] = sums >> (width * bits)[:, None] & (1 << width) - 1
        return counts

    def share(self, head: Head, counts: Ints | Floats, *, of: Ints | Floats | None = None) -> Share:
        """Return a shrunk share of the residents (or of `of`) as a feature."""
        among = self.residents if of is None else of
        return self.shares([head], counts[None], of=among)[0]

    def shares(self, heads: Sequence[Head], counts: Ints | Floats, *, of: Ints | Floats | None = None) -> list[Share]:
        """Return shrunk shares, one a row of `counts`, of the residents (or of `of`) as features."""
        among, observed = self.residents if of is None else np.asarray(of, np.float64), self.observed
        kept, values = np.empty((2, *counts.shape))
        kept[:] = counts
        return [
            Share(
                *(head.name, head.title, FeatureKind.NUMERIC, value, (), observed, head.group, Form.SHARE),
                counts=row,
                among=among,
            )
            for head, value, row in zip(heads, shrunk(kept, among, out=values), kept, strict=True)
        ]

    def number(self, head: Head, values: Floats, *, fixed: bool = False) -> Feature:
        """Return a number a group as a feature."""
        return Feature(*numeric_of(head, values), (), FIXED if fixed else self.observed, head.group)

    def mean(self, head: Head, values: Floats, *, unit: Text) -> Mean:
        """Return the mean of a number of residents (NaN: unknown) drawn towards the stock's, like a share."""
        slot, known = self._slot, ~np.isnan(values)
        if not known.all():
            at = np.flatnonzero(known)
            slot, values = slot.take(at), values.take(at)
        n, total, squares = summed(slot, values, size=len(self.residents) + 1)
        among, total, seen = n[1:].astype(np.float64), total[1:], self.observed
        value = numeric_of(head, shrunk(total, among))
        return Mean(*value, (), seen, head.group, unit=unit, total=total, squares=squares[1:], among=among)


def numeric_of(head: Head, values: Floats) -> tuple[str, Text, FeatureKind, Floats]:
    """Return the first four fields of a numeric feature."""
    return head.name, head.title, FeatureKind.NUMERIC, np.asarray(values, np.float64)


def crowd(snapshot: Snapshot, as_of: dt.date, grouping: Grouping | None = None) -> Crowd:
    """Find who lived where on the eve of `as_of`, by groups (None: units); of several residences the latest counts."""
    by = grouping or by_unit(snapshot)
    day = (as_of - EPOCH).days
    people = snapshot.nodes("Resident")
    birth = people.numbers("birth_date")
    dwelling, begun = _residences(snapshot, day, born=birth)
    lived = np.append(by.of_dwelling, np.int32(-1)).take(dwelling)
    group = lived if by.of_resident is None else np.where(lived >= 0, by.of_resident, np.int32(-1))
    residents = np.bincount(group[group >= 0], minlength=len(by.ids)).astype(np.float64)
    return Crowd(snapshot, as_of, group, dwelling, ages(birth, as_of), begun, by.of_dwelling, residents)


def _residences(snapshot: Snapshot, day: int, *, born: Floats) -> tuple[Ints, Floats]:
    """Return the dwelling of each resident on the eve of `day` (-1: none) and the day since when (NaN: unknown)."""
    lives = snapshot.edges("Resident-LIVES_IN-Dwelling")
    held, unborn = held_before(lives, day, undated=True), born >= day
    if unborn.any():
        held &= ~unborn.take(lives.starts)
    since = days(lives.property("since"))
    at = np.flatnonzero(held)
    person = lives.starts.take(at)
    if (person[1:] == person[:-1]).any():  # otherwise everybody has one residence, and the order says nothing
        at = at[np.lexsort((-lives.indices[at], np.nan_to_num(since[at], nan=-np.inf), person))]
        person = lives.starts.take(at)
    dwelling, begun = np.full(len(born), -1, np.int32), np.full(len(born), np.nan)
    dwelling[person] = lives.indices.take(at)  # written in order: the last, latest one stays
    begun[person] = since.take(at)
    return dwelling, begun


def ages(birth: Floats, as_of: dt.date) -> Ints:
    """Return completed years on the eve of `as_of` from days of birth; -1 where unknown, later, or beyond 130."""
    last = (as_of - EPOCH).days - 1
    first = last - (MOST_YEARS + 1) * 366  # nobody older has an age
    known = (birth >= first) & (birth <= last)
    day = np.where(known, birth, first).astype(np.int32) - first
    return np.where(known, _ages_by_day(first, as_of).take(day), -1)


def _ages_by_day(first: int, as_of: dt.date) -> Ints:
    """Return the age on the eve of `as_of` of somebody born on each day from `first` on."""
    eve = as_of - dt.timedelta(days=1)
    latest = [first - 1, *(_years_before(eve, n) for n in range(MOST_YEARS, -1, -1))]
    lived = np.repeat(np.arange(MOST_YEARS, -1, -1, dtype=np.int32), np.diff(latest))
    return np.where(lived < MOST_YEARS, lived, -1)


def _years_before(day: dt.date, years: int) -> int:
    """Return the last day on which somebody was born who has lived so many years by a day: of 29 February, the 28th."""
    year = max(day.year - years, dt.MINYEAR)
    leap = day.month == 2 and day.day == 29 and not isleap(year)
    return (dt.date(year, day.month, 28 if leap else day.day) - EPOCH).days
