"""Parts of a snapshot that an older linli published: what it did not know yet is there, and nothing is known of it.

A schema grows by labels, relationships and properties. A snapshot of before has no part for a new label and no column for
a new property; whoever reads it finds empty parts and unknown values, not a failure, until the next load.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from graph.model.records import ARROW, edge_schema, node_schema
from graph.model.relationships import SCHEMA
from graph.model.schema import Kind, Property


def empty_part(name: str, *, starts: int) -> pa.Table:
    """Return the part of a label or a relationship of which there is nothing; `starts` counts its start nodes."""
    if name in SCHEMA.label:
        return completed(name, pa.table({"id": pa.array([], pa.string())}))
    fields = _edge_fields(name)
    nothing = pa.StructArray.from_arrays([pa.array([], f.type) for f in fields], fields=fields)
    return pa.table({"edges": pa.ListArray.from_arrays(pa.array(np.zeros(starts + 1, np.int32)), nothing)})


def completed(name: str, table: pa.Table) -> pa.Table:
    """Return the part with every property of the schema, those that it lacks unknown everywhere."""
    if name in SCHEMA.label:
        properties = SCHEMA.label[name].properties
        if all(p.name in table.column_names for p in properties):
            return table
        columns = [table[p.name] if p.name in table.column_names else _unknown(p, len(table)) for p in properties]
        return pa.table(columns, names=node_schema(name).names)
    return _completed_edges(name, table)


def _completed_edges(name: str, table: pa.Table) -> pa.Table:
    fields, lists = _edge_fields(name), table["edges"].combine_chunks()
    known = {f.name for f in lists.type.value_type}
    if all(f.name in known for f in fields):
        return table
    edges = lists.values
    columns = [edges.field(f.name) if f.name in known else pa.nulls(len(edges), f.type) for f in fields]
    whole = pa.StructArray.from_arrays(columns, fields=fields)
    return pa.table({"edges": pa.ListArray.from_arrays(lists.offsets, whole)})


def _edge_fields(name: str) -> list[pa.Field]:
    return [pa.field("end", pa.int32()), *list(edge_schema(name))[2:]]


def _unknown(property: Property, rows: int) -> pa.Array:
    if property.kind is Kind.CODE:
        return pa.DictionaryArray.from_arrays(pa.nulls(rows, pa.int32()), pa.array([], pa.string()))
    return pa.nulls(rows, ARROW[property.kind])
