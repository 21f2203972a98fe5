"""A batch becomes statements in an order that works, losing and inventing nothing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.model.errors import NotFound, StoreFailed
from graph.model.records import Batch, Records, difference
from graph.model.relationships import SCHEMA
from graph.stores import statements
from graph.stores.changes import changes, loose_end
from tests.unit.graph.worlds import random_world, small_world


@settings(deadline=None)
@given(old=st.integers(0, 20), new=st.integers(0, 20), size=st.integers(1, 30))
def test_every_row_is_sent_once_in_pieces_of_the_size(old: int, new: int, size: int) -> None:
    batch = difference(random_world(old, people=10), random_world(new, people=10))
    sent = list(changes(batch, size))
    assert sum(len(change.rows) for change in sent) == len(batch)
    assert all(0 < len(change.rows) <= size for change in sent)


def test_relationships_go_first_and_come_last() -> None:
    world = small_world()
    sent = list(changes(Batch(upserts=world, retired=world)))
    kinds = ["retire" if "DELETE" in c.statement else "upsert" for c in sent]
    ends = ["edge" if "row.start" in c.statement else "node" for c in sent]
    assert list(zip(kinds, ends, strict=True)) == (
        [("retire", "edge")] * 2 + [("retire", "node")] * 4 + [("upsert", "node")] * 4 + [("upsert", "edge")] * 2
    )
    assert [c.relationship is not None for c in sent] == [
        kind == ("upsert", "edge") for kind in zip(kinds, ends, strict=True)
    ]


def test_rows_have_the_shape_that_the_statements_read() -> None:
    sent = list(changes(Batch(small_world())))
    tags = next(c for c in sent if c.relationship and c.relationship.type == "HAS_TAG")
    assert tags.rows[0] == {
        "start": "r1",
        "end": "t_party",
        "properties": {"since": None, "until": None, "source": "a"},
    }
    people = next(c for c in sent if c.statement == statements.upsert_nodes(SCHEMA.label["Resident"]))
    assert people.rows[3]["id"] == "r4"
    assert set(people.rows[3]) == set(SCHEMA.label["Resident"].by_name)


@pytest.mark.parametrize(
    ("there", "error"), [({"r1", "r3"}, "t_alone"), (set(), "r1"), ({"r1", "r3", "t_alone", "t_party"}, None)]
)
def test_a_loose_end_is_named(there: set[str], error: str | None) -> None:
    change = next(
        c for c in changes(Batch(Records({}, small_world().edges))) if c.relationship and c.relationship.end == "Tag"
    )

    def absent(_: str, parameters: object) -> list[str]:
        ids: list[str] = parameters["ids"]  # type: ignore[index]
        return sorted(set(ids) - there)[:1]

    found = loose_end(change, absent)
    assert isinstance(found, NotFound if error else StoreFailed)
    assert found.facts.get("id") == error
