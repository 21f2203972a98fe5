"""A table of outcomes (unit, day, agreed or refused, why) as the people who did the rounds write it.

Headers and words are taken in Chinese or English. A row that cannot be used is named with its number and the reason;
the others count.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pyarrow as pa

from graph.model.errors import TableUnfit, nearest
from graph.model.text import Text


class Verdict(StrEnum):
    """What the people of a unit said."""

    AGREED = "agreed"
    REFUSED = "refused"
    OPEN = "open"


HEADERS = {
    "unit": ("unit", "unit_id", "id", "楼组", "楼组编号", "楼组id", "编号"),
    "day": ("date", "day", "on", "日期", "结果日期", "表决日期", "时间"),
    "verdict": ("outcome", "verdict", "result", "answer", "结果", "意见", "是否同意"),
    "why": ("why", "reason", "原因", "理由", "备注"),
}
NEEDED = ("unit", "day", "verdict")
WORDS = {
    Verdict.AGREED: {"agreed", "agree", "yes", "y", "true", "1", "同意", "已同意", "赞成", "通过", "是", "成功"},
    Verdict.REFUSED: {"refused", "refuse", "no", "n", "false", "0", "不同意", "反对", "拒绝", "未通过", "否", "失败"},
    Verdict.OPEN: {"", "open", "pending", "undecided", "待定", "未定", "协商中", "再议", "观望"},
}
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T].*)?|(\d{4})(\d{2})(\d{2})(?:\.0)?")
LONGEST = 60  # characters of a foreign value that a note repeats


@dataclass(frozen=True, slots=True, order=True)
class Outcome:
    """One row that can be used; `row` is its number under the header, from 1."""

    unit: str
    day: dt.date
    verdict: Verdict
    why: str
    row: int


@dataclass(frozen=True, slots=True)
class Outcomes:
    """The rows of a table that can be used, by unit and day, and what is to be said of the others."""

    rows: tuple[Outcome, ...]
    notes: tuple[Text, ...]


def read_outcomes(table: pa.Table, *, known: Collection[str]) -> Outcomes:
    """Read a table of outcomes; `known` are the units that exist.

    Raises `TableUnfit` when a column is missing, or when no row names a known unit.
    """
    columns = _columns(table)
    names = frozenset(known)
    read = [_row(number, cells, names) for number, cells in enumerate(_cells(columns), start=1)]
    rows = tuple(sorted(r for r in read if isinstance(r, Outcome)))
    notes = tuple(r for r in read if isinstance(r, Text))
    if read and not rows:
        raise TableUnfit(Text("反馈表没有一行可用；", "no row of the feedback can be used; ") + notes[0], CHECK)
    return Outcomes(rows, notes)


CHECK = Text("核对楼组编号、日期和结果的写法", "Check how units, days and outcomes are written")


def _columns(table: pa.Table) -> dict[str, list[Any]]:
    headers = {_plain(name).casefold(): name for name in reversed(table.column_names)}
    found = {role: next((headers[h] for h in names if h in headers), None) for role, names in HEADERS.items()}
    for role in NEEDED:
        if found[role] is None:
            wanted, there = "、".join(HEADERS[role]), "、".join(table.column_names)[:200]
            raise TableUnfit(
                Text(f"反馈表缺一列（{wanted} 之一）", f"the feedback lacks a column (one of {wanted})"),
                Text(f"表头实际为：{there}", f"Found: {there}"),
            )
    return {role: table[name].to_pylist() for role, name in found.items() if name is not None}


def _cells(columns: dict[str, list[Any]]) -> Iterator[dict[str, Any]]:
    for values in zip(*columns.values(), strict=True):
        yield dict(zip(columns, values, strict=True))


def _plain(value: object) -> str:
    """Return a cell as text: full-width signs made plain, a whole number without its ".0", nothing as ""."""
    if value is None:
        return ""
    text = f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value)
    return unicodedata.normalize("NFKC", text).strip()


def _row(number: int, cells: dict[str, Any], known: frozenset[str]) -> Outcome | Text:
    unit, day, said = _plain(cells["unit"]), read_day(cells["day"]), _plain(cells["verdict"]).casefold()
    if unit not in known:
        return _unknown(number, unit, known)
    verdict = next((v for v, words in WORDS.items() if said in words), None)
    if verdict is None:
        return _unread(number, Text("结果", "the outcome"), said)
    if day is None:
        return _unread(number, Text("日期", "the day"), _plain(cells["day"]))
    return Outcome(unit, day, verdict, _plain(cells.get("why")), number)


def read_day(value: object) -> dt.date | None:
    """Return the day of a cell (a date, 2021-06-01, 2021/6/1, 2021年6月1日, 20210601), None when it holds none."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    found = _DATE.fullmatch(_plain(value))
    if not found:
        return None
    try:
        return dt.date(*(int(part) for part in found.groups() if part is not None))
    except ValueError:  # 2021-02-30
        return None


def _unknown(number: int, unit: str, known: frozenset[str]) -> Text:
    alike = nearest(unit, sorted(known), most=1)
    shown = unit[:LONGEST]
    head = Text(f"反馈第 {number} 行：没有楼组“{shown}”", f"feedback row {number}: there is no unit “{shown}”")
    return head + Text(f"，是否指 {alike[0]}", f", did you mean {alike[0]}") if alike else head


def _unread(number: int, what: Text, value: str) -> Text:
    shown = value[:LONGEST]
    return Text(
        f"反馈第 {number} 行：{what.zh}“{shown}”读不出", f"feedback row {number}: {what.en} “{shown}” cannot be read"
    )
