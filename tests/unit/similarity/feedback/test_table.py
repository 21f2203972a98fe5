from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import csv

from graph.model.errors import TableUnfit
from similarity.feedback.table import Outcome, Verdict, read_day, read_outcomes

KNOWN = ("un_0001", "un_0002", "12")


def test_headers_and_words_are_read_in_both_languages() -> None:
    chinese = pa.table({"楼组编号": ["un_0001"], "日期": ["2021年6月1日"], "结果": ["不同意"], "原因": ["挡光"]})
    english = pa.table({"Unit": ["un_0001"], "DATE": [dt.date(2021, 6, 1)], "outcome": ["refused"], "why": ["挡光"]})
    expected = (Outcome("un_0001", dt.date(2021, 6, 1), Verdict.REFUSED, "挡光", 1),)
    assert read_outcomes(chinese, known=KNOWN).rows == read_outcomes(english, known=KNOWN).rows == expected


def test_numbers_full_width_signs_and_blank_outcomes_are_read() -> None:
    table = pa.table({"id": [12.0, 12.0], "date": ["2021/6/1", "2021-06-02"], "outcome": ["ＹＥＳ", None]})
    assert [o.verdict for o in read_outcomes(table, known=KNOWN).rows] == [Verdict.AGREED, Verdict.OPEN]


def test_a_row_that_cannot_be_used_is_named_and_the_others_count() -> None:
    table = pa.table(
        {
            "unit": ["un_0001", "un_001", "un_0002", "un_0002"],
            "date": ["2021-06-01", "2021-06-01", "2021-02-30", "2021-06-01"],
            "result": ["同意", "同意", "同意", "看情况"],
        }
    )
    read = read_outcomes(table, known=KNOWN)
    assert [o.unit for o in read.rows] == ["un_0001"]
    unknown, day, word = (n.en for n in read.notes)
    assert "row 2" in unknown
    assert "did you mean un_0001" in unknown
    assert "row 3: the day “2021-02-30” cannot be read" in day
    assert "row 4: the outcome “看情况” cannot be read" in word


def test_a_table_without_a_needed_column_or_a_usable_row_is_refused() -> None:
    with pytest.raises(TableUnfit, match=r"lacks a column.*Found: unit、date"):
        read_outcomes(pa.table({"unit": ["a"], "date": ["2021-06-01"]}), known=KNOWN)
    with pytest.raises(TableUnfit, match="there is no unit “x”"):
        read_outcomes(pa.table({"unit": ["x"], "date": ["2021-06-01"], "outcome": ["同意"]}), known=KNOWN)
    empty = pa.table({n: pa.array([], pa.string()) for n in ("unit", "date", "outcome")})
    assert read_outcomes(empty, known=KNOWN).rows == ()


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("20210601", dt.date(2021, 6, 1)),
        (20210601.0, dt.date(2021, 6, 1)),
        ("2021.6.1", dt.date(2021, 6, 1)),
        ("2021-06-01 09:30", dt.date(2021, 6, 1)),
        (dt.datetime(2021, 6, 1, 9, tzinfo=dt.UTC), dt.date(2021, 6, 1)),
        ("6月1日", None),
        (None, None),
    ],
)
def test_days_are_read_as_people_write_them(cell: object, day: dt.date | None) -> None:
    assert read_day(cell) == day


def test_the_table_in_the_documentation_is_read() -> None:
    text = (Path(__file__).parents[4] / "docs" / "backtest.md").read_text(encoding="utf-8")
    block = text.split("```csv\n")[1].split("```")[0]
    table = csv.read_csv(pa.BufferReader(block.encode()))
    read = read_outcomes(table, known=["un_0001", "un_0002", "un_0003"])
    assert [o.verdict for o in read.rows] == [Verdict.REFUSED, Verdict.AGREED, Verdict.REFUSED, Verdict.OPEN]
    assert read.notes == ()
