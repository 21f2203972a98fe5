"""Conditions on a snapshot, against plain Python."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model.condition_json import parse
from graph.snapshot.columns import Snapshot
from graph.snapshot.evaluate import LATEST, Facts, Undated, ages, in_force, mask, whole_days
from tests.unit.graph.worlds import small_world

WORLD = Snapshot.of(small_world())
DAY = dt.date(2021, 11, 1)


def who(condition: object, day: dt.date = DAY) -> str:
    found = mask(WORLD, "Resident", parse(condition), day)
    return " ".join(i for i, yes in zip(WORLD.nodes("Resident").ids.to_pylist(), found, strict=True) if yes)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"age": {"at_least": 75}}, "r1 r2"),
        ({"age": {"at_least": 76}}, "r1"),
        ({"age": {"at_most": 2}}, "r4"),
        ({"property": "sex", "is": "2"}, "r2 r3"),
        ({"not": {"property": "sex", "is": "2"}}, "r1 r4"),
        ({"property": "sex", "known": False}, "r4"),
        ({"property": "retired", "is": True}, "r1 r2"),
        ({"property": "birth_date", "at_least": "1945-11-02", "at_most": "1950-01-01"}, "r2 r3"),
        ({"tag": "t_party"}, "r1"),
        ({"tag": "nobody has this"}, ""),
        ({"any": [{"tag": "t_party"}, {"tag": "t_alone"}]}, "r1 r3"),
        ({"all": []}, "r1 r2 r3 r4"),
        ({"any": []}, ""),
        ({"lives_alone": True}, "r1 r3"),
        ({"lives_alone": False}, ""),
        ({"related": "LIVES_IN", "to": "Dwelling", "where": {"property": "floor_area", "at_most": 60}}, "r1"),
        ({"related": "LIVES_IN"}, "r1 r3"),
    ],
)
def test_conditions_choose_the_right_people(condition: object, expected: str) -> None:
    assert who(condition) == expected


def test_relationships_hold_only_in_their_time() -> None:
    assert who({"tag": "t_party"}, dt.date(2022, 1, 1)) == "r1 r3"
    assert who({"lives_alone": True}, dt.date(2021, 6, 30)) == "r3"
    assert who({"related": "LIVES_IN"}, dt.date(2019, 1, 1)) == "r1 r2"


def test_undated_facts_of_a_past_day_are_kept_or_barred() -> None:
    tags = WORLD.edges("Resident-HAS_TAG-Tag")
    assert in_force(tags, DAY).tolist() == [True, True, False]
    assert in_force(tags, DAY, undated=False).tolist() == [False, True, False]
    for condition, kept, barred in (
        ({"tag": "t_party"}, "r1", ""),
        ({"property": "retired", "is": True}, "r1 r2", ""),
        ({"property": "retired", "known": False}, "r3", "r1 r2 r3 r4"),
        ({"property": "sex", "is": "2"}, "r2 r3", "r2 r3"),
        ({"related": "LIVES_IN"}, "r1 r3", "r1 r3"),
        ({"not": {"tag": "t_party"}}, "r2 r3 r4", "r1 r2 r3 r4"),
    ):
        for undated, expected in ((Undated.KEPT, kept), (Undated.BARRED, barred)):
            found = Facts(WORLD, DAY, undated).mask("Resident", parse(condition))
            assert " ".join(WORLD.nodes("Resident").ids.filter(pa.array(found)).to_pylist()) == expected, condition


def test_unknown_days_are_what_the_reader_says() -> None:
    dates = pa.array([None, dt.date(1970, 1, 3)], pa.date32())
    assert whole_days(dates, unknown=LATEST).tolist() == [LATEST, 2]
    assert whole_days(dates[1:], unknown=LATEST).tolist() == [2]


def test_lists_hold_any_of_their_values() -> None:
    chosen = mask(WORLD, "Tag", parse({"property": "synonyms", "in": ["独住", "x"]}, label="Tag"), DAY)
    assert chosen.tolist() == [True, False]


@given(st.dates(dt.date(1940, 3, 1), dt.date(2100, 1, 1)))
def test_age_is_counted_in_completed_years(day: dt.date) -> None:
    born = dt.date(1940, 2, 29)
    expected = sum(1 for year in range(1941, day.year + 1) if day >= _birthday(born, year))
    assert ages(WORLD.nodes("Resident"), day)[0] == expected


def _birthday(born: dt.date, year: int) -> dt.date:
    try:
        return born.replace(year=year)
    except ValueError:
        return dt.date(year, 3, 1)


def test_people_born_later_have_no_age_yet() -> None:
    assert ages(WORLD.nodes("Resident"), dt.date(2000, 1, 1))[3] == -1
