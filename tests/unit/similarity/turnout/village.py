"""A village of three committees whose lively stairwells come more often, and only at some ages; nobody in it is real."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pyarrow as pa

from graph.model.records import Records, edge_schema, node_schema

AS_OF = dt.date(2021, 11, 1)
AREAS = ("c1", "c2", "c3")
UNITS, HOMES, ACTIVITIES, CAME = 12, 6, 90, 12  # units of each committee, homes of each unit, activities, visitors
KINDS = {"culture": (20, 90), "children": (4, 40), "health": (50, 95)}

Rows = list[dict[str, Any]]


def village(seed: int = 0, *, lively: float = 1.2) -> Records:
    """Draw the village; `lively` is the spread of the log odds of stairwells."""
    nodes, edges = rows(seed, lively=lively)
    tables = {label: pa.Table.from_pylist(r, node_schema(label)) for label, r in nodes.items()}
    return Records.of(tables, {name: pa.Table.from_pylist(r, edge_schema(name)) for name, r in edges.items()})


def rows(seed: int = 0, *, lively: float = 1.2) -> tuple[dict[str, Rows], dict[str, Rows]]:
    """Return the village as rows by label and by relationship, for tests that change some."""
    rng = np.random.Generator(np.random.PCG64(seed))
    nodes: dict[str, Rows] = {}
    edges: dict[str, Rows] = {}
    spirit = _place(rng, nodes, edges)
    _people(rng, nodes, edges)
    _activities(rng, nodes, edges, odds=np.exp(lively * spirit))
    return nodes, edges


def _add(rows: dict[str, Rows], label: str, /, **values: Any) -> None:
    rows.setdefault(label, []).append(values)


def _place(rng: np.random.Generator, nodes: dict[str, Rows], edges: dict[str, Rows]) -> np.ndarray:
    for j, area in enumerate(AREAS):
        _add(nodes, "Area", id=area, name=f"第{j + 1}居委", level="committee")
        _add(nodes, "Venue", id=f"v{j}", area=area, name=f"场地{j}", lon=121.45 + 0.01 * j, lat=31.31)
        for u in range(UNITS):
            unit = f"{area}u{u:02d}"
            lon, lat = 121.45 + 0.01 * j + rng.normal(0, 0.002), 31.31 + rng.normal(0, 0.002)
            _add(nodes, "Unit", id=unit, area=area, lon=float(lon), lat=float(lat))
            for h in range(HOMES):
                _add(nodes, "Dwelling", id=f"{unit}d{h}", area=area)
                _add(edges, "Dwelling-IN-Unit", start=f"{unit}d{h}", end=unit)
    return rng.normal(size=len(AREAS) * UNITS)


def _people(rng: np.random.Generator, nodes: dict[str, Rows], edges: dict[str, Rows]) -> None:
    for tag, name, secret in (("t_chess", "爱下棋", "personal"), ("t_wheel", "使用轮椅", "sensitive")):
        _add(nodes, "Tag", id=tag, name=name, sensitivity=secret)
    for dwelling in nodes["Dwelling"]:
        for _ in range(int(rng.integers(1, 5))):
            person = f"r{len(nodes.get('Resident', [])):05d}"
            born = AS_OF - dt.timedelta(days=int(rng.integers(1, 95 * 365)))
            _add(
                nodes,
                "Resident",
                id=person,
                area=dwelling["area"],
                name=person,
                sex=str(rng.integers(1, 3)),
                birth_date=born if rng.random() < 0.97 else None,
            )
            since = AS_OF - dt.timedelta(days=int(rng.integers(1200, 9000)))
            _add(edges, "Resident-LIVES_IN-Dwelling", start=person, end=dwelling["id"], since=since)
            for tag in ("t_chess", "t_wheel"):
                if rng.random() < 0.2:
                    _add(edges, "Resident-HAS_TAG-Tag", start=person, end=tag, since=since)


def _activities(rng: np.random.Generator, nodes: dict[str, Rows], edges: dict[str, Rows], *, odds: np.ndarray) -> None:
    place = {unit["id"]: j for j, unit in enumerate(nodes["Unit"])}
    home = {e["start"]: place[e["end"][:-2]] for e in edges["Resident-LIVES_IN-Dwelling"]}
    for a in range(ACTIVITIES):
        area, kind = AREAS[a % 3], list(KINDS)[int(rng.integers(3))]
        on = AS_OF - dt.timedelta(days=10 * (ACTIVITIES - a))
        low, high = KINDS[kind]
        people = [p for p in nodes["Resident"] if p["area"] == area and _fits(p, on, low=low, high=high)]
        weights = np.array([odds[home[p["id"]]] for p in people])
        count = min(int(rng.integers(CAME - 4, CAME + 5)), len(people))
        came = rng.choice(len(people), size=count, replace=False, p=weights / weights.sum())
        plan = {"capacity": CAME + 2, "predicted": CAME + int(rng.integers(-3, 8)), "attended": count}
        _add(nodes, "Activity", id=f"a{a:03d}", name=f"活动{a}", area=area, kind=kind, held_on=on, **plan)
        _add(edges, "Activity-HELD_AT-Venue", start=f"a{a:03d}", end=f"v{a % 3}")
        for p in came:
            _add(edges, "Resident-TOOK_PART_IN-Activity", start=people[p]["id"], end=f"a{a:03d}", at=on)


def _fits(person: dict[str, Any], on: dt.date, *, low: int, high: int) -> bool:
    born = person["birth_date"]
    return born is not None and low * 365.25 <= (on - born).days < (high + 1) * 365.25
