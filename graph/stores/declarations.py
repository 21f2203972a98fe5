"""The schema in the embedded engine's own SQL: what its Cypher cannot declare, and reading in columns. Pure text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from graph.model.relationships import SCHEMA
from graph.model.schema import Kind, Label, Relationship

TYPES: Mapping[Kind, str] = {
    Kind.TEXT: "STRING",
    Kind.CODE: "STRING",
    Kind.INTEGER: "LONG",
    Kind.NUMBER: "DOUBLE",
    Kind.BOOLEAN: "BOOLEAN",
    Kind.DATE: "DATE",
    Kind.TEXTS: "LIST OF STRING",
}


def declarations() -> Iterator[str]:
    """Yield the engine's statements for types, properties and indexes (SQL: its Cypher declares no property types)."""
    types: dict[str, dict[str, Kind]] = {}
    for label in SCHEMA.labels:
        yield f"CREATE VERTEX TYPE {label.name} IF NOT EXISTS"
        types[label.name] = {p.name: p.kind for p in label.properties}
    for relationship in SCHEMA.relationships:
        yield f"CREATE EDGE TYPE `{relationship.type}` IF NOT EXISTS"
        types.setdefault(relationship.type, {}).update({p.name: p.kind for p in relationship.properties})
    for name, kinds in types.items():
        for key, kind in kinds.items():
            yield f"CREATE PROPERTY `{name}`.`{key}` IF NOT EXISTS {TYPES[kind]}"
    for label in SCHEMA.labels:
        yield f"CREATE INDEX IF NOT EXISTS ON {label.name} (id) UNIQUE"
        if label.scoped:
            yield f"CREATE INDEX IF NOT EXISTS ON {label.name} (area) NOTUNIQUE"


def node_columns(label: Label) -> str:
    """Return the statement that reads all nodes of a label."""
    columns = ", ".join(f"`{p.name}` AS `{p.name}`" for p in label.properties)
    return f"SELECT {columns} FROM `{label.name}`"


def edge_columns(type: str) -> str:
    """Return the statement that reads all relationships of a type, with the labels of their ends."""
    names = sorted({p.name for r in SCHEMA.relationships if r.type == type for p in r.properties})
    ends = "@out.@type AS `_start`, @in.@type AS `_end`, @out.id AS `start`, @in.id AS `end`"
    return f"SELECT {', '.join([ends, *(f'`{n}` AS `{n}`' for n in names)])} FROM `{type}`"


def between(table: pa.Table, relationship: Relationship) -> pa.Table:
    """Return the rows of `edge_columns` that join the two labels of `relationship`."""
    if not len(table):
        return table
    wanted = pc.equal(table["_start"], relationship.start), pc.equal(table["_end"], relationship.end)
    return table.filter(pc.and_(*wanted))
