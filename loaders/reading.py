"""The files of one source → its parsed rows, each with its key, its digest and the day from which it is true."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.model.errors import SheetMismatch
from graph.model.progress import Progress

from .headers import MOST_ROWS_ABOVE, Header, find, missing, spelling
from .mapping import SourceMapping
from .parse import PIECE, PLACE, RowParser, Tally, row_schema
from .rows import Row, Sheet, sheets

SEPARATOR = "\x1f"
"""Stands between the parts of a joined text; `cells` refuses control characters, so no part holds it."""

MARKS = pa.schema([("_key", pa.string()), ("_digest", pa.string()), ("_at", pa.date32())])


@dataclass(frozen=True, slots=True)
class Delivery:
    """What the files of one source gave: distinct rows (`lake_schema`), and what happened to the others."""

    mapping: SourceMapping
    files: tuple[str, ...]
    rows: pa.Table
    tally: Tally
    duplicates: int
    superseded: int


def lake_schema(mapping: SourceMapping) -> pa.Schema:
    """Return the columns of rows at rest: place, key, digest, day, and every facet."""
    return pa.schema([*row_schema(mapping), *MARKS])


def read_source(
    mapping: SourceMapping, files: Sequence[tuple[str, Path]], *, secret: bytes, progress: Progress
) -> Delivery:
    """Read and parse the files (name, path) of one source, in order; raises what `rows.sheets` raises."""
    parser = RowParser(mapping, secret)
    pieces: list[pa.Table] = []
    for name, path in files:
        for sheet, header, rows in _matched(name, path, mapping):
            while piece := list(islice(rows, PIECE)):
                pieces.append(parser.piece(piece, sheet, header))
                progress(f"read {mapping.source}", parser.tally.read, None)
    table = pa.concat_tables(pieces) if pieces else row_schema(mapping).empty_table()
    marked = mark(table.combine_chunks(), mapping)
    kept, superseded = distinct(marked)
    names = tuple(name for name, _ in files)
    return Delivery(mapping, names, kept, parser.tally, len(marked) - len(kept), superseded)


def _matched(name: str, path: Path, mapping: SourceMapping) -> Iterator[tuple[Sheet, Header, Iterator[Row]]]:
    """Yield the sheets of a file that have the mapped headers; raises `SheetMismatch` when none has."""
    wanted = set(map(spelling, mapping.sheets))
    seen: list[str] = []
    lacking: tuple[list[str], list[str]] = ([], [])
    matched = False
    for sheet in sheets(path, name=name):
        seen.append(sheet.name or "-")
        if wanted and sheet.name and spelling(sheet.name) not in wanted:
            continue
        top = list(islice(sheet.rows, MOST_ROWS_ABOVE))
        header = find(top, mapping.columns, file=name)
        if header is None:
            lacking = lacking if lacking[0] else missing(top, mapping.columns)
            continue
        matched = True
        yield sheet, header, chain((row for row in top if row[0] > header.row), sheet.rows)
    if not matched:
        raise SheetMismatch(name, seen, lacking[0] or list(mapping.sheets), lacking[1])


def mark(table: pa.Table, mapping: SourceMapping) -> pa.Table:
    """Add `_key`, `_digest` and `_at` to parsed rows.

    The digest is over the parsed values, so that two spellings of one row are one row; the key is the declared one
    where all its parts are known, else the digest.
    """
    values = [n for n in table.column_names if n not in PLACE.names]
    digest = pa.array([_digest(text) for text in joined(table, values, null="\x00").to_pylist()], pa.string())
    key: pa.Array = digest
    if mapping.key:
        key = pc.coalesce(joined(table, list(mapping.key)), digest)
    day = pa.scalar(mapping.as_of, pa.date32())
    at = pc.fill_null(table[mapping.observed], day) if mapping.observed else pa.repeat(day, len(table))
    for name, column in (("_key", key), ("_digest", digest), ("_at", at)):
        table = table.append_column(MARKS.field(name), column)
    return table


def joined(table: pa.Table, names: list[str], *, null: str | None = None) -> pa.Array:
    """Return one text for each row: the named columns with `SEPARATOR` between; null where a part is (or `null`)."""
    if not len(table):
        return pa.array([], pa.string())
    texts = [as_text(table[name].combine_chunks()) for name in names]
    if null is not None:
        return pc.binary_join_element_wise(*texts, SEPARATOR, null_handling="replace", null_replacement=null)
    return pc.binary_join_element_wise(*texts, SEPARATOR)


def as_text(column: pa.Array) -> pa.Array:
    """Return a column as texts (a list of texts as one text)."""
    if pa.types.is_list(column.type):
        return pc.binary_join(column, "\x1e")
    return column if pa.types.is_string(column.type) else column.cast(pa.string())


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def distinct(table: pa.Table) -> tuple[pa.Table, int]:
    """Keep one row for each key: the newest, then the last one; also count the dropped rows of other content."""
    keys = table["_key"].combine_chunks().dictionary_encode()
    codes = keys.indices.to_numpy()
    if len(keys.dictionary) == len(table):
        return table, 0
    days = table["_at"].combine_chunks().view(pa.int32()).to_numpy()
    order = np.lexsort((np.arange(len(codes)), days, codes))
    last = np.append(codes[order][1:] != codes[order][:-1], True)
    kept = np.sort(order[last])
    digests = table["_digest"].combine_chunks().dictionary_encode().indices.to_numpy()
    winner = np.empty(len(keys.dictionary), np.int64)
    winner[codes[order[last]]] = digests[order[last]]
    return table.take(pa.array(kept)), int(np.count_nonzero(digests != winner[codes]))
