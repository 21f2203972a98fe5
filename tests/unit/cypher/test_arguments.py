from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cypher.arguments import LARGEST_INTEGER, LONGEST_TEXT, Parameter, ParameterKind, bound
from graph.model.errors import ArgumentInvalid, UnknownName
from graph.model.text import Text


def one(kind: ParameterKind) -> Parameter:
    return Parameter("x", kind, Text("某", "some"))


@given(st.dates())
def test_dates_go_as_iso_text_however_they_come(day: dt.date) -> None:
    parameter = one(ParameterKind.DATE)
    assert bound([parameter], {"x": day}) == bound([parameter], {"x": day.isoformat()}) == {"x": day.isoformat()}


@given(st.integers(-LARGEST_INTEGER, LARGEST_INTEGER))
def test_integers_come_as_text_or_number(value: int) -> None:
    parameter = one(ParameterKind.INTEGER)
    assert bound([parameter], {"x": str(value)}) == bound([parameter], {"x": value}) == {"x": value}


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_come_as_text_or_number(value: float) -> None:
    parameter = one(ParameterKind.NUMBER)
    assert bound([parameter], {"x": repr(value)}) == bound([parameter], {"x": value}) == {"x": value}


def test_several_texts_are_split_at_any_comma() -> None:
    assert bound([one(ParameterKind.TEXTS)], {"x": "甲, 乙，丙、丁"}) == {"x": ["甲", "乙", "丙", "丁"]}
    assert bound([one(ParameterKind.TEXTS)], {"x": ["甲,乙"]}) == {"x": ["甲,乙"]}


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (ParameterKind.TEXT, ""),
        (ParameterKind.TEXT, "  "),
        (ParameterKind.TEXT, "x" * (LONGEST_TEXT + 1)),
        (ParameterKind.TEXT, 3),
        (ParameterKind.TEXTS, "，,"),
        (ParameterKind.TEXTS, []),
        (ParameterKind.TEXTS, [1]),
        (ParameterKind.INTEGER, "3.5"),
        (ParameterKind.INTEGER, 3.5),
        (ParameterKind.INTEGER, True),
        (ParameterKind.INTEGER, 2**63),
        (ParameterKind.INTEGER, "9" * 5000),
        (ParameterKind.NUMBER, "nan"),
        (ParameterKind.NUMBER, "-inf"),
        (ParameterKind.NUMBER, "1e999"),
        (ParameterKind.NUMBER, "three"),
        (ParameterKind.NUMBER, False),
        (ParameterKind.DATE, "2021-02-29"),
        (ParameterKind.DATE, "1.11.2021"),
        (ParameterKind.DATE, 20211101),
        (ParameterKind.DATE, dt.datetime(2021, 11, 1, 12, tzinfo=dt.UTC)),
    ],
)
def test_unreadable_values_are_refused_by_name(kind: ParameterKind, value: object) -> None:
    with pytest.raises(ArgumentInvalid) as wrong:
        bound([one(kind)], {"x": value})
    assert wrong.value.facts["name"] == "x"


def test_unknown_arguments_name_the_nearest() -> None:
    with pytest.raises(UnknownName) as unknown:
        bound([Parameter("least", ParameterKind.INTEGER, Text("至少", "least"))], {"leats": "1"})
    assert unknown.value.facts["nearest"] == ["least"]


def test_missing_arguments_are_refused_and_defaults_taken() -> None:
    optional = Parameter("y", ParameterKind.INTEGER, Text("至少", "least"), required=False, default=3)
    assert bound([optional], {}) == bound([optional], {"y": None}) == {"y": 3}
    with pytest.raises(ArgumentInvalid):
        bound([one(ParameterKind.TEXT), optional], {"y": 4})
