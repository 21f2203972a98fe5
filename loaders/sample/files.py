"""Sheets as files in the formats of real systems; the same sheets give the same bytes."""

from __future__ import annotations

import csv
import datetime as dt
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from .sheet import Cell, Sheet

Format = Literal["xlsx", "gb18030", "utf-8-sig", "parquet"]
CREATED = dt.datetime(2021, 11, 1, 8, 0)  # noqa: DTZ001 - fixed, and workbooks know no time zones


@dataclass(frozen=True, slots=True)
class Part:
    """One sheet of a file: lines above the headers, and whether a line of totals follows the rows."""

    sheet: Sheet
    name: str = ""
    titles: tuple[str, ...] = ()
    total: bool = False


@dataclass(frozen=True, slots=True)
class File:
    """A file to be written."""

    name: str
    format: Format
    parts: tuple[Part, ...]

    def first_row(self, part: Part) -> int:
        """Return the number of the first data row as a person sees it (Parquet counts data rows from 1)."""
        return 1 if self.format == "parquet" else len(part.titles) + 2


def write(folder: Path, file: File) -> None:
    """Write one file into the folder."""
    if file.format == "xlsx":
        _write_workbook(folder / file.name, file.parts)
    elif file.format == "parquet":
        _write_parquet(folder / file.name, file.parts[0].sheet)
    else:
        text = _csv_text(file.parts[0])
        (folder / file.name).write_bytes(text.encode(file.format))


def _csv_text(part: Part) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(part.sheet.headers)
    writer.writerows([_written(c) for c in row] for row in part.sheet.rows)
    return out.getvalue()


def _written(cell: Cell) -> str:
    if cell is None:
        return ""
    return "、".join(cell) if isinstance(cell, list) else str(cell)


def _write_workbook(path: Path, parts: tuple[Part, ...]) -> None:
    import xlsxwriter  # type: ignore[import-untyped]

    # Rows are streamed in order; texts stand in the cells, so nothing is kept in memory.
    book = xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": CREATED, "author": "sample"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for part in parts:
        page = book.add_worksheet(part.name)
        lines: list[list[Cell]] = [[title] for title in part.titles]
        lines += [list(part.sheet.headers), *part.sheet.rows]
        if part.total:
            lines.append(["合计", len(part.sheet.rows)])
        for number, line in enumerate(lines):
            _write_line(page, line, number=number, day=day)
    book.close()


def _write_line(page: Any, line: list[Cell], *, number: int, day: Any) -> None:
    for column, cell in enumerate(line):
        if isinstance(cell, str):
            if cell:
                page.write_string(number, column, cell)
        elif isinstance(cell, dt.date):
            page.write_datetime(number, column, cell, day)
        elif isinstance(cell, int | float):
            page.write_number(number, column, cell)


def _write_parquet(path: Path, sheet: Sheet) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = [[row[i] for row in sheet.rows] for i in range(len(sheet.headers))]
    table = pa.table(dict(zip(sheet.headers, columns, strict=True)))
    pq.write_table(table, path, compression="zstd")
