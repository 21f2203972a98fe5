"""Every named question on every engine that speaks Cypher: equal rows, true rows, and nothing of a foreign committee."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from cypher.areas import AREAS
from cypher.catalog import Catalog
from cypher.console import ask, run
from cypher.question import Query
from graph.model.errors import QueryRefused
from graph.model.records import Batch, Records
from graph.model.viewer import Viewer, operator
from graph.stores.embedded import EmbeddedStore
from graph.stores.store import Limits, Store, Table
from tests.contract.answers import ARGUMENTS
from tests.contract.neighbourhood import DAY, EAST, WEST, Neighbourhood, Rows

WORLD = Neighbourhood()
QUERIES = list(Catalog.load())
CADRE = Viewer(role="cadre", areas=(EAST,), purpose="test", policy="test")
STAFF = Viewer(role="staff", areas=(EAST,), purpose="test", policy="test")
SCOPES: Mapping[str, Viewer] = {"all": operator("test"), "east": operator("test", (EAST,))}
Answers = Mapping[tuple[str, str], Table]

named = pytest.mark.parametrize("query", QUERIES, ids=lambda q: q.name)


def answer(store: Store, query: Query, viewer: Viewer) -> Table:
    return ask(store, query, arguments=ARGUMENTS[query.name], viewer=viewer)


def filled(store: Store, records: Records) -> Store:
    store.prepare()
    store.write(Batch(upserts=records))
    return store


@pytest.fixture(scope="module")
def store(cypher_store: Store) -> Store:
    """The neighbourhood on one of the engines."""
    return filled(cypher_store, WORLD.records())


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> Answers:
    """What the embedded engine answers, bulk-loaded and opened for reading only."""
    folder = tmp_path_factory.mktemp("expected") / "000001"
    built = EmbeddedStore.create(folder)
    built.prepare()
    built.bulk(WORLD.records())
    built.close()
    opened = EmbeddedStore.open(folder)
    answers = {(q.name, s): answer(opened, q, viewer) for q in QUERIES for s, viewer in SCOPES.items()}
    opened.close()
    return answers


def without(records: Records, area: str) -> Records:
    """Return the records without anything about people of one committee."""
    people = ("Resident", "Volunteer", "Household", "Dwelling", "Need")
    gone = {row["id"] for label in people for row in records.node_table(label).to_pylist() if row["area"] == area}
    nodes = {
        label: table.filter([row["id"] not in gone for row in table.to_pylist()])
        for label, table in records.nodes.items()
    }
    edges = {
        name: table.filter([row["start"] not in gone and row["end"] not in gone for row in table.to_pylist()])
        for name, table in records.edges.items()
    }
    return Records.of(nodes, edges)


@pytest.fixture(scope="module")
def emptied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The same neighbourhood in which nobody lives in the west."""
    built = EmbeddedStore.create(tmp_path_factory.mktemp("emptied") / "000001")
    yield filled(built, without(WORLD.records(), WEST))
    built.close()


def test_every_question_has_arguments() -> None:
    assert set(ARGUMENTS) == {q.name for q in QUERIES}
    assert len(QUERIES) >= 25
    assert {q.area for q in QUERIES} == set(AREAS)


@named
@pytest.mark.parametrize("scope", list(SCOPES))
def test_rows_are_equal_on_every_engine(store: Store, expected: Answers, query: Query, scope: str) -> None:
    assert answer(store, query, SCOPES[scope]) == expected[query.name, scope]


@named
def test_finds_something(expected: Answers, query: Query) -> None:
    table = expected[query.name, "all"]
    assert table.rows
    assert not table.truncated
    assert len({str(row) for row in table.rows}) == len(table.rows)


@pytest.mark.parametrize("query", [q for q in QUERIES if q.scoped], ids=lambda q: q.name)
def test_a_foreign_committee_changes_nothing(emptied: Store, expected: Answers, query: Query) -> None:
    assert answer(emptied, query, SCOPES["east"]) == expected[query.name, "east"]


@named
def test_no_foreign_row_is_shown(expected: Answers, query: Query) -> None:
    table = expected[query.name, "east"]
    if "area" in table.columns and query.scoped and query.name != "people_around_service_points":
        at = table.columns.index("area")
        assert {row[at] for row in table.rows} <= {EAST}


@named
def test_no_areas_show_nobody(store: Store, query: Query) -> None:
    table = answer(store, query, operator("test", ()))
    for name in {"resident", "volunteer", "dwelling", "need"} & set(table.columns):
        assert column(table, name) == []


# What the answers must be, counted from the rows by other means.


def ages(rows: Rows, day: dt.date) -> Iterator[tuple[dict[str, Any], int]]:
    for row in rows:
        born = row["birth_date"]
        if born is not None and born <= day:
            yield row, day.year - born.year - ((born.month, born.day) > (day.month, day.day))


def living(day: dt.date) -> Iterator[tuple[str, str]]:
    for edge in WORLD.edges["Resident-LIVES_IN-Dwelling"]:
        if edge["since"] <= day and (edge["until"] is None or edge["until"] >= day):
            yield edge["start"], edge["end"]


def carrying(tag: str, day: dt.date) -> set[str]:
    found = next(t["id"] for t in WORLD.nodes["Tag"] if t["name"] == tag)
    edges = WORLD.edges["Resident-HAS_TAG-Tag"]
    return {e["start"] for e in edges if e["end"] == found and (e["until"] is None or e["until"] >= day)}


def column(table: Table, name: str) -> list[Any]:
    at = table.columns.index(name)
    return [row[at] for row in table.rows]


@pytest.mark.parametrize("day", [DAY, dt.date(2020, 2, 29), dt.date(2021, 2, 28), dt.date(2022, 3, 1)])
def test_ages_are_completed_years(store: Store, day: dt.date) -> None:
    arguments = {"day": day, "from_age": 0, "to_age": 99}
    table = ask(store, Catalog.load().find("age_count_by_committee"), arguments=arguments, viewer=SCOPES["all"])
    counted = Counter((row["area"], age) for row, age in ages(WORLD.nodes["Resident"], day))
    found = zip(column(table, "area"), column(table, "age"), column(table, "people"), strict=True)
    assert {(area, age): people for area, age, people in found} == dict(counted)


def test_two_and_three_year_olds_are_the_default(store: Store) -> None:
    query = Catalog.load().find("age_count_by_committee")
    table = ask(store, query, arguments={"day": DAY}, viewer=SCOPES["all"])
    true = sum(2 <= age <= 3 for _, age in ages(WORLD.nodes["Resident"], DAY))
    assert sum(column(table, "people")) == true > 0


def test_living_alone_is_who_lives_there(expected: Answers) -> None:
    crowd = Counter(dwelling for _, dwelling in living(DAY))
    old = {row["id"] for row, age in ages(WORLD.nodes["Resident"], DAY) if age >= 70}
    true = {person for person, dwelling in living(DAY) if crowd[dwelling] == 1 and person in old}
    assert set(column(expected["living_alone", "all"], "resident")) == true != set()


def test_the_silent_are_tagged_and_never_asked(expected: Answers) -> None:
    enrolled = {
        e["start"] for e in WORLD.edges["Resident-ENROLLED_IN-Programme"] if e["end"] == "g1" and e["at"] <= DAY
    }
    quiet = DAY - dt.timedelta(days=365)
    contacts = WORLD.edges["Resident-CONTACTED-Programme"]
    asked = {e["start"] for e in contacts if e["end"] == "g1" and quiet < e["at"] <= DAY}
    true = carrying("独居老人", DAY) - enrolled - asked
    assert set(column(expected["silent_people", "all"], "resident")) == true != set()


def test_a_vaccination_adds_up(expected: Answers) -> None:
    table = expected["vaccination_balance", "all"]
    parts = [column(table, name) for name in ("served", "booked", "refused", "neither")]
    assert [sum(row) for row in zip(*parts, strict=True)] == column(table, "eligible")
    assert sum(column(table, "eligible")) == sum(age >= 60 for _, age in ages(WORLD.nodes["Resident"], DAY))


def test_close_contacts_are_neighbours_and_fellow_guests(expected: Answers) -> None:
    person = ARGUMENTS["close_contacts"]["resident"]
    homes = {(who, home) for who, home in living(DAY)}
    own = next(home for who, home in homes if who == person)
    visits = WORLD.edges["Resident-TOOK_PART_IN-Activity"]
    seen = {(v["end"], v["at"]) for v in visits if v["start"] == person and v["at"] > DAY - dt.timedelta(days=14)}
    true = {(1, who) for who, home in homes if home == own}
    true |= {(2, who) for who, home in homes if home != own and home[:-4] == own[:-4]}
    true |= {(3, v["start"]) for v in visits if (v["end"], v["at"]) in seen}
    table = expected["close_contacts", "all"]
    found = set(zip(column(table, "nearness"), column(table, "resident"), strict=True))
    assert found == {(nearness, who) for nearness, who in true if who != person}
    assert {nearness for nearness, _ in found} == {1, 2, 3}


def test_points_count_the_people_in_their_radius(expected: Answers) -> None:
    units = {u["address_key"]: u for u in WORLD.nodes["Unit"]}
    old = {row["id"] for row, age in ages(WORLD.nodes["Resident"], DAY) if age >= 60}
    table = expected["people_around_service_points", "all"]
    points = {p["id"]: p for p in WORLD.nodes["ServicePoint"]}
    for point, people in zip(column(table, "point"), column(table, "people"), strict=True):
        near = (units[home[:-4]] for who, home in living(DAY) if who in old)
        assert people == sum(metres(unit, points[point]) <= 500 for unit in near) > 0


def metres(one: dict[str, Any], other: dict[str, Any]) -> float:
    """Great-circle distance on a sphere of 6,371 km (haversine)."""
    lat, to = math.radians(one["lat"]), math.radians(other["lat"])
    half = math.sin((to - lat) / 2) ** 2
    half += math.cos(lat) * math.cos(to) * math.sin(math.radians(other["lon"] - one["lon"]) / 2) ** 2
    return 2 * 6_371_000 * math.asin(math.sqrt(half))


def test_people_of_a_dwelling(expected: Answers) -> None:
    address = ARGUMENTS["how_many_live_here"]["address"]
    assert column(expected["how_many_live_here", "all"], "people_living_here") == [
        sum(dwelling == address for _, dwelling in living(DAY))
    ]


def test_the_street_lamp_is_repaired_by_somebody(expected: Answers) -> None:
    table = expected["who_handles", "all"]
    assert list(zip(column(table, "service"), column(table, "organisation"), strict=True)) == [
        ("路灯报修", "o1"),
        ("路灯报修", "o2"),
    ]


def test_firms_are_hiring(expected: Answers) -> None:
    table = expected["hiring_needs", "all"]
    assert set(zip(column(table, "need"), column(table, "organisation"), strict=True)) == {("n0", "o2"), ("n1", "o1")}


def test_small_cells_are_not_shown(expected: Answers) -> None:
    for name in ("tag_portrait", "tags_alongside"):
        assert min(column(expected[name, "all"], "people")) >= 10
    assert min(column(expected["age_pyramid", "all"], "men")) >= 10


def test_lift_is_the_ratio_of_shares(expected: Answers) -> None:
    table = expected["tags_alongside", "all"]
    crowd, everybody = carrying("行动不便", DAY), len(WORLD.nodes["Resident"])
    for name, lift in zip(column(table, "name"), column(table, "lift"), strict=True):
        others = carrying(name, DAY)
        assert lift == pytest.approx(len(crowd & others) / len(crowd) / (len(others) / everybody), abs=0.005)


def test_roles_outside_the_audience_are_refused(store: Store) -> None:
    staff_only = Catalog.load().find("tags_alongside")
    with pytest.raises(QueryRefused):
        answer(store, staff_only, CADRE)
    assert answer(store, staff_only, STAFF).rows


def test_limits_cut_and_say_so(store: Store) -> None:
    query = Catalog.load().find("several_signals")
    table = ask(store, query, arguments={"day": DAY}, viewer=SCOPES["all"], limits=Limits(rows=5))
    assert (len(table.rows), table.truncated) == (5, True)


def test_the_operator_asks_freely_and_only_reads(store: Store) -> None:
    text = "MATCH (t:Tag) WHERE t.name = $name RETURN t.id AS id; // one"
    assert run(store, text, arguments={"name": "爱唱歌"}, limits=Limits()).rows == (("t7",),)
    with pytest.raises(QueryRefused):
        run(store, "MATCH (t:Tag) SET t.name = 'x' RETURN t.id AS id", arguments={}, limits=Limits())


@pytest.mark.parametrize("hostile", ["' OR true //", "}) DETACH DELETE (d", "\\u0027 OR 1=1", "$areas", "`"])
def test_an_argument_is_never_code(store: Store, hostile: str) -> None:
    query = Catalog.load().find("how_many_live_here")
    before = run(store, "MATCH (n:Resident) RETURN count(n) AS n", arguments={}, limits=Limits())
    assert ask(store, query, arguments={"address": hostile, "day": DAY}, viewer=SCOPES["all"]).rows == ()
    assert run(store, "MATCH (n:Resident) RETURN count(n) AS n", arguments={}, limits=Limits()) == before
