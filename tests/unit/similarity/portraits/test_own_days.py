from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from graph.snapshot.columns import Snapshot
from similarity.features import FIXED, FeatureKind, Features
from similarity.portraits.own_days import Portraits, carried_over, half_year, scale
from similarity.portraits.reliability import quiet
from tests.unit.similarity.town import AS_OF, town

RECORDS = town(units=60, people=1500, tags=12)
SNAPSHOT = Snapshot.of(RECORDS)
OWN = {"u000000": dt.date(2019, 3, 1), "u000006": dt.date(2019, 5, 7), "u000012": dt.date(2020, 9, 9)}
LATER = {"u000018": dt.date(2021, 7, 1)}
KEEP = ("activity_visits_3y", "age_60_up", "leader", "people_renting", "volunteer", "registered_here", "retired")
numbers = hnp.arrays(np.float64, st.integers(1, 40), elements=st.integers(-20, 20).map(float))


@pytest.fixture(scope="module")
def table() -> Features:
    return Portraits(SNAPSHOT, keep=KEEP).at_own_days(AS_OF, OWN | LATER)


@given(numbers)
def test_a_value_carried_over_to_its_own_day_is_itself(values: np.ndarray) -> None:
    np.testing.assert_allclose(carried_over(values, values, scale(values)), values, atol=1e-9)


@given(numbers, numbers)
def test_the_order_is_kept_and_nothing_lies_outside(then: np.ndarray, now: np.ndarray) -> None:
    found = carried_over(np.sort(then), then, scale(now))
    assert (np.diff(found) >= -1e-9).all()
    assert found.min() >= now.min() - 1e-9
    assert found.max() <= now.max() + 1e-9


@given(numbers, numbers, st.floats(0.1, 10), st.floats(-50, 50))
@settings(max_examples=50)
def test_what_grew_everywhere_alike_changes_no_standing(
    then: np.ndarray, now: np.ndarray, factor: float, step: float
) -> None:
    grown = carried_over(then * factor + step, then * factor + step, scale(now))
    np.testing.assert_allclose(grown, carried_over(then, then, scale(now)), atol=1e-6)


def test_the_unknown_stays_unknown() -> None:
    some = np.array([1.0, np.nan, 2.0])
    assert np.isnan(carried_over(some, some, scale(some))).tolist() == [False, True, False]
    assert np.isnan(carried_over(some, np.array([np.nan]), scale(some))).all()


def test_positives_stand_where_they_stood_and_all_others_where_they_stand(table: Features) -> None:
    portraits = Portraits(SNAPSHOT, keep=KEEP)
    now, then = portraits.on(AS_OF), portraits.on(dt.date(2020, 7, 1))
    at = now.ids.index("u000012")
    others = [i for i, name in enumerate(now.ids) if name not in OWN]
    assert {"activity_visits_3y", "age_60_up"} <= set(table.names)
    for name in table.names:
        column, later, earlier = table.column(name), now.column(name), then.column(name)
        np.testing.assert_array_equal(column.values[others], later.values[others], err_msg=name)
        if column.observed == FIXED:
            np.testing.assert_array_equal(column.values, later.values)
        elif column.kind is FeatureKind.NUMERIC:
            expected = carried_over(earlier.values[[at]], earlier.values, scale(later.values))
            np.testing.assert_array_equal(column.values[[at]], expected, err_msg=name)


def test_the_table_is_known_on_its_eve_and_says_what_it_left_out(table: Features) -> None:
    table.check_before(AS_OF)
    assert table.ids == Portraits(SNAPSHOT).on(AS_OF).ids
    left = {b.name for b in table.barred if quiet(b)}
    assert left
    assert not left & set(table.names)
    assert {"has_lift", "power_upgraded", "lift_fund_opened"} <= {b.name for b in table.barred if not quiet(b)}


def test_a_day_that_has_not_come_is_not_used(table: Features) -> None:
    found = Portraits(SNAPSHOT, keep=KEEP).at_own_days(AS_OF, OWN)
    for one, other in zip(found.columns, table.columns, strict=True):
        np.testing.assert_array_equal(one.values, other.values)


@given(st.dates(dt.date(1990, 1, 1), dt.date(2050, 1, 1)))
def test_a_half_year_begins_before_each_of_its_days(day: dt.date) -> None:
    assert half_year(day) <= day < half_year(day) + dt.timedelta(days=185)
    assert half_year(half_year(day)) == half_year(day)
