"""The people of a stairwell group as traits: how many live there, how old they are, how many alone.

Only residents whom the viewer may see are counted, on the day; nothing is drawn towards a mean of other groups, which
would carry what lies outside the scope. Shares and means of few people are not known: they would tell of single ones.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from graph.model.text import Text
from graph.snapshot.evaluate import ages, in_force
from similarity.features import Feature, FeatureKind, Floats, Form, Ints
from similarity.neighbours.reading import Stock
from similarity.neighbours.traits import Number

LEAST_PEOPLE = 10
"""A share or a mean of fewer people is not compared: the least cell of a published aggregate."""
OLD = 60
"""The age from which a resident counts as old: the law on the rights of the elderly, article 2."""


@dataclass(frozen=True, slots=True, eq=False)
class _People:
    """One entry a person at home: the position of the unit in the stock, the age (NaN: unknown), whether alone."""

    unit: Ints
    age: Floats
    alone: Floats

    def mean(self, values: Floats, units: int) -> Floats:
        """Return the mean of each unit over those whose value is known; NaN where they are too few."""
        known = ~np.isnan(values)
        unit = self.unit[known]
        count = np.bincount(unit, minlength=units)
        total = np.bincount(unit, weights=values[known], minlength=units)
        return np.where(count >= LEAST_PEOPLE, total / np.maximum(count, 1), np.nan)


def _people(stock: Stock) -> _People:
    """Find who lives in the units of the stock on the day (the first dwelling of several)."""
    snapshot = stock.snapshot
    edges = snapshot.edges("Resident-LIVES_IN-Dwelling")
    here = np.flatnonzero(in_force(edges, stock.as_of) & stock.seen("Resident")[edges.starts])
    person, at = np.unique(edges.starts[here], return_index=True)
    dwelling = edges.indices[here[at]]
    position = np.full(len(stock.nodes) + 1, -1, np.int64)
    position[stock.rows] = np.arange(len(stock))
    unit = position[snapshot.edges("Dwelling-IN-Unit").first()[dwelling]]
    years = ages(snapshot.nodes("Resident"), stock.as_of)[person].astype(np.float64)
    alone = np.bincount(dwelling, minlength=edges.width)[dwelling] == 1
    known = np.where(years < 0, np.nan, years)
    return _People(unit[unit >= 0], known[unit >= 0], alone[unit >= 0].astype(np.float64))


def _count(people: _People, units: int) -> Floats:
    return np.bincount(people.unit, minlength=units).astype(np.float64)


def _old(people: _People, units: int) -> Floats:
    return people.mean(np.where(np.isnan(people.age), np.nan, people.age >= OLD), units)


FIGURES: dict[str, tuple[Text, Form, Callable[[_People, int], Floats]]] = {
    "residents": (Text("居民人数", "residents"), Form.PLAIN, _count),
    "mean_age": (Text("平均年龄", "mean age"), Form.PLAIN, lambda people, units: people.mean(people.age, units)),
    "old_share": (Text("60岁以上占比", "share aged 60 or over"), Form.SHARE, _old),
    "alone_share": (Text("独居占比", "share living alone"), Form.SHARE, lambda p, units: p.mean(p.alone, units)),
}
"""What can be asked of the people of a unit: its title, how it is written, how it is reckoned."""


def read(stock: Stock, name: str) -> Number:
    """Read one figure of the people of each unit."""
    title, form, reckon = FIGURES[name]
    values = reckon(_people(stock), len(stock))
    return Number.of(Feature(name, title, FeatureKind.NUMERIC, values, form=form))
