"""Files → rows with their position: CSV, Excel (xlsx, xlsm, xls, xlsb, ods) and Parquet.

A row is its number as a person sees it in the file, and its cells. Nothing is judged here except whether the file can
be read at all; every trouble with a file is one `FileUnreadable`.
"""

from __future__ import annotations

import csv
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from graph.model.errors import FileMissing, FileUnreadable
from graph.model.text import Text

from .cells import Cell
from .encoding import encoding
from .workbook_faults import Faults, workbook_faults

Row = tuple[int, list[Cell]]

CSV_SUFFIXES = (".csv", ".tsv", ".txt")
EXCEL_SUFFIXES = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
PARQUET_SUFFIXES = (".parquet", ".pq")
SUFFIXES = (*CSV_SUFFIXES, *EXCEL_SUFFIXES, *PARQUET_SUFFIXES)

MOST_UNPACKED = 2 << 30
"""Bytes that a workbook may hold unpacked: a full sheet of 1,048,576 rows stays below."""

MOST_PACKING = 200
"""How far a part of a workbook may shrink when packed; sheets of real exports reach 20 to 60, zip bombs over 1,000."""

SMALL_PART = 10 << 20
"""Parts below this size are not judged by their packing: they cannot hurt."""

MOST_CELL = 1 << 24
"""Characters of one CSV cell before reading gives up: the rest of the file behind an unclosed quote."""

PARQUET_BATCH = 20_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a file: its rows come once, in order."""

    file: str
    name: str
    rows: Iterator[Row]
    ragged: bool = False
    """True where the format lets rows differ in length (CSV), so that a short row is a damaged one."""


def sheets(path: Path, *, name: str | None = None) -> Iterator[Sheet]:
    """Yield the tables of a file; `name` is what errors and reports call it (its file name by default).

    Raises `FileMissing` and `FileUnreadable`, the latter also while rows are read.
    """
    called = name or path.name
    if not path.is_file():
        raise FileMissing(called)
    if path.stat().st_size == 0:
        raise FileUnreadable(called, Text("文件是空的", "the file is empty"))
    suffix = path.suffix.lower()
    if suffix in CSV_SUFFIXES:
        yield Sheet(called, "", _csv_rows(path, called), ragged=True)
    elif suffix in EXCEL_SUFFIXES:
        yield from _excel_sheets(path, called)
    elif suffix in PARQUET_SUFFIXES:
        yield Sheet(called, "", _parquet_rows(path, called))
    else:
        kinds = " ".join(SUFFIXES)
        raise FileUnreadable(called, Text(f"只认识 {kinds}", f"only {kinds} are known"))


def _csv_rows(path: Path, called: str) -> Iterator[Row]:
    with path.open("rb") as start:
        head = start.read(4)
    if head[:2] == b"PK" or head == b"\xd0\xcf\x11\xe0":
        raise FileUnreadable(called, Text("是 Excel 文件，不是 CSV", "it is a workbook, not a CSV file"))
    csv.field_size_limit(MOST_CELL)
    with path.open(encoding=encoding(path), newline="") as file:
        lines = [line for _, line in zip(range(50), file, strict=False)]
        file.seek(0)
        try:
            for number, cells in enumerate(csv.reader(file, delimiter=delimiter(lines)), 1):
                yield number, list(cells)
        except csv.Error as why:
            raise FileUnreadable(
                called, Text("有未闭合的引号或过长的单元格", f"a quote is not closed ({why})")
            ) from why


def delimiter(lines: list[str]) -> str:
    """Return the separator under which the most lines have one common number of cells above one.

    >>> delimiter(["姓名;电话,分机", "王强;100", "李芳;101,2"])
    ';'
    """
    best, best_lines = ",", 0
    for candidate in (",", "\\t", ";", "|"):
        mark = candidate.encode().decode("unicode_escape")
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=mark) if len(row) > 1)
        agreed = widths.most_common(1)[0][1] if widths else 0
        if agreed > best_lines:
            best, best_lines = mark, agreed
    return best


def _excel_sheets(path: Path, called: str) -> Iterator[Sheet]:
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum

    if zipfile.is_zipfile(path):
        _check_archive(path, called)
    try:
        faults = workbook_faults(path)
        book = CalamineWorkbook.from_path(path)
        for meta in book.sheets_metadata:
            if meta.typ is SheetTypeEnum.WorkSheet:
                sheet = book.get_sheet_by_name(meta.name)
                first = sheet.start[1] if sheet.start else 0
                rows = _numbered(sheet.iter_rows(), faults.get(meta.name, {}), first)
                yield Sheet(called, meta.name, rows)
    except (CalamineError, ElementTree.ParseError, OSError, ValueError) as why:
        raise FileUnreadable(called, Text("工作簿损坏、被截断或加密", "it is damaged, cut short or encrypted")) from why


def _numbered(rows: Iterator[list[Any]], faults: Faults, first: int) -> Iterator[Row]:
    """Count rows and put back the failed cells, which the reader gives as empty; its rows begin at column `first`."""
    failed: dict[int, list[tuple[int, str]]] = {}
    for (row, column), text in faults.items():
        failed.setdefault(row, []).append((column, text))
    for number, cells in enumerate(rows, 1):
        for column, text in failed.get(number, ()):
            if first < column <= first + len(cells):
                cells[column - 1 - first] = text
        yield number, cells


def _check_archive(path: Path, called: str) -> None:
    """Refuse an archive that would unpack to more than it may, or whose parts are not what the directory says."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            big = [
                p for p in parts if p.file_size > SMALL_PART and p.file_size > MOST_PACKING * max(1, p.compress_size)
            ]
            if big or sum(p.file_size for p in parts) > MOST_UNPACKED:
                raise FileUnreadable(called, Text("解压后过大", "it would unpack to too much"))
            damaged = archive.testzip()
    except (zipfile.BadZipFile, EOFError, OSError, RuntimeError, NotImplementedError, ValueError) as why:
        raise FileUnreadable(called, Text("工作簿损坏、被截断或加密", "it is damaged, cut short or encrypted")) from why
    if damaged:
        raise FileUnreadable(called, Text(f"其中 {damaged} 已损坏", f"its part {damaged} is damaged"))


def _parquet_rows(path: Path, called: str) -> Iterator[Row]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            yield 0, list(file.schema_arrow.names)
            number = 1
            for batch in file.iter_batches(PARQUET_BATCH):
                columns = [_values(column) for column in batch.columns]
                for cells in zip(*columns, strict=True):
                    yield number, list(cells)
                    number += 1
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as why:
        raise FileUnreadable(called, Text("不是完整的 Parquet 文件", "it is not a whole Parquet file")) from why


def _values(column: object) -> list[Cell]:
    """Return the values of one column; lists of texts become one text, as in every other format."""
    values = column.to_pylist()  # type: ignore[attr-defined]
    return ["、".join(map(str, v)) if isinstance(v, list) else v for v in values]
