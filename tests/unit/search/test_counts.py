from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.counts import MOST, counts
from search.slots import HeadCount, Question


def read(text: str) -> list[HeadCount]:
    return [slot.meaning for slot in counts(text) if isinstance(slot.meaning, HeadCount)]


@given(st.integers(1, MOST))
def test_plain_head_counts(n: int) -> None:
    for text in (f"{n}人", f"{n}个人", f"{n}位", f"{n}名", f"{n}人左右", f"{n}个老人"):
        assert read(text) == [HeadCount(n, n)]
    assert read(f"至少{n}人") == read(f"{n}人以上") == [HeadCount(n, MOST)]
    assert read(f"{n}人以内") == [HeadCount(1, n)]


@given(st.integers(1, 9), st.sampled_from([10, 100, 1_000]))
def test_a_little_more_stays_below_the_next_round_number(digit: int, step: int) -> None:
    [count] = read(f"{digit * step}多人")
    assert count == HeadCount(digit * step, (digit + 1) * step - 1)


@pytest.mark.parametrize(
    ("text", "low", "high"), [("二十来个人", 20, 29), ("20-30人", 20, 30), ("一百多人", 100, 199), ("三十位", 30, 30)]
)
def test_spoken_counts(text: str, low: int, high: int) -> None:
    assert read(text) == [HeadCount(low, high)]


@pytest.mark.parametrize("text", ["一个人住", "0人", "200000人", "70岁", "12号", "几个"])
def test_what_is_no_head_count(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize("text", ["住了多少人", "有几个人", "多少居民", "几口人", "有多少位老人"])
def test_the_question_how_many(text: str) -> None:
    assert [slot.meaning for slot in counts(text)] == [Question()]
