"""A small store in memory, for tests of what stands on a store."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from graph.model.errors import QueryInvalid
from graph.model.progress import Progress, silent
from graph.model.records import Batch, Records, edge_key
from graph.model.relationships import SCHEMA
from graph.snapshot.columns import Snapshot
from graph.stores.statements import projected
from graph.stores.store import Limits, Projection, Table, Value


class MemoryStore:
    """Holds the records themselves. It speaks no Cypher: `read` answers only the texts given in `answers`.

    Every query is kept in `asked` with its parameters, so that a test can look at what a door sent.
    """

    def __init__(self, records: Records | None = None, *, answers: Mapping[str, Table] | None = None) -> None:
        self.records = records or Records()
        self.asked: list[tuple[str, dict[str, Value]]] = []
        self._answers = dict(answers or {})

    def prepare(self) -> None:
        """Do nothing: the schema is in the code."""

    def write(self, batch: Batch, progress: Progress = silent) -> int:
        """Write and retire; raises `NotFound` for a relationship without its nodes, and then changes nothing."""
        nodes, edges = dict(self.records.nodes), dict(self.records.edges)
        for label in SCHEMA.label:
            kept = _without(self.records.node_table(label), batch.retired.node_table(label), ["id"])
            nodes[label] = _over(kept, batch.upserts.node_table(label), ["id"])
        for name, relationship in SCHEMA.relationship.items():
            key = edge_key(relationship)
            kept = _without(self.records.edge_table(name), batch.retired.edge_table(name), key)
            for end, label in (("start", relationship.start), ("end", relationship.end)):
                kept = _without(kept, batch.retired.node_table(label).select(["id"]).rename_columns([end]), [end])
            edges[name] = _over(kept, batch.upserts.edge_table(name), key)
        records = Records.of(nodes, edges)
        Snapshot.of(records)
        self.records = records
        progress("write", len(batch), len(batch))
        return len(batch)

    def read(self, query: str, parameters: Mapping[str, Value], limits: Limits) -> Table:
        """Return the prepared answer, cut to the limit; raises `QueryInvalid` where there is none."""
        self.asked.append((query, dict(parameters)))
        answer = self._answers.get(query)
        if answer is None:
            raise QueryInvalid("the store in memory speaks no Cypher")
        return Table(answer.columns, answer.rows[: limits.rows], truncated=len(answer.rows) > limits.rows)

    def project(self, projection: Projection, progress: Progress = silent) -> Snapshot:
        """Return the projected records as columns."""
        labels, relationships = projected(projection.labels, projection.relationships)
        progress("project", len(labels) + len(relationships), len(labels) + len(relationships))
        nodes = {label.name: self.records.node_table(label.name) for label in labels}
        return Snapshot.of(Records.of(nodes, {r.name: self.records.edge_table(r.name) for r in relationships}))

    def close(self) -> None:
        """Do nothing."""


def _without(table: pa.Table, gone: pa.Table, key: list[str]) -> pa.Table:
    if not len(gone) or not len(table):
        return table
    row = pa.array(range(len(table)), pa.int64())
    kept = table.select(key).append_column("_row", row).join(gone.select(key), keys=key, join_type="left anti")
    return table.take(kept.sort_by("_row")["_row"])


def _over(table: pa.Table, new: pa.Table, key: list[str]) -> pa.Table:
    return pa.concat_tables([_without(table, new, key), new]) if len(new) else table
