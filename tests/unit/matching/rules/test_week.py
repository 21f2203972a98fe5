"""Weeks: what is open lies inside the slots, what is taken covers them, and writing them is the inverse of reading."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model.errors import ArgumentInvalid
from matching.rules.week import WEEK, minutes, open_week, packed, said, shared, slots_of, stacked, taken_week

clocks = st.tuples(st.integers(1, 7), st.integers(0, 1439), st.integers(1, 1440)).filter(lambda c: c[1] < c[2])
slots = clocks.map(lambda c: f"{c[0]} {c[1] // 60:02d}:{c[1] % 60:02d}-{c[2] // 60:02d}:{c[2] % 60:02d}")
weeks = st.lists(slots, max_size=6)


@given(weeks)
def test_open_lies_inside_taken_and_both_follow_the_minutes(week: list[str]) -> None:
    inside = np.zeros(7 * 1440, bool)
    for slot in week:
        first, last = minutes(slot)
        inside[first:last] = True
    halves = inside.reshape(WEEK, 30)
    assert (open_week(week) == halves.all(1)).all()
    assert (taken_week(week) == halves.any(1)).all()


@given(weeks)
def test_written_slots_read_as_the_same_week(week: list[str]) -> None:
    bits = open_week(week)
    assert (open_week(slots_of(bits)) == bits).all()
    assert list(slots_of(bits)) == sorted(slots_of(bits))


@given(st.lists(weeks, max_size=4), st.lists(weeks, max_size=4))
def test_shared_half_hours_are_counted_one_by_one(wanted: list[list[str]], free: list[list[str]]) -> None:
    found = shared(packed(stacked(map(taken_week, wanted))), packed(stacked(map(open_week, free))))
    assert found.shape == (len(wanted), len(free))
    for i, one in enumerate(wanted):
        for j, other in enumerate(free):
            assert found[i, j] == sum((taken_week(one) > 0) & (open_week(other) > 0))


@pytest.mark.parametrize("slot", ["8 09:00-10:00", "1 10:00-09:00", "1 9:00-10:00", "1 09:60-10:00", "周一上午", ""])
def test_a_slot_that_is_none_is_refused(slot: str) -> None:
    with pytest.raises(ArgumentInvalid, match="Wednesday"):
        minutes(slot)


def test_a_slot_is_said_in_both_languages() -> None:
    assert (said("7 09:00-11:30").zh, said("7 09:00-11:30").en) == ("周日 09:00-11:30", "Sun 09:00-11:30")
