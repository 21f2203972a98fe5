"""The town of the tests with two sub-districts of two committees each, so that every level of groups is there."""

from __future__ import annotations

import pyarrow as pa

from graph.model.records import Records
from tests.unit.similarity.town import town

COMMITTEES = ("a0011", "a0012", "a0021", "a0022")
AREAS = {"a": "city", "a0": "district", "a001": "subdistrict", "a002": "subdistrict"} | dict.fromkeys(
    COMMITTEES, "committee"
)
PARENT = {name: name[:-1] if len(name) > 2 else "a" for name in AREAS if name != "a"} | {"a001": "a0", "a002": "a0"}


def with_areas(units: int = 90, people: int = 1500, *, tags: int = 12, seed: int = 0) -> Records:
    """Return the town; estate `i` lies in committee `i` modulo four, everything in it too."""
    records = town(units, people, tags=tags, seed=seed)
    nodes, edges = dict(records.nodes), dict(records.edges)
    of = {name: COMMITTEES[i % 4] for i, name in enumerate(records.node_table("Estate")["id"].to_pylist())}
    edges["Estate-IN-Area"] = _lines(of)
    nodes["Estate"] = _placed(records.node_table("Estate"), of)
    for label, edge in (
        ("Building", "Building-IN-Estate"),
        ("Unit", "Unit-IN-Building"),
        ("Dwelling", "Dwelling-IN-Unit"),
        ("Resident", "Resident-LIVES_IN-Dwelling"),
    ):
        of = {r["start"]: of[r["end"]] for r in records.edge_table(edge).to_pylist()}
        nodes[label] = _placed(records.node_table(label), of)
    nodes["Area"] = pa.table({"id": list(AREAS), "name": [f"name {a}" for a in AREAS], "level": list(AREAS.values())})
    edges["Area-PART_OF-Area"] = _lines(PARENT)
    return Records.of(nodes, edges)


def _placed(table: pa.Table, of: dict[str, str]) -> pa.Table:
    area = pa.array([of[name] for name in table["id"].to_pylist()], pa.string())
    return table.set_column(table.column_names.index("area"), "area", area)


def _lines(of: dict[str, str]) -> pa.Table:
    return pa.table({"start": list(of), "end": list(of.values())})
