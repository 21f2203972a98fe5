"""Rows → parsed columns, or a `RowError` for each refused one; the rest goes on.

Rows come in pieces; each column of a piece is read at once, and a cell that was met before is not read again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from graph.model import codes
from graph.model.records import ARROW

from .cells import Bad, Cell, bad, is_empty, masked, written
from .facets import PARSERS, facets, full_name
from .headers import Header, is_data
from .mapping import Column, SourceMapping
from .readers import Reader, Values, reader
from .report import RowError
from .rows import Row, Sheet

PIECE = 20_000
"""Rows that are read at once: enough to make columns worthwhile, few enough to stay small."""

MOST_KNOWN = 200_000
"""Distinct cells of a column that are remembered before the memory is emptied."""

UNREPEATED = frozenset(("id_number", "birth_from_id", "sex_from_id", "phone"))
"""Parsers whose cells hardly repeat: remembering them costs more than reading them."""

Refused = dict[int, list[tuple[str, Cell, Bad]]]
"""Rows of a piece that are refused, by position: column, cell and reason of each trouble, in the mapping's order."""

PLACE = pa.schema([("_file", pa.string()), ("_sheet", pa.string()), ("_row", pa.int64())])


@dataclass(slots=True)
class Tally:
    """What happened to the rows of one source so far."""

    read: int = 0
    left_out: int = 0
    passed_over: int = 0
    rejects: Counter[str] = field(default_factory=Counter)
    errors: list[RowError] = field(default_factory=list)


class RowParser:
    """Parses the rows of one source."""

    def __init__(self, mapping: SourceMapping, secret: bytes) -> None:
        self.mapping = mapping
        self.tally = Tally()
        self._readers = {n: _Remembered(c, reader(c, secret)) for n, c in mapping.columns.items()}
        self._filters = [(o, {_same_value(mapping.columns[o.column], v) for v in o.values}) for o in mapping.only]

    def piece(self, rows: list[Row], sheet: Sheet, header: Header) -> pa.Table:
        """Return the accepted rows as a table (`row_schema`); refused ones go to `tally`."""
        rows, width = self._data(rows, header), len(header.texts)
        self.tally.read += len(rows)
        refused: Refused = {}
        if sheet.ragged:
            refused = {i: [("", None, bad("ragged"))] for i, (_, cells) in enumerate(rows) if not _whole(cells, width)}
        rows = [(number, cells + [None] * (width - len(cells))) for number, cells in rows]
        columns = self._columns([cells for _, cells in rows], header, refused)
        self._require(columns, refused)
        self._note(rows, refused, sheet=sheet, header=header)
        kept = [i for i in range(len(rows)) if i not in refused]
        place = [[sheet.file] * len(kept), [sheet.name] * len(kept), [rows[i][0] for i in kept]]
        arrays = [pa.array(values, kind) for values, kind in zip(place, PLACE.types, strict=True)]
        for name, kind in _fields(self.mapping):
            values = columns[name]
            arrays.append(pa.array([values[i] for i in kept] if refused else values, kind))
        return pa.table(arrays, schema=row_schema(self.mapping))

    def _data(self, rows: list[Row], header: Header) -> list[Row]:
        data = [row for row in rows if is_data(row[1], header)]
        self.tally.passed_over += len(rows) - len(data)
        if not self._filters:
            return data
        kept = [row for row in data if self._wanted(row[1], header)]
        self.tally.left_out += len(data) - len(kept)
        return kept

    def _wanted(self, cells: list[Cell], header: Header) -> bool:
        for only, values in self._filters:
            column = self.mapping.columns[only.column]
            at = header.positions.get(only.column)
            cell = cells[at] if at is not None and at < len(cells) else column.constant
            if (_same_value(column, cell) in values) != only.inside:
                return False
        return True

    def _columns(self, rows: list[list[Cell]], header: Header, refused: Refused) -> dict[str, list[Any]]:
        """Read every column; return the values of each facet by its full name."""
        found: dict[str, list[Any]] = {}
        for name, column in self.mapping.columns.items():
            cells = self._cells(column, rows, header)
            names = [full_name(name, facet) for facet in facets(column)]
            read = self._readers[name].values(cells)
            nothing = (None,) * len(names)
            for i, values in enumerate(read):
                if isinstance(values, Bad):
                    refused.setdefault(i, []).append((name, cells[i], values))
                    read[i] = nothing
                elif column.required and values[0] is None:
                    refused.setdefault(i, []).append((name, None, bad("missing_value")))
            found |= dict(zip(names, map(list, zip(*read, strict=True)) if read else ([] for _ in names), strict=True))
        return found

    def _cells(self, column: Column, rows: list[list[Cell]], header: Header) -> list[Cell]:
        at = header.positions.get(column.name)
        cells: list[Cell] = [None] * len(rows) if at is None else [row[at] for row in rows]
        if column.default is not None:
            other = self._cells(self.mapping.columns[column.default], rows, header)
            cells = [o if is_empty(c) else c for c, o in zip(cells, other, strict=True)]
        if column.constant is not None:
            cells = [column.constant if is_empty(c) else c for c in cells]
        return cells

    def _require(self, columns: Mapping[str, list[Any]], refused: Refused) -> None:
        """Refuse rows without any key of a node that they must have."""
        for node in self.mapping.nodes:
            if node.skip_if_empty:
                continue
            known = [_all_known([columns[name] for name in key]) for key in node.keys]
            for i, alternatives in enumerate(zip(*known, strict=True)):
                if not any(alternatives) and i not in refused:
                    refused[i] = [(node.keys[0][0].partition(".")[0], None, bad("no_key"))]

    def _note(self, rows: list[Row], refused: Refused, *, sheet: Sheet, header: Header) -> None:
        for i in sorted(refused):
            self.tally.rejects[refused[i][0][2].code] += 1
            seen: set[tuple[str, str]] = set()
            for name, cell, why in refused[i]:
                title = _title(name, self.mapping, header)
                if (title, why.code) in seen:
                    continue  # two columns read from one cell: said once
                seen.add((title, why.code))
                shown = name in self.mapping.columns and is_shown(self.mapping.columns[name])
                value = masked(cell, shown=shown)
                self.tally.errors.append(RowError(sheet.file, sheet.name, rows[i][0], title, why.code, value, why.hint))


class _Remembered:
    """One reader that does not read the same cell twice."""

    def __init__(self, column: Column, read: Reader) -> None:
        self._read = read
        self._known: dict[Any, Values | Bad] | None = None if column.parse in UNREPEATED else {}

    def values(self, cells: list[Cell]) -> list[Values | Bad]:
        """Return what each cell says, in order."""
        known, read = self._known, self._read
        if known is None:
            return [read(c) for c in cells]
        if len(known) > MOST_KNOWN:
            known.clear()
        # 1, 1.0 and True are one key of a dictionary but not one cell
        keys = [c if isinstance(c, str) else (type(c), c) for c in cells]
        for key, cell in zip(keys, cells, strict=True):
            if key not in known:
                known[key] = read(cell)
        return [known[key] for key in keys]


def is_shown(column: Column) -> bool:
    """Tell whether a report may show refused cells of a column: values from a public list, not from a person."""
    return bool(column.codes) or bool(column.split) or PARSERS[column.parse].shown


def row_schema(mapping: SourceMapping) -> pa.Schema:
    """Return the columns of parsed rows: their place in the files, then each facet of each column."""
    return pa.schema([*PLACE, *(pa.field(name, kind) for name, kind in _fields(mapping))])


def _fields(mapping: SourceMapping) -> list[tuple[str, pa.DataType]]:
    return [
        (full_name(name, facet), ARROW[kind])
        for name, c in mapping.columns.items()
        for facet, kind in facets(c).items()
    ]


def _whole(cells: list[Cell], width: int) -> bool:
    return len(cells) == width or (len(cells) > width and all(map(is_empty, cells[width:])))


def _all_known(columns: list[list[Any]]) -> list[bool]:
    return [all(v is not None for v in values) for values in zip(*columns, strict=True)]


def _same_value(column: Column, cell: Cell) -> str:
    """Return the form in which the values of a row filter are compared: the code, else the text without blanks."""
    text = written(cell)
    text = text if isinstance(text, str) else ""
    code = codes.table(column.codes).code(text) if column.codes else None
    return code if code is not None else codes.spelling(text)


def _title(name: str, mapping: SourceMapping, header: Header) -> str:
    """Return the header that a person sees above the column, else its name in the mapping."""
    at = header.positions.get(name)
    if at is not None:
        return header.texts[at]
    column = mapping.columns.get(name)
    return column.headers[0] if column and column.headers else name
