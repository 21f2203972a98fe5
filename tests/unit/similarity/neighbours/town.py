"""A town of two committees, small enough to reckon by hand."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

import pyarrow as pa

from graph.model.records import Records, edge_schema, node_schema
from graph.snapshot.columns import Snapshot

DAY = dt.date(2021, 11, 1)
EAST, WEST = "900000000001", "900000000002"

Rows = list[dict[str, Any]]


def person(id: str, born: int, *, area: str = EAST, **more: Any) -> dict[str, Any]:
    """A resident born on 1 May of a year."""
    return {"id": id, "area": area, "name": f"名{id}", "birth_date": dt.date(born, 5, 1), **more}


NODES: dict[str, Rows] = {
    "Resident": [
        person("p1", 1941, sex="2", education="30", education_on=dt.date(2020, 1, 1), politics="01"),
        person("p2", 1943, sex="2", education="30", education_on=dt.date(2022, 1, 1), politics="01"),
        person("p3", 1990, sex="1", politics="13"),
        person("p4", 1941, sex="2", area=WEST),
    ],
    "Tag": [
        {"id": "t1", "name": "独居老人", "sensitivity": "personal"},
        {"id": "t2", "name": "爱唱歌", "sensitivity": "personal"},
        {"id": "t3", "name": "认知障碍", "sensitivity": "sensitive"},
        {"id": "t4", "name": "流动党员", "sensitivity": "personal"},
        {"id": "t5", "name": "未定级"},
        {"id": "t6", "name": "工会会员", "sensitivity": "personal"},
    ],
    "TagGroup": [{"id": "g1", "name": "政治与组织"}, {"id": "g2", "name": "兴趣"}],
    "Skill": [{"id": "s1", "name": "理发"}, {"id": "s2", "name": "急救"}],
    "Volunteer": [
        {"id": "v1", "area": EAST, "name": "甲", "availability": ["1 09:00-11:00"], "lon": 121.46, "lat": 31.31},
        {"id": "v2", "area": EAST, "name": "乙", "availability": ["1 10:00-12:00"], "lon": 121.461, "lat": 31.31},
        {"id": "v3", "area": WEST, "name": "丙"},
    ],
    "Organisation": [
        {"id": "o1", "area": EAST, "name": "东站", "kind": "company"},
        {"id": "o2", "area": WEST, "name": "西站", "kind": "company"},
    ],
    "Venue": [
        {"id": "x1", "area": EAST, "name": "一室", "kind": "classroom", "capacity": 20, "facilities": ["桌椅", "空调"]},
        {"id": "x2", "area": EAST, "name": "二室", "kind": "classroom", "capacity": 30, "facilities": ["空调"]},
        {"id": "x3", "area": EAST, "name": "一室", "kind": "activity_room", "step_free": True},
    ],
}
EDGES: dict[str, Rows] = {
    "Resident-HAS_TAG-Tag": [
        {"start": p, "end": t, "since": dt.date(2020, 1, 1), "until": until}
        for p, t, until in (
            ("p1", "t1", None),
            ("p1", "t2", None),
            ("p1", "t3", None),
            ("p1", "t4", None),
            ("p1", "t5", None),
            ("p1", "t6", None),
            ("p2", "t1", None),
            ("p2", "t2", dt.date(2021, 1, 1)),
            ("p2", "t3", None),
            ("p2", "t4", None),
            ("p3", "t2", None),
            ("p4", "t1", None),
        )
    ],
    "Tag-IN_GROUP-TagGroup": [{"start": "t6", "end": "g1"}, {"start": "t2", "end": "g2"}],
    "Volunteer-HAS_SKILL-Skill": [
        {"start": "v1", "end": "s1", "level": 3},
        {"start": "v1", "end": "s2", "level": 1},
        {"start": "v2", "end": "s1", "level": 2},
    ],
    "Volunteer-IS-Resident": [{"start": "v1", "end": "p4"}],
    "Venue-OWNED_BY-Organisation": [{"start": "x1", "end": "o1"}, {"start": "x2", "end": "o2"}],
}


@cache
def plain() -> Snapshot:
    """Return the town as it is."""
    return town({}, {})


def town(nodes: dict[str, Rows] | None = None, edges: dict[str, Rows] | None = None) -> Snapshot:
    """Return the town, labels and relationships in `nodes` and `edges` replaced."""
    rows, links = {**NODES, **(nodes or {})}, {**EDGES, **(edges or {})}
    tables = {label: pa.Table.from_pylist(some, node_schema(label)) for label, some in rows.items()}
    lists = {name: pa.Table.from_pylist(some, edge_schema(name)) for name, some in links.items()}
    return Snapshot.of(Records.of(tables, lists))
