"""ArcadeDB inside the process, behind the store protocol.

A store is a folder. `create` and `revise` open it for one process that writes; `open` opens a whole generation
read-only, and any number of processes may hold it so at once. Values are read through SQL columns, Cypher is for
statements. Importing this file does not load the engine; opening a store does (a second or so).
"""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa

from graph.model.errors import (
    LinliError,
    QueryInvalid,
    QueryRefused,
    QueryTimeout,
    StoreBusy,
    StoreFailed,
    StoreLocked,
    StoreNewer,
    StoreUnsupported,
)
from graph.model.progress import Progress, silent
from graph.model.records import Batch, Records
from graph.model.schema import SCHEMA_VERSION
from graph.model.text import Text
from graph.snapshot.columns import Snapshot
from graph.snapshot.parts import PRIVATE_FOLDER, write_whole
from graph.stores import jvm, statements
from graph.stores.bulk import EngineBatch, bulk
from graph.stores.changes import changes, loose_end
from graph.stores.declarations import between, declarations, edge_columns, node_columns
from graph.stores.returned import columns_of, refuse_files
from graph.stores.store import Limits, Projection, Table, Value

NO_ENGINE = Text(
    "没有适合本机的引擎（需 Linux glibc 2.34 以上、macOS arm64 或 Windows）",
    "there is no engine for it (it wants Linux with glibc 2.34 or later, macOS on arm64, or Windows)",
)
VERSION_FILE, HOLDER_FILE = "linli.json", "holder"

_CLASSES: Mapping[str, tuple[str, ...]] = {
    "late": ("TimeoutException", "QueryTerminatedException"),
    "refused": ("QueryNotIdempotentException", "DatabaseIsReadOnlyException", "SecurityException"),
    "invalid": (
        *("CommandParsingException", "CommandExecutionException", "FunctionExecutionException", "IndexException"),
        *("IllegalArgumentException", "ArithmeticException", "ClassCastException", "DateTimeException"),
        *("UnsupportedOperationException", "RecordNotFoundException", "SerializationException", "ValidationException"),
    ),
    "locked": ("LockException", "DatabaseIsReopeningException", "DatabaseOperationInProgressException"),
    "busy": ("NeedRetryException", "QueryAdmissionException"),
    "failed": (
        *("WALException", "ChangedException", "TimeSeriesWalkCoarsenedException", "ConfigurationException"),
        *("DatabaseIsClosedException", "DatabaseMetadataException", "DatabaseOperationException", "JSONException"),
        *("DuplicatedKeyException", "EncryptionException", "InvalidDatabaseInstanceException", "SchemaException"),
        *("PageCorruptionException", "PageSnapshotException", "TransactionException", "TriggerExecutionException"),
        *("DanglingEdgeListEntryException",),
    ),
}
MEANINGS = {name: meaning for meaning, names in _CLASSES.items() for name in names}
"""What a class of the engine (or the nearest of its bases) means here; a test walks the engine's classes."""


class EmbeddedStore:
    """One folder of the embedded engine; use `open`, `create` or `revise`."""

    def __init__(self, database: Any, folder: Path, *, writable: bool) -> None:
        self.folder = folder
        self._database = database
        self._writable = writable
        self._limit = jvm.SharedLimit(self._set_timeout)

    @classmethod
    def open(cls, folder: Path, *, heap: str = jvm.SERVE_HEAP) -> EmbeddedStore:
        """Open a whole store read-only; a process that will load afterwards asks for `LOAD_HEAP` now.

        Raises `StoreLocked`, `StoreNewer`, `StoreUnsupported`, `StoreFailed`.
        """
        found = _version(folder)
        if found > SCHEMA_VERSION:
            raise StoreNewer(found, SCHEMA_VERSION)
        return cls(_database(folder, "READ_ONLY", heap), folder, writable=False)

    @classmethod
    def create(cls, folder: Path) -> EmbeddedStore:
        """Make an empty store in a folder that does not exist, for writing."""
        folder.mkdir(parents=True, mode=PRIVATE_FOLDER)
        store = cls(_database(folder, "CREATE", jvm.LOAD_HEAP), folder, writable=True)
        store._hold()
        return store

    @classmethod
    def revise(cls, folder: Path) -> EmbeddedStore:
        """Open a store for writing; raises `StoreLocked` while another process has it open."""
        store = cls(_database(folder, "READ_WRITE", jvm.LOAD_HEAP), folder, writable=True)
        store._hold()
        return store

    def prepare(self) -> None:
        """Declare types, properties and indexes; repeatable; an older schema is brought up. Needs a writable store."""
        with _errors(self.folder), self._database.transaction():  # one transaction saves the schema once
            for statement in declarations():
                self._database.command("sql", statement)
        write_whole(self.folder / VERSION_FILE, json.dumps({"schema": SCHEMA_VERSION}).encode())

    def bulk(self, records: Records, progress: Progress = silent) -> None:
        """Fill an empty, prepared store; raises `NotFound` for a relationship without its nodes."""
        with _errors(self.folder), self._database.graph_batch() as batch:
            bulk(EngineBatch(batch), records, progress)

    def write(self, batch: Batch, progress: Progress = silent) -> int:
        """Write and retire by statements of some thousand rows; raises `NotFound`, `QueryRefused` if read-only."""
        done = 0
        for change in changes(batch):
            with self._limit.of(0), _errors(self.folder), self._database.transaction():
                answer = self._database.command("opencypher", change.statement, {"rows": change.rows}).to_list()
                if change.relationship is not None and answer[0]["written"] < len(change.rows):
                    raise loose_end(change, self._absent)
            done += len(change.rows)
            progress("write", done, len(batch))
        return len(batch)

    def read(self, query: str, parameters: Mapping[str, Value], limits: Limits) -> Table:
        """Run a reading statement; raises `QueryInvalid`, `QueryRefused`, `QueryTimeout`."""
        refuse_files(query)
        with self._limit.of(limits.seconds), _errors(self.folder, limits.seconds):
            with self._database.query("opencypher", query, dict(parameters)) as result:
                found = list(islice(result, limits.rows + 1))
            columns = columns_of(query, found[0].get_property_names() if found else None)
            rows = tuple(tuple(_plain(r.get(name)) for name in columns) for r in found[: limits.rows])
        return Table(columns, rows, truncated=len(found) > limits.rows)

    def project(self, projection: Projection, progress: Progress = silent) -> Snapshot:
        """Read the projected part as columns."""
        labels, relationships = statements.projected(projection.labels, projection.relationships)
        total, nodes, edges = len(labels) + len(relationships), {}, {}
        with self._limit.of(0), _errors(self.folder):
            for done, label in enumerate(labels, 1):
                nodes[label.name] = self._table(node_columns(label))
                progress("project", done, total)
            tables = {name: self._table(edge_columns(name)) for name in sorted({r.type for r in relationships})}
            for done, relationship in enumerate(relationships, 1 + len(labels)):
                edges[relationship.name] = between(tables[relationship.type], relationship, nodes)
                progress("project", done, total)
        return Snapshot.of(Records.of(nodes, edges))

    def close(self) -> None:
        """Close the folder; repeatable."""
        if self._database.is_open():
            with _errors(self.folder):
                self._database.close()
            if self._writable:
                (self.folder / HOLDER_FILE).unlink(missing_ok=True)

    def _hold(self) -> None:
        write_whole(self.folder / HOLDER_FILE, str(os.getpid()).encode())

    def _set_timeout(self, seconds: float) -> None:
        import jpype

        setting = jpype.JClass("com.arcadedb.GlobalConfiguration").COMMAND_TIMEOUT
        self._database.get_java_database().getConfiguration().setValue(setting, int(seconds * 1000))

    def _table(self, statement: str) -> pa.Table:
        table = self._database.query("sql", statement).to_arrow()
        # The engine types a column without any value as text, which casts to no list; an absent column is null.
        return table.drop_columns([name for name in table.column_names if table[name].null_count == len(table)])

    def _absent(self, statement: str, parameters: Mapping[str, Any]) -> list[str]:
        return [row["id"] for row in self._database.query("opencypher", statement, dict(parameters)).to_list()]


def _plain(value: Any) -> Any:
    """Turn what the engine returns into a `Value`."""
    if isinstance(value, list | tuple | set):
        return [_plain(x) for x in value]
    if isinstance(value, dict):
        return {str(name): _plain(x) for name, x in value.items() if name != "crs"}
    kind = type(value).__name__.rpartition(".")[2]
    match kind:
        case "CypherDate":
            return dt.date.fromisoformat(str(value))
        case "CypherDateTime" | "CypherLocalDateTime":
            return dt.datetime.fromisoformat(str(value).partition("[")[0])
        case "TraversalPath":
            return [_plain(x) for x in value.toAlternatingList()]
    if hasattr(value, "propertiesAsMap"):
        from arcadedb_embedded import convert_java_to_python

        return _plain(convert_java_to_python(value.propertiesAsMap()))
    return str(value) if kind.startswith("Cypher") else value


def _database(folder: Path, mode: str, heap: str) -> Any:
    """Start the engine where it is not running and open a folder."""
    try:
        import arcadedb_embedded as arcadedb
        from arcadedb_embedded.jvm import get_bundled_jre_lib_path, get_jar_path
    except (ImportError, OSError) as why:
        raise StoreUnsupported(NO_ENGINE) from why
    jvm.start(get_bundled_jre_lib_path(), get_jar_path(), heap=heap, crashes=folder.parent)
    with _errors(folder):
        factory = arcadedb.DatabaseFactory(str(folder))._java_factory  # noqa: SLF001 (the wrapper opens read-write only)
        if factory.getActiveDatabaseInstance(str(folder)) is not None:
            raise StoreLocked(str(folder), f"pid {os.getpid()}")
        if mode == "CREATE":
            return arcadedb.Database(factory.create())
        import jpype

        modes = jpype.JClass("com.arcadedb.engine.ComponentFile$MODE")
        return arcadedb.Database(factory.open(modes.valueOf(mode)))


@contextmanager
def _errors(folder: Path, seconds: float = 0.0) -> Iterator[None]:
    """Let the engine's errors leave as ours."""
    from arcadedb_embedded import ArcadeDBError
    from jpype import JException

    try:
        yield
    except (ArcadeDBError, JException) as why:
        raise translated(why, folder, seconds) from why


def translated(why: BaseException, folder: Path, seconds: float) -> LinliError:
    """Return our error for one of the engine's: the first of its causes with a meaning decides."""
    causes = list(_causes(why)) or [why]
    meanings = [(meaning(type(cause)), cause) for cause in causes]
    kind, cause = next((m for m in meanings if m[0] != "failed"), meanings[0])
    first = _first_line(cause)
    match kind:
        case "late":
            return QueryTimeout(seconds)
        case "refused":
            return QueryRefused(Text(first, first))
        case "invalid":
            return QueryInvalid(first)
        case "locked":
            return StoreLocked(str(folder), _holder(folder))
        case "busy":
            return StoreBusy(1)
        case _:
            return StoreFailed(first)


def meaning(kind: type) -> str:
    """Return what an engine class means: its own line in `MEANINGS`, or that of its nearest base."""
    names = (base.__name__.rpartition(".")[2] for base in kind.__mro__)
    return next((MEANINGS[name] for name in names if name in MEANINGS), "failed")


def _causes(why: BaseException | None) -> Iterator[Any]:
    """Yield the Java errors behind an error, outermost first."""
    while why is not None:
        if hasattr(why, "getCause"):
            yield why
            why = why.getCause()
        else:
            why = why.__cause__


def _first_line(why: Any) -> str:
    text = (hasattr(why, "getMessage") and why.getMessage()) or why
    return (str(text).strip().splitlines() or [type(why).__name__])[0]


def _version(folder: Path) -> int:
    try:
        return int(json.loads((folder / VERSION_FILE).read_bytes())["schema"])
    except (FileNotFoundError, ValueError, KeyError) as why:
        raise StoreFailed(f"{folder.name} is not a whole store") from why


def _holder(folder: Path) -> str:
    """Name the process that writes a folder, in a form that both languages read."""
    holder = folder / HOLDER_FILE
    return f"pid {holder.read_text() if holder.exists() else '?'}"
