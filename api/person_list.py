"""A list of people as a file of its own: CSV that a spreadsheet opens, xlsx, or Parquet; private, no cell a formula."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from api.tables import whole_file
from graph.model.errors import OptionInvalid
from graph.model.text import Lang, Text
from graph.snapshot.parts import PRIVATE_FILE
from loaders.workbook import neutral

ENDINGS = (".csv", ".xlsx", ".parquet")
Row = Mapping[str, Any]


def write_people(rows: Sequence[Row], path: Path, *, columns: Mapping[str, Text], lang: Lang) -> None:
    """Write rows by the ending of the name; `columns` are the keys that are written, with their headings.

    Values that are bilingual are written in `lang`. Raises `OptionInvalid` for another ending, or where nothing can
    be written.
    """
    if path.suffix.lower() not in ENDINGS:
        raise OptionInvalid(
            "--out", str(path), Text("应以 .csv、.xlsx 或 .parquet 结尾", "end it in .csv, .xlsx, .parquet")
        )
    heads = [title.of(lang) for title in columns.values()]
    cells = [[plain(row.get(key), lang) for key in columns] for row in rows]
    with whole_file(path, mode=PRIVATE_FILE) as part:
        _WRITERS[path.suffix.lower()](heads, cells, part)


def plain(value: Any, lang: Lang) -> Any:
    """Return a value as one cell: a bilingual one in `lang`, a list joined.

    >>> plain({"zh": "待办", "en": "to do"}, "zh"), plain(None, "zh"), plain([1, 2], "en")
    ('待办', None, '1; 2')
    """
    if isinstance(value, Mapping):
        return value[lang]
    return "; ".join(map(str, value)) if isinstance(value, list | tuple) else value


def _safe(value: Any) -> Any:
    return neutral(value) if isinstance(value, str) else value


def _csv(heads: list[str], cells: list[list[Any]], path: Path) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(heads)
        writer.writerows([_safe(c) for c in row] for row in cells)


def _xlsx(heads: list[str], cells: list[list[Any]], path: Path) -> None:
    import xlsxwriter  # type: ignore[import-untyped]

    book = xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, heads)
    for at, row in enumerate(cells, start=1):
        sheet.write_row(at, 0, [_safe(c) for c in row])
    book.close()


def _parquet(heads: list[str], cells: list[list[Any]], path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = {head: [row[at] for row in cells] for at, head in enumerate(heads)}
    pq.write_table(pa.table(columns), path)


_WRITERS = {".csv": _csv, ".xlsx": _xlsx, ".parquet": _parquet}
