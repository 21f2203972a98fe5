"""The named parsers: one cell in, the values of its facets out (`facets.PARSERS` says which), or a `Bad`."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import Any

from graph.model import address, codes
from graph.model.errors import nearest
from graph.model.numerals import number as whole_number

from .cells import Bad, Cell, bad, plain, written
from .dates import date, date_or_serial
from .identifiers import birth_date, id_number, keyed_hash, phone, sex
from .mapping import Column
from .slots import slots

Values = tuple[Any, ...]
Reader = Callable[[Cell], Values | Bad]

TRUE = frozenset(("是", "有", "true", "t", "yes", "y", "1", "√", "✓", "已", "对", "真", "on"))
FALSE = frozenset(("否", "无", "没有", "false", "f", "no", "n", "0", "×", "x", "未", "错", "假", "off", "不是"))

_UNIT = re.compile(r"(平方米|平米|m2|㎡|小时|分钟|人次|人|户|个|层|年|岁|米|元|次|间|套|名|位|%)$")
_NUMBER = re.compile(r"[-+]?\d+(\.\d+)?(e[-+]?\d+)?", re.IGNORECASE)
_BETWEEN_HAN = re.compile(r"(?<=[一-鿿])\s+(?=[一-鿿])")


def reader(column: Column, secret: bytes) -> Reader:
    """Return the parser of a column; ID numbers are hashed with `secret`."""
    if column.split:
        return _splitter(column)
    if column.codes:
        return _coded(codes.table(column.codes))
    if column.parse == "id_number":
        return lambda cell: _identity(cell, secret)
    return _READERS[column.parse]


def _one(read: Callable[[Cell], Any]) -> Reader:
    def values(cell: Cell) -> Values | Bad:
        value = read(cell)
        return value if isinstance(value, Bad) else (None if value == "" else value,)

    return values


def _coded(table: codes.CodeTable) -> Reader:
    def values(cell: Cell) -> Values | Bad:
        text = written(cell)
        if not text or isinstance(text, Bad):
            return text or (None,)
        code = table.code(text)
        return (code,) if code is not None else bad("unknown_code", nearest(text, table.names()))

    return values


def _splitter(column: Column) -> Reader:
    """Split a cell into a list without blanks and repetitions, in the order of writing."""
    pattern = re.compile("|".join(map(re.escape, sorted(column.split, key=len, reverse=True))))
    table = codes.table(column.codes) if column.codes else None

    def values(cell: Cell) -> Values | Bad:
        text = written(cell)
        if not text or isinstance(text, Bad):
            return text or (None,)
        parts = list(dict.fromkeys(p for p in (p.strip() for p in pattern.split(text)) if p))
        if table is None:
            return (parts or None,)
        found = [table.code(p) for p in parts]
        if None in found:
            return bad("unknown_code", nearest(parts[found.index(None)], table.names()))
        return (found,)

    return values


def _identity(cell: Cell, secret: bytes) -> Values | Bad:
    number = id_number(cell)
    if not number or isinstance(number, Bad):
        return number or (None, None)
    return keyed_hash(secret, "id", number), number[-4:]


def _birth(cell: Cell) -> Any:
    number = id_number(cell)
    return birth_date(number) if isinstance(number, str) and number else number


def _sex(cell: Cell) -> Any:
    number = id_number(cell)
    return sex(number) if isinstance(number, str) and number else number


def _name(cell: Cell) -> Values | Bad:
    text = written(cell)
    if not text or isinstance(text, Bad):
        return text or (None, None)
    name = _BETWEEN_HAN.sub("", " ".join(unicodedata.normalize("NFKC", text).split()))
    name = re.sub("[•・.．‧]", "·", name) if any("一" <= c <= "鿿" for c in name) else name
    return name, simplified(name)


def _integer(cell: Cell) -> Any:
    value = _number(cell)
    if value is None or isinstance(value, Bad):
        return value
    return int(value) if float(value).is_integer() and abs(value) < 2**53 else bad("number_unreadable")


def _number(cell: Cell) -> Any:
    if isinstance(cell, int | float) and not isinstance(cell, bool) and cell == cell:  # noqa: PLR0124 (NaN is no value)
        return cell
    text = plain(cell)
    if not text or isinstance(text, Bad):
        return text or None
    text = _UNIT.sub("", text).replace(",", "")
    if _NUMBER.fullmatch(text):
        return float(text)
    value = whole_number(text)
    return bad("number_unreadable") if value is None else value


def _float(cell: Cell) -> Any:
    value = _number(cell)
    return float(value) if isinstance(value, int | float) else value


def _boolean(cell: Cell) -> Any:
    text = plain(cell)
    if not text or isinstance(text, Bad):
        return text or None
    word = text.casefold()
    return word in TRUE if word in TRUE or word in FALSE else bad("boolean_unreadable")


def _address(cell: Cell) -> Values | Bad:
    text = written(cell)
    if not text or isinstance(text, Bad):
        return text or (None,) * 8
    found = address.parse(simplified(text))
    return text, found.key, found.estate, found.building, found.unit, found.dwelling, found.floor, found.room


def _json(cell: Cell) -> Any:
    text = written(cell)
    if not text or isinstance(text, Bad):
        return text or None
    try:
        return json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    except (ValueError, RecursionError):
        return bad("json_unreadable")


def simplified(text: str) -> str:
    """Return the text in simplified characters (a text that GB 2312 can write is simplified already)."""
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return str(_converter().convert(text))
    return text


@cache
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")


_READERS: dict[str, Reader] = {
    "text": _one(written),
    "name": _name,
    "integer": _one(_integer),
    "number": _one(_float),
    "boolean": _one(_boolean),
    "date": _one(date),
    "date_or_serial": _one(date_or_serial),
    "phone": _one(phone),
    "address": _address,
    "slots": _one(slots),
    "birth_from_id": _one(_birth),
    "sex_from_id": _one(_sex),
    "json": _one(_json),
    "committee": _one(written),
}
