from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from loaders.rows import sheets
from loaders.sample.files import File, Format, Part, write
from loaders.sample.sheet import sheet_of

ROWS = [["王秀英", 3, 2.5, dt.date(2020, 2, 29)], ["李=1", None, 0.0, None]]
PART = Part(sheet_of(("姓名", "数", "量", "日"), ROWS), "表", ("标题",), total=True)


@pytest.mark.parametrize("format", ["xlsx", "gb18030", "utf-8-sig", "parquet"])
def test_what_is_written_is_read_at_the_promised_row(format: Format, tmp_path: Path) -> None:
    part = PART if format == "xlsx" else Part(PART.sheet)
    file = File("a.xlsx" if format == "xlsx" else "a.parquet" if format == "parquet" else "a.csv", format, (part,))
    write(tmp_path, file)
    read = dict(next(iter(sheets(tmp_path / file.name))).rows)
    row = read[file.first_row(part)]
    assert row[0] == "王秀英"
    assert float(row[1]) == 3
    assert str(row[3])[:10] == "2020-02-29"
    assert read[file.first_row(part) + 1][0] == "李=1"


@pytest.mark.parametrize("format", ["xlsx", "gb18030", "parquet"])
def test_same_bytes(format: Format, tmp_path: Path) -> None:
    part = PART if format == "xlsx" else Part(PART.sheet)
    contents = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        write(tmp_path / name, File("f", format, (part,)))
        contents.append((tmp_path / name / "f").read_bytes())
    assert contents[0] == contents[1]
