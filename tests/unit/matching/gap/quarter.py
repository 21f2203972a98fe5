"""A quarter of few people, each known in another way, and programmes for some of them; nobody in it is real."""

from __future__ import annotations

import copy
import datetime as dt
import json
from typing import Any

import pyarrow as pa

from graph.model.records import Records, edge_schema, node_schema
from graph.snapshot.columns import Snapshot

DAY = dt.date(2021, 11, 1)
OLD = {"age": {"at_least": 60}}
Rows = dict[str, list[dict[str, Any]]]


def born(age: int) -> dt.date:
    """Return a birth date that makes somebody `age` on `DAY`."""
    return dt.date(DAY.year - age, 5, 17)


def quarter() -> tuple[Rows, Rows]:
    """Return nodes and edges as rows.

    In committee c1: r1 (phone and home), r2 (home only), r3 (phone only, away from the registered home), r4 (only the
    registered address), r5 (nothing known), r6 (young). In c2: r7 (phone and home).
    """
    nodes: Rows = {
        "Area": [{"id": c, "name": f"居委{c}", "level": "committee"} for c in ("c1", "c2")],
        "Programme": [
            {"id": "p1", "name": "筛查", "eligibility": json.dumps(OLD), "opens_on": dt.date(2021, 1, 1)},
            {"id": "p2", "name": "体检", "eligibility": json.dumps({"age": {"at_least": 80}})},
            {"id": "p3", "name": "无规则"},
            {"id": "p4", "name": "坏规则", "eligibility": '{"age": {"at_lest": 60}}'},
        ],
        "Unit": [{"id": f"u{i}", "area": f"c{i}", "lon": 121.45 + i / 1e3, "lat": 31.31} for i in (1, 2)],
        "Dwelling": [{"id": f"d{i}", "area": "c1" if i < 7 else "c2"} for i in range(1, 8)],
    }
    edges: Rows = {
        "Dwelling-IN-Unit": [{"start": f"d{i}", "end": "u1" if i < 7 else "u2"} for i in range(1, 8)],
        "Resident-LIVES_IN-Dwelling": [{"start": f"r{i}", "end": f"d{i}"} for i in (1, 2, 6, 7)],
        "Resident-REGISTERED_AT-Dwelling": [{"start": f"r{i}", "end": f"d{i}"} for i in (1, 3, 4)],
        "Resident-LEADS-Unit": [{"start": "r6", "end": "u1"}],
    }
    people = []
    for i in range(1, 8):
        person: dict[str, Any] = {"id": f"r{i}", "name": f"甲{i}", "area": "c1" if i < 7 else "c2", "sex": "2"}
        person |= {"birth_date": born(30 if i == 6 else 64 + i), "id_hash": f"h{i}"}
        person |= {"phone": f"1000000000{i}"} if i in (1, 3, 7) else {}
        people.append(person)
    nodes["Resident"] = people
    return nodes, edges


def snapshot(nodes: Rows, edges: Rows) -> Snapshot:
    """Bring rows into columns."""
    return Snapshot.of(records(nodes, edges))


def records(nodes: Rows, edges: Rows) -> Records:
    """Return rows as records."""
    tables = {label: pa.Table.from_pylist(rows, node_schema(label)) for label, rows in nodes.items()}
    return Records.of(tables, {name: pa.Table.from_pylist(rows, edge_schema(name)) for name, rows in edges.items()})


def with_events(*events: tuple[str, str, str, str], also: tuple[Rows, Rows] | None = None) -> tuple[Rows, Rows]:
    """Return the quarter with events (person, programme, day, what).

    `what` is a status of an enrolment, or `channel:outcome` of a contact.
    """
    nodes, edges = copy.deepcopy(also or quarter())
    for person, programme, day, what in events:
        edge: dict[str, Any] = {"start": person, "end": programme, "at": dt.date.fromisoformat(day)}
        channel, _, outcome = what.partition(":")
        kind = "CONTACTED" if outcome else "ENROLLED_IN"
        edge |= {"channel": channel, "outcome": outcome} if outcome else {"status": what}
        edges.setdefault(f"Resident-{kind}-Programme", []).append(edge)
    return nodes, edges
