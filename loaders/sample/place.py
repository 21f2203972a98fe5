"""The sub-district on the ground: committees as cells of a grid, estates in them, buildings, stairwell groups, dwellings.

The names of the committees are real, everything inside them is invented: no address of the sample leads to a home.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from .draws import Bools, Floats, Ints, Words, choose, parts, stream
from .tables import Row, rows

SUBDISTRICT = "310106021"
CENTRE = (121.45, 31.31)  # degrees, WGS 84
CELL = (330.0, 320.0)  # metres; twenty cells make the 2.1 square kilometres of the sub-district
GRID = (5, 4)
METRES_LON = 111_320.0 * math.cos(math.radians(CENTRE[1]))  # metres in a degree of longitude at the centre
METRES_LAT = 110_850.0
UNITS_PER_COMMITTEE = 90


@dataclass(frozen=True, slots=True)
class Committee:
    """A residents' committee; `x`, `y` is the middle of its cell, metres east and north of the centre."""

    code: str
    name: str
    zone: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Estate:
    """A housing estate in the committee with index `committee`."""

    committee: int
    address: str
    name: str
    kind: str
    built: int
    tall_share: float
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Units:
    """Stairwell groups in columns, one row each, sorted by estate and building."""

    estate: Ints
    building: Ints
    address: Words
    built: Ints
    floors: Ints
    per_floor: Ints
    structure: Words
    stairs: Words
    gas_pipe_outside: Bools
    ground_shops: Bools
    clear_width: Floats
    lon: Floats
    lat: Floats

    @property
    def walk_up(self) -> Bools:
        """Which groups were built without a lift: up to seven storeys."""
        return np.asarray(self.floors <= 7)


@dataclass(frozen=True, slots=True)
class Dwellings:
    """Dwellings in columns, sorted by unit and room."""

    unit: Ints
    floor: Ints
    room: Words
    address: Words
    area: Floats


@dataclass(frozen=True, slots=True)
class Place:
    """The whole ground."""

    committees: tuple[Committee, ...]
    estates: tuple[Estate, ...]
    units: Units
    dwellings: Dwellings

    @property
    def unit_committee(self) -> Ints:
        """The committee of each unit, as an index."""
        return np.array([e.committee for e in self.estates])[self.units.estate]

    @property
    def unit_zone(self) -> Words:
        """The zone of each unit: west, centre, north or east."""
        return np.array([c.zone for c in self.committees], object)[self.unit_committee]

    def code(self, committee: int) -> str:
        """Return the division code of a committee."""
        return self.committees[committee].code


def degrees(x: float, y: float) -> tuple[float, float]:
    """Turn metres from the centre into longitude and latitude, rounded to about a decimetre."""
    return round(float(CENTRE[0] + x / METRES_LON), 6), round(float(CENTRE[1] + y / METRES_LAT), 6)


def build(seed: int, size: str) -> Place:
    """Lay out the sub-district; `size` small keeps five committees of all four zones."""
    rng = stream(seed, "place")
    chosen = [r for r in rows("committees") if size == "full" or r["size"] == "small"]
    committees = tuple(map(_committee, chosen))
    estates = tuple(e for i, c in enumerate(committees) for e in _estates(i, c))
    counts = _unit_counts(estates)
    units = _units(rng, estates, counts)
    return Place(committees, estates, units, _dwellings(rng, estates, units))


def _committee(row: Row) -> Committee:
    x = (int(row["column"]) - (GRID[0] - 1) / 2) * CELL[0]
    y = (int(row["row"]) - (GRID[1] - 1) / 2) * CELL[1]
    return Committee(row["code"], row["name"], row["zone"], x, y)


def _estates(index: int, committee: Committee) -> list[Estate]:
    own = [r for r in rows("estates") if r["committee"] == committee.code]
    step = CELL[0] / len(own)  # side by side from west to east
    left = committee.x - CELL[0] / 2 + step / 2
    return [
        Estate(
            index,
            r["address"],
            r["name"],
            r["kind"],
            int(r["built"]),
            float(r["tall_share"]),
            left + step * i,
            committee.y,
        )
        for i, r in enumerate(own)
    ]


def _unit_counts(estates: tuple[Estate, ...]) -> Ints:
    weight = {r["address"]: float(r["units"]) for r in rows("estates")}
    counts = np.zeros(len(estates), np.int64)
    owner = np.array([e.committee for e in estates])
    for committee in range(int(owner.max()) + 1):
        own = np.flatnonzero(owner == committee)
        counts[own] = parts(np.array([weight[estates[i].address] for i in own]), UNITS_PER_COMMITTEE)
    return counts


def _units(rng: np.random.Generator, estates: tuple[Estate, ...], counts: Ints) -> Units:
    estate = np.repeat(np.arange(len(estates)), counts)
    n = len(estate)
    within = np.concatenate([np.arange(c) for c in counts])
    tall = rng.random(n) < np.array([e.tall_share for e in estates])[estate]
    built = np.array([e.built for e in estates])[estate] + rng.integers(-2, 3, n)
    floors = np.where(tall, rng.integers(11, 19, n), choose(rng, {"5": 0.12, "6": 0.76, "7": 0.12}, n).astype(int))
    per_floor = np.where(tall, rng.integers(3, 6, n), choose(rng, {"2": 0.6, "3": 0.32, "4": 0.08}, n).astype(int))
    building = _buildings(estate, within, tall)
    lon, lat = _positions(estates, estate, building)
    return Units(
        estate,
        building,
        _unit_addresses(estates, estate, within),
        built,
        floors,
        per_floor,
        np.where(tall, "剪力墙", np.where(built < 1993, "砖混", "框架")).astype(object),
        choose(rng, {"双跑梯": 0.62, "单跑梯": 0.2, "外廊式": 0.18}, n),
        (rng.random(n) < 0.4) & ~tall,
        rng.random(n) < 0.1,
        np.round(np.clip(rng.normal(7.5, 2.2, n), 2.5, 15.0), 1).astype(float),
        lon,
        lat,
    )


def _buildings(estate: Ints, within: Ints, tall: Bools) -> Ints:
    """Give each unit the number of its building: three stairwells in a row, a tower by itself."""
    fresh = (within % 3 == 0) | tall
    fresh[1:] |= tall[:-1] | (estate[1:] != estate[:-1])
    return np.asarray(np.cumsum(fresh) - 1)


def _positions(estates: tuple[Estate, ...], estate: Ints, building: Ints) -> tuple[Floats, Floats]:
    """Place the buildings in rows from south to north, stairwells 14 m apart."""
    first = np.concatenate([[0], np.flatnonzero(np.diff(estate)) + 1])
    row = building - building[first][estate]
    height = np.maximum.reduceat(row, first)[estate] + 1
    y = np.array([e.y for e in estates])[estate] + ((row + 0.5) / height - 0.5) * (CELL[1] - 30.0)
    step = np.arange(len(building)) - np.searchsorted(building, building)  # the stairwells of a building, 0, 1, 2
    x = np.array([e.x for e in estates])[estate] + (step - 1) * 14.0
    lon, lat = CENTRE[0] + x / METRES_LON, CENTRE[1] + y / METRES_LAT
    return np.round(lon, 6), np.round(lat, 6)


def _unit_addresses(estates: tuple[Estate, ...], estate: Ints, within: Ints) -> Words:
    """Write 汾西路261弄12号, or 和源名城5幢2单元 where an estate has no lane."""
    addresses = []
    for e, i in zip(estate.tolist(), within.tolist(), strict=True):
        base = estates[e].address
        addresses.append(f"{base}{i + 1}号" if base.endswith("弄") else f"{base}{i // 2 + 1}幢{i % 2 + 1}单元")
    return np.array(addresses, object)


def _dwellings(rng: np.random.Generator, estates: tuple[Estate, ...], units: Units) -> Dwellings:
    count = units.floors * units.per_floor - np.where(units.ground_shops, units.per_floor, 0)
    unit = np.repeat(np.arange(len(count)), count)
    within = np.concatenate([np.arange(c) for c in count])
    lowest = np.where(units.ground_shops, 2, 1)[unit]
    floor = within // units.per_floor[unit] + lowest
    number = within % units.per_floor[unit] + 1
    room = np.array([f"{f}{k:02d}" for f, k in zip(floor.tolist(), number.tolist(), strict=True)], object)
    new = np.array([e.kind != "售后公房" for e in estates])[units.estate][unit]
    drawn = rng.normal(np.where(new, 84.0, 52.0), np.where(new, 18.0, 11.0))
    area: Floats = np.round(np.clip(drawn, 24.0, 180.0), 2).astype(float)
    address = np.array([f"{units.address[u]}{r}室" for u, r in zip(unit.tolist(), room.tolist(), strict=True)], object)
    return Dwellings(unit, floor, room, address, area)
