"""A table of typed features: what is known about each row of a stock, and since when.

A stock is everything that is compared (all stairwell groups, all rows of a spreadsheet), positives included. A feature
that bears no date, or a later one than the event that is to be foreseen, may carry the answer in it; it is barred by
name (`Features.before`), and asking for it all the same is an error (`Features.require`).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from graph.model.errors import TableUnfit, UnknownName
from graph.model.text import Text

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.integer[Any]]
Mask = npt.NDArray[np.bool_]
Observed = dt.date | Literal["fixed"] | None

FIXED: Literal["fixed"] = "fixed"
"""`graph.model.schema.FIXED`: a physical fact that time does not change."""
FEATURE, NO_UNIT = Text("特征", "feature"), Text("", "")


class FeatureKind(StrEnum):
    """How the values of a feature are to be read."""

    NUMERIC = "numeric"
    BOOLEAN = "boolean"
    CATEGORICAL = "categorical"


class Form(StrEnum):
    """How a numeric value is written for a reader."""

    PLAIN = "plain"
    SHARE = "share"  # 0.25 is written 25 %
    YEAR = "year"  # never with decimals
    DAY = "day"  # days since 1970-01-01, written as a date


@dataclass(frozen=True, slots=True, eq=False)
class Feature:
    """One column of a feature table.

    `values` has one float a row, NaN where nothing is known: the number itself, 0 or 1, or a position in `levels`.
    `observed` is `FIXED`, the last day whose facts may be in it, or None when that is not known.
    `group` names features that come and go together ("politics"); `level_titles` what `levels` mean (empty: as they are).
    """

    name: str
    title: Text
    kind: FeatureKind
    values: Floats
    levels: tuple[str, ...] = ()
    observed: Observed = None
    group: str = ""
    form: Form = Form.PLAIN
    unit: Text = NO_UNIT
    level_titles: tuple[Text, ...] = ()

    def take(self, rows: Ints) -> Feature:
        """Return the feature of some rows only."""
        return replace(self, values=self.values[rows])

    def known_before(self, day: dt.date) -> bool:
        """Tell whether nothing from `day` on can be in the values."""
        return self.observed == FIXED or (isinstance(self.observed, dt.date) and self.observed < day)


@dataclass(frozen=True, slots=True)
class Barred:
    """A feature that may not be used, and why."""

    name: str
    why: Text


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """A feature table; row `i` of every column belongs to `ids[i]`."""

    ids: tuple[str, ...]
    columns: tuple[Feature, ...]
    barred: tuple[Barred, ...] = ()
    notes: tuple[Text, ...] = ()

    def __post_init__(self) -> None:
        _check_ids(self.ids)
        for column in self.columns:
            if column.values.shape != (len(self.ids),):
                raise ValueError(f"{column.name}: {column.values.shape} values for {len(self.ids)} rows")

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(c.name for c in self.columns)

    @property
    def groups(self) -> tuple[str, ...]:
        """The names of the groups, in order of appearance."""
        return tuple(dict.fromkeys(c.group for c in self.columns if c.group))

    def column(self, name: str) -> Feature:
        """Return one column; raises `UnknownName` with the nearest ones."""
        for column in self.columns:
            if column.name == name:
                return column
        raise UnknownName(FEATURE, name, self.names)

    def mask(self, ids: Iterable[str]) -> Mask:
        """Return which rows belong to `ids`; raises `UnknownName` for an id that is not in the table."""
        row = {name: i for i, name in enumerate(self.ids)}
        chosen = np.zeros(len(self), bool)
        for name in ids:
            if name not in row:
                raise UnknownName(Text("编号", "id"), name, self.ids)
            chosen[row[name]] = True
        return chosen

    def without(self, names: Collection[str]) -> Features:
        """Leave out features by name or by group; raises `UnknownName` for what is neither."""
        known = {*self.names, *self.groups, *(b.name for b in self.barred)}
        for name in names:
            if name not in known:
                raise UnknownName(FEATURE, name, sorted(known))
        kept = tuple(c for c in self.columns if c.name not in names and c.group not in names)
        return replace(self, columns=kept)

    def leaving_out(self, ids: Iterable[str]) -> Features:
        """Take rows out of the stock itself (units built with a lift are not what walk-ups are compared with)."""
        kept = np.flatnonzero(~self.mask(ids))
        columns = tuple(c.take(kept) for c in self.columns)
        return replace(self, ids=tuple(self.ids[i] for i in kept), columns=columns)

    def before(self, day: dt.date) -> Features:
        """Bar every feature that is undated or may hold facts from `day` on."""
        barred = tuple(Barred(c.name, why_barred(c, day)) for c in self.columns if not c.known_before(day))
        kept = tuple(c for c in self.columns if c.known_before(day))
        return replace(self, columns=kept, barred=self.barred + barred)

    def require(self, names: Iterable[str]) -> None:
        """Insist on features by name; raises `TableUnfit` for a barred one, `UnknownName` for an unknown one."""
        barred = {b.name: b for b in self.barred}
        for name in names:
            if name in barred:
                raise TableUnfit(
                    _barred_text(barred[name]),
                    Text("去掉它，或换用有登记日期的数据", "Leave it out, or use data that carry a date"),
                )
            self.column(name)

    def check_before(self, day: dt.date) -> None:
        """Raise `TableUnfit` when a column may hold facts from `day` on (the guard of every back-test)."""
        later = self.before(day)
        if len(later.columns) < len(self.columns):
            later.require([later.barred[len(self.barred)].name])


def _barred_text(barred: Barred) -> Text:
    return Text(f"特征 {barred.name} 不可用，{barred.why.zh}", f"the feature {barred.name} is barred, {barred.why.en}")


def why_barred(feature: Feature, day: dt.date) -> Text:
    """Say why a feature may not foresee an event of `day`."""
    if feature.observed is None:
        return Text("没有日期，可能已含结果", "it bears no date and may already hold the outcome")
    return Text("其日期 {seen} 不早于 {day}", "its date {seen} is not before {day}").fill(
        seen=feature.observed, day=day
    )


def _check_ids(ids: Sequence[str]) -> None:
    if "" in ids:
        raise TableUnfit(Text("编号列有空值", "the id column has empty cells"), Text("补全编号", "Give each row an id"))
    if len(set(ids)) < len(ids):
        twice = Counter(ids).most_common(1)[0][0]
        raise TableUnfit(
            Text(f"编号 {twice[:40]} 出现多次", f"the id {twice[:40]} occurs more than once"),
            Text("每行一个不同的编号", "Give each row an id of its own"),
        )


def numeric(name: str, values: npt.ArrayLike, *, observed: Observed = FIXED) -> Feature:
    """Return a plain numeric feature titled by its name (arrays of analysts; infinite values are unknown)."""
    numbers = np.asarray(values, np.float64)
    return Feature(
        name, Text(name, name), FeatureKind.NUMERIC, np.where(np.isfinite(numbers), numbers, np.nan), observed=observed
    )


def from_matrix(matrix: npt.ArrayLike) -> Features:
    """Return a feature table of numbers from rows x columns (ids "0", "1", …; columns "x0", "x1", …)."""
    numbers = np.atleast_2d(np.asarray(matrix, np.float64))
    columns = tuple(numeric(f"x{j}", numbers[:, j]) for j in range(numbers.shape[1]))
    return Features(tuple(map(str, range(len(numbers)))), columns)
