from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model.condition import Age, AllOf, AnyOf, Not, Tagged
from graph.model.errors import RequestUnfit
from search.request import MOST_CHARACTERS, Request, read
from search.slots import HeadCount
from search.vocabulary import Vocabulary
from search.writing import plain

PIECES = ["汾西路261弄", "12号502室", "70岁以上", "老人", "独居老人", "党员", "女性", "20人左右", "不是", "除了", "以外", "和", "、", "的",
          "理发", "合唱", "食堂", "路灯", "周二下午", "会", "找", "abc", "１２", "獨居", "，"]  # fmt: skip


def understood(request: Request) -> None:
    """What must hold of every request that could be read."""
    at = 0
    for slot in request.slots:
        assert at <= slot.start < slot.end <= len(request.read)
        assert request.read[slot.start : slot.end].lower() == slot.text.lower()
        assert slot.says.zh
        assert slot.says.en
        at = slot.end


@given(text=st.lists(st.sampled_from(PIECES), max_size=20).map("".join))
def test_slots_stand_in_order_without_overlap(vocabulary: Vocabulary, text: str) -> None:
    try:
        request = read(text, vocabulary)
    except RequestUnfit:
        assert not any(c.isalnum() for c in text)
        return
    understood(request)
    assert read(text, vocabulary) == request


@given(text=st.text(max_size=MOST_CHARACTERS + 20))
def test_any_text_is_read_or_refused(vocabulary: Vocabulary, text: str) -> None:
    try:
        understood(read(text, vocabulary))
    except RequestUnfit:
        assert (
            len(text) > MOST_CHARACTERS
            or not any(c.isalnum() for c in plain(text))
            or len(plain(text)) > MOST_CHARACTERS
        )


@pytest.mark.parametrize(
    "text", ["", "  ", "\0\0", "，。！", "\ud800", "老" * (MOST_CHARACTERS + 1), "ﷺ" * 100, "🙂🙂"]
)
def test_unfit_texts_are_refused(vocabulary: Vocabulary, text: str) -> None:
    with pytest.raises(RequestUnfit) as refused:
        read(text, vocabulary)
    assert refused.value.text.zh
    assert refused.value.hint.en


@pytest.mark.parametrize(
    "text",
    ["MATCH (n) DETACH DELETE n", "'; DROP TABLE residents; --", "<script>alert(1)</script>", "${jndi:ldap://x}", "../../etc/passwd",
     "(" * 250 + ")" * 250, "9" * 500, "一" * 500, "七十岁" * 160],
)  # fmt: skip
def test_hostile_texts_are_only_words(vocabulary: Vocabulary, text: str) -> None:
    try:
        understood(read(text, vocabulary))
    except RequestUnfit:
        assert not any(c.isalnum() for c in text)


def test_people_side_by_side_all_hold_and_a_list_adds_up(vocabulary: Vocabulary) -> None:
    assert read("70岁以上党员", vocabulary).people == AllOf((Age(70, None), Tagged("t_party")))
    assert read("党员和残疾人", vocabulary).people == AnyOf((Tagged("t_party"), Tagged("t_disabled")))
    assert read("党员、残疾人或志愿者", vocabulary).people == AnyOf(
        (Tagged("t_party"), Tagged("t_disabled"), Tagged("t_volunteer"))
    )


@pytest.mark.parametrize(
    "text", ["不是党员", "非党员", "没有党员", "除了党员", "除党员以外", "排除党员", "党员以外的", "党员除外"]
)
def test_denials(vocabulary: Vocabulary, text: str) -> None:
    assert read(text, vocabulary).people == Not(Tagged("t_party"))


def test_a_denied_list_denies_each(vocabulary: Vocabulary) -> None:
    assert read("除了党员和残疾人以外的老人", vocabulary).people == AllOf(
        (Not(AnyOf((Tagged("t_party"), Tagged("t_disabled")))), Age(60, None))
    )


def test_an_explicit_age_replaces_the_age_of_a_word(vocabulary: Vocabulary) -> None:
    assert read("55岁以上老人", vocabulary).people == Age(55, None)
    assert read("老人", vocabulary).people == Age(60, None)
    assert read("高龄老人", vocabulary).people == Age(80, None)


def test_a_tag_of_the_data_wins_over_the_word(vocabulary: Vocabulary) -> None:
    assert read("孤老", vocabulary).people == Tagged("t_alone")


def test_a_service_that_tags_only_want_does_not_narrow_other_people(vocabulary: Vocabulary) -> None:
    assert read("需要助餐", vocabulary).people == Tagged("t_meals")
    assert read("助餐", vocabulary).people == Tagged("t_meals")
    assert read("老人助餐", vocabulary).people == Age(60, None)
    assert read("老人 需要助餐", vocabulary).people == AllOf((Age(60, None), Tagged("t_meals")))


def test_a_request_without_people_asks_for_nobody(vocabulary: Vocabulary) -> None:
    request = read("20人左右的活动场地", vocabulary)
    assert request.people is None
    assert request.head_count == HeadCount(20, 20)


def test_words_inside_other_words_are_shielded(vocabulary: Vocabulary) -> None:
    assert read("子女", vocabulary).people is None
    assert read("男女不限", vocabulary).people is None


def test_times_and_numbers_are_listed_as_unread(vocabulary: Vocabulary) -> None:
    request = read("周二下午 合唱 12", vocabulary)
    assert request.unread == ("周二下午", "12")
