"""Where and what a stairwell group is: its own plan, its dwellings and estate, its neighbours, services near by.

Neighbours' lifts are no feature: they are made of the very labels that a back-test hides.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from graph.model import codes
from graph.model.geo import EARTH_RADIUS_M, distance_m
from graph.model.relationships import SCHEMA
from graph.model.schema import Kind, Property
from graph.model.text import Text
from graph.snapshot.columns import Nodes
from similarity.features import FIXED, Barred, Feature, FeatureKind, Floats, Form, Ints, Mask
from similarity.portraits.crowd import Crowd, Head

NEAR_METRES = 200.0
METRES_A_DEGREE = EARTH_RADIUS_M * np.pi / 180
BLOCK = 64
METRES = Text(" 米", "m")
_KINDS = {Kind.CODE: FeatureKind.CATEGORICAL, Kind.BOOLEAN: FeatureKind.BOOLEAN}
_NUMBERS = (Kind.INTEGER, Kind.NUMBER)
_UNITS = {"metre": METRES, "square metre": Text(" 平方米", "m²")}
_UNDATED_OF = {"Unit": "", "Dwelling": "dwelling_", "Household": "household_", "Resident": "resident_"}
UNDATED = Text("没有日期，可能已含结果", "it bears no date and may already hold the outcome")


def plan(crowd: Crowd) -> list[Feature]:
    """Return every fixed property of the unit itself, and of its estate, as the schema declares them."""
    units, estates = crowd.snapshot.nodes("Unit"), crowd.snapshot.nodes("Estate")
    own = [_property(units, p, rows=np.arange(len(units)), prefix="") for p in SCHEMA.label["Unit"].properties]
    estate = estate_of(crowd)
    shared = [
        _property(estates, p, rows=estate, prefix="estate_")
        for p in SCHEMA.label["Estate"].properties
        if p.name not in ("lon", "lat")
    ]
    return [f for f in (*own, *shared) if f is not None]


def barred() -> tuple[Barred, ...]:
    """Return the facts about units, homes and people that bear no date and are therefore never a feature."""
    return tuple(
        Barred(prefix + p.name, UNDATED)
        for label, prefix in _UNDATED_OF.items()
        for p in SCHEMA.label[label].properties
        if p.observed is None and p.name != "area" and p.kind in (*_KINDS, *_NUMBERS)
    )


def _property(nodes: Nodes, property: Property, *, rows: Ints, prefix: str) -> Feature | None:
    """Return a fixed property as a feature of the units (`rows` -1: unknown); None for any other property."""
    if property.observed != FIXED or property.kind not in (*_KINDS, *_NUMBERS):
        return None
    levels: tuple[str, ...] = ()
    titles: tuple[Text, ...] = ()
    if property.kind is Kind.CODE:
        positions, names = nodes.codes(property.name)
        values, levels = np.where(positions < 0, np.nan, positions), tuple(names)
        titles = tuple(codes.title(property.codes, name) for name in names)
    else:
        values = nodes.numbers(property.name)
    title = property.title if not prefix else Text("小区", "estate: ") + property.title
    form = Form.YEAR if property.name.endswith("_year") else Form.PLAIN
    group = "position" if property.name in ("lon", "lat") else "building"
    kind = _KINDS.get(property.kind, FeatureKind.NUMERIC)
    spread = np.append(values, np.nan)[rows]
    unit = _UNITS.get(property.unit or "", Text("", ""))
    head = (prefix + property.name, title, kind, spread, levels, FIXED, group)
    return Feature(*head, form=form, unit=unit, level_titles=titles)


def building_of(crowd: Crowd) -> Ints:
    """Return the building of each unit, -1 where unknown."""
    return crowd.snapshot.edges("Unit-IN-Building").first()


def estate_of(crowd: Crowd) -> Ints:
    """Return the estate of each unit, -1 where unknown."""
    return np.append(crowd.snapshot.edges("Building-IN-Estate").first(), -1)[building_of(crowd)]


def dwellings(crowd: Crowd) -> list[Feature]:
    """Return what the homes of a unit are like on the plan: number, mean and spread of floor area, how high they lie."""
    nodes = crowd.snapshot.nodes("Dwelling")
    area, floor = nodes.numbers("floor_area"), nodes.numbers("floor")
    count, mean_area = _mean_by_unit(crowd, area)
    _, square = _mean_by_unit(crowd, area * area)
    homes, mean_floor = _mean_by_unit(crowd, floor)
    _, high = _mean_by_unit(crowd, np.where(np.isnan(floor), np.nan, floor >= 4))
    heads = (
        (Head("homes", Text("登记房屋数", "dwellings on record"), "homes"), np.maximum(count, homes)),
        (Head("home_area", Text("户均建筑面积", "mean floor area"), "homes"), mean_area),
        (
            Head("home_area_spread", Text("建筑面积差异", "spread of floor areas"), "homes"),
            _root(square - mean_area**2),
        ),
        (Head("home_floor", Text("平均楼层", "mean storey"), "homes"), mean_floor),
        (Head("homes_high", Text("四楼及以上房屋占比", "share of homes on the fourth floor or above"), "homes"), high),
    )
    return [crowd.number(head, values, fixed=True) for head, values in heads]


def uses(crowd: Crowd) -> list[Feature]:
    """Return the shares of homes by use and tenure, and of people in rented homes, from entries dated before the day."""
    found: list[Feature] = []
    for name, said in (
        ("use", Text("“{zh}”房屋占比", "share of homes {en}")),
        ("tenure", Text("产权为“{zh}”的房屋占比", "share of homes with the tenure: {en}")),
    ):
        kind, kinds = _dated_codes(crowd, name)
        known = _homes(crowd, kind >= 0)
        for code, value in enumerate(kinds):
            title = codes.title(SCHEMA.label["Dwelling"].by_name[name].codes, value)
            head = Head(f"home_{name}:{value}", said.fill(zh=title.zh, en=title.en), "tenure")
            found.append(crowd.share(head, _homes(crowd, kind == code), of=known))
    kind, kinds = _dated_codes(crowd, "use")
    rented = np.append(kind == (kinds.index("rented") if "rented" in kinds else -2), False)[crowd.dwelling]
    title = Text("租住居民占比", "share of people in rented homes")
    known = crowd.count(np.append(kind >= 0, False)[crowd.dwelling])
    return [*found, crowd.share(Head("people_renting", title, "tenure"), crowd.count(rented), of=known)]


def _dated_codes(crowd: Crowd, name: str) -> tuple[Ints, list[str]]:
    """Return a code of each dwelling where it was observed before the day (-1: unknown then), and the codes."""
    nodes = crowd.snapshot.nodes("Dwelling")
    kind, kinds = nodes.codes(name)
    observed = str(SCHEMA.label["Dwelling"].by_name[name].observed)
    return np.where(nodes.numbers(observed) < crowd.day, kind, -1), kinds


def _homes(crowd: Crowd, chosen: Mask) -> Floats:
    home = crowd.home[chosen]
    return np.bincount(home[home >= 0], minlength=len(crowd.residents)).astype(np.float64)


def _root(values: Floats) -> Floats:
    return np.sqrt(np.maximum(values, 0.0))


def _mean_by_unit(crowd: Crowd, values: Floats) -> tuple[Floats, Floats]:
    known = (crowd.home >= 0) & ~np.isnan(values)
    size = len(crowd.residents)
    count = np.bincount(crowd.home[known], minlength=size).astype(np.float64)
    total = np.bincount(crowd.home[known], weights=values[known], minlength=size)
    return count, np.where(count > 0, total / np.maximum(count, 1.0), np.nan)


def neighbours(crowd: Crowd) -> list[Feature]:
    """Return how many units share building and estate, and what lies within 200 metres."""
    units = crowd.snapshot.nodes("Unit")
    together = [
        ("building_units", building_of(crowd), Text("同楼楼组数", "units in the building")),
        ("estate_units", estate_of(crowd), Text("同小区楼组数", "units in the estate")),
    ]
    found = [crowd.number(Head(n, t, "neighbours"), _mates(of), fixed=True) for n, of, t in together]
    year = units.numbers("built_year")
    old = crowd.count(crowd.age >= 60)
    columns = np.stack([np.ones(len(units)), crowd.residents, old, ~np.isnan(year), np.nan_to_num(year)], axis=1)
    near = _near_sums(units.numbers("lon"), units.numbers("lat"), columns)
    count, people, old, known, years = near.T
    found.append(crowd.number(_near("units", "楼组数", "units"), count, fixed=True))
    found.append(crowd.number(_near("people", "居民数", "residents"), people))
    found.append(crowd.share(_near("old", "60 岁以上占比", "share aged 60 or over"), old, of=people))
    mean_year = np.where(known > 0, years / np.maximum(known, 1), np.nan)
    found.append(crowd.number(_near("year", "平均建成年份", "mean year built"), mean_year, fixed=True))
    return found


def _near(name: str, zh: str, en: str) -> Head:
    return Head(f"near_{name}", Text(f"200 米内其他楼组的{zh}", f"other units within 200 m: {en}"), "neighbours")


def _mates(of: Ints) -> Floats:
    """Return how many units have the same building or estate; NaN where it is unknown."""
    counts = np.append(np.bincount(of[of >= 0], minlength=1), 0).astype(np.float64)
    return np.where(of >= 0, counts[of], np.nan)


def _near_sums(lon: Floats, lat: Floats, columns: Floats) -> Floats:
    """Sum the columns over the other units within 200 metres; NaN where the position is unknown."""
    sums = np.full((len(lon), columns.shape[1]), np.nan)
    placed = np.flatnonzero(~np.isnan(lon) & ~np.isnan(lat))
    one, other = _pairs_of(lon[placed].tobytes(), lat[placed].tobytes())
    for j, column in enumerate(columns.T):
        sums[placed, j] = np.bincount(one, weights=column[placed][other], minlength=len(placed))
    return sums


@lru_cache(maxsize=2)
def _pairs_of(lon: bytes, lat: bytes) -> tuple[Ints, Ints]:
    """Return `_close_pairs`: portraits of several days ask for the same houses again."""
    return _close_pairs(np.frombuffer(lon), np.frombuffer(lat))


def _close_pairs(lon: Floats, lat: Floats) -> tuple[Ints, Ints]:
    """Return all pairs of different rows within 200 metres, in both orders.

    Most pairs are far apart in latitude or longitude alone: only the others are measured.
    """
    order = np.argsort(lat, kind="stable")
    rising = lat[order]
    high = 1.001 * NEAR_METRES / METRES_A_DEGREE
    wide = high / np.cos(np.radians(np.minimum(np.abs(lat).max(initial=0.0) + high, 89.0)))
    pairs = []
    for at in range(0, len(order), BLOCK):
        rows = order[at : at + BLOCK]
        ends = np.searchsorted(rising, [lat[rows[0]] - high, lat[rows[-1]] + high])
        columns = order[ends[0] : ends[1]]
        near = (np.abs(lon[rows, None] - lon[columns]) <= wide) & (np.abs(lat[rows, None] - lat[columns]) <= high)
        i, j = np.nonzero(near)
        pairs.append(np.stack([rows[i], columns[j]]))
    one, other = np.concatenate(pairs, axis=1) if pairs else np.zeros((2, 0), np.intp)
    kept = (one != other) & (distance_m(lon[one], lat[one], lon[other], lat[other]) <= NEAR_METRES)
    return one[kept], other[kept]


def services(crowd: Crowd) -> list[Feature]:
    """Return the distance to the nearest service point of each kind that was open before the day."""
    units, points = crowd.snapshot.nodes("Unit"), crowd.snapshot.nodes("ServicePoint")
    kind, kinds = points.codes("kind")
    open_before = points.numbers("opened_on") < crowd.day
    found = []
    for code, name in enumerate(kinds):
        chosen = open_before & (kind == code)
        if chosen.any():
            said = Text("到最近“{zh}”的距离", "distance to the nearest {en}")
            called = codes.title("service_point", name)
            title = said.fill(zh=called.zh, en=called.en)
            metres = _nearest(units, points.numbers("lon")[chosen], points.numbers("lat")[chosen])
            head = Head(f"service:{name}", title, "services")
            found.append(
                Feature(head.name, title, FeatureKind.NUMERIC, metres, (), crowd.observed, head.group, unit=METRES)
            )
    return found


def _nearest(units: Nodes, lon: Floats, lat: Floats) -> Floats:
    metres = distance_m(units.numbers("lon")[:, None], units.numbers("lat")[:, None], lon, lat)
    return np.asarray(np.fmin.reduce(metres, axis=1))
