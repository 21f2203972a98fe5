"""Whom the points of a kind reach today: by age, by point, in common, and nobody; and what each point adds.

Redundancy is told by the people newly covered per point: those whom no other standing point reaches.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from matching.problem import Floats, Ints, Mask
from matching.siting.demand import Ages, Population
from matching.siting.points import BORDER, OWN, Points
from matching.siting.served import Reach

BANDS = (Ages(0, 2), Ages(3, 17), Ages(18, 59), Ages(60, 69), Ages(70, 79), Ages(80, None))
"""The bands in which a point's people are shown: toddlers, minors, adults of working age, and the old by decades."""


@dataclass(frozen=True, slots=True, eq=False)
class Covered:
    """Whom the points reach; arrays by point are in the order of `points`, people are those of the ages asked for.

    `by_band` is points x bands (everybody, not only the ages asked for); `newly` are people whom no other standing
    point reaches (for a candidate: whom no standing point reaches); `both` is points x points, the people in reach of
    two; `times` how many people are in reach of 0, 1, 2, … standing points; `uncovered` the people of each unit whom
    none reaches.
    """

    points: Points
    population: Population
    people: Floats
    by_band: Floats
    reached: Floats
    newly: Floats
    both: Floats
    times: Floats
    uncovered: Floats

    @property
    def wanted(self) -> float:
        """How many people are of the ages asked for."""
        return float(self.people.sum())

    def by_area(self) -> list[tuple[str, float, float]]:
        """Return each committee with its people and those whom no point reaches, most uncovered first, then by code."""
        names, at = np.unique(np.array(self.population.area, object).astype(str), return_inverse=True)
        people = np.bincount(at, self.people, minlength=len(names))
        uncovered = np.bincount(at, self.uncovered, minlength=len(names))
        order = sorted(range(len(names)), key=lambda i: (-uncovered[i], names[i]))
        return [(str(names[i]), float(people[i]), float(uncovered[i])) for i in order]

    def worst_units(self) -> Ints:
        """Return the units with people whom no point reaches, most first, then by id."""
        left = np.flatnonzero(self.uncovered > 0)
        return np.array(sorted(left.tolist(), key=lambda i: (-self.uncovered[i], self.population.units[i])), np.int64)

    def redundancy(self, point: int) -> float | None:
        """Return the share of a point's people whom other standing points reach as well (None: it reaches nobody)."""
        reached = float(self.reached[point])
        return None if reached == 0 else 1 - float(self.newly[point]) / reached


def units_table(found: Covered) -> pa.Table:
    """Return each unit's people of the ages asked for and those of them whom no point reaches: `unit, …, uncovered`."""
    own = found.population
    return pa.table(
        {
            "unit": [*own.units],
            "address": [*own.address],
            "area": [*own.area],
            "people": found.people.astype(np.int64),
            "uncovered": found.uncovered.astype(np.int64),
        }
    )


def covered(population: Population, points: Points, reach: Reach, ages: Ages) -> Covered:
    """Say whom the points reach; `reach` is of the population's units and the points."""
    counts = population.counts.sum(1)
    people = ages.of(counts)
    standing = points.of(OWN, BORDER)
    near = reach.near.astype(np.float64)
    times = (near * standing).sum(1)
    alone = times[:, None] - near * standing == 0
    return Covered(
        points,
        population,
        people,
        np.column_stack([near.T @ band.of(counts) for band in BANDS]),
        near.T @ people,
        (near * alone).T @ people,
        (near * people[:, None]).T @ near,
        np.bincount(times.astype(np.int64), people, minlength=int(standing.sum()) + 1).astype(np.float64),
        np.where(times == 0, people, 0.0),
    )


def newly_covered(reach: Reach, people: Floats, *, before: Mask, after: Mask) -> float:
    """Return the people whom some point of `after` reaches and none of `before` (negative: more are lost than won)."""
    return float(people @ (reach.near[:, after].any(1).astype(float) - reach.near[:, before].any(1)))
