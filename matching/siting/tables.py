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
from matching.problem import Floats, Mask
from matching.siting.metres import straight
from matching.siting.places import Places, Siting
from matching.tables import identifiers, numbers, positions, texts

DEMAND, SITE = Text("需求点", "cell of demand"), Text("候选点", "site")
YES, NO = {"1", "true", "yes", "y", "是", "√"}, {"", "0", "false", "no", "n", "否"}


def read_places(demand: pa.Table, sites: pa.Table, distances: pa.Table | None, *, detour: float = 1.0) -> Places:
    """Read tables as places; `detour` multiplies straight lines (never listed distances).

    Raises `UnknownName` and `ProblemUnfit`.
    """
    cells, points = identifiers(demand, "demand"), identifiers(sites, "sites")
    weight = (
        numbers(demand, "weight", "demand", missing=0.0) if "weight" in demand.column_names else np.ones(len(cells))
    )
    if distances is not None:
        metres = np.full((len(cells), len(points)), np.inf)
        row = positions(distances, "demand", known=cells, kind=DEMAND)
        column = positions(distances, "site", known=points, kind=SITE)
        metres[row, column] = numbers(distances, "metres", "distances")
    else:
        metres = straight(_points(demand, "demand"), _points(sites, "sites")) * detour
    places = Places.of(cells, points, weight, metres)
    capacity = (
        numbers(sites, "capacity", "sites", missing=np.inf) if "capacity" in sites.column_names else places.capacity
    )
    return replace(places, fixed=_fixed(sites), capacity=capacity)


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
    strange = sorted(set(words) - YES - NO)
    if strange:
        raise ProblemUnfit(
            Text(
                f"fixed 列里有既非“是”也非“否”的值：{strange[0][:20]}",
                f"`fixed` is neither yes nor no: {strange[0][:20]}",
            ),
            Text("用 1/0、是/否 或 yes/no", "Write 1/0, yes/no or 是/否"),
        )
    return np.array([word in YES for word in words])


def _points(table: pa.Table, name: str) -> tuple[Floats, bool]:
    """Return coordinates (rows x 2) and whether they are degrees."""
    degrees = "x" not in table.column_names and "lon" in table.column_names
    names = ("lon", "lat") if degrees else ("x", "y")
    return np.column_stack([numbers(table, n, name) for n in names]), degrees
