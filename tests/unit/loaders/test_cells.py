"""Cells: dates, ID numbers, phones, hours, masks; what cannot be read says why."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.cells import HINTS, Bad, masked, written
from loaders.dates import SERIAL_ZERO, date, date_or_serial
from loaders.identifiers import check_character, id_number, phone
from loaders.mapping import Column
from loaders.readers import reader
from loaders.slots import slots

DAYS = st.dates(dt.date(1900, 3, 2), dt.date(2100, 12, 31))


def numbered(day: dt.date, sequence: int) -> str:
    digits = f"999999{day:%Y%m%d}{sequence:03d}"
    return digits + check_character(digits)


@given(
    DAYS,
    st.sampled_from(
        [
            "{y}-{m:02}-{d:02}",
            "{y}/{m}/{d}",
            "{y}.{m}.{d}",
            "{y}年{m}月{d}日",
            "{y}{m:02}{d:02}",
            "{y}-{m}-{d} 18:05:00",
            " {y} 年 {m} 月 {d} 日 ",
        ]
    ),
)
def test_every_way_of_writing_a_day(day: dt.date, form: str) -> None:
    assert date(form.format(y=day.year, m=day.month, d=day.day)) == day


@given(DAYS)
def test_serial_days(day: dt.date) -> None:
    assert date_or_serial((day - SERIAL_ZERO).days) == day
    assert date_or_serial(float((day - SERIAL_ZERO).days)) == day
    assert date(dt.datetime.combine(day, dt.time(8))) == day


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2021-02-30", "date_impossible"),
        ("2021-13-01", "date_impossible"),
        ("44501", "date_serial"),
        ("去年", "date_unreadable"),
        ("3021-01-01", "date_impossible"),
    ],
)
def test_what_is_no_day(text: str, code: str) -> None:
    found = date(text)
    assert isinstance(found, Bad)
    assert found.code == code


@given(DAYS, st.integers(0, 999), st.integers(0, 16), st.integers(1, 9))
def test_a_wrong_digit_is_found(day: dt.date, sequence: int, at: int, by: int) -> None:
    number = numbered(day, sequence)
    assert id_number(number) == number
    slip = number[:at] + str((int(number[at]) + by) % 10) + number[at + 1 :]
    assert isinstance(id_number(slip), Bad)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (9.99999195001e17, "precision_lost"),
        ("9.99999E+17", "precision_lost"),
        ("99999919500101", "id_length"),
        ("999999195013010018", "id_date"),
    ],
)
def test_id_numbers_refused(cell: object, code: str) -> None:
    found = id_number(cell)  # type: ignore[arg-type]
    assert isinstance(found, Bad)
    assert found.code == code


def test_full_width_and_lower_case_id_numbers() -> None:
    number = next(n for n in (numbered(dt.date(1950, 1, 1), i) for i in range(99)) if n.endswith("X"))
    wide = "".join(chr(ord(c) + 0xFEE0) for c in number.lower())
    assert id_number(f" {wide} ") == number


@pytest.mark.parametrize("text", ["100-0000-1234", "+8610000001234", "１００００００１２３４", "10000001234.0"])
def test_phones(text: str) -> None:
    assert phone(float(text) if text.endswith(".0") else text) == "10000001234"


@given(st.lists(st.tuples(st.integers(1, 7), st.integers(0, 22)), min_size=1, max_size=5))
def test_canonical_slots_are_fixed_points(found: list[tuple[int, int]]) -> None:
    texts = sorted({f"{d} {h:02d}:00-{h + 1:02d}:30" for d, h in found})
    assert slots(";".join(texts)) == texts


@pytest.mark.parametrize(
    ("text", "first", "count"),
    [
        ("周一至周五 9:00-17:00", "1 09:00-17:00", 5),
        ("每周二、四下午", "2 13:30-17:00", 2),
        ("双休日全天", "6 09:00-17:00", 2),
        ("周一到周五上午9点到11点半,下午1:30-5:00", "1 09:00-11:30", 10),
    ],
)
def test_hours_as_people_write_them(text: str, first: str, count: int) -> None:
    found = slots(text)
    assert isinstance(found, list)
    assert (found[0], len(found)) == (first, count)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("=1+1", "formula"),
        ("#REF!", "formula_error"),
        ("x" * 1_000_000, "cell_too_long"),
        ("王\x00强", "control_character"),
        (1e17, "precision_lost"),
    ],
)
def test_cells_that_cannot_be_used(cell: object, code: str) -> None:
    found = written(cell)  # type: ignore[arg-type]
    assert isinstance(found, Bad)
    assert found.code == code


@given(st.text(min_size=7, max_size=40).filter(lambda t: len("".join(t.split())) >= 7))
def test_a_masked_value_hides_its_middle(text: str) -> None:
    bare = "".join(text.split())
    assert masked(text, shown=False) != bare or set(bare[1:]) == {"*"}


@pytest.mark.parametrize(
    ("column", "cell", "value"),
    [
        (Column("x", parse="boolean"), "否", False),
        (Column("x", parse="integer"), "５０人", 50),
        (Column("x", parse="integer"), "八十七", 87),
        (Column("x", parse="number"), "1,200.5平方米", 1200.5),
        (Column("x", codes="gbt2261.1"), "女", "2"),
        (Column("x", split=("、", ",")), "党员、 独居,党员", ["党员", "独居"]),
        (Column("x", parse="name"), "王　强", "王强"),
        (Column("x", parse="json"), '{"b": 1, "a": 2}', '{"a":2,"b":1}'),
    ],
)
def test_readers(column: Column, cell: str, value: object) -> None:
    found = reader(column, b"k")(cell)
    assert not isinstance(found, Bad)
    assert found[0] == value


def test_an_unknown_code_names_the_nearest() -> None:
    found = reader(Column("x", codes="gbt4658"), b"k")("大学本科教肓")
    assert isinstance(found, Bad)
    assert "大学本科教育" in found.hint.zh


def test_every_hint_is_bilingual() -> None:
    assert all(hint.zh and hint.en and hint.zh != hint.en for hint in HINTS.values())
