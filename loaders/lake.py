"""The lake: the rows of every source as they were understood, as Parquet outside the graph.

    rows/DIGEST.parquet       the rows of one source, named by the SHA-256 of the file's bytes
    mappings/DIGEST.toml      the mapping they were read by
    current.json              which rows and mapping each source has; swapped in one step when a load commits

ID numbers are not kept: their column holds the keyed hash and the last four. All files are private to the account.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from graph.model.errors import SnapshotDamaged
from graph.model.receipt import canonical
from graph.model.text import Text
from graph.snapshot.parts import write_whole

from . import mapping_file
from .mapping import SourceMapping
from .reading import Delivery, distinct, lake_schema


@dataclass(frozen=True, slots=True)
class Held:
    """What the lake holds of one source."""

    source: str
    rows: str
    mapping: str
    count: int


@dataclass(frozen=True, slots=True)
class Staged:
    """The rows that a source will have, ready to be written by `Lake.commit`."""

    held: Held
    table: pa.Table
    content: pa.Buffer
    mapping: str


class Lake:
    """The source rows of one home."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def held(self) -> dict[str, Held]:
        """Return what is in force, by source."""
        try:
            content = (self.folder / "current.json").read_bytes()
        except FileNotFoundError:
            return {}
        try:
            sources = json.loads(content)["sources"]
            return {name: Held(name, s["rows"], s["mapping"], s["count"]) for name, s in sources.items()}
        except (ValueError, KeyError, TypeError) as why:
            raise SnapshotDamaged("current.json", Text("内容被改动", "its content was altered")) from why

    def rows(self, held: Held) -> pa.Table:
        """Read the rows of a source; raises `SnapshotDamaged`."""
        import pyarrow.parquet as pq

        path = self._rows(held.rows)
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            raise SnapshotDamaged(path.name, Text("文件不在", "the file is missing")) from None
        if hashlib.sha256(content).hexdigest() != held.rows:
            raise SnapshotDamaged(path.name, Text("内容被改动", "its content was altered"))
        return pq.read_table(pa.BufferReader(content)).combine_chunks()

    def mapping(self, held: Held) -> SourceMapping:
        """Return the mapping that the rows of a source were read by."""
        path = self.folder / "mappings" / f"{held.mapping}.toml"
        if not path.exists():
            raise SnapshotDamaged(path.name, Text("文件不在", "the file is missing"))
        return mapping_file.parse(path.read_text(encoding="utf-8"), where=f"{held.source} (lake)")

    def stage(self, delivery: Delivery) -> Staged:
        """Return the rows that a source will have after this delivery; nothing is written before `commit`."""
        mapping, rows = delivery.mapping, delivery.rows
        before = self.held().get(mapping.source)
        if mapping.delivery == "changes" and before is not None:
            old = _conform(self.rows(before), lake_schema(mapping))
            rows, _ = distinct(pa.concat_tables([old, rows]).combine_chunks())
        rows = rows.sort_by("_key").combine_chunks()
        content = _parquet(rows)
        held = Held(mapping.source, _sha(content), _sha(mapping.text.encode()), len(rows))
        return Staged(held, rows, content, mapping.text)

    def commit(self, staged: Iterable[Staged]) -> None:
        """Write staged sources, put them in force in one step, and remove what nothing refers to any more."""
        held = self.held()
        for one in staged:
            self._put(self._rows(one.held.rows), one.content)
            self._put(self.folder / "mappings" / f"{one.held.mapping}.toml", one.mapping.encode())
            held[one.held.source] = one.held
        listed: dict[str, Mapping[str, Any]] = {
            name: {"rows": h.rows, "mapping": h.mapping, "count": h.count} for name, h in held.items()
        }
        write_whole(self.folder / "current.json", canonical({"version": 1, "sources": listed}))
        self._sweep({h.rows for h in held.values()} | {h.mapping for h in held.values()})

    def _sweep(self, used: set[str]) -> None:
        for folder in ("rows", "mappings"):
            for path in sorted((self.folder / folder).glob("*.*")):
                if path.stem not in used:
                    path.unlink(missing_ok=True)

    def _rows(self, digest: str) -> Path:
        return self.folder / "rows" / f"{digest}.parquet"

    def _put(self, path: Path, content: bytes | pa.Buffer) -> None:
        if not (path.exists() and path.stat().st_size == len(content)):
            write_whole(path, content)


def _parquet(rows: pa.Table) -> pa.Buffer:
    import pyarrow.parquet as pq

    sink = pa.BufferOutputStream()
    pq.write_table(rows, sink, compression="zstd", compression_level=1)
    return sink.getvalue()


def _sha(content: bytes | pa.Buffer) -> str:
    return hashlib.sha256(content).hexdigest()


def _conform(rows: pa.Table, schema: pa.Schema) -> pa.Table:
    """Give older rows the columns of a newer mapping: a new or differently read column is unknown in them."""
    columns = [
        rows[f.name] if f.name in rows.column_names and rows.schema.field(f.name).type == f.type
        else pa.nulls(len(rows), f.type)
        for f in schema
    ]  # fmt: skip
    return pa.table(columns, schema=schema)
