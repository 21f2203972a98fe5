"""The map of households that are still silent: one point a stairwell group, small numbers elsewhere withheld."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from graph.model.cells import PUBLISHED_CELL
from graph.snapshot.columns import Ints, Mask

if TYPE_CHECKING:
    from matching.gap.roll import Roll


@dataclass(frozen=True, slots=True)
class Point:
    """A stairwell group (row `unit`) with its households and people; positions are WGS 84 degrees, None where unknown.

    `households` is None where they may not be shown.
    """

    unit: int
    households: int | None
    people: int
    lon: float | None
    lat: float | None


@dataclass(frozen=True, slots=True)
class Map:
    """The points by unit; `unplaced` people live in no known unit, `withheld` units hold fewer than may be shown."""

    points: tuple[Point, ...]
    unplaced: int
    withheld: int


def households(roll: Roll, chosen: Mask, *, inside: tuple[str, ...] | None) -> Map:
    """Count the dwellings and people of the chosen in each unit.

    A unit outside the committees `inside` (None: nothing is outside) is shown only with `PUBLISHED_CELL` people or
    more, and never with its households. `roll` must hold the people of those units for that.
    """
    at = np.flatnonzero(chosen)
    unit, home = roll.unit[at], roll.home[at]
    placed = unit >= 0
    people = np.bincount(unit[placed], minlength=len(roll.snapshot.nodes("Unit")))
    homes = _distinct(unit[placed], home[placed], len(people))
    own = roll.snapshot.nodes("Unit").inside(inside)
    shown = (people > 0) & (own | (people >= PUBLISHED_CELL))
    points = tuple(
        _point(roll, int(u), int(people[u]), households=int(homes[u]) if own[u] else None)
        for u in np.flatnonzero(shown)
    )
    return Map(points, int((~placed).sum()), int(((people > 0) & ~shown).sum()))


def _distinct(unit: Ints, home: Ints, size: int) -> Ints:
    pairs = np.unique(np.stack([unit, home], 1), axis=0)
    return np.bincount(pairs[:, 0], minlength=size).astype(np.int32)


def _point(roll: Roll, unit: int, people: int, *, households: int | None) -> Point:
    nodes = roll.snapshot.nodes("Unit")
    lon, lat = (nodes.column(name)[unit].as_py() for name in ("lon", "lat"))
    return Point(unit, households, people, lon, lat)
