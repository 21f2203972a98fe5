"""A batch as the statements that carry it out, in an order that always works: pure, shared by the Cypher engines."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from graph.model.errors import LinliError, NotFound, StoreFailed
from graph.model.records import Batch, Records
from graph.model.relationships import SCHEMA
from graph.model.schema import Relationship
from graph.stores import statements

Row = dict[str, Any]

ROWS = 5_000
"""Rows in one statement: a Neo4j transaction of 5,000 upserts holds some 20 MB, and larger ones are not faster."""


@dataclass(frozen=True, slots=True)
class Change:
    """One statement and its rows; `relationship` is set where each row needs both of its nodes."""

    statement: str
    rows: list[Row]
    relationship: Relationship | None = None


def changes(batch: Batch, size: int = ROWS) -> Iterator[Change]:
    """Yield the statements of `batch`: relationships go, nodes go, nodes come, relationships come."""
    for relationship, rows in _edges(batch.retired, size):
        yield Change(statements.retire_edges(relationship), rows)
    for label, table in batch.retired.nodes.items():
        for rows in _slices(table.select(["id"]), size):
            yield Change(statements.retire_nodes(SCHEMA.label[label]), rows)
    for label, table in batch.upserts.nodes.items():
        for rows in _slices(table, size):
            yield Change(statements.upsert_nodes(SCHEMA.label[label]), rows)
    for relationship, rows in _edges(batch.upserts, size):
        yield Change(statements.upsert_edges(relationship), rows, relationship)


def _edges(records: Records, size: int) -> Iterator[tuple[Relationship, list[Row]]]:
    for name, table in records.edges.items():
        for rows in _slices(table, size):
            yield (
                SCHEMA.relationship[name],
                [{"start": row.pop("start"), "end": row.pop("end"), "properties": row} for row in rows],
            )


def _slices(table: pa.Table, size: int) -> Iterator[list[Row]]:
    for start in range(0, len(table), size):
        yield table.slice(start, size).to_pylist()


def loose_end(change: Change, absent: Callable[[str, Mapping[str, Any]], list[str]]) -> LinliError:
    """Return the error for relationships that were not all written: the first node that is not there.

    `absent(statement, parameters)` runs `statements.absent` and returns the ids it names.
    """
    relationship = change.relationship
    if relationship is None:
        raise ValueError(change.statement)
    for end, label in (("start", relationship.start), ("end", relationship.end)):
        wanted = {"ids": [row[end] for row in change.rows], "rows": 1}
        missing = absent(statements.absent(SCHEMA.label[label]), wanted)
        if missing:
            return NotFound(label, missing[0])
    return StoreFailed(f"relationships of {relationship.name} were not written")
