"""Two stairwells of two committees with plans and votes, as records."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa

from graph.model.records import Records, edge_schema, node_schema

AS_OF = dt.date(2021, 11, 1)
EAST, WEST = "900000000001", "900000000002"
FLOORS = 6


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def dwelling(unit: str, floor: int) -> str:
    return f"{unit}{floor}01室"


def vote(home: str, plan: str, choice: str, at: str) -> dict[str, Any]:
    return {"start": home, "end": plan, "at": day(at), "choice": choice}


def plan(id: str, version: int, proposed: str | None, closes: str | None) -> dict[str, Any]:
    return {
        "id": id,
        "area": EAST,
        "name": f"方案{id}",
        "kind": "lift",
        "version": version,
        "proposed_on": proposed and day(proposed),
        "closes_on": closes and day(closes),
    }


A, B = "东风路1弄1号", "西风路1弄1号"

PLANS = (
    plan("old", 1, "2021-01-01", "2021-03-31"),
    plan("new", 2, "2021-09-01", "2021-12-31"),
    plan("later", 3, "2021-12-01", None),
    plan("other", 1, "2021-08-01", "2021-10-31"),
)
OF = {"old": A, "new": A, "later": A, "other": B}

VOTES = (
    vote(dwelling(A, 1), "old", "refused", "2021-02-01"),
    vote(dwelling(A, 2), "old", "refused", "2021-02-01"),
    vote(dwelling(A, 1), "new", "refused", "2021-09-10"),
    vote(dwelling(A, 1), "new", "undecided", "2021-10-10"),  # thinks it over: still no longer to be asked
    vote(dwelling(A, 3), "new", "unreached", "2021-09-10"),
    vote(dwelling(A, 3), "new", "agreed", "2021-10-10"),
    vote(dwelling(A, 4), "new", "agreed", "2021-10-10"),
    vote(dwelling(A, 5), "new", "agreed", "2021-11-02"),  # tomorrow
    vote(dwelling(B, 1), "new", "agreed", "2021-10-10"),  # lives elsewhere
    vote(dwelling(B, 1), "other", "agreed", "2021-10-10"),
)


def records() -> Records:
    """Return six homes of 50 square metres in each stairwell; one of them has no floor area on record."""
    units: list[dict[str, Any]] = [
        {"id": u, "area": c, "address": u, "address_key": u} for u, c in ((A, EAST), (B, WEST))
    ]
    homes: list[dict[str, Any]] = [
        {"id": dwelling(u["id"], f), "area": u["area"], "floor": f, "room": f"{f}01", "floor_area": _area(u["id"], f)}
        for u in units
        for f in range(1, FLOORS + 1)
    ]
    nodes = {"Unit": units, "Dwelling": homes, "Plan": list(PLANS)}
    edges = {
        "Dwelling-IN-Unit": [{"start": h["id"], "end": h["id"][:-4]} for h in homes],
        "Plan-OF-Unit": [{"start": p, "end": u} for p, u in OF.items()],
        "Dwelling-VOTED-Plan": list(VOTES),
    }
    return Records.of(
        {label: pa.Table.from_pylist(rows, node_schema(label)) for label, rows in nodes.items()},
        {name: pa.Table.from_pylist(rows, edge_schema(name)) for name, rows in edges.items()},
    )


def _area(unit: str, floor: int) -> float | None:
    return None if (unit, floor) == (A, 6) else 50.05
