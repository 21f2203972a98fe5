"""Head counts: foreseen from earlier months only, intervals that hold as often as they say, a table that counts right."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from similarity.turnout import headcount
from similarity.turnout.attendance import attendance_table, errors, gain_of
from similarity.turnout.expected import expect
from similarity.turnout.history import Activities, History
from similarity.turnout.likely import Likely

SIZE = {"kinds": 4, "committees": 3}


def _activities(count: int, seed: int) -> Activities:
    """Draw activities whose share of taken places hangs on kind and plan."""
    rng = np.random.Generator(np.random.PCG64(seed))
    kind, places = rng.integers(0, 4, count), rng.integers(20, 60, count).astype(float)
    plan = np.round(places * rng.normal(0.8, 0.1, count))
    share = 0.5 + 0.1 * kind + 0.5 * (plan / places - 0.8) + rng.normal(0, 0.1, count)
    nothing = np.full(count, np.nan)
    return Activities(
        ids=tuple(f"a{i:04d}" for i in range(count)),
        kind=kind,
        committee=rng.integers(0, 3, count),
        day=np.sort(rng.integers(0, 1000, count)).astype(float),
        capacity=places,
        predicted=plan,
        attended=np.round(places * np.maximum(share, 0)),
        lon=nothing,
        lat=nothing,
    )


def test_effects_of_kind_and_plan_are_found() -> None:
    found = headcount.rates(_activities(3000, 1), **SIZE)
    assert np.abs(found.kind - (np.arange(4) * 0.1 - 0.15)).max() < 0.02
    assert abs(found.slope - 0.5) < 0.05
    assert np.abs(found.committee).max() < 0.02


def test_later_activities_do_not_change_what_was_foreseen() -> None:
    held = _activities(300, 2)
    later = held.day >= 600
    changed = replace(held, attended=np.where(later, 0.0, held.attended))
    before, after = headcount.foresee(held, **SIZE), headcount.foresee(changed, **SIZE)
    early = np.floor(held.day / headcount.MONTH) <= np.floor(600 / headcount.MONTH)
    assert before.expected[early].tobytes() == after.expected[early].tobytes()
    assert not np.array_equal(before.expected[~early], after.expected[~early])
    assert np.isnan(
        before.expected[np.floor(held.day / headcount.MONTH) == np.floor(held.day[0] / headcount.MONTH)]
    ).all()


def test_the_interval_holds_nine_times_in_ten_on_later_activities() -> None:
    inside = judged = 0
    for seed in range(5):
        now_inside, now_judged = headcount.coverage(headcount.foresee(_activities(400, 10 + seed), **SIZE))
        inside, judged = inside + now_inside, judged + now_judged
    assert judged > 1500
    assert 0.88 <= inside / judged <= 0.93


def test_an_interval_is_judged_by_what_was_known_before_its_month() -> None:
    held = _activities(300, 4)
    wild = np.where(held.day >= 500, 3.0, 1.0)  # errors grow: earlier ones are too small for later intervals
    foreseen = headcount.foresee(replace(held, attended=np.round(held.attended * wild)), **SIZE)
    at = foreseen.judged
    month, apart = np.floor(held.day[at] / headcount.MONTH), foreseen.errors
    inside = judged = 0
    for row in range(len(apart)):
        earlier = apart[month < month[row]]
        rank = int((len(earlier) + 1) * 0.05 + 1e-9)
        if rank:
            rising = np.sort(earlier)
            judged += 1
            inside += bool(rising[rank - 1] <= apart[row] <= rising[-rank])
    assert headcount.coverage(foreseen) == (inside, judged)
    low, high = headcount.spread(apart) or (0.0, 0.0)  # with the errors of later months it would look better
    assert ((apart >= low) & (apart <= high)).mean() > inside / judged


@given(st.integers(1, 200), st.integers(0, 2**32 - 1))
def test_the_conformal_ends_are_ranks_that_hold_for_one_more(count: int, seed: int) -> None:
    errors_ = np.random.Generator(np.random.PCG64(seed)).permutation(count).astype(float)
    ends = headcount.spread(errors_)
    if count < 19:
        assert ends is None
        return
    assert ends is not None
    below = ends[0]  # the values are 0 to count - 1: so many lie below the low end
    assert (below + 1) / (count + 1) <= 0.05 + 1e-9
    assert ends[1] == count - 1 - below


def test_a_better_rule_is_earned_and_a_worse_one_is_not() -> None:
    held = _activities(600, 3)
    found = gain_of(*errors(headcount.foresee(held, **SIZE)))
    assert found is not None
    assert found.earned
    knowing = replace(held, predicted=held.attended)
    worse = gain_of(*errors(headcount.foresee(knowing, **SIZE)))
    assert worse is not None
    assert not worse.earned
    assert gain_of(np.empty(0), np.empty(0)) is None


def test_the_table_counts_as_one_would_by_hand(history: History) -> None:
    table = attendance_table(history)
    held = history.activities
    for row in table.rows:
        own = held.kind == history.kinds.index(row.name)
        assert row.activities == own.sum()
        assert row.full == (held.attended[own] >= held.capacity[own]).sum()
        assert np.isclose(row.attended, held.attended[own].mean())
        assert row.full_low <= row.full / row.counted <= row.full_high
    assert sum(row.activities for row in table.rows) == table.total.activities == len(held)
    assert table.total.plan is not None
    judged = np.floor(held.day / headcount.MONTH) > np.floor(held.day[0] / headcount.MONTH)
    assert np.isclose(table.total.plan.bias, (held.attended - held.predicted)[judged].mean())
    by = attendance_table(history, by="committee")
    assert [row.name for row in by.rows] == ["c1", "c2", "c3"]
    assert by.total == table.total


def test_a_table_of_nothing_says_so(history: History) -> None:
    table = attendance_table(history.before(0))
    assert table.rows == ()
    assert table.sentence().en == "No activity is on record in sight"
    assert table.total.to_json()["places"] is None


def test_the_plan_stands_where_it_was_nearer(history: History, likely: Likely) -> None:
    knowing = replace(history, activities=replace(history.activities, predicted=history.activities.attended))
    occasion = replace(likely.occasion, predicted=17.0)
    found = expect(knowing, occasion)
    assert found.people == 17.0
    assert found.low is not None
    assert found.high is not None
    assert found.low <= 17.0 <= found.high


def test_an_occasion_without_places_or_past_is_still_answered(history: History, likely: Likely) -> None:
    unknown = replace(likely.occasion, places=float("nan"), predicted=float("nan"))
    usual = expect(history, unknown)
    assert usual.assumed
    assert usual.places == 14
    assert usual.plan is None
    empty = expect(history.before(0), likely.occasion)
    assert (empty.low, empty.high) == (None, None)
    assert "people are expected" in empty.sentence().en
