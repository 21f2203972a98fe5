"""Cells of the tables of a problem: columns by their names, ids as texts, numbers, and the rows that ids name.

Whatever a spreadsheet may have done to a table is undone here or named with its row: spaces and capitals in headers,
Chinese headers, numbers written as text, empty rows at the end. Rows are counted as a spreadsheet does: headers are row 1.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.model.errors import ProblemUnfit, UnknownName
from graph.model.text import Text
from matching.problem import Floats, Ints, Mask

COLUMNS = {
    "id": ("编号", "代码"),
    "need": ("需求", "需求编号"),
    "resource": ("资源", "资源编号"),
    "group": ("组", "分组"),
    "size": ("大小", "占用名额"),
    "priority": ("优先级",),
    "capacity": ("容量", "名额"),
    "fixed_cost": ("固定成本", "固定费用"),
    "cost": ("成本", "费用"),
    "score": ("得分", "分数"),
    "share": ("份额",),
    "quota": ("配额",),
    "floor": ("下限",),
    "demand": ("需求点",),
    "site": ("候选点", "点位"),
    "metres": ("meters", "距离", "米"),
    "weight": ("权重", "人数"),
    "fixed": ("固定",),
    "x": (),
    "y": (),
    "lon": ("lng", "longitude", "经度"),
    "lat": ("latitude", "纬度"),
}
"""The columns that tables of problems may have, each with its other names."""
_NAMED = {other: name for name, others in COLUMNS.items() for other in (name, *others)}

IDS = tuple(other for name in ("id", "need", "resource", "group", "demand", "site") for other in (name, *COLUMNS[name]))
"""Headers of columns that hold ids: texts even where they look like numbers, so that 007 stays 007."""

THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
EXACT = 2.0**53
"""Whole numbers below this are held by a float without loss."""
ABOVE_ZERO = 1e-9
"""A least number that stands for: above zero."""
SHOWN = 20
"""Characters of a strange cell that a message repeats."""


def tidy(table: pa.Table, name: str, *required: str) -> pa.Table:
    """Return the columns that are known, under their plain names, without the empty rows at the end.

    Raises `ProblemUnfit` where two columns have one name, and where a required one is missing.
    """
    at: dict[str, int] = {}
    for place, written in enumerate(table.column_names):
        plain = _NAMED.get(unicodedata.normalize("NFKC", written).strip().casefold())
        if plain in at:
            raise unfit(f"{name} 有两列 {plain}", f"{name} has the column {plain} twice")
        if plain is not None:
            at[plain] = place
    for column in required:
        if column not in at:
            there = table.column_names
            raise unfit(
                f"{name} 缺少 {column} 列（现有：{'、'.join(there)}）",
                f"{name} lacks the column {column} (it has: {', '.join(there)})",
            )
    found = pa.table([table.column(place) for place in at.values()], names=list(at))
    return found.slice(0, _filled(found))


def _filled(table: pa.Table) -> int:
    """Return the number of rows up to the last one in which anything stands."""
    rows = table.num_rows
    while rows and all(_is_blank(column[rows - 1].as_py()) for column in table.columns):
        rows -= 1
    return rows


def _is_blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def identifiers(table: pa.Table, name: str) -> tuple[str, ...]:
    """Return the column `id` as texts; raises `ProblemUnfit` for an empty cell and for an id that stands twice."""
    found = texts(table, "id", name)
    if "" in found:
        row = found.index("") + 2
        raise unfit(f"{name} 第 {row} 行没有编号", f"row {row} of {name} has no id")
    if len(set(found)) < len(found):
        first: dict[str, int] = {}
        row = next(i for i, one in enumerate(found) if first.setdefault(one, i) != i)
        one = found[row]
        raise unfit(
            f"{name} 第 {row + 2} 行的编号 {one} 与第 {first[one] + 2} 行重复",
            f"{name} has the id {one} twice, in rows {first[one] + 2} and {row + 2}",
        )
    return found


def texts(table: pa.Table, column: str, name: str) -> tuple[str, ...]:
    """Return a column as texts, empty where unknown; whole numbers lose a `.0` that a spreadsheet gave them."""
    return tuple(_texts(_column(table, column, name)).to_pylist())


def _texts(values: pa.ChunkedArray) -> pa.Array:
    values = values.combine_chunks()
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if pa.types.is_floating(values.type):
        values = pa.array([None if v is None else _plain(v) for v in values.to_pylist()], pa.string())
    elif not _is_text(values.type) and not pa.types.is_integer(values.type):
        values = pa.array([None if v is None else str(v) for v in values.to_pylist()], pa.string())
    return pc.fill_null(pc.utf8_trim_whitespace(pc.cast(values, pa.string())), "")


def _plain(value: float) -> str:
    """Return a float as it was typed: spreadsheets hold whole numbers as floats."""
    return str(int(value)) if value.is_integer() and abs(value) < EXACT else f"{value:.15g}"


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def numbers(table: pa.Table, column: str, name: str, *, missing: float | None = None, least: float = -np.inf) -> Floats:
    """Return a column as numbers; empty cells are `missing`, or an error that names the row where that is None.

    Numbers must be finite and not below `least`. Raises `UnknownName` (no such column), `ProblemUnfit`.
    """
    written = _column(table, column, name)
    values = _parsed(written)
    blank = np.isnan(values)
    empty = blank & written.is_null().to_numpy() if not _is_text(written.type) else blank & _blanks(written)
    wrong = np.flatnonzero((blank & ~empty) | ~(blank | np.isfinite(values)) | (values < least))
    if len(wrong):
        raise _strange(written, int(wrong[0]), column=column, name=name, least=least)
    if missing is None and blank.any():
        row = int(np.argmax(blank)) + 2
        raise unfit(f"{name} 第 {row} 行缺 {column}", f"row {row} of {name} lacks {column}")
    return values if missing is None else np.where(blank, missing, values)


def _blanks(values: pa.ChunkedArray) -> Mask:
    return np.asarray(pc.equal(_texts(values), "").to_numpy(zero_copy_only=False))


def _parsed(values: pa.ChunkedArray) -> Floats:
    """Return numbers, NaN for what is none."""
    if pa.types.is_integer(values.type) or pa.types.is_floating(values.type) or pa.types.is_decimal(values.type):
        return np.asarray(pc.cast(values, pa.float64()).to_numpy(), np.float64)
    if pa.types.is_null(values.type) or pa.types.is_boolean(values.type) or pa.types.is_temporal(values.type):
        return np.full(len(values), np.nan)
    return np.array([_number(one) for one in _texts(values).to_pylist()], np.float64)


def _number(written: str) -> float:
    """Return the number that a text writes, also with full-width digits and commas between thousands, else NaN."""
    plain = unicodedata.normalize("NFKC", written).strip()
    plain = plain.replace(",", "") if THOUSANDS.fullmatch(plain) else plain
    try:
        return float(plain)
    except ValueError:
        return float("nan")


def _strange(written: pa.ChunkedArray, row: int, *, column: str, name: str, least: float) -> ProblemUnfit:
    """Return the error of a cell that holds no number, none that is finite, or one below the least."""
    value = _parsed(written.slice(row, 1))[0]
    zh, en = "不是数字", "is not a number"
    if np.isinf(value):
        zh, en = "不是有限的数字", "is not finite"
    elif value < least:
        zh, en = (
            ("须大于零", "is not above zero") if least == ABOVE_ZERO else (f"小于 {least:g}", f"is below {least:g}")
        )
    shown = str(written[row].as_py()).strip()[:SHOWN]
    return unfit(
        f"{name} 第 {row + 2} 行的 {column}（{shown}）{zh}", f"{column} in row {row + 2} of {name} ({shown}) {en}"
    )


def positions(table: pa.Table, column: str, name: str, *, known: Sequence[str], kind: Text) -> Ints:
    """Return the row of each id of a column; raises `UnknownName` for one that is not known, `ProblemUnfit` for none."""
    found = _texts(_column(table, column, name))
    rows = pc.index_in(found, value_set=pa.array(known, pa.string()))
    if rows.null_count:
        at = rows.is_null().index(True).as_py()
        missing = found[at].as_py()
        if not missing:
            raise unfit(f"{name} 第 {at + 2} 行缺 {column}", f"row {at + 2} of {name} lacks {column}")
        where = Text(f"（{name} 第 {at + 2} 行）", f" (row {at + 2} of {name})")
        raise UnknownName(kind + where, missing, known)
    return rows.to_numpy().astype(np.int64)


def _column(table: pa.Table, column: str, name: str) -> pa.ChunkedArray:
    if column not in table.column_names:
        raise UnknownName(Text(f"{name} 的列", f"column of {name}"), column, table.column_names)
    return table[column]


def unfit(zh: str, en: str) -> ProblemUnfit:
    """Return the error of a table, whose next step is to mend it."""
    return ProblemUnfit(Text(zh, en), Text("改正表格后再试", "Mend the table and try again"))
