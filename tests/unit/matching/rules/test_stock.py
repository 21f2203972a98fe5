"""A stock is what the graph holds on a day: needs with their askers, resources with what they offer and when last used."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from graph.model.records import Records, edge_schema, node_schema
from graph.snapshot.columns import Snapshot
from matching.rules.policy import read_policy
from matching.rules.stock import Commitments, Reading, item_ages, read_stock
from matching.rules.tables import Stock

DAY = dt.date(2021, 11, 1)
AT = {"lon": 121.45, "lat": 31.31}
NODES: dict[str, list[dict[str, Any]]] = {
    "Area": [{"id": "c1", "name": "甲", **AT}, {"id": "c2", "name": "乙", "lon": 121.46, "lat": 31.31}],
    "Resident": [
        {"id": "p1", "area": "c1", "birth_date": dt.date(1950, 1, 1)},
        {"id": "p2", "area": "c1", "birth_date": dt.date(1990, 1, 1)},
        {"id": "p3", "area": "c2"},
    ],
    "Household": [{"id": "h1", "area": "c1"}],
    "Tag": [{"id": "t1", "name": "使用轮椅"}],
    "Skill": [{"id": "s1", "name": "理发"}, {"id": "s2", "name": "急救"}],
    "ServiceItem": [{"id": "i1", "name": "助餐", "audience": "60岁以上居民"}, {"id": "i2", "name": "路灯"}],
    "Need": [
        {"id": "n1", "area": "c1", "name": "吃饭", "kind": "service", "status": "open", "raised_on": DAY},
        {"id": "n2", "area": "c1", "name": "轮椅出行", "kind": "venue", "people": 7, "slots": ["1 09:00-10:00"]},
        {"id": "n3", "area": "c2", "name": "明天", "kind": "venue", "raised_on": DAY + dt.timedelta(1)},
        {"id": "n4", "area": "c2", "name": "修灯", **AT},
    ],
    "Venue": [
        {"id": "x1", "area": "c1", "name": "活动室", "capacity": 30, "step_free": True, "opening_hours": ["1 09:00-11:00"],
         "last_used_on": dt.date(2021, 10, 1), **AT},
        {"id": "x2", "area": "c2", "name": "礼堂"},
    ],
    "Volunteer": [
        {"id": "v1", "area": "c1", "name": "甲某", "joined_on": dt.date(2020, 11, 1), "weekly_hours": 2.0},
        {"id": "v2", "name": "乙某"},
    ],
    "Activity": [
        {"id": "a1", "area": "c1", "name": "讲座", "held_on": dt.date(2021, 10, 22)},
        {"id": "a2", "area": "c1", "name": "以后", "held_on": dt.date(2021, 12, 22)},
    ],
    "Organisation": [{"id": "o1", "area": "c1", "name": "公司", **AT}],
    "ServicePoint": [
        {"id": "sp1", "area": "c1", "name": "食堂", "status": "existing"},
        {"id": "sp2", "area": "c1", "name": "选址", "status": "candidate"},
    ],
}  # fmt: skip
EDGES: dict[str, list[dict[str, Any]]] = {
    "Resident-MEMBER_OF-Household": [{"start": p, "end": "h1"} for p in ("p1", "p2")],
    "Resident-RELATED_TO-Resident": [{"start": "p3", "end": "p2"}],
    "Resident-HAS_TAG-Tag": [{"start": "p3", "end": "t1"}],
    "Resident-ASKS-Need": [{"start": "p2", "end": "n1"}, {"start": "p3", "end": "n4"}],
    "Organisation-ASKS-Need": [{"start": "o1", "end": "n2"}],
    "Need-WANTS-ServiceItem": [{"start": "n1", "end": "i1"}],
    "Need-WANTS-Skill": [{"start": "n1", "end": "s2", "level": 3}, {"start": "n4", "end": "s1"}],
    "Volunteer-IS-Resident": [{"start": "v1", "end": "p1"}],
    "Volunteer-HAS_SKILL-Skill": [{"start": "v1", "end": "s2", "level": 4}, {"start": "v2", "end": "s1"}],
    "Venue-OWNED_BY-Organisation": [{"start": "x1", "end": "o1"}],
    "Activity-HELD_AT-Venue": [{"start": "a1", "end": "x1"}, {"start": "a2", "end": "x1"}],
    "Resident-TOOK_PART_IN-Activity": [
        {"start": "p1", "end": "a1", "at": dt.date(2021, 10, 22), "role": "volunteer"},
        {"start": "p1", "end": "a2", "at": dt.date(2021, 10, 30), "role": "participant"},
    ],
    "Organisation-OFFERS-ServiceItem": [
        {"start": "o1", "end": "i1", "capacity": 20, "until": dt.date(2021, 10, 31)},
        {"start": "o1", "end": "i2"},
    ],
    "ServicePoint-OFFERS-ServiceItem": [{"start": "sp1", "end": "i1", "capacity": 120}],
}


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    nodes = {label: pa.Table.from_pylist(rows, node_schema(label)) for label, rows in NODES.items()}
    edges = {name: pa.Table.from_pylist(rows, edge_schema(name)) for name, rows in EDGES.items()}
    return Snapshot.of(Records.of(nodes, edges))


def read(snapshot: Snapshot, areas: tuple[str, ...] | None = None, **commitments: Any) -> Stock:
    return read_stock(Reading(snapshot, DAY, read_policy(), Commitments(**commitments)), areas)


def test_needs_carry_what_is_wanted_and_who_asks(snapshot: Snapshot) -> None:
    needs = read(snapshot).needs
    assert needs.ids.tolist() == ["n1", "n2", "n4"]  # n3 is raised tomorrow
    assert [needs.skills[i] for i in range(3)] == [((1, 3),), (), ((0, 0),)]
    assert [needs.items[i] for i in range(3)] == [(0,), (), ()]
    assert needs.people.tolist() == [1, 7, 1]
    assert needs.kind[2] == "other"
    assert needs.ages[0] == (31, 71)
    assert needs.parties[0] == {"Resident:p2", "Resident:p3", "Household:h1"}
    assert needs.parties[1] == {"Organisation:o1"}
    # A word of the title, and a tag of the asker.
    assert needs.step_free.tolist() == [False, True, True]


def test_positions_are_metres_and_fall_back_to_the_committee(snapshot: Snapshot) -> None:
    stock = read(snapshot)
    needs, resources = stock.needs, stock.resources
    rows = {key: i for i, key in enumerate(resources.keys())}
    assert needs.place[0] == pytest.approx(needs.place[2])
    away = resources.place[rows["Venue:x2"]] - resources.place[rows["Venue:x1"]]
    assert np.hypot(*away) == pytest.approx(951, abs=2)
    assert np.isnan(resources.place[rows["Volunteer:v2"]]).all()


def test_resources_carry_what_they_offer_and_when_they_were_last_used(snapshot: Snapshot) -> None:
    resources = read(snapshot).resources
    rows = {key: i for i, key in enumerate(resources.keys())}
    of = rows.__getitem__
    assert resources.offer[of("Organisation:o1")].tolist() == [0, np.inf]  # the first offer ended yesterday
    assert resources.offer[of("ServicePoint:sp1")].tolist() == [120, 0]
    assert resources.in_service[[of("ServicePoint:sp1"), of("ServicePoint:sp2")]].tolist() == [True, False]
    assert resources.level[of("Volunteer:v1")].tolist() == [0, 4]
    assert resources.level[of("Volunteer:v2")].tolist() == [1, 0]
    assert resources.age[of("Volunteer:v1")] == 71
    assert resources.idle[of("Venue:x1")] == 10  # the activity, later than the recorded use; the one to come is none
    assert resources.idle[of("Volunteer:v1")] == 10  # gave time; the later visit as a participant is no use
    assert np.isnan(resources.idle[[of("Venue:x2"), of("Volunteer:v2")]]).all()
    assert resources.parties[of("Venue:x1")] == {"Organisation:o1"}
    assert resources.parties[of("Volunteer:v1")] == {"Resident:p1", "Household:h1"}


def test_commitments_reach_their_resources_and_a_scope_cuts_both_tables(snapshot: Snapshot) -> None:
    booked, declined = {"Venue:x1": ("1 09:00-10:00",)}, {"Volunteer:v1": frozenset({"n1"})}
    stock = read(snapshot, ("c1",), booked=booked, declined=declined)
    keys = stock.resources.keys()
    assert keys == ["Organisation:o1", "ServicePoint:sp1", "ServicePoint:sp2", "Venue:x1", "Volunteer:v1"]
    assert stock.needs.ids.tolist() == ["n1", "n2"]
    assert stock.resources.times[keys.index("Venue:x1")] == ("Venue", ("1 09:00-11:00",), ("1 09:00-10:00",))
    assert stock.resources.declined[keys.index("Volunteer:v1")] == {"n1"}


@pytest.mark.parametrize(
    ("audience", "ages"),
    [
        ("60岁以上参保人员", (60, np.inf)),
        ("65周岁及以上居民", (65, np.inf)),
        ("0至3岁幼儿家庭", (0, 3)),
        ("6-12岁小学生", (6, 12)),
        ("18岁以下", (0, 18)),
        ("全体居民", (0, np.inf)),
        ("", (0, np.inf)),
    ],
)
def test_ages_are_read_out_of_an_audience(audience: str, ages: tuple[float, float]) -> None:
    assert item_ages(audience) == ages
