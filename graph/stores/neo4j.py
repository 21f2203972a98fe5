"""A Neo4j server behind the store protocol, over a port of one method.

Only `Bolt` speaks to the driver. `Neo4jStore` needs nothing but `run`, so its text is tested by a double that keeps
every statement. A server holds one graph, so a load changes it in place: `LoadRun` marks a load that has not ended,
and doors that read the store say so (`unfinished_load`).
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Mapping
from typing import Any

import neo4j
import neo4j.exceptions as driver
import neo4j.graph
import neo4j.spatial
import neo4j.time
import pyarrow as pa

from graph.model.errors import (
    LinliError,
    QueryInvalid,
    QueryRefused,
    QueryTimeout,
    SettingInvalid,
    StoreBusy,
    StoreDown,
    StoreFailed,
    StoreNewer,
)
from graph.model.progress import Progress, silent
from graph.model.records import EPOCH, Batch, Records, edge_schema, node_schema
from graph.model.schema import SCHEMA_VERSION, Label, Relationship
from graph.model.text import Text
from graph.snapshot.columns import Snapshot
from graph.stores import statements
from graph.stores.changes import changes, loose_end
from graph.stores.port import Answer, Parameters, Port
from graph.stores.returned import refuse_files
from graph.stores.store import Limits, Projection, Table, Value

TRIES = 6
"""Tries of one write that meets a deadlock; the pauses between them add up to 3 seconds."""
PAGE = 20_000
"""Nodes in one page of a projection: 83,000 x 12 values took 0.85 s in such pages, 3.9 s row by row."""
PATIENCE = 600.0
"""Seconds that one statement of a load or a projection may take."""
SCHEMA_ID = "schema"
RUNNING, DONE = "running", "done"


class Bolt:
    """The port over the Neo4j driver; its errors leave as those of `graph.model.errors`."""

    def __init__(self, address: str, *, user: str | None = None, password: str | None = None) -> None:
        self.address = address
        auth = (user or "neo4j", password) if password else None
        try:
            self._driver = neo4j.GraphDatabase.driver(
                address,
                auth=auth,
                connection_timeout=5.0,
                connection_acquisition_timeout=10.0,
                max_transaction_retry_time=0.0,
                notifications_min_severity="OFF",
                telemetry_disabled=True,
            )
        except (driver.ConfigurationError, ValueError) as why:
            raise SettingInvalid("LINLI_STORE", address, Text(_first_line(why), _first_line(why))) from why

    def run(
        self, statement: str, parameters: Parameters, *, write: bool, timeout: float, most: int | None = None
    ) -> Answer:
        """Run one statement in a transaction of its own; stop after `most` rows and say `truncated`."""
        mode = neo4j.WRITE_ACCESS if write else neo4j.READ_ACCESS
        try:
            with (
                self._driver.session(default_access_mode=mode) as session,
                session.begin_transaction(timeout=timeout) as transaction,
            ):
                result = transaction.run(statement, dict(parameters))
                columns = tuple(result.keys())
                rows = [r.values() for r in (result if most is None else result.fetch(most + 1))]
                transaction.commit()
        except (driver.DriverError, driver.Neo4jError) as why:
            raise translated(why, self.address, timeout) from why
        cut = most is not None and len(rows) > most
        return Answer(columns, tuple(tuple(row) for row in (rows[:most] if cut else rows)), truncated=cut)

    def close(self) -> None:
        """Close the connections."""
        self._driver.close()


class Neo4jStore:
    """A Neo4j 5 server (or later) as a store."""

    def __init__(self, port: Port, *, pause: Callable[[float], None] = time.sleep) -> None:
        self._port = port
        self._pause = pause

    def prepare(self) -> None:
        """Create constraints and indexes and note the schema version; data of an older schema are brought up."""
        found = self._port.run(statements.FOUND_VERSION, {"id": SCHEMA_ID}, write=False, timeout=PATIENCE).rows
        if found and found[0][0] > SCHEMA_VERSION:
            raise StoreNewer(found[0][0], SCHEMA_VERSION)
        for statement in statements.constraints():
            self._send(statement, {})
        self._send(statements.VERSION, {"id": SCHEMA_ID, "version": SCHEMA_VERSION})

    def write(self, batch: Batch, progress: Progress = silent) -> int:
        """Write and retire in transactions of some thousand rows; raises `NotFound`, `StoreBusy`, `StoreDown`."""
        done = 0
        for change in changes(batch):
            answer = self._send(change.statement, {"rows": change.rows})
            if change.relationship is not None and answer.rows[0][0] < len(change.rows):
                raise loose_end(change, self._absent)
            done += len(change.rows)
            progress("write", done, len(batch))
        return len(batch)

    def read(self, query: str, parameters: Mapping[str, Value], limits: Limits) -> Table:
        """Run a reading statement; raises `QueryInvalid`, `QueryRefused`, `QueryTimeout`, `StoreDown`."""
        refuse_files(query)
        answer = self._port.run(query, parameters, write=False, timeout=limits.seconds, most=limits.rows)
        rows = tuple(tuple(_plain(value) for value in row) for row in answer.rows)
        return Table(answer.columns, rows, answer.truncated)

    def project(self, projection: Projection, progress: Progress = silent) -> Snapshot:
        """Read the projected part in columns, some thousand start nodes at a time."""
        labels, relationships = statements.projected(projection.labels, projection.relationships)
        total = len(labels) + len(relationships)
        pages: dict[str, list[pa.Table]] = {}
        edges: dict[str, pa.Table] = {}
        for done, label in enumerate(labels, 1):
            pages[label.name] = self._node_pages(label)
            progress("project", done, total)
        for done, relationship in enumerate(relationships, 1 + len(labels)):
            edges[relationship.name] = self._edge_table(relationship, pages[relationship.start])
            progress("project", done, total)
        nodes = {name: pa.concat_tables(tables) for name, tables in pages.items() if tables}
        return Snapshot.of(Records.of(nodes, edges))

    def close(self) -> None:
        """Close the port, where it can be closed."""
        close = getattr(self._port, "close", None)
        if close is not None:
            close()

    def begin_load(self, run: str, at: dt.date) -> None:
        """Mark the load `run`, which loads the data of the day `at`, as begun."""
        self._send(statements.BEGIN_LOAD, {"id": run, "state": RUNNING, "at": at})

    def end_load(self, run: str, at: dt.date) -> None:
        """Mark the load as ended and forget earlier ones, finished or torn: it has healed what they left."""
        self._send(statements.BEGIN_LOAD, {"id": run, "state": DONE, "at": at})
        self._send(statements.END_LOAD, {"id": run})

    def unfinished_load(self) -> tuple[str, dt.date] | None:
        """Return the oldest load that began and did not end (`run`, `at`), or None: the data are whole."""
        asked = {"state": RUNNING, "rows": 1}
        rows = self._port.run(statements.UNFINISHED_LOAD, asked, write=False, timeout=PATIENCE).rows
        return (str(rows[0][0]), _plain(rows[0][1])) if rows else None

    def _send(self, statement: str, parameters: Parameters) -> Answer:
        """Write; statements are repeatable, so one that lost a deadlock simply runs again."""
        for tried in range(1, TRIES):
            try:
                return self._port.run(statement, parameters, write=True, timeout=PATIENCE)
            except StoreBusy:
                self._pause(0.1 * 2 ** (tried - 1))
        try:
            return self._port.run(statement, parameters, write=True, timeout=PATIENCE)
        except StoreBusy:
            raise StoreBusy(TRIES) from None

    def _absent(self, statement: str, parameters: Parameters) -> list[str]:
        return [row[0] for row in self._port.run(statement, parameters, write=False, timeout=PATIENCE).rows]

    def _node_pages(self, label: Label) -> list[pa.Table]:
        statement, schema = statements.page_of_nodes(label), node_schema(label.name)
        pages: list[pa.Table] = []
        after = ""
        while True:
            page = self._page(statement, {"after": after, "rows": PAGE, "epoch": EPOCH}, schema)
            if not len(page):
                return pages
            pages.append(page)
            after = page["id"][-1].as_py()

    def _edge_table(self, relationship: Relationship, pages: list[pa.Table]) -> pa.Table:
        statement, schema = statements.page_of_edges(relationship), edge_schema(relationship.name)
        lasts = [page["id"][-1].as_py() for page in pages]
        spans = zip(["", *lasts], lasts, strict=False)
        read = [self._page(statement, {"after": a, "last": z, "epoch": EPOCH}, schema) for a, z in spans]
        return pa.concat_tables([schema.empty_table(), *read])

    def _page(self, statement: str, parameters: Parameters, schema: pa.Schema) -> pa.Table:
        answer = self._port.run(statement, parameters, write=False, timeout=PATIENCE)
        read = dict(zip(answer.columns, answer.rows[0], strict=True))
        return pa.table([_column(read[field.name], field.type) for field in schema], schema=schema)


def _column(values: Any, type: pa.DataType) -> pa.Array:
    days = pa.types.is_date32(type)
    column = pa.array(values, pa.int32() if days else type)
    return column.view(type) if days else column


def _plain(value: Any) -> Any:
    """Turn what the driver returns into a `Value`."""
    match value:
        case neo4j.graph.Node() | neo4j.graph.Relationship():
            return {name: _plain(v) for name, v in value.items()}
        case neo4j.graph.Path():
            steps = [x for pair in zip(value.nodes, value.relationships, strict=False) for x in pair]
            return [_plain(x) for x in [*steps, value.end_node]]
        case neo4j.time.Date() | neo4j.time.DateTime():
            return value.to_native()
        case neo4j.time.Time() | neo4j.time.Duration():
            return value.iso_format()
        case neo4j.spatial.Point():
            return {**dict(zip("xyz", value, strict=False)), "srid": value.srid}
        case list():
            return [_plain(x) for x in value]
        case dict():
            return {name: _plain(x) for name, x in value.items()}
        case _:
            return value


_CLASSES: Mapping[str, tuple[type[Exception], ...]] = {
    "failed": (
        *(driver.Neo4jError, driver.ConstraintError, driver.DatabaseError, driver.DriverError, driver.SessionError),
        *(driver.TransactionError, driver.TransactionNestingError, driver.ResultError, driver.ResultFailedError),
        *(driver.ResultConsumedError, driver.ResultNotSingleError, driver.BrokenRecordError),
    ),
    "invalid": (driver.ClientError, driver.CypherSyntaxError, driver.CypherTypeError),
    "refused": (driver.Forbidden, driver.ForbiddenOnReadOnlyDatabase),
    "busy": (driver.TransientError, driver.NotALeader),
    "setting": (driver.ConfigurationError, driver.AuthConfigurationError, driver.CertificateConfigurationError),
    "down": (
        *(driver.AuthError, driver.TokenExpired, driver.DatabaseUnavailable, driver.SessionExpired),
        *(driver.ServiceUnavailable, driver.RoutingServiceUnavailable, driver.WriteServiceUnavailable),
        *(driver.ReadServiceUnavailable, driver.IncompleteCommit, driver.UnsupportedServerProduct),
        *(driver.ConnectionPoolError, driver.ConnectionAcquisitionTimeoutError),
    ),
}
MEANINGS = {kind: meaning for meaning, kinds in _CLASSES.items() for kind in kinds}
"""What each class of the driver means here; a test walks the driver's module and fails on a class without a line."""
CODES: Mapping[str, str] = {
    "Neo.ClientError.Transaction.TransactionTimedOut": "late",
    "Neo.ClientError.Transaction.TransactionTimedOutClientConfiguration": "late",
    "Neo.ClientError.Statement.AccessMode": "refused",
    "Neo.TransientError.General.MemoryPoolOutOfMemoryError": "failed",
    "Neo.TransientError.General.OutOfMemoryError": "failed",
}
"""Codes of the server that say more than their class."""


def translated(why: driver.DriverError | driver.Neo4jError, address: str, seconds: float) -> LinliError:
    """Return our error for one of the driver's."""
    first = _first_line(why)
    code = why.code if isinstance(why, driver.Neo4jError) else None
    match CODES.get(code or "", MEANINGS[type(why)]):
        case "down":
            return StoreDown(address, first)
        case "setting":
            return SettingInvalid("LINLI_STORE", address, Text(first, first))
        case "invalid":
            return QueryInvalid(first)
        case "refused":
            return QueryRefused(Text(first, first))
        case "late":
            return QueryTimeout(seconds)
        case "busy":
            return StoreBusy(1)
        case _:
            return StoreFailed(first)


def _first_line(why: Exception) -> str:
    message = (why.message if isinstance(why, driver.Neo4jError) else None) or str(why)
    return (message.strip().splitlines() or [type(why).__name__])[0]
