"""Numerals: every way of writing a number is read as that number."""

from __future__ import annotations

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model.numerals import CHARACTERS, arabic, number


@given(st.integers(0, 99_999_999))
def test_an_independent_writer_is_read_back(value: int) -> None:
    assert number(cn2an.an2cn(str(value), "low")) == value


@given(st.integers(0, 10**12))
def test_positional_and_full_width_digits(value: int) -> None:
    digits = str(value)
    assert number("".join("〇一二三四五六七八九"[int(d)] for d in digits)) == value
    assert number("".join(chr(ord("０") + int(d)) for d in digits)) == value


@given(st.text(CHARACTERS + "弄号1", max_size=12))
def test_any_text_gives_a_number_or_none(text: str) -> None:
    value = number(text)
    assert value is None or value >= 0


@pytest.mark.parametrize(
    ("text", "value"),
    [("二六一", 261), ("八十七", 87), ("七百", 700), ("十", 10), ("廿三", 23), ("一百二", 120), ("两千三", 2300)],
)
def test_spoken_forms(text: str, value: int) -> None:
    assert number(text) == value


@pytest.mark.parametrize("text", ["", "弄", "四五十", "十来", "百十", "十十", "1十"])
def test_what_is_no_number(text: str) -> None:
    assert number(text) is None


def test_only_numerals_before_the_pattern_change() -> None:
    assert arabic("三泉路四百弄", before="弄") == "三泉路400弄"
    assert arabic("四五十弄", before="弄") == "四五十弄"
