from __future__ import annotations

import numpy as np
import pytest

from loaders.sample.district import District
from loaders.sample.people import AS_OF, PEOPLE
from loaders.sample.settle import zone_of
from loaders.sample.tables import settings


@pytest.mark.parametrize("size", ["small", "full"])
def test_counts(size: str, request: pytest.FixtureRequest) -> None:
    district: District = request.getfixturevalue(size)
    assert len(district.town.people) == PEOPLE[size]
    assert len(district.town.place.committees) == {"small": 5, "full": 20}[size]
    assert len(district.town.place.units.estate) == {"small": 450, "full": 1800}[size]


def test_full_size_is_the_published_one(full: District) -> None:
    assert 33_000 <= len(full.town.place.dwellings.unit) <= 35_000
    assert len(full.volunteers.register) == 3_000
    assert len(set(full.town.place.dwellings.address.tolist())) == len(full.town.place.dwellings.address)


def test_ages_meet_the_census_of_the_district(full: District) -> None:
    facts = settings("census")
    people = full.town.people
    seen = np.histogram(people.age[people.living], [*facts["bands"], 200])[0]
    wanted = np.array(facts["male"]) + np.array(facts["female"])
    assert np.abs(seen / seen.sum() - wanted / wanted.sum()).max() < 0.01


def test_birth_dates_give_the_ages(small: District) -> None:
    people = small.town.people
    for born, age in zip(people.born.astype(object).tolist(), people.age.tolist(), strict=True):
        day = AS_OF.item()
        assert day.year - born.year - ((day.month, day.day) < (born.month, born.day)) == age


@pytest.mark.parametrize(("size", "count"), [("small", 55), ("full", 227)])
def test_two_year_olds_are_exact_and_mainly_in_the_north(size: str, count: int, request: pytest.FixtureRequest) -> None:
    district: District = request.getfixturevalue(size)
    people = district.town.people
    two = people.living & (people.age == 2)
    assert two.sum() == count
    assert (zone_of(district.town.place, people.dwelling[two]) == "north").mean() > 0.6


def test_everybody_has_a_place_and_some_are_apart(small: District) -> None:
    people = small.town.people
    assert (people.living | (people.registered >= 0)).all()
    apart = people.living & (people.registered >= 0) & (people.registered != people.dwelling)
    assert 0.03 < apart.mean() < 0.15
    assert (people.elsewhere[people.registered < 0] != "").all()
    assert (people.moved_in[people.living] <= AS_OF).all()
    assert (people.moved_in >= people.born).all()


def test_a_dwelling_holds_one_household(small: District) -> None:
    people = small.town.people
    pairs = {(h, d) for h, d in zip(people.household.tolist(), people.dwelling.tolist(), strict=True) if h >= 0}
    assert len(pairs) == len({h for h, _ in pairs}) == len({d for _, d in pairs})


def test_the_east_ripens(full: District) -> None:
    people = full.town.people
    zone = zone_of(full.town.place, people.dwelling)
    share = {z: (people.age[zone == z] >= 65).mean() for z in ("west", "centre", "north", "east")}
    soon = {z: ((people.age[zone == z] >= 48) & (people.age[zone == z] < 62)).mean() for z in share}
    assert min(share, key=share.__getitem__) == "east"
    assert max(soon, key=soon.__getitem__) == "east"
