"""Demand today: who lives in which stairwell group, by sex and completed age on a day."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

import numpy as np

from graph.model.errors import OptionInvalid
from graph.model.text import Text
from graph.snapshot.columns import Ints, Snapshot
from graph.snapshot.evaluate import ages as ages_on
from graph.snapshot.evaluate import in_force
from matching.problem import Floats
from matching.siting.rates import MEN, OLDEST, UNKNOWN, WOMEN

SEXES = {"1": MEN, "2": WOMEN}
WRITTEN = re.compile(r"(\d{1,3})(?:-(\d{1,3})?)?")


@dataclass(frozen=True, slots=True)
class Ages:
    """Completed years of age from `low` to `high`, both included (None: no end)."""

    low: int
    high: int | None

    @classmethod
    def parse(cls, written: str) -> Ages:
        """Read `65-`, `0-3` or `2`; raises `OptionInvalid`.

        >>> Ages.parse("65-"), Ages.parse("2")
        (Ages(low=65, high=None), Ages(low=2, high=2))
        """
        found = WRITTEN.fullmatch(written.strip())
        if found is None:
            raise OptionInvalid("--age", written, Text("应写作 65-、0-3 或 2", "write it as 65- (and over), 0-3 or 2"))
        low = int(found[1])
        high = None if written.strip().endswith("-") else int(found[2] or low)
        if low > OLDEST or (high is not None and high < low):
            raise OptionInvalid("--age", written, Text("没有这样的年龄段", "there are no such ages"))
        return cls(low, high)

    def of(self, counts: Floats) -> Floats:
        """Return how many are of these ages; ages are the last axis."""
        return np.asarray(counts[..., self.low : None if self.high is None else self.high + 1].sum(-1))

    def written(self) -> str:
        """Return the ages as `parse` reads them."""
        if self.high is None:
            return f"{self.low}-"
        return str(self.low) if self.low == self.high else f"{self.low}-{self.high}"

    def text(self) -> Text:
        """Return the ages in words."""
        if self.high is None:
            return Text(f"{self.low}岁及以上", f"{self.low} and over")
        return Text(f"{self.written()}岁", f"aged {self.written()}")


@dataclass(frozen=True, slots=True, eq=False)
class Population:
    """The units of the scope that have a position, and who lives there: `counts` is units x sexes x ages.

    `degrees` are longitude and latitude; `unaged` counts residents whose birth date is not known, `unplaced` those who
    live in no unit with a position. Neither stands in `counts`.
    """

    units: tuple[str, ...]
    address: tuple[str, ...]
    area: tuple[str, ...]
    degrees: Floats
    counts: Floats
    unaged: int
    unplaced: int


COMPASS = (
    (Text("西南", "south-west"), Text("南", "south"), Text("东南", "south-east")),
    (Text("西", "west"), Text("中", "centre"), Text("东", "east")),
    (Text("西北", "north-west"), Text("北", "north"), Text("东北", "north-east")),
)
"""Nine parts of the scope's extent, thirds from west to east and from south to north."""


def by_compass(people: Population, counts: Floats) -> list[tuple[Text, float]]:
    """Return the people of each of the nine parts of the map (`counts` by unit), most first."""
    if not len(people.units):
        return []
    low, high = people.degrees.min(0), people.degrees.max(0)
    third = np.clip(((people.degrees - low) / np.maximum(high - low, 1e-12) * 3).astype(int), 0, 2)
    total = np.bincount(third[:, 1] * 3 + third[:, 0], counts, minlength=9)
    return [(COMPASS[i // 3][i % 3], float(total[i])) for i in np.argsort(-total, kind="stable").tolist()]


def population(snapshot: Snapshot, as_of: dt.date, *, areas: tuple[str, ...] | None) -> Population:
    """Count the residents of the committees `areas` (None: all) who live in a unit on the day, each once."""
    units = snapshot.nodes("Unit")
    degrees = np.column_stack([units.numbers("lon"), units.numbers("lat")])
    rows = np.flatnonzero(units.inside(areas) & np.isfinite(degrees).all(1))
    person, unit = _homes(snapshot, as_of, areas=areas)
    place = np.full(len(units) + 1, -1, np.int32)
    place[rows] = np.arange(len(rows))
    residents = snapshot.nodes("Resident")
    age = np.minimum(ages_on(residents, as_of)[person], OLDEST)
    at = place[unit]
    counted = (at >= 0) & (age >= 0)
    cells = (at[counted], _sexes(snapshot)[person[counted]], age[counted])
    written = units.table.take(rows).select(["id", "address", "area"]).to_pydict()
    return Population(
        tuple(written["id"]),
        tuple(a or i for a, i in zip(written["address"], written["id"], strict=True)),
        tuple(a or "" for a in written["area"]),
        degrees[rows],
        _counts(cells, len(rows)),
        unaged=int(((at >= 0) & (age < 0)).sum()),
        unplaced=int((at < 0).sum()),
    )


def _counts(cells: tuple[Ints, Ints, Ints], units: int) -> Floats:
    """Return how many stand in each cell of unit, sex and age."""
    shape = (units, 3, OLDEST + 1)
    at = np.ravel_multi_index(cells, shape) if units else np.zeros(0, np.int64)
    return np.bincount(at, minlength=units * 3 * (OLDEST + 1)).astype(np.float64).reshape(shape)


def _homes(snapshot: Snapshot, as_of: dt.date, *, areas: tuple[str, ...] | None) -> tuple[Ints, Ints]:
    """Return who lives somewhere on the day, and the unit of each (-1: none); the first of several dwellings."""
    lives = snapshot.edges("Resident-LIVES_IN-Dwelling")
    here = np.flatnonzero(in_force(lives, as_of) & snapshot.nodes("Resident").inside(areas)[lives.starts])
    person, at = np.unique(lives.starts[here], return_index=True)
    return person, snapshot.edges("Dwelling-IN-Unit").first()[lives.indices[here[at]]]


def _sexes(snapshot: Snapshot) -> Ints:
    positions, values = snapshot.nodes("Resident").codes("sex")
    return np.array([*(SEXES.get(v, UNKNOWN) for v in values), UNKNOWN], np.int32)[positions]
