"""Resolved records in columns, and the difference between two sets of them.

A set of records is one Arrow table for each label and each relationship:

- a node table has `id` and the properties of its label, in the order of the schema;
- a relationship table has `start`, `end` (ids) and its properties.

Both are sorted by their key, hold no duplicate key, and have exactly the column types of the schema (`node_schema`,
`edge_schema`). Absent labels mean "no such nodes". What every engine can keep apart is kept: an empty list and a number
that is not finite become null (unknown), and -0.0 is 0.0. A list holds no nulls.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from .relationships import SCHEMA
from .schema import Kind, Property, Relationship

ARROW: Mapping[Kind, pa.DataType] = {
    Kind.TEXT: pa.string(),
    Kind.CODE: pa.string(),
    Kind.INTEGER: pa.int64(),
    Kind.NUMBER: pa.float64(),
    Kind.BOOLEAN: pa.bool_(),
    Kind.DATE: pa.date32(),
    Kind.TEXTS: pa.list_(pa.string()),
}


EPOCH = dt.date(1970, 1, 1)
"""The day from which columns count days."""


def _fields(properties: tuple[Property, ...]) -> list[pa.Field]:
    return [pa.field(p.name, ARROW[p.kind]) for p in properties]


def node_schema(label: str) -> pa.Schema:
    """Return the column types of a node table."""
    return pa.schema(_fields(SCHEMA.label[label].properties))


def edge_schema(relationship: str) -> pa.Schema:
    """Return the column types of a relationship table (`relationship` is its full name)."""
    ends = [pa.field("start", pa.string()), pa.field("end", pa.string())]
    return pa.schema(ends + _fields(SCHEMA.relationship[relationship].properties))


def edge_key(relationship: Relationship) -> list[str]:
    """Return the columns that tell one relationship of a type from another."""
    return ["start", "end", *relationship.key]


def conform(table: pa.Table, schema: pa.Schema, key: list[str]) -> pa.Table:
    """Return `table` with exactly the columns of `schema` (absent ones null), sorted by `key`, in one chunk."""
    columns = [
        _settled(table[f.name].cast(f.type)) if f.name in table.column_names else pa.nulls(len(table), f.type)
        for f in schema
    ]
    whole = pa.table(columns, schema=schema)
    return whole.take(pc.sort_indices(whole, sort_keys=[(k, "ascending") for k in key])).combine_chunks()


def _settled(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return the column without the values that not every engine can hold."""
    if pa.types.is_list(column.type):
        return pc.if_else(pc.equal(pc.list_value_length(column), 0), pa.scalar(None, column.type), column)
    if pa.types.is_floating(column.type):
        return pc.add(pc.if_else(pc.is_finite(column), column, pa.scalar(None, column.type)), 0.0)
    return column


@dataclass(frozen=True, slots=True)
class Records:
    """Nodes by label and relationships by full name, as sorted Arrow tables."""

    nodes: Mapping[str, pa.Table] = field(default_factory=dict)
    edges: Mapping[str, pa.Table] = field(default_factory=dict)

    @classmethod
    def of(cls, nodes: Mapping[str, pa.Table], edges: Mapping[str, pa.Table]) -> Records:
        """Bring any tables into the form that the module's docstring promises."""
        return cls(
            {n: conform(t, node_schema(n), ["id"]) for n, t in nodes.items() if len(t)},
            {e: conform(t, edge_schema(e), edge_key(SCHEMA.relationship[e])) for e, t in edges.items() if len(t)},
        )

    def __len__(self) -> int:
        return sum(map(len, self.nodes.values())) + sum(map(len, self.edges.values()))

    def node_table(self, label: str) -> pa.Table:
        """Return the nodes of `label`, an empty table when there are none."""
        return self.nodes.get(label, node_schema(label).empty_table())

    def edge_table(self, relationship: str) -> pa.Table:
        """Return the relationships named `relationship`, an empty table when there are none."""
        return self.edges.get(relationship, edge_schema(relationship).empty_table())


@dataclass(frozen=True, slots=True)
class Batch:
    """What a store must change: records to write whole (new or changed), and keys to remove.

    The tables of `retired` hold keys only: `id`, or `start`, `end` and the relationship's key properties.
    Retiring a node also removes its relationships.
    """

    upserts: Records = field(default_factory=Records)
    retired: Records = field(default_factory=Records)

    def __len__(self) -> int:
        return len(self.upserts) + len(self.retired)


def difference(old: Records, new: Records) -> Batch:
    """Return the batch that turns `old` into `new`.

    >>> a = Records.of({"Skill": pa.table({"id": ["s1", "s2"], "name": ["理发", "钢琴"]})}, {})
    >>> b = Records.of({"Skill": pa.table({"id": ["s2", "s3"], "name": ["钢琴", "书法"]})}, {})
    >>> batch = difference(a, b)
    >>> batch.upserts.nodes["Skill"]["id"].to_pylist(), batch.retired.nodes["Skill"]["id"].to_pylist()
    (['s3'], ['s1'])
    """
    up_nodes, gone_nodes, up_edges, gone_edges = {}, {}, {}, {}
    for label in SCHEMA.label:
        changed, gone = _changes(old.node_table(label), new.node_table(label), ["id"])
        if len(changed):
            up_nodes[label] = changed
        if len(gone):
            gone_nodes[label] = gone
    for name, relationship in SCHEMA.relationship.items():
        changed, gone = _changes(old.edge_table(name), new.edge_table(name), edge_key(relationship))
        if len(changed):
            up_edges[name] = changed
        if len(gone):
            gone_edges[name] = gone
    return Batch(Records(up_nodes, up_edges), Records(gone_nodes, gone_edges))


def _changes(old: pa.Table, new: pa.Table, key: list[str]) -> tuple[pa.Table, pa.Table]:
    """Return the rows of `new` that differ from `old`, and the keys that only `old` has."""
    if old.equals(new):
        return new.slice(0, 0), old.select(key).slice(0, 0)
    gone = old.select(key).join(new.select(key), keys=key, join_type="left anti", use_threads=False)
    values = [c for c in new.column_names if c not in key]
    row = pa.array(range(len(new)), pa.int64())
    before = old.append_column("_old", pa.array(range(len(old)), pa.int64())).select([*key, "_old"])
    pairs = new.select(key).append_column("_new", row).join(before, keys=key, use_threads=False)
    pairs = pairs.sort_by("_new")
    absent = pc.is_null(pairs["_old"])
    differs = absent
    if len(old):
        matched = old.take(pc.fill_null(pairs["_old"], 0))
        for column in values:
            differs = pc.or_(differs, _unequal(matched[column], new[column]))
    return new.filter(differs).combine_chunks(), gone.sort_by([(k, "ascending") for k in key]).combine_chunks()


def _unequal(left: pa.ChunkedArray, right: pa.ChunkedArray) -> pa.Array:
    """Compare two columns value by value; null equals null."""
    if pa.types.is_list(left.type):
        left, right = _flat(left), _flat(right)
    both_null = pc.and_(pc.is_null(left), pc.is_null(right))
    return pc.and_not(pc.fill_null(pc.not_equal(left, right), True), both_null)


def _flat(lists: pa.ChunkedArray) -> pa.Array:
    """Write each list of texts as one text, so that it can be compared (no text holds U+001F)."""
    return pc.binary_join(lists.combine_chunks(), "\x1f")
