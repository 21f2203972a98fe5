"""Refused rows as a workbook that a cadre opens, corrects by and sends back (headers in both languages), or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from .report import LoadReport, RowError
from .workbook import neutral

HEADERS = (
    "文件 file", "工作表 sheet", "行 row", "列 column", "代码 code", "值（已遮盖） value (masked)", "怎么办", "what to do"
)  # fmt: skip
MOST_ROWS = 1_000_000
"""Rows a sheet may hold (1,048,576 with its header): more go on further sheets."""


def write_rejects(report: LoadReport, path: Path) -> int:
    """Write the refused rows to a private file, JSON or a workbook by the ending of its name; return their number."""
    if path.suffix.lower() != ".json":
        _workbook(report, path)
    else:
        errors = [e.to_json() for e in report.errors]
        path.touch(mode=0o600)
        path.write_text(json.dumps(errors, ensure_ascii=False, indent=1), encoding="utf-8")
    return len(report.errors)


def _workbook(report: LoadReport, path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    errors = iter(report.errors)
    number = 0
    while (piece := list(islice(errors, MOST_ROWS))) or not number:
        number += 1
        sheet = book.create_sheet(f"拒收 rejects {number}")
        sheet.freeze_panes = "A2"
        for column, width in zip("ABCDEFGH", (28, 14, 8, 16, 20, 24, 44, 44), strict=True):
            sheet.column_dimensions[column].width = width
        sheet.append(HEADERS)
        for cells in _cells(piece):
            sheet.append(cells)
    path.touch(mode=0o600)
    book.save(path)


def _cells(errors: Sequence[RowError]) -> Iterator[tuple[str | int, ...]]:
    for e in errors:
        texts = [neutral(t) for t in (e.column, e.code, e.value, e.hint.zh, e.hint.en)]
        yield (neutral(e.file), neutral(e.sheet), e.row, *texts)
