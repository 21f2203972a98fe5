"""Failed cells of a workbook are not taken for empty ones."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
import xlsxwriter  # type: ignore[import-untyped]

from loaders.rows import sheets
from loaders.workbook_faults import NEVER_COMPUTED, workbook_faults


def rows(path: Path) -> list[list[object]]:
    return [cells for _, cells in next(iter(sheets(path))).rows]


def test_an_error_cell_is_read_as_its_error(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("人 & 房")
        sheet.write_row(0, 0, ["编号", "面积", "层"])
        sheet.write_row(1, 0, ["a", 50, 3])
        sheet.write_formula(1, 1, "=#REF!", None, "#REF!")
        sheet.write_formula(2, 1, "=1/2", None, 0.5)
    assert workbook_faults(path) == {"人 & 房": {(2, 2): "#REF!"}}
    assert rows(path)[1] == ["a", "#REF!", 3.0]
    assert rows(path)[2][1] == 0.5


def test_a_formula_that_was_never_computed_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["", "编号", "面积"])
    sheet.append(["", "a", "=1+1"])
    sheet.append(["", "b", 7])
    book.save(path)
    assert rows(path)[1][-1] == NEVER_COMPUTED
    assert rows(path)[2][-1] == 7.0


def test_a_sheet_whose_first_column_is_empty_keeps_its_places(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(2, 2, ["编号", "面积"])
        sheet.write(3, 2, "a")
        sheet.write_formula(3, 3, "=NA()", None, "#N/A")
    assert [row[-2:] for row in rows(path)][-1] == ["a", "#N/A"]


@pytest.mark.parametrize("name", ["t.csv", "t.xlsx"])
def test_other_files_have_no_such_cells(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"a,b\n1,2\n")
    assert workbook_faults(tmp_path / name) == {}
