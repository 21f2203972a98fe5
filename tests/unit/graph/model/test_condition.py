"""Conditions: the JSON form, its errors, its sentence."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model import condition as c
from graph.model.condition_json import parse, to_data
from graph.model.errors import ConditionInvalid

LEAVES = st.one_of(
    st.builds(c.Age, st.integers(0, 90), st.none() | st.integers(90, 120)),
    st.builds(c.Is, st.just("sex"), st.tuples(st.sampled_from(["1", "2"]))),
    st.builds(c.Between, st.just("birth_date"), st.dates(), st.none() | st.dates()),
    st.builds(c.Known, st.just("phone"), st.booleans()),
    st.builds(c.Tagged, st.text(min_size=1)),
    st.builds(c.LivesAlone, st.booleans()),
)
CONDITIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(c.AllOf, st.lists(inner, max_size=3).map(tuple)),
        st.builds(c.AnyOf, st.lists(inner, max_size=3).map(tuple)),
        st.builds(c.Not, inner),
    ),
    max_leaves=8,
)


@given(CONDITIONS)
def test_json_form_gives_the_same_condition_again(condition: c.Condition) -> None:
    assert parse(to_data(condition)) == condition


@given(CONDITIONS)
def test_every_condition_is_said_in_both_languages(condition: c.Condition) -> None:
    said = c.sentence(condition)
    assert not said.zh.isascii()
    assert said.en


def test_related_conditions_speak_of_the_other_label() -> None:
    condition = parse({"related": "LIVES_IN", "where": {"property": "floor", "at_least": 4}})
    assert condition == c.Related("LIVES_IN", "Dwelling", c.Between("floor", 4, None))
    assert "楼层不低于4" in c.sentence(condition).zh
    assert parse(to_data(condition)) == condition


def test_dates_are_read_as_days() -> None:
    assert parse({"property": "retired_on", "at_most": "2021-11-01"}) == c.Between(
        "retired_on", None, dt.date(2021, 11, 1)
    )


def test_tags_of_finds_nested_tags() -> None:
    condition = parse({"all": [{"tag": "a"}, {"not": {"any": [{"tag": "b"}, {"age": {"at_least": 3}}]}}]})
    assert c.tags_of(condition) == {"a", "b"}


@pytest.mark.parametrize(
    ("data", "part"),
    [
        ([], "JSON object"),
        ({}, "JSON object"),
        ({"agee": {}}, "unknown key"),
        ({"age": {"at_leest": 3}}, "at_least"),
        ({"age": {"at_least": "60"}}, "60"),
        ({"age": {"at_least": True}}, "True"),
        ({"age": {"at_least": 1000}}, "1000"),
        ({"property": "sexx", "is": "2"}, "sex"),
        ({"property": "sex", "at_least": "2"}, "no order"),
        ({"property": "birth_date", "at_least": "yesterday"}, "2021-11-01"),
        ({"property": "retired", "is": "yes"}, "retired"),
        ({"property": "birth_date"}, "nothing is asked"),
        ({"related": "LOVES"}, "LIVES_IN"),
        ({"all": {"tag": "x"}}, "list"),
        ({"tag": "x", "not": {}}, ""),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(data: object, part: str) -> None:
    with pytest.raises(ConditionInvalid) as caught:
        parse(data)
    assert part in caught.value.text.en
    assert caught.value.hint.zh


def test_deep_nesting_is_refused() -> None:
    data: object = {"tag": "x"}
    for _ in range(20):
        data = {"not": data}
    with pytest.raises(ConditionInvalid, match="nested"):
        parse(data)


def test_codes_are_said_by_their_titles() -> None:
    said = c.sentence(c.AllOf((c.Is("sex", ("2",)), c.Is("retired", (True,)))))
    assert (said.zh, said.en) == ("性别为女，且退休为是", "sex is female and retired is yes")


def test_a_group_within_a_group_of_the_other_kind_stands_in_brackets() -> None:
    either = c.AnyOf((c.Age(at_most=6), c.Age(at_least=80)))
    said = c.sentence(c.AllOf((c.Is("sex", ("2",)), either)))
    assert said.en == "sex is female and (at most 6 years old or at least 80 years old)"
    assert said.zh == "性别为女，且（6岁以下，或80岁以上）"
    assert c.sentence(c.AnyOf((c.AllOf((either,)), c.Age(at_least=90)))).en.count("(") == 1
