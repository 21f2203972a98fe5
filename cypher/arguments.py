"""The parameters of a question and the arguments given for them: typed, checked, with defaults."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from graph.model.errors import ArgumentInvalid, UnknownName
from graph.model.text import Text
from graph.stores.store import Value

LONGEST_TEXT = 400
"""Characters of one text argument: a title or an address, not a document."""

LARGEST_INTEGER = 2**63 - 1
"""Integers of the engines have 64 bits."""


class ParameterKind(StrEnum):
    """The type of a parameter."""

    TEXT = "text"
    TEXTS = "texts"  # several texts, written with commas between them
    INTEGER = "integer"
    NUMBER = "number"
    DATE = "date"  # ISO 8601; reaches the engine as text, for `date($x)`


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a question."""

    name: str
    kind: ParameterKind
    title: Text
    required: bool = True
    default: Value = None


def bound(parameters: Iterable[Parameter], arguments: Mapping[str, object]) -> dict[str, Value]:
    """Return a value for every parameter.

    Arguments are texts (from a command line) or values of the right type. Raises `UnknownName` for an argument without
    a parameter, `ArgumentInvalid` for one that is missing or cannot be read.
    """
    known = {p.name: p for p in parameters}
    for name in arguments:
        if name not in known:
            raise UnknownName(Text("参数", "parameter"), name, known)
    return {name: _value(p, arguments.get(name)) for name, p in known.items()}


def _value(parameter: Parameter, given: object) -> Value:
    if given is not None:
        return parsed(parameter, given)
    if parameter.required:
        why = Text("必须给出（{zh}）", "it must be given ({en})").fill(zh=parameter.title.zh, en=parameter.title.en)
        raise ArgumentInvalid(parameter.name, "", why)
    return parameter.default


def parsed(parameter: Parameter, given: object) -> Value:
    """Return the value that was written or given for a parameter; raises `ArgumentInvalid`.

    >>> parsed(Parameter("day", ParameterKind.DATE, Text("日期", "day")), "2021-11-01")
    '2021-11-01'
    """
    reader, expected = _READERS[parameter.kind]
    try:
        return reader(given)
    except (ValueError, TypeError, OverflowError):
        raise ArgumentInvalid(parameter.name, str(given)[:60], expected) from None


def _text(given: object) -> str:
    if not isinstance(given, str) or not given.strip() or len(given) > LONGEST_TEXT:
        raise ValueError
    return given.strip()


def _texts(given: object) -> Value:
    if isinstance(given, str):
        given = [part for part in given.replace("，", ",").replace("、", ",").split(",") if part.strip()]
    if not isinstance(given, list | tuple) or not given:
        raise ValueError
    return [_text(part) for part in given]


def _integer(given: object) -> int:
    if isinstance(given, bool) or not isinstance(given, int | str):
        raise TypeError
    value = int(given)
    if abs(value) > LARGEST_INTEGER:
        raise ValueError
    return value


def _number(given: object) -> float:
    if isinstance(given, bool) or not isinstance(given, int | float | str):
        raise TypeError
    value = float(given)
    if not abs(value) < float("inf"):
        raise ValueError
    return value


def _date(given: object) -> str:
    if isinstance(given, dt.datetime):
        raise TypeError
    day = given if isinstance(given, dt.date) else dt.date.fromisoformat(_text(given))
    return day.isoformat()


_READERS: Mapping[ParameterKind, tuple[Callable[[object], Value], Text]] = {
    ParameterKind.TEXT: (_text, Text("应为文字（不超过 400 字）", "a text of at most 400 characters is wanted")),
    ParameterKind.TEXTS: (_texts, Text("应为一个或多个文字，用逗号分隔", "one or more texts with commas are wanted")),
    ParameterKind.INTEGER: (_integer, Text("应为整数", "a whole number is wanted")),
    ParameterKind.NUMBER: (_number, Text("应为数字", "a number is wanted")),
    ParameterKind.DATE: (_date, Text("应为日期，如 2021-11-01", "a date such as 2021-11-01 is wanted")),
}
