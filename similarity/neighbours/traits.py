"""What rows are compared by: numbers, categories and places (sets: `members`), each comparing one row with all.

A trait gives a likeness in [0, 1] for the mixed measure (`gower`), and inner products for the measures on sets and on
vectors (`measures`). Where nothing is known of a row on either side, the likeness is NaN and the product 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from graph.model.geo import distance_m
from graph.model.text import Text
from similarity.features import Feature, FeatureKind, Floats, Form, Ints
from similarity.reasons import written

LOW, HIGH = 5, 95
"""The percentiles between which a number is scaled: a single misprint must not press all others together."""

Inner = tuple[Floats, Floats, Floats]
"""<x,y> and <y,y> with each row, <x,x> of the one row; arrays (rows,)."""


class Trait(Protocol):
    """One feature of all rows."""

    @property
    def name(self) -> str:
        """The name by which it is asked for."""

    @property
    def title(self) -> Text:
        """What readers call it."""

    @property
    def counts(self) -> bool:
        """Tell whether it is a set or a category, so that measures on sets can use it."""

    def likeness(self, row: int) -> Floats:
        """Return the likeness of one row to each row, (rows,), NaN where it cannot be told."""

    def inner(self, row: int, *, informed: bool) -> Inner:
        """Return the inner products of one row with each row."""

    def says(self, row: int, other: int) -> Text:
        """Say how the two compare."""


def spread(values: Floats) -> float:
    """Return how far the known values reach: between the 5th and the 95th percentile, else from end to end.

    >>> spread(np.arange(101.0)), spread(np.array([2.0, 2, np.nan]))
    (90.0, 0.0)
    """
    known = values[~np.isnan(values)]
    if not len(known):
        return 0.0
    low, high = np.percentile(known, [LOW, HIGH])
    return float(high - low) if high > low else float(known.max() - known.min())


@dataclass(frozen=True, slots=True, eq=False)
class Number:
    """A number, a year or a day: likeness falls linearly and is 0 from a difference of `reach` on (Gower 1971)."""

    feature: Feature
    reach: float
    centre: float
    counts: bool = False

    @classmethod
    def of(cls, feature: Feature) -> Number:
        """Scale a numeric feature by the spread of its values."""
        known = feature.values[~np.isnan(feature.values)]
        return cls(feature, spread(feature.values), float(np.median(known)) if len(known) else 0.0)

    @property
    def name(self) -> str:
        """The name of the feature."""
        return self.feature.name

    @property
    def title(self) -> Text:
        """The title of the feature."""
        return self.feature.title

    def likeness(self, row: int) -> Floats:
        """Return 1 - difference / reach, at least 0."""
        return _near(np.abs(self.feature.values - self.feature.values[row]), self.reach)

    def inner(self, row: int, *, informed: bool) -> Inner:  # noqa: ARG002
        """Return the products of the values, centred and scaled; an unknown value stands at the centre."""
        scaled = np.nan_to_num((self.feature.values - self.centre) / (self.reach or 1.0))
        return scaled * scaled[row], np.full(len(scaled), scaled[row] ** 2), scaled * scaled

    def says(self, row: int, other: int) -> Text:
        """Say both values."""
        one, two = self.feature.values[row], self.feature.values[other]
        if np.isnan(one) or np.isnan(two):
            return unknown(self.title)
        first, second = written(self.feature, one), written(self.feature, two)
        if one == two:
            return Text(f"{self.title.zh}同为{first.zh}", f"both {self.title.en} {first.en}")
        return Text(f"{self.title.zh}{first.zh}与{second.zh}", f"{self.title.en} {first.en} and {second.en}")


def _near(difference: Floats, reach: float) -> Floats:
    if reach <= 0:
        return np.where(np.isnan(difference), np.nan, (difference == 0).astype(np.float64))
    return 1 - np.minimum(difference / reach, 1.0)


def unknown(title: Text) -> Text:
    """Say that a feature is not known of both."""
    return Text(f"{title.zh}未知，未比较", f"{title.en} not known of both, not compared")


@dataclass(frozen=True, slots=True, eq=False)
class Category:
    """A code from a list: like itself, unlike any other. `codes` are positions in `levels`, -1 where unknown.

    A `secret` category says whether two are the same, never what they are.
    """

    name: str
    title: Text
    codes: Ints
    levels: tuple[Text, ...]
    secret: bool = False
    counts: bool = True

    def likeness(self, row: int) -> Floats:
        """Return 1 for the same code, 0 for another."""
        known = (self.codes >= 0) & (self.codes[row] >= 0)
        return np.where(known, (self.codes == self.codes[row]).astype(np.float64), np.nan)

    def inner(self, row: int, *, informed: bool) -> Inner:
        """Return the products of the indicators; informed: a code weighs -log of the share of rows that have it."""
        weights = np.ones(len(self.levels) + 1)
        if informed:
            weights[:-1] = information(self.codes[self.codes >= 0], rows=len(self.codes), kinds=len(self.levels))
        weights[-1] = 0.0
        weight = weights[self.codes]
        same = self.codes == self.codes[row]
        return np.where(same, weight, 0.0), np.full(len(weight), weight[row]), weight

    def says(self, row: int, other: int) -> Text:
        """Say the common code, or both."""
        one, two = int(self.codes[row]), int(self.codes[other])
        if one < 0 or two < 0:
            return unknown(self.title)
        if self.secret:
            same = Text("相同", "same {title}") if one == two else Text("不同", "another {title}")
            return Text(self.title.zh + same.zh, same.en.format(title=self.title.en))
        a, b = self.levels[one], self.levels[two]
        if one == two:
            return Text(f"{self.title.zh}同为{a.zh}", f"both {self.title.en}: {a.en}")
        return Text(f"{self.title.zh}{a.zh}与{b.zh}", f"{self.title.en} {a.en} and {b.en}")


def information(members: npt.NDArray[Any], *, rows: int, kinds: int) -> Floats:
    """Return what each kind tells, -log of the share of `rows` that have it (0 where all or none have it)."""
    carriers = np.bincount(members, minlength=kinds)
    return -np.log(np.where(carriers > 0, carriers, max(rows, 1)) / max(rows, 1)) + 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """Where rows are, WGS 84 degrees: likeness falls linearly with the metres between and is 0 from `reach` on."""

    name: str
    title: Text
    lon: Floats
    lat: Floats
    reach: float
    counts: bool = False

    @classmethod
    def of(cls, name: str, title: Text, *, lon: Floats, lat: Floats) -> Place:
        """Scale by the diagonal of the rectangle in which nine tenths of the rows lie, each way."""
        known = ~(np.isnan(lon) | np.isnan(lat))
        lon, lat = np.where(known, lon, np.nan), np.where(known, lat, np.nan)
        middle = _middle(lat)
        wide, high = distance_m(0.0, middle, spread(lon), middle), distance_m(0.0, 0.0, 0.0, spread(lat))
        return cls(name, title, lon, lat, float(np.hypot(wide, high)))

    def metres(self, row: int) -> Floats:
        """Return the metres from one row to each."""
        return distance_m(self.lon[row], self.lat[row], self.lon, self.lat)

    def likeness(self, row: int) -> Floats:
        """Return 1 - metres / reach, at least 0."""
        return _near(self.metres(row), self.reach)

    def inner(self, row: int, *, informed: bool) -> Inner:  # noqa: ARG002
        """Return the products of the positions east and north of the middle, scaled; unknown ones are in the middle."""
        middle = _middle(self.lon), _middle(self.lat)
        east = np.sign(self.lon - middle[0]) * distance_m(middle[0], middle[1], self.lon, middle[1])
        north = np.sign(self.lat - middle[1]) * distance_m(middle[0], middle[1], middle[0], self.lat)
        east, north = (np.nan_to_num(side / (self.reach or 1.0)) for side in (east, north))
        square = east * east + north * north
        return east * east[row] + north * north[row], np.full(len(east), square[row]), square

    def says(self, row: int, other: int) -> Text:
        """Say how far apart the two are."""
        metres = distance_m(self.lon[row], self.lat[row], self.lon[other], self.lat[other])
        if np.isnan(metres):
            return unknown(self.title)
        return Text(f"相距{metres:.0f}米", f"{metres:.0f} m apart")


def _middle(values: Floats) -> float:
    known = values[~np.isnan(values)]
    return float(np.median(known)) if len(known) else 0.0


def day(name: str, title: Text, days: Floats) -> Number:
    """Return a trait of days since 1970-01-01."""
    return Number.of(Feature(name, title, FeatureKind.NUMERIC, days, form=Form.DAY))
