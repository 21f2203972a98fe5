"""Demand on a day: everybody counted once where they live, and another day differs by birthdays and moves only."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model.errors import ProblemUnfit, SettingInvalid, UnknownName
from graph.snapshot.columns import Snapshot
from matching.siting.demand import Ages, by_compass, population
from matching.siting.kinds import habits
from matching.siting.points import OWN, kind_code, points_of, walking
from matching.siting.rates import OLDEST
from tests.unit.matching.siting.village import AS_OF, PEOPLE, STEP, UNITS, WEST, records, village


@given(st.integers(0, OLDEST), st.one_of(st.none(), st.integers(0, 20)))
def test_ages_are_read_as_they_are_written(low: int, more: int | None) -> None:
    ages = Ages(low, None if more is None else low + more)
    assert Ages.parse(ages.written()) == ages
    counts = np.arange(OLDEST + 1.0)
    assert ages.of(counts) == sum(a for a in range(OLDEST + 1) if low <= a and (more is None or a <= low + more))


@pytest.mark.parametrize("written", ["", "old", "9-3", "65+", "-3", "999-", "1.5"])
def test_what_are_no_ages_is_refused(written: str) -> None:
    with pytest.raises(SettingInvalid, match="--age"):
        Ages.parse(written)


def test_everybody_is_counted_where_they_live() -> None:
    found = population(Snapshot.of(village()), AS_OF, areas=None)
    assert found.units == UNITS
    for at, unit in enumerate(UNITS):
        by_age = found.counts[at].sum(0)
        assert {a: int(n) for a, n in enumerate(by_age) if n} == dict(PEOPLE[unit])
    assert (found.unaged, found.unplaced) == (0, 0)


def test_a_scope_counts_its_own_people_and_nobody_else() -> None:
    snapshot = Snapshot.of(village())
    own = population(snapshot, AS_OF, areas=(WEST,))
    assert own.units == UNITS[:3]
    less = {unit: people for unit, people in PEOPLE.items() if unit in UNITS[:3]}
    without = population(Snapshot.of(village(less)), AS_OF, areas=(WEST,))
    np.testing.assert_array_equal(own.counts, without.counts)
    assert population(snapshot, AS_OF, areas=("nowhere",)).counts.sum() == 0


def _two_year_olds(changes: dict[str, dt.date], day: dt.date) -> int:
    """Count children of two among three born in July, September and November, one of whom may have moved away."""
    born = {"a": dt.date(2019, 7, 1), "b": dt.date(2019, 9, 15), "c": dt.date(2019, 11, 20), "old": dt.date(1950, 1, 1)}
    nodes: dict[str, list[dict[str, object]]] = {
        "Unit": [{"id": "u", "area": WEST, "lon": 121.45, "lat": 31.31}],
        "Dwelling": [{"id": "d", "area": WEST}],
        "Resident": [{"id": who, "area": WEST, "birth_date": at} for who, at in born.items()],
    }
    lives: list[dict[str, object]] = [{"start": who, "end": "d", "until": changes.get(who)} for who in born]
    edges: dict[str, list[dict[str, object]]] = {"Dwelling-IN-Unit": [{"start": "d", "end": "u"}]}
    edges["Resident-LIVES_IN-Dwelling"] = lives
    found = population(Snapshot.of(records(nodes, edges)), day, areas=None)
    return int(Ages.parse("2").of(found.counts).sum())


def test_another_day_differs_by_birthdays_and_moves_only() -> None:
    assert _two_year_olds({}, dt.date(2021, 11, 1)) == 2
    assert _two_year_olds({}, dt.date(2021, 11, 19)) == 2
    assert _two_year_olds({}, dt.date(2021, 11, 20)) == 3  # a birthday
    assert _two_year_olds({"a": dt.date(2021, 11, 10)}, dt.date(2021, 11, 20)) == 2  # and a move
    assert _two_year_olds({}, dt.date(2022, 7, 1)) == 2  # the first turns three


def test_who_cannot_be_placed_is_counted_aloud() -> None:
    nodes: dict[str, list[dict[str, object]]] = {
        "Unit": [{"id": "u", "area": WEST, "lon": 121.45, "lat": 31.31}, {"id": "v", "area": WEST}],
        "Dwelling": [{"id": "d", "area": WEST}, {"id": "e", "area": WEST}, {"id": "f", "area": WEST}],
        "Resident": [
            {"id": "known", "area": WEST, "birth_date": dt.date(1950, 1, 1)},
            {"id": "ageless", "area": WEST},
            {"id": "nowhere", "area": WEST, "birth_date": dt.date(1950, 1, 1)},
            {"id": "loose", "area": WEST, "birth_date": dt.date(1950, 1, 1)},
        ],
    }
    lives = zip(("known", "ageless", "nowhere", "loose"), "ddef", strict=True)
    edges: dict[str, list[dict[str, object]]] = {
        "Dwelling-IN-Unit": [{"start": "d", "end": "u"}, {"start": "e", "end": "v"}],
        "Resident-LIVES_IN-Dwelling": [{"start": who, "end": home} for who, home in lives],
    }
    found = population(Snapshot.of(records(nodes, edges)), AS_OF, areas=None)
    assert (int(found.counts.sum()), found.unaged, found.unplaced) == (1, 1, 2)


def test_the_parts_of_the_map_hold_everybody() -> None:
    found = population(Snapshot.of(village()), AS_OF, areas=None)
    parts = by_compass(found, found.counts.sum((1, 2)))
    assert sum(n for _, n in parts) == found.counts.sum()
    assert parts[0][1] == max(n for _, n in parts)


def test_points_of_a_kind_are_read_with_what_is_missing() -> None:
    snapshot = Snapshot.of(village())
    points = points_of(snapshot, "nursery", AS_OF)
    assert (points.ids, points.status[0]) == (("n1", "n2", "n_border", "n_new"), OWN)
    health = points_of(snapshot, "health", AS_OF)
    assert np.isinf(health.capacity[0])
    assert [n.en for n in health.notes] == [
        "h1: of unknown capacity: counted as unlimited",
        "h1: of unknown cost: counted as free",
    ]
    with pytest.raises(ProblemUnfit, match="care home"):
        points_of(snapshot, "care_home", AS_OF)


def test_a_point_stands_from_the_day_on_which_it_opens() -> None:
    at: dict[str, object] = {"lon": 121.45, "lat": 31.31, "kind": "canteen", "status": "existing", "capacity": 9}
    points = [{"id": "old", "opened_on": AS_OF, **at}, {"id": "young", "opened_on": AS_OF + dt.timedelta(1), **at}]
    found = points_of(Snapshot.of(records({"ServicePoint": points}, {})), "canteen", AS_OF)
    assert found.ids == ("old",)
    assert "young" in found.notes[0].en


def test_kinds_are_known_by_their_names() -> None:
    assert kind_code("社区食堂") == kind_code("食堂") == "canteen"
    with pytest.raises(UnknownName) as unknown:
        kind_code("canten")
    assert "canteen" in unknown.value.hint.en
    assert habits("canteen").age == "65-"
    assert habits("a new kind") == habits("other")


def test_metres_on_foot_are_the_straight_line_times_the_detour() -> None:
    snapshot = Snapshot.of(village())
    people, points = population(snapshot, AS_OF, areas=None), points_of(snapshot, "canteen", AS_OF)
    metres = walking(people.degrees, points, detour=1.0)
    assert metres[2, 0] == pytest.approx(STEP / 2, rel=2e-3)
    np.testing.assert_allclose(walking(people.degrees, points, detour=1.3), metres * 1.3)
