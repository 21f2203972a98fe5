"""Files: every encoding and format gives the same rows; damaged ones give one clear error."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import zipfile
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model.errors import FileMissing, FileUnreadable
from loaders.rows import delimiter, sheets

TEXT = "姓名,电话\n王强,10000000001\n李芳,10000000002\n"
ROWS = [["姓名", "电话"], ["王强", "10000000001"], ["李芳", "10000000002"]]


def cells(path: Path) -> list[list[object]]:
    return [list(row) for sheet in sheets(path) for _, row in sheet.rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030", "utf-32"])
@pytest.mark.parametrize("mark", [",", "\t", ";", "|"])
def test_encodings_and_separators(tmp_path: Path, encoding: str, mark: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(TEXT.replace(",", mark).encode(encoding))
    assert cells(path) == ROWS


def test_workbook_rows_keep_their_numbers(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["B3"] = "姓名"
    book.active["B5"] = dt.date(2021, 11, 1)
    book.save(tmp_path / "a.xlsx")
    found = {n: row for sheet in sheets(tmp_path / "a.xlsx") for n, row in sheet.rows}
    assert "姓名" in found[3]
    assert dt.date(2021, 11, 1) in found[5]


def test_parquet(tmp_path: Path) -> None:
    pq.write_table(pa.table({"姓名": ["王强"], "标签": [["党员", "独居"]]}), tmp_path / "a.parquet")
    assert cells(tmp_path / "a.parquet") == [["姓名", "标签"], ["王强", "党员、独居"]]


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.xls", "a.ods", "a.parquet", "a.docx"])
@given(content=st.binary(max_size=200))
def test_any_bytes_give_rows_or_one_clear_error(
    tmp_path_factory: pytest.TempPathFactory, name: str, content: bytes
) -> None:
    path = tmp_path_factory.mktemp("bytes") / name
    path.write_bytes(content)
    with contextlib.suppress(FileUnreadable):  # any other error fails the test
        assert all(isinstance(row, list) for row in cells(path))


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("kind", ["xlsx", "parquet"])
def test_truncated_files(tmp_path: Path, kind: str, share: float) -> None:
    path = tmp_path / f"a.{kind}"
    if kind == "xlsx":
        book = openpyxl.Workbook()
        for i in range(500):
            book.active.append([i, f"name {i}"])
        book.save(path)
    else:
        pq.write_table(pa.table({"a": list(range(5000))}), path)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(FileUnreadable):
        cells(path)


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path, body = tmp_path / "a.xlsx", io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (64 << 20))
    path.write_bytes(body.getvalue())
    with pytest.raises(FileUnreadable, match="unpack"):
        cells(path)


def test_missing_empty_and_disguised_files(tmp_path: Path) -> None:
    with pytest.raises(FileMissing):
        cells(tmp_path / "no.csv")
    (tmp_path / "empty.csv").write_bytes(b"")
    (tmp_path / "book.csv").write_bytes(b"PK\x03\x04 rest")
    for name in ("empty.csv", "book.csv"):
        with pytest.raises(FileUnreadable):
            cells(tmp_path / name)


def test_delimiter_is_not_fooled_by_commas_in_text() -> None:
    assert delimiter(["a;b", "x, y, z;1", "u;v, w"]) == ";"
