from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model.condition import Age, Between, Condition
from search.ages import AROUND, ages
from search.slots import Who

YEARS = st.integers(1, 120)


def conditions(text: str) -> list[Condition]:
    return [slot.meaning.condition for slot in ages(text) if isinstance(slot.meaning, Who)]


def in_chinese(n: int) -> str:
    digits = "零一二三四五六七八九"
    if n < 10:
        return digits[n]
    if n < 100:
        tens, one = divmod(n, 10)
        return ("" if tens == 1 else digits[tens]) + "十" + (digits[one] if one else "")
    rest = n - 100
    return "一百" + (
        ""
        if not rest
        else "零" + digits[rest]
        if rest < 10
        else digits[rest // 10] + "十" + (digits[rest % 10] if rest % 10 else "")
    )


@given(YEARS)
def test_the_ends_follow_the_civil_code(n: int) -> None:
    for written in (str(n), in_chinese(n)):
        assert conditions(f"{written}岁以上") == [Age(n, None)]
        assert conditions(f"{written}周岁及以下") == [Age(None, n)]
        assert conditions(f"超过{written}岁") == [Age(n + 1, None)]
        assert conditions(f"未满{written}岁") == [Age(None, n - 1)]
        assert conditions(f"年满{written}岁") == [Age(n, None)]
        assert conditions(f"{written}岁左右") == [Age(max(n - AROUND, 0), n + AROUND)]


@given(YEARS, YEARS, st.sampled_from(["-", "~", "至", "到", "岁-", "岁到", "岁~"]))
def test_a_range_is_the_same_in_every_writing_and_order(low: int, high: int, between: str) -> None:
    wanted = [Age(*sorted((low, high)))]
    assert conditions(f"{low}{between}{high}岁") == wanted
    assert conditions(f"{in_chinese(high)}{between}{in_chinese(low)}岁") == wanted


@given(YEARS, st.text("的在找和，老人", max_size=6), st.text("的在找和，老人", max_size=6))
def test_the_span_is_the_age_and_nothing_else(n: int, before: str, after: str) -> None:
    text = f"{before}{n}岁以上{after}"
    [slot] = ages(text)
    assert (text[slot.start : slot.end], slot.text) == (f"{n}岁以上", f"{n}岁以上")


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("七十多岁", 70, 79),
        ("70多岁", 70, 79),
        ("十几岁", 10, 19),
        ("七八十岁", 70, 89),
        ("两三岁", 2, 3),
        ("六七岁", 6, 7),
        ("二六岁", 2, 6),
        ("80岁", 80, 80),
        ("2-3岁", 2, 3),
    ],
)
def test_spoken_ages(text: str, low: int, high: int) -> None:
    assert conditions(text) == [Age(low, high)]


@pytest.mark.parametrize(
    ("text", "first"), [("80后", 1980), ("零零后", 2000), ("10后", 2010), ("九零后", 1990), ("40后", 1940)]
)
def test_generations_are_decades_of_birth(text: str, first: int) -> None:
    assert conditions(text) == [Between("birth_date", dt.date(first, 1, 1), dt.date(first + 9, 12, 31))]


@pytest.mark.parametrize("text", ["999岁", "四五十", "1980年", "12号502室", "百岁老人", "岁以上", ""])
def test_what_is_no_age_is_left_alone(text: str) -> None:
    assert conditions(text) == []
