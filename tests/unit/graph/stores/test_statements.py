"""Statements are made of the schema only: no value ever stands in their text."""

from __future__ import annotations

import re

import pytest

from graph.model.relationships import SCHEMA
from graph.stores import declarations, statements
from graph.stores.statements import projected, quoted

LABELS, RELATIONSHIPS = SCHEMA.labels, SCHEMA.relationships


def every_statement() -> list[str]:
    texts = [*statements.constraints(), *declarations.declarations()]
    for label in LABELS:
        makers = (statements.upsert_nodes, statements.retire_nodes, statements.page_of_nodes, statements.absent)
        texts += [make(label) for make in makers] + [declarations.node_columns(label)]
    for relationship in RELATIONSHIPS:
        for make in (statements.upsert_edges, statements.retire_edges, statements.page_of_edges):
            texts.append(make(relationship))
        texts.append(declarations.edge_columns(relationship.type))
    fixed = (statements.VERSION, statements.FOUND_VERSION, statements.BEGIN_LOAD, statements.END_LOAD)
    return [*texts, *fixed, statements.UNFINISHED_LOAD]


@pytest.mark.parametrize("text", every_statement())
def test_no_statement_holds_a_value(text: str) -> None:
    without_names = re.sub(r"`[A-Za-z_]\w*`|\$[a-z]+", "", text)
    assert not re.search(r"['\"0-9]", without_names), text


def test_the_lint_would_see_a_value() -> None:
    for text in ("MATCH (n {id: 'x'}) RETURN n", 'RETURN "x"', "RETURN n LIMIT 5", "RETURN date('2020-01-01')"):
        assert re.search(r"['\"0-9]", re.sub(r"`[A-Za-z_]\w*`|\$[a-z]+", "", text))


@pytest.mark.parametrize("name", ["a`b", "a b", "", "1a", "a-b", "a'b"])
def test_only_identifiers_are_quoted(name: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(name)}$"):
        quoted(name)


def test_each_label_has_its_constraint_and_each_scoped_one_its_index() -> None:
    texts = statements.constraints()
    assert sum(t.startswith("CREATE CONSTRAINT") and "IF NOT EXISTS" in t for t in texts) == len(LABELS)
    assert sum(t.startswith("CREATE INDEX") and "IF NOT EXISTS" in t for t in texts) == sum(x.scoped for x in LABELS)


def test_a_relationship_with_a_key_is_merged_on_it() -> None:
    keyed = SCHEMA.relationship["Resident-CONTACTED-Programme"]
    text = statements.upsert_edges(keyed)
    assert "MERGE (a)-[r:`CONTACTED` {`at`: row.properties.`at`, `channel`: row.properties.`channel`}]->(b)" in text
    assert "r.`at` = row.properties.`at` AND r.`channel` = row.properties.`channel`" in statements.retire_edges(keyed)


def test_dates_are_read_as_day_numbers_and_nothing_else_is() -> None:
    text = statements.page_of_nodes(SCHEMA.label["Resident"])
    assert "duration.inDays($epoch, n.`birth_date`).days] AS `birth_date`" in text
    assert "[n IN page | n.`name`] AS `name`" in text


def test_each_page_names_every_column_of_the_schema() -> None:
    for label in LABELS:
        text = statements.page_of_nodes(label)
        assert re.findall(r"AS `(\w+)`", text) == [p.name for p in label.properties]
    for relationship in RELATIONSHIPS:
        text = statements.page_of_edges(relationship)
        assert re.findall(r"AS `(\w+)`", text) == [p.name for p in relationship.properties]


def test_a_projection_keeps_the_order_of_the_schema_and_only_whole_relationships() -> None:
    labels, relationships = projected(["Tag", "Resident"], list(SCHEMA.relationship))
    assert [x.name for x in labels] == ["Resident", "Tag"]
    assert [r.name for r in relationships] == ["Resident-RELATED_TO-Resident", "Resident-HAS_TAG-Tag"]
    assert projected(["Tag"], [])[1] == []
