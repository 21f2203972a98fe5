"""A made-up village whose truth is known by counting: two committees, stairwell groups in a row, points of two kinds.

From west to east, 300 metres apart: u0 to u5. The west is old today, the east will be in ten years; children
live in the middle.
"""

from __future__ import annotations

import datetime as dt

import pyarrow as pa

from graph.model.records import Records, edge_schema, node_schema

AS_OF = dt.date(2021, 11, 1)
WEST, EAST = "900000000001", "900000000002"
UNITS = ("u0", "u1", "u2", "u3", "u4", "u5")
STEP = 300.0
DEGREE = 95_120.0  # metres in a degree of longitude at this latitude
PEOPLE: dict[str, list[tuple[int, int]]] = {  # (age, how many)
    "u0": [(70, 40)],
    "u1": [(70, 10), (30, 20)],
    "u2": [(75, 30), (2, 12), (31, 12)],
    "u3": [(66, 20), (2, 8), (28, 20)],
    "u4": [(56, 90)],
    "u5": [(57, 50), (66, 5)],
}
POINTS = [  # id, kind, status, step, capacity, yearly cost
    ("c1", "canteen", "existing", 2.5, 40, 100),
    ("k_west", "canteen", "candidate", 0.5, 40, 100),
    ("k_east", "canteen", "candidate", 4.5, 100, 120),
    ("n1", "nursery", "existing", 2.0, 10, 100),
    ("n2", "nursery", "existing", 3.0, 4, 60),
    ("n_border", "nursery", "border", 3.5, 10, 20),
    ("n_new", "nursery", "candidate", 2.5, 30, 200),
    ("h1", "health", "candidate", 2.5, None, None),
]


def longitude(step: float) -> float:
    return 121.45 + step * STEP / DEGREE


def village(people: dict[str, list[tuple[int, int]]] | None = None, *, day: dt.date = AS_OF) -> Records:
    """Return the village; everybody has a birthday in July, and the sexes take turns."""
    nodes: dict[str, list[dict[str, object]]] = {
        "Area": [{"id": code, "name": code, "level": "committee"} for code in (WEST, EAST)],
        "Unit": [
            {"id": u, "area": WEST if i < 3 else EAST, "address": u, "lon": longitude(i), "lat": 31.31}
            for i, u in enumerate(UNITS)
        ],
        "Dwelling": [{"id": f"d{u}", "area": WEST if i < 3 else EAST} for i, u in enumerate(UNITS)],
        "ServicePoint": [
            {"id": p, "area": EAST, "name": f"point {p}", "kind": k, "status": s, "capacity": c, "yearly_cost": cost}
            | {"lon": longitude(at), "lat": 31.31}
            for p, k, s, at, c, cost in POINTS
        ],
        "Resident": [],
    }
    edges: dict[str, list[dict[str, object]]] = {
        "Dwelling-IN-Unit": [{"start": f"d{u}", "end": u} for u in UNITS],
        "Resident-LIVES_IN-Dwelling": [],
    }
    for at, unit in enumerate(UNITS):
        for age, count in (PEOPLE if people is None else people).get(unit, []):
            for number in range(count):
                who = f"r{unit}{age:03d}{number:03d}"
                born = dt.date(day.year - age, 7, 1)
                area = WEST if at < 3 else EAST
                nodes["Resident"].append({"id": who, "area": area, "sex": "12"[number % 2], "birth_date": born})
                edges["Resident-LIVES_IN-Dwelling"].append({"start": who, "end": f"d{unit}"})
    return records(nodes, edges)


def records(nodes: dict[str, list[dict[str, object]]], edges: dict[str, list[dict[str, object]]]) -> Records:
    return Records.of(
        {label: pa.Table.from_pylist(rows, node_schema(label)) for label, rows in nodes.items()},
        {name: pa.Table.from_pylist(rows, edge_schema(name)) for name, rows in edges.items()},
    )
