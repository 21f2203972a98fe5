"""A siting problem as tables: demand, sites, and the metres between them or coordinates in both.

| table | columns |
|---|---|
| demand | `id`, `weight` (1 by default), and `x`, `y` (metres) or `lon`, `lat` (degrees) where there are no distances |
| sites | `id`, optional `fixed` (yes/no), `capacity` (weight it can serve), and coordinates likewise |
| distances | `demand`, `site`, `metres`; pairs that are not listed are not allowed |
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa

from graph.model.errors import ProblemUnfit
from graph.model.text import Text
from matching.cells import identifiers, numbers, positions, texts, tidy
from matching.problem import Floats, Mask
from matching.siting.metres import off_map, straight, stray
from matching.siting.places import Places, Siting
from matching.tables import once

DEMAND, SITE = Text("需求点", "cell of demand"), Text("候选点", "site")
YES, NO = {"1", "true", "yes", "y", "是", "√"}, {"", "0", "false", "no", "n", "否"}


def read_places(demand: pa.Table, sites: pa.Table, distances: pa.Table | None, *, detour: float = 1.0) -> Places:
    """Read tables as places; `detour` multiplies straight lines (never listed distances).

    Raises `UnknownName` and `ProblemUnfit`, with the row.
    """
    demand, sites = tidy(demand, "demand", "id"), tidy(sites, "sites", "id")
    cells, points = identifiers(demand, "demand"), identifiers(sites, "sites")
    weight = np.ones(len(cells))
    if "weight" in demand.column_names:
        weight = numbers(demand, "weight", "demand", missing=1.0, least=0.0)
    if not cells or not points:
        metres = np.zeros((len(cells), len(points)))
    elif distances is None:
        metres = _straight(demand, sites, (cells, points)) * detour
    else:
        metres = _listed(distances, cells, points)
    places = Places.of(cells, points, weight, metres)
    capacity = places.capacity
    if "capacity" in sites.column_names:
        capacity = numbers(sites, "capacity", "sites", missing=np.inf, least=0.0)
    return replace(places, fixed=_fixed(sites), capacity=capacity)


def _listed(distances: pa.Table, cells: tuple[str, ...], points: tuple[str, ...]) -> Floats:
    """Return listed metres, infinite for pairs that are not listed."""
    distances = tidy(distances, "distances", "demand", "site", "metres")
    row = positions(distances, "demand", "distances", known=cells, kind=DEMAND)
    column = positions(distances, "site", "distances", known=points, kind=SITE)
    once(row * len(points) + column, "distances")
    metres = np.full((len(cells), len(points)), np.inf)
    metres[row, column] = numbers(distances, "metres", "distances", least=0.0)
    return metres


def _straight(demand: pa.Table, sites: pa.Table, ids: tuple[tuple[str, ...], tuple[str, ...]]) -> Floats:
    """Return straight lines; raises `ProblemUnfit` for a place that lies far from everything."""
    metres = straight(_points(demand, "demand"), _points(sites, "sites"))
    for name, of, lines in (("demand", ids[0], metres), ("sites", ids[1], metres.T)):
        row = stray(lines)
        if row is not None:
            far = lines[row].min() / 1000
            raise ProblemUnfit(
                Text(
                    f"{name} 第 {row + 2} 行 {of[row]} 离另一张表最近的点有 {far:.0f} 公里",
                    f"{of[row]} in row {row + 2} of {name} lies {far:.0f} kilometres from the nearest of the other table",
                ),
                Text("检查坐标系，或经纬度是否颠倒", "Check the datum, and whether longitude and latitude are swapped"),
            )
    return metres


def chosen_table(places: Places, siting: Siting) -> pa.Table:
    """Return the chosen sites as `site, covers, cost`: the weight that each serves, and its metres times weight."""
    served = siting.serves * places.weight[:, None]
    near = np.where(served > 0, places.metres[:, siting.chosen], 0.0)
    return pa.table(
        {
            "site": [places.sites[i] for i in siting.chosen],
            "covers": pa.array(np.round(served.sum(0), 9)),
            "cost": pa.array(np.round((served * near).sum(0), 9)),
        }
    )


def _fixed(sites: pa.Table) -> Mask:
    if "fixed" not in sites.column_names:
        return np.zeros(sites.num_rows, bool)
    words = [word.casefold() for word in texts(sites, "fixed", "sites")]
    row = next((i for i, word in enumerate(words) if word not in YES | NO), None)
    if row is not None:
        raise ProblemUnfit(
            Text(
                f"sites 第 {row + 2} 行的 fixed 既非“是”也非“否”：{words[row][:20]}",
                f"`fixed` in row {row + 2} of sites is neither yes nor no: {words[row][:20]}",
            ),
            Text("用 1/0、是/否 或 yes/no", "Write 1/0, yes/no or 是/否"),
        )
    return np.array([word in YES for word in words])


def _points(table: pa.Table, name: str) -> tuple[Floats, bool]:
    """Return coordinates (rows x 2) and whether they are degrees."""
    pairs = [names for names in (("x", "y"), ("lon", "lat")) if set(names) <= set(table.column_names)]
    if not pairs:
        raise ProblemUnfit(
            Text(
                f"{name} 没有坐标，也没有 distances 表", f"{name} has no coordinates, and there is no table distances"
            ),
            Text("加上 lon、lat（度）或 x、y（米）", "Add lon, lat (degrees) or x, y (metres)"),
        )
    points, degrees = np.column_stack([numbers(table, n, name) for n in pairs[0]]), pairs[0] == ("lon", "lat")
    row = off_map(points) if degrees else None
    if row is not None:
        lon, lat = points[row]
        raise ProblemUnfit(
            Text(
                f"{name} 第 {row + 2} 行的经纬度 {lon:g}, {lat:g} 不合法",
                f"row {row + 2} of {name}: {lon:g}, {lat:g} is no longitude and latitude",
            ),
            Text("检查坐标系，或经纬度是否颠倒", "Check the datum, and whether longitude and latitude are swapped"),
        )
    return points, degrees
