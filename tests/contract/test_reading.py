"""A reading statement means the same on every engine that speaks Cypher, and can do nothing but read."""

from __future__ import annotations

import datetime as dt
import time

import pytest

from graph.model.errors import QueryInvalid, QueryRefused, QueryTimeout
from graph.model.records import Records, difference
from graph.stores.store import Limits, Projection, Store, Table
from tests.contract.test_store_laws import HOSTILE
from tests.unit.graph.worlds import small_world

SOME = Limits(rows=100, seconds=20)


@pytest.fixture(scope="module", autouse=True)
def _small_world(cypher_store: Store) -> None:
    cypher_store.write(difference(cypher_store.project(Projection()).records(), small_world()))


def ask(store: Store, query: str, **parameters: object) -> Table:
    return store.read(query, parameters, SOME)  # type: ignore[arg-type]


def test_columns_and_rows_come_in_the_order_of_the_query(cypher_store: Store) -> None:
    table = ask(cypher_store, "MATCH (r:Resident) RETURN r.name AS zz, r.id AS aa ORDER BY r.id")
    assert table == Table(("zz", "aa"), (("甲", "r1"), ("乙", "r2"), ("丙", "r3"), (None, "r4")))


@pytest.mark.parametrize(("rows", "cut"), [(1, True), (3, True), (4, False), (5, False)])
def test_a_limit_cuts_and_says_so(cypher_store: Store, rows: int, cut: bool) -> None:
    query = "MATCH (r:Resident) RETURN r.id AS id ORDER BY id"
    table = cypher_store.read(query, {}, Limits(rows=rows, seconds=20))
    assert table.rows == (("r1",), ("r2",), ("r3",), ("r4",))[:rows]
    assert table.truncated is cut


@pytest.mark.parametrize(
    ("query", "columns"),
    [
        ("MATCH (r:Resident {id: $none}) RETURN r.id AS id, r.name AS `the name`", ("id", "the name")),
        ("MATCH (r:Resident {id: $none}) WITH r RETURN DISTINCT r.id AS a, [x IN [1] | x] AS b ORDER BY a", ("a", "b")),
        ("MATCH (r:Resident {id: $none}) RETURN r.id AS id UNION MATCH (r:Tag {id: $none}) RETURN r.id AS id", ("id",)),
    ],
)
def test_an_empty_answer_has_its_columns(cypher_store: Store, query: str, columns: tuple[str, ...]) -> None:
    assert ask(cypher_store, query, none="nobody") == Table(columns, ())


@pytest.mark.parametrize("value", HOSTILE)
def test_a_value_never_becomes_text_of_the_statement(cypher_store: Store, value: str) -> None:
    found = ask(
        cypher_store, "RETURN $value AS value, [$value] AS list, size($values) AS n", value=value, values=[value]
    )
    assert found.rows == ((value, [value], 1),)
    assert ask(cypher_store, "MATCH (r:Resident) WHERE r.name = $value RETURN r.id AS id", value=value).rows == ()
    assert ask(cypher_store, "MATCH (r:Resident) RETURN count(r) AS n").rows == ((4,),)


@pytest.mark.parametrize(
    "value",
    [2**63 - 1, -(2**63), 0.1, -1.5e300, True, None, [], [1, 2], {"a": {"b": [None, "楼"]}}, dt.date(2024, 2, 29)],
)
def test_parameters_come_back_as_they_went(cypher_store: Store, value: object) -> None:
    found = ask(cypher_store, "RETURN $value AS value", value=value).rows[0][0]
    assert found == value
    assert type(found) is type(value)


def test_nodes_relationships_and_paths_are_plain_values(cypher_store: Store) -> None:
    query = (
        "MATCH p = (r:Resident {id: $id})-[h:HAS_TAG]->(t:Tag) "
        "RETURN r AS r, h AS h, p AS p, collect(t.synonyms) AS s, {born: r.birth_date} AS m"
    )
    node, relationship, path, synonyms, born = ask(cypher_store, query, id="r1").rows[0]
    resident = {"id": "r1", "area": "c1", "name": "甲", "sex": "1", "birth_date": dt.date(1940, 2, 29), "retired": True}
    assert node == resident
    assert relationship == {"source": "a"}
    assert path == [resident, {"source": "a"}, {"id": "t_party", "name": "党员"}]
    assert synonyms == []
    assert born == {"born": dt.date(1940, 2, 29)}


def test_times_points_and_durations_are_plain_values(cypher_store: Store) -> None:
    query = (
        "RETURN datetime($at) AS at, localdatetime($local) AS local, duration($two) AS two, "
        "point({longitude: $x, latitude: $y}) AS place"
    )
    given = {"at": "2024-02-29T10:30:00+08:00", "local": "2024-02-29T10:30:00", "two": "P2D", "x": 121.5, "y": 31.25}
    at, local, two, place = ask(cypher_store, query, **given).rows[0]
    assert at == dt.datetime.fromisoformat("2024-02-29T10:30:00+08:00")
    assert local == dt.datetime.fromisoformat("2024-02-29T10:30:00")
    assert two == "P2D"
    assert (place["x"], place["y"], place["srid"]) == (121.5, 31.25, 4326)


def test_dates_compare_as_dates(cypher_store: Store) -> None:
    query = "MATCH (r:Resident) WHERE r.birth_date < date($day) RETURN r.id AS id ORDER BY id"
    assert ask(cypher_store, query, day="1945-11-02").rows == (("r1",),)


@pytest.mark.parametrize(
    "query",
    [
        "CREATE (:Tag {id: 'new'})",
        "MATCH (t:Tag) SET t.name = 'x' RETURN t.id AS id",
        "MATCH (t:Tag) REMOVE t.name",
        "MATCH (r:Resident) DETACH DELETE r",
        "MERGE (t:Tag {id: 'new'}) RETURN t.id AS id",
        "FOREACH (x IN [1] | CREATE (:Tag {id: 'new'}))",
        "CALL () { CREATE (t:Tag {id: 'new'}) RETURN t } RETURN t.id AS id",
        "MATCH (a:Resident {id: 'r1'}), (b:Tag {id: 't_alone'}) MERGE (a)-[:HAS_TAG]->(b)",
        "DROP CONSTRAINT Resident_id IF EXISTS",
        "CREATE INDEX extra IF NOT EXISTS FOR (n:Tag) ON (n.name)",
        "LOAD CSV FROM 'file:///etc/hostname' AS line RETURN line",
        "load /* quietly */ csv FROM 'http://127.0.0.1:9/' AS line RETURN line",
    ],
)
def test_what_does_not_read_is_refused_and_changes_nothing(cypher_store: Store, query: str) -> None:
    with pytest.raises(QueryRefused):
        ask(cypher_store, query)
    found = cypher_store.project(Projection()).records()
    assert len(difference(found, small_world())) == 0


@pytest.mark.parametrize(
    "query", ["", "MATCH (r:Resident", "RETURN $absent AS x", "RETURN nothing AS x", "RETURN 1 / 0 AS x", "RETRUN 1"]
)
def test_a_wrong_statement_is_the_askers_error_in_one_line(cypher_store: Store, query: str) -> None:
    with pytest.raises(QueryInvalid) as found:
        ask(cypher_store, query)
    assert "\n" not in str(found.value.facts["why"])


def test_a_long_statement_is_stopped_and_the_store_lives_on(cypher_store: Store) -> None:
    slow = (
        "UNWIND range(1, 3000) AS a UNWIND range(1, 3000) AS b UNWIND range(1, 3000) AS c "
        "WITH a, b, c WHERE a * b + c = -1 RETURN count(*) AS n"
    )
    start = time.perf_counter()
    with pytest.raises(QueryTimeout) as found:
        cypher_store.read(slow, {}, Limits(rows=10, seconds=1.0))
    assert time.perf_counter() - start < 5
    assert found.value.facts["seconds"] == 1.0
    assert ask(cypher_store, "MATCH (r:Resident) RETURN count(r) AS n").rows == ((4,),)


def test_nothing_is_read_from_an_empty_store(cypher_store: Store) -> None:
    cypher_store.write(difference(small_world(), Records()))
    try:
        assert ask(cypher_store, "MATCH (r:Resident) RETURN r.id AS id") == Table(("id",), ())
    finally:
        cypher_store.write(difference(Records(), small_world()))
