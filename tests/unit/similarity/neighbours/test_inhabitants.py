"""The people of a unit as traits: counted on the day, seen by the viewer, silent where they are few."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from similarity.neighbours.inhabitants import LEAST_PEOPLE, read
from similarity.neighbours.reading import Stock
from tests.unit.similarity.neighbours.town import DAY, EAST, WEST, person, town

MANY = LEAST_PEOPLE + 2


def stock(areas: tuple[str, ...] | None = None, as_of: dt.date = DAY) -> Stock:
    """Three units: u1 with many people in one home and one alone, u2 with few, u3 (west) with many."""
    people = [person(f"a{i:02}", 1930 + i) for i in range(MANY)] + [person("b", 2000)]
    people += [person(f"c{i}", 1950) for i in range(LEAST_PEOPLE - 2)]
    people += [person(f"w{i:02}", 1980, area=WEST) for i in range(MANY)]
    homes = {"a": "d1", "b": "d2", "c": "d3", "w": "d4"}
    lives = [{"start": p["id"], "end": homes[p["id"][0]], "since": dt.date(2001, 1, 1)} for p in people]
    lives[0]["until"] = dt.date(2021, 6, 1)
    people.append(person("x", 1960, area=WEST))  # counted in the west, though the home lies in the east
    lives.append({"start": "x", "end": "d3", "since": dt.date(2001, 1, 1)})
    nodes = {
        "Resident": people,
        "Dwelling": [{"id": d, "area": WEST if d == "d4" else EAST} for d in homes.values()],
        "Unit": [{"id": u, "area": WEST if u == "u3" else EAST} for u in ("u1", "u2", "u3")],
    }
    of = {"d1": "u1", "d2": "u1", "d3": "u2", "d4": "u3"}
    edges = {
        "Resident-LIVES_IN-Dwelling": lives,
        "Dwelling-IN-Unit": [{"start": d, "end": u} for d, u in of.items()],
        "Resident-HAS_TAG-Tag": [],
        "Volunteer-IS-Resident": [],
    }
    return Stock.of(town(nodes, edges), "Unit", areas=areas, as_of=as_of)


def test_people_are_counted_who_live_there_on_the_day() -> None:
    assert read(stock(), "residents").feature.values.tolist() == [MANY, LEAST_PEOPLE - 1, MANY]
    assert read(stock(as_of=dt.date(2021, 5, 1)), "residents").feature.values.tolist()[0] == MANY + 1
    assert read(stock(as_of=dt.date(1999, 5, 1)), "residents").feature.values.tolist() == [0, 0, 0]


def test_only_people_in_sight_are_counted() -> None:
    assert read(stock((EAST,)), "residents").feature.values.tolist() == [MANY, LEAST_PEOPLE - 2]


def test_shares_and_means_of_few_people_are_not_known() -> None:
    born = [*range(1931, 1930 + MANY), 2000]
    expected = {
        "mean_age": np.mean([2021 - year for year in born]),
        "old_share": np.mean([2021 - year >= 60 for year in born]),
        "alone_share": 1 / MANY,
    }
    for name, value in expected.items():
        found = read(stock(), name).feature.values
        assert found[0] == pytest.approx(value)
        assert np.isnan(found[1])
