"""Records: their form and their difference."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.model.records import Records, difference, edge_key
from graph.model.relationships import SCHEMA
from tests.unit.graph.worlds import random_world, small_world


def apply(old: Records, new: Records) -> Records:
    """Carry out `difference(old, new)` on plain dictionaries: the oracle of the stores."""
    batch = difference(old, new)
    nodes: dict[str, pa.Table] = {}
    for label in SCHEMA.label:
        rows = {r["id"]: r for r in old.node_table(label).to_pylist()}
        for gone in batch.retired.nodes.get(label, pa.table({"id": pa.array([], pa.string())})).to_pylist():
            del rows[gone["id"]]
        rows |= {r["id"]: r for r in batch.upserts.node_table(label).to_pylist()}
        nodes[label] = pa.Table.from_pylist(list(rows.values()), schema=old.node_table(label).schema)
    edges: dict[str, pa.Table] = {}
    for name, relationship in SCHEMA.relationship.items():
        key = edge_key(relationship)
        rows = {tuple(r[k] for k in key): r for r in old.edge_table(name).to_pylist()}
        for gone in batch.retired.edges[name].to_pylist() if name in batch.retired.edges else []:
            del rows[tuple(gone[k] for k in key)]
        rows |= {tuple(r[k] for k in key): r for r in batch.upserts.edge_table(name).to_pylist()}
        edges[name] = pa.Table.from_pylist(list(rows.values()), schema=old.edge_table(name).schema)
    return Records.of(nodes, edges)


@given(st.integers(0, 10_000), st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_the_difference_leads_from_one_world_to_the_other(one: int, other: int) -> None:
    old, new = random_world(one), random_world(other)
    assert same(apply(old, new), new)


def same(left: Records, right: Records) -> bool:
    """Say whether two sets of records are equal, table by table."""
    return all(left.node_table(x).equals(right.node_table(x)) for x in SCHEMA.label) and all(
        left.edge_table(x).equals(right.edge_table(x)) for x in SCHEMA.relationship
    )


def test_equal_records_have_no_difference() -> None:
    assert len(difference(small_world(), small_world())) == 0


def test_one_changed_list_is_one_upsert() -> None:
    old = small_world()
    tags = old.nodes["Tag"].set_column(
        old.nodes["Tag"].schema.get_field_index("synonyms"), "synonyms", [[["孤老", "独居者"], None]]
    )
    new = Records.of({**old.nodes, "Tag": tags}, old.edges)
    batch = difference(old, new)
    assert batch.upserts.nodes["Tag"]["id"].to_pylist() == ["t_alone"]
    assert len(batch) == 1
