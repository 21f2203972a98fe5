from __future__ import annotations

import datetime as dt

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from loaders import identifiers
from loaders.sample.district import District
from loaders.sample.draws import stream
from loaders.sample.names import UNUSED_AREA, check_digit, given_names, id_numbers, phones, surnames
from loaders.sample.people import People

birthdays = st.dates(min_value=dt.date(1915, 1, 1), max_value=dt.date(2021, 10, 31))


@given(st.text("0123456789", min_size=17, max_size=17))
def test_check_digit_agrees_with_the_loader(first17: str) -> None:
    assert check_digit(first17) == identifiers.check_character(first17)


@given(st.lists(st.tuples(st.integers(1, 2), birthdays), min_size=1, max_size=60))
def test_id_numbers_are_valid_different_and_of_no_real_place(people: list) -> None:
    sex = np.array([s for s, _ in people])
    birth = np.array([d.isoformat() for _, d in people], object)
    found = id_numbers(sex, birth).tolist()
    assert len(set(found)) == len(found)
    for number, s, day in zip(found, sex.tolist(), birth.tolist(), strict=True):
        assert number.startswith(UNUSED_AREA)
        assert identifiers.id_number(number) == number
        assert int(number[16]) % 2 == s % 2
        assert number[6:14] == day.replace("-", "")


@given(st.integers(0, 10**6), st.integers(1, 300))
def test_phones_are_different_and_of_no_mobile_network(seed: int, count: int) -> None:
    found = phones(stream(seed, "p"), count).tolist()
    assert len(set(found)) == count
    assert all(len(p) == 11 and p.startswith("100") and p.isdigit() for p in found)


def test_names_fit_their_time() -> None:
    n = 6000
    old = given_names(stream(1, "old"), np.full(n, 2), np.full(n, 1938)).tolist()
    young = given_names(stream(1, "young"), np.full(n, 2), np.full(n, 2018)).tolist()
    assert not set(old) & set(young)
    assert 0.02 < sum(len(x) == 1 for x in old) / n < 0.07


def test_common_surnames_come_first() -> None:
    names, counts = np.unique(surnames(stream(3, "s"), 40_000).astype(str), return_counts=True)
    first = names[np.argsort(-counts)][:4].tolist()
    assert set(first) == {"王", "李", "张", "刘"}


def test_everyone_in_the_sample_has_an_invented_number(small: District) -> None:
    people: People = small.town.people
    assert all(n.startswith(UNUSED_AREA) for n in people.id_number.tolist())
    assert len(set(people.id_number.tolist())) == len(people)
    assert all(p == "" or p.startswith("100") for p in people.phone.tolist())
