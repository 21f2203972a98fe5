"""One table of a file, as an analyst sees it: typed columns, no mapping (for `linli rank`)."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from csv import reader
from pathlib import Path

import pyarrow as pa

from graph.model.errors import FileMissing, FileUnreadable
from graph.model.text import Text

from .encoding import encoding


def read_table(path: Path, *, texts: Collection[str] = ()) -> pa.Table:
    """Read the first sheet of a workbook, a CSV (also `.csv.gz`) or a Parquet file into typed columns.

    Numbers, booleans and dates keep their kind; a column of mixed kinds becomes text; empty cells are null. Columns of a
    CSV whose header (without spaces and capitals) is among `texts` are texts, as written: 007 stays 007. Raises
    `FileMissing`, `FileUnreadable`.
    """
    if not path.is_file():
        raise FileMissing(path)
    name = path.name.lower()
    if name.endswith(".parquet"):
        return _parquet(path)
    if name.endswith((".xlsx", ".xls", ".ods", ".xlsm")):
        return _workbook(path)
    return _csv(path, texts)


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    if not path.is_file():
        raise FileMissing(path)
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _parquet(path: Path) -> pa.Table:
    import pyarrow.parquet as pq

    try:
        return pq.read_table(path)
    except (pa.ArrowInvalid, OSError):
        raise FileUnreadable(path, Text("不是完整的 Parquet 文件", "it is not a whole Parquet file")) from None


def _csv(path: Path, texts: Collection[str]) -> pa.Table:
    from pyarrow import csv

    from .rows import delimiter

    text = _text(path)
    if not text.strip():
        raise FileUnreadable(path, Text("文件是空的", "the file is empty"))
    content = text.encode()
    between = delimiter(text[:65_536].splitlines()[:20])
    header = next(reader(text[:65_536].splitlines(), delimiter=between), [])
    written = {name: pa.string() for name in header if name.strip().casefold() in texts}
    try:
        return csv.read_csv(
            pa.BufferReader(content),
            read_options=csv.ReadOptions(block_size=len(content)),
            parse_options=csv.ParseOptions(delimiter=between, newlines_in_values=True),
            convert_options=csv.ConvertOptions(
                column_types=written, strings_can_be_null=True, null_values=["", "NA", "NaN", "nan", "null"]
            ),
        )
    except pa.ArrowInvalid as why:
        first = str(why).splitlines()[0]
        raise FileUnreadable(path, Text(f"CSV 格式有误（{first}）", f"it is not a regular CSV ({first})")) from None


def _text(path: Path) -> str:
    import gzip
    import zlib

    if not path.name.lower().endswith(".gz"):
        return path.read_text(encoding=encoding(path), errors="strict").removeprefix("\ufeff")
    try:
        return gzip.decompress(path.read_bytes()).decode("utf-8-sig")
    except (OSError, EOFError, zlib.error, UnicodeDecodeError):
        raise FileUnreadable(
            path, Text("压缩文件不完整，或不是 UTF-8", "the archive is not whole, or not UTF-8")
        ) from None


def _workbook(path: Path) -> pa.Table:
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_path(path)
        rows = book.get_sheet_by_index(0).to_python(skip_empty_area=True)
    except (python_calamine.CalamineError, OSError, IndexError):
        raise FileUnreadable(path, Text("不是完整的工作簿", "it is not a whole workbook")) from None
    if not rows:
        raise FileUnreadable(path, Text("第一张工作表是空的", "its first sheet is empty"))
    names = [str(cell) for cell in rows[0]]
    columns = [[None if row[at] == "" else row[at] for row in rows[1:]] for at in range(len(names))]
    return pa.Table.from_arrays([_typed(column) for column in columns], names=names)


def _typed(values: Sequence[object]) -> pa.Array:
    kinds = {type(v) for v in values if v is not None}
    if kinds <= {int, float}:
        return pa.array([None if v is None else float(v) for v in values], pa.float64())  # type: ignore[arg-type]
    if len(kinds) == 1:
        return pa.array(values)
    return pa.array([None if v is None else _written(v) for v in values], pa.string())


def _written(value: object) -> str:
    """Return a cell as text; spreadsheets hold whole numbers as floats."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
