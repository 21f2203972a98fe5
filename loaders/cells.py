"""Cells as files give them → clean texts, or the reason why a cell cannot be used."""

from __future__ import annotations

import datetime as dt
import math
import unicodedata
from dataclasses import dataclass

from graph.model.text import Text

Cell = str | int | float | bool | dt.date | dt.datetime | dt.time | dt.timedelta | None

MOST_CHARACTERS = 32_767
"""The longest text that a spreadsheet can hold in a cell; anything longer is damage (an unclosed quote, a dump)."""

MOST_EXACT = 10**15
"""From here on a float no longer holds every whole number: an 18-digit ID in it has lost digits."""

EMPTY = frozenset(("", "-", "--", "—", "——", "/", "\\N", "NULL", "null", "None", "N/A", "n/a", "nan", "NaN"))
ERRORS = frozenset(("#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"))

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"), None)

HINTS = {
    "missing_value": Text("此列必填，请补上", "this column is required: fill it in"),
    "no_key": Text("没有可以认出它的值（证件号、编号或地址）", "nothing says which one it is (ID, number or address)"),
    "ragged": Text("单元格数与表头不同，可能缺引号或多了分隔符", "cells and headers differ in number: a quote or a separator"),
    "cell_too_long": Text("单元格过长，可能缺引号", "the cell is too long: perhaps a quote is missing"),
    "control_character": Text("含不可见的控制字符，请重新导出", "it holds control characters: export the file again"),
    "formula": Text("是公式而不是值，请粘贴为数值", "a formula instead of a value: paste values"),
    "formula_error": Text("公式出错，请修正后导出", "the formula failed: correct it and export again"),
    "precision_lost": Text("长数字被存成小数，末几位已丢失；请以文本格式导出", "a long number stored as a float lost its last digits: export it as text"),
    "id_length": Text("证件号应为18位", "an ID number has 18 characters"),
    "id_checksum": Text("证件号校验位不符，请核对", "the check digit of the ID number is wrong"),
    "id_date": Text("证件号里的出生日期不存在", "the birth date inside the ID number does not exist"),
    "date_impossible": Text("没有这一天", "there is no such day"),
    "date_unreadable": Text("日期应写作 2021-11-01", "write dates as 2021-11-01"),
    "date_serial": Text("像是 Excel 的日期序号；映射用 parse = \"date_or_serial\"", "this looks like a spreadsheet's serial date: parse = \"date_or_serial\""),
    "number_unreadable": Text("应为数字", "a number is expected"),
    "boolean_unreadable": Text("应为 是 或 否", "yes or no is expected (是, 否)"),
    "phone_unreadable": Text("应为一个电话号码", "one phone number is expected"),
    "json_unreadable": Text("不是 JSON", "this is not JSON"),
    "slots_unreadable": Text("时段应写作 周一至周五 9:00-17:00", "write hours as 周一至周五 9:00-17:00"),
    "unknown_code": Text("代码表里没有此值", "the code table has no such value"),
    "unknown_committee": Text("没有这个居委", "there is no such committee"),
    "unknown_reference": Text("没有所指的对象", "what it refers to does not exist"),
    "ambiguous_reference": Text("所指的对象不止一个", "it refers to more than one"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bad:
    """A cell that cannot be used: a stable code, and the next step."""

    code: str
    hint: Text


def bad(code: str, nearest: list[str] | None = None) -> Bad:
    """Return the `Bad` of a code, with the nearest valid values where there are any."""
    hint = HINTS[code]
    if nearest:
        hint += Text("，相近：" + "、".join(nearest), "; nearest: " + ", ".join(nearest))
    return Bad(code, hint)


def is_empty(cell: Cell) -> bool:
    """Tell whether a cell holds no value (blank, or one of the signs that systems export for none)."""
    return cell is None or (isinstance(cell, str) and (not cell or cell.strip().translate(_INVISIBLE) in EMPTY))


def written(cell: Cell) -> str | Bad:
    """Return a cell as the text a person sees: "" for an empty one, whole numbers without a decimal point.

    >>> written(12.0), written(" 汾西路　"), written("-"), written('="0123"')
    ('12', '汾西路', '', '0123')
    """
    if isinstance(cell, str):
        return _text(cell)
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return _float(cell)
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date().isoformat()
    return str(cell)


def _text(cell: str) -> str | Bad:
    if len(cell) > MOST_CHARACTERS:
        return bad("cell_too_long")
    text = cell.strip()
    printable = text.isprintable()
    text = text if printable else text.translate(_INVISIBLE).strip()
    if text in EMPTY:
        return ""
    if text in ERRORS:
        return bad("formula_error")
    if text.startswith(('="', "=“")) and text.endswith(('"', "”")):
        text = text[2:-1].strip()  # how exports protect digits from a spreadsheet
    elif text.startswith("="):
        return bad("formula")
    if not printable and any(unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\r\t" for c in text):
        return bad("control_character")
    return text.removeprefix("'")


def _float(cell: float) -> str | Bad:
    if not math.isfinite(cell):
        return ""
    if not cell.is_integer():
        return repr(cell)
    return str(int(cell)) if abs(cell) < MOST_EXACT else bad("precision_lost")


def plain(cell: Cell) -> str | Bad:
    """Return the text of a cell in half width (NFKC) without any blanks, for values that a machine reads."""
    text = written(cell)
    if not isinstance(text, str):
        return text
    return "".join((text if text.isascii() else unicodedata.normalize("NFKC", text)).split())


def masked(cell: Cell, *, shown: bool) -> str:
    """Return a cell as a report may show it; values that may tell of a person keep their ends only.

    `shown` is for values from a public list (codes, tags, times); runs of six digits are masked even there.

    >>> masked("13800001234", shown=False), masked("王小明", shown=False), masked("独居老仁", shown=True)
    ('138****1234', '王**', '独居老仁')
    """
    text = "".join(str(cell if cell is not None else "").split())
    if shown and sum(c.isdigit() for c in text) < 6:
        return text if len(text) <= 40 else text[:39] + "…"
    if len(text) >= 11:
        return f"{text[:3]}****{text[-4:]}"
    return text[:1] + "*" * min(len(text) - 1, 4)
