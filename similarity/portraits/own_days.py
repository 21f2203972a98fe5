"""Portraits on different days in one table: each positive as it was when it decided, all others as of one later day.

What is known of a unit grows and ages with the registers, so a figure of 2019 and one of 2021 are not of one scale. A
value is therefore carried over by its standing: it becomes the value that has the same mid-rank among all units on
the later day as it had among all units on its own day (quantile normalisation, Bolstad et al. 2003). Nothing dated
from the own day on is in it; the table as a whole is known on the eve of the later day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from graph.snapshot.columns import Snapshot
from similarity.features import FIXED, Barred, Feature, FeatureKind, Features, Floats, Ints
from similarity.portraits.reliability import NOT_YET, telling
from similarity.portraits.units import unit_features

Scale = tuple[Floats, Floats]
MONTHS = 6  # own days of one half-year share the portrait of its first day: each is counted from all facts anew


@dataclass(frozen=True, slots=True)
class Portraits:
    """The portraits of the units of a snapshot on any day; each day is counted once.

    `without` leaves out features or groups, `keep` names features to hold even when they tell nothing (`force` raises
    when they are barred), `not_stock` are units that are not compared with (built with a lift).
    """

    snapshot: Snapshot
    without: Collection[str] = ()
    keep: Collection[str] = ()
    force: Collection[str] = ()
    not_stock: Collection[str] = ()
    _taken: dict[dt.date, Features] = field(default_factory=dict)
    _common: dict[dt.date, Features] = field(default_factory=dict)

    def on(self, day: dt.date) -> Features:
        """Return the portraits from facts dated before a day. Raises what `unit_features` raises."""
        if day not in self._taken:
            found = unit_features(self.snapshot, day, without=self.without, force=self.force)
            self._taken[day] = found.leaving_out(self.not_stock)
        return self._taken[day]

    def in_common(self, day: dt.date) -> Features:
        """Return the portraits of one day for everybody, with only what tells units apart on it (`reliability`)."""
        if day not in self._common:
            self._common[day] = telling(self.on(day), keep={*self.keep, *self.force})
        return self._common[day]

    def at_own_days(self, as_of: dt.date, own: Mapping[str, dt.date]) -> Features:
        """Return the portraits as of a day, with the units in `own` as they were before their own days.

        Only what tells units apart on that day is in it. A day of `own` that is not before `as_of` is
        one of somebody who had not decided then: that unit stands as of `as_of`, like all others.
        """
        now = self.in_common(as_of)
        row = {name: i for i, name in enumerate(now.ids)}
        decided = {row[u]: half_year(d) for u, d in own.items() if d < as_of and u in row}
        before = {day: self.in_common(day) for day in sorted(set(decided.values()))}
        now = _told_on_all(now, before, keep={*self.keep, *self.force})
        values = {c.name: c.values.copy() for c in now.columns}
        scales = {c.name: scale(c.values) for c in now.columns if before and c.kind is FeatureKind.NUMERIC}
        for day, then in before.items():
            rows = np.array([i for i, d in decided.items() if d == day], np.intp)
            _put_back(now, values, rows=rows, then=then, scales=scales)
        columns = tuple(_with_values(c, values[c.name]) for c in now.columns)
        return replace(now, columns=columns)


def _told_on_all(now: Features, before: Mapping[dt.date, Features], *, keep: Collection[str]) -> Features:
    """Bar what told nothing yet on one of the earlier days: all positives of that day would be alike in it."""
    columns, barred = [], []
    names = {day: set(then.names) for day, then in before.items()}
    for column in now.columns:
        late = [day for day, then in names.items() if column.name not in then]
        if column.observed == FIXED or column.name in keep or not late:
            columns.append(column)
        else:
            barred.append(Barred(column.name, NOT_YET.fill(day=late[0])))
    return replace(now, columns=tuple(columns), barred=now.barred + tuple(barred))


def half_year(day: dt.date) -> dt.date:
    """Return the first day of the half-year of a day.

    >>> half_year(dt.date(2021, 12, 30)).isoformat()
    '2021-07-01'
    """
    return dt.date(day.year, (day.month - 1) // MONTHS * MONTHS + 1, 1)


def _put_back(
    now: Features, values: Mapping[str, Floats], *, rows: Ints, then: Features, scales: Mapping[str, Scale]
) -> None:
    """Write the standing of some rows in an earlier portrait into `values`; what was not known then becomes unknown."""
    earlier = {c.name: c for c in then.columns}
    for column in now.columns:
        if column.observed == FIXED:
            continue
        was = earlier.get(column.name)
        if was is None:
            values[column.name][rows] = np.nan
        elif column.kind is FeatureKind.NUMERIC:
            values[column.name][rows] = carried_over(was.values[rows], was.values, scales[column.name])
        else:
            values[column.name][rows] = was.values[rows]


def scale(values: Floats) -> Scale:
    """Return the mid-ranks, in [0, 1], of the different known values, and these; both rising."""
    known = values[~np.isnan(values)]
    knots, counts = np.unique(known, return_counts=True)
    return (np.cumsum(counts) - counts / 2) / max(len(known), 1), knots


def carried_over(values: Floats, then: Floats, now: Scale) -> Floats:
    """Return for each of `values` the number whose mid-rank in `now` is that of the value in `then`; NaN stays unknown.

    >>> carried_over(np.array([2.0]), np.array([1.0, 2.0, 3.0]), scale(np.array([10.0, 20.0, 30.0]))).tolist()
    [20.0]
    """
    before, (middle, knots) = np.sort(then[~np.isnan(then)]), now
    if not len(before) or not len(knots):
        return np.full(values.shape, np.nan)
    rank = (np.searchsorted(before, values, "left") + np.searchsorted(before, values, "right")) / (2 * len(before))
    return np.where(np.isnan(values), np.nan, np.interp(rank, middle, knots))


def _with_values(column: Feature, values: Floats) -> Feature:
    """Return a plain feature: the counts of a share are those of one day and would no longer fit."""
    head = (column.name, column.title, column.kind, values, column.levels, column.observed, column.group)
    return Feature(*head, form=column.form, unit=column.unit, level_titles=column.level_titles)
