from __future__ import annotations

import re

import pytest

from cypher.catalog import Catalog
from cypher.question import Query
from cypher.scope import PEOPLE, node_patterns, scope_faults
from cypher.tokens import tokens

QUERIES = list(Catalog.load())
FILTER = "$areas IS NULL OR r.area IN $areas"

OPEN = [
    "MATCH (r:Resident) RETURN r.id AS id",
    "MATCH (:Resident)-[:HAS_TAG]->(t:Tag) RETURN t.id AS id",
    "MATCH (t:Tag)<-[:HAS_TAG]-(r:Resident) WHERE t.area IN $areas RETURN r.id AS id",
    "MATCH (t:Tag)<-[:HAS_TAG]-(r) RETURN r.id AS id",
    "MATCH (t:Tag)<--(r) RETURN r.id AS id",
    "MATCH (t:Tag)<-[:HAS_TAG]-() RETURN count(*) AS n",
    "MATCH (n) RETURN n.id AS id",
    "MATCH (u:Unit), (r:Resident {id: 'a'}) RETURN r.id AS id",
    "MATCH (r:Tag|Resident) RETURN r.id AS id",
    f"MATCH (r:Resident)-[:LIVES_IN]->(d:Dwelling) WHERE {FILTER} RETURN d.id AS id",
    "MATCH (r:Resident) WHERE r.area IN $area RETURN r.id AS id",
    "MATCH (r:Resident) WHERE r.area = $areas RETURN r.id AS id",
    "MATCH (r:Resident) WHERE 'r.area IN $areas' <> '' RETURN r.id AS id",
    "MATCH (r:Resident) /* r.area IN $areas */ RETURN r.id AS id",
    f"MATCH (r:Resident) WHERE {FILTER} AND EXISTS {{ MATCH (r)-[:ASKS]->(n:Need) }} RETURN r.id AS id",
]

BOUND = [
    f"MATCH (r:Resident) WHERE {FILTER} RETURN r.id AS id",
    f"MATCH (r:Resident {{id: $id}})-[:HAS_TAG]->(t:Tag) WHERE {FILTER} RETURN t.id AS id",
    "MATCH (v:Venue)-[:IN]->(a:Area) RETURN v.id AS id",
    f"MATCH (r:Resident) WHERE {FILTER} RETURN (1 + 2) - (3) AS n, count(r) AS people",
]


@pytest.mark.parametrize("text", OPEN)
def test_open_questions_are_found(text: str) -> None:
    assert scope_faults(text)


@pytest.mark.parametrize("text", BOUND)
def test_bound_questions_pass(text: str) -> None:
    assert scope_faults(text) == ()


@pytest.mark.parametrize("query", QUERIES, ids=lambda q: q.name)
def test_every_question_about_people_is_bound(query: Query) -> None:
    """The lint, by a second and cruder way: each label about people has a variable, and each variable its filter."""
    assert scope_faults(query.text) == ()
    for variable, label in re.findall(r"\(\s*(\w*)\s*:\s*(\w+)", query.text):
        if label in PEOPLE:
            assert f"{variable}.area IN $areas" in query.text


@pytest.mark.parametrize("query", [q for q in QUERIES if q.scoped], ids=lambda q: q.name)
def test_taking_any_filter_away_is_noticed(query: Query) -> None:
    people = {p.variable for p in node_patterns(tokens(query.text)) if PEOPLE.intersection(p.labels)}
    for variable in people:
        opened = query.text.replace(f"{variable}.area IN $areas", f"{variable}.area IN []")
        assert scope_faults(opened)
