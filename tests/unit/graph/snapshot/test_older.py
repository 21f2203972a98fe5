"""Snapshots of an older linli: parts and properties that it did not know are unknown, all others are as they were."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model.relationships import SCHEMA
from graph.snapshot.columns import Snapshot, parts
from graph.snapshot.older import completed, empty_part
from tests.unit.graph.worlds import random_world, small_world

NOTHING = Snapshot.of(type(small_world())({}, {}))


@pytest.mark.parametrize("name", parts())
def test_an_absent_part_is_the_part_of_no_records(name: str) -> None:
    part = empty_part(name, starts=0)
    assert part.equals(NOTHING.table(name))
    assert part.schema.equals(NOTHING.table(name).schema)


@given(st.integers(0, 50), st.data())
def test_absent_properties_are_unknown_and_others_stay(seed: int, data: st.DataObject) -> None:
    shot = Snapshot.of(random_world(seed))
    label = data.draw(st.sampled_from(["Venue", "Area", "Tag"]))
    table = shot.table(label)
    lost = data.draw(st.sets(st.sampled_from([n for n in table.column_names if n != "id"])))
    whole = completed(label, table.drop_columns(sorted(lost)))
    assert whole.schema.equals(table.schema)
    for name in table.column_names:
        assert whole[name].null_count == len(table) if name in lost else whole[name].equals(table[name])


@pytest.mark.parametrize("name", ["Resident-LIVES_IN-Dwelling", "Resident-HAS_TAG-Tag"])
def test_absent_properties_of_edges_are_unknown(name: str) -> None:
    table = Snapshot.of(small_world()).table(name)
    lists = table["edges"].combine_chunks()
    kept = [f for f in lists.type.value_type if f.name != "since"]
    narrow = pa.StructArray.from_arrays([lists.values.field(f.name) for f in kept], fields=kept)
    whole = completed(name, pa.table({"edges": pa.ListArray.from_arrays(lists.offsets, narrow)}))
    assert whole.schema.equals(table.schema)
    values = whole["edges"].combine_chunks().values
    assert values.field("since").null_count == len(values)
    for p in SCHEMA.relationship[name].properties:
        if p.name != "since":
            assert values.field(p.name).equals(lists.values.field(p.name))


@pytest.mark.parametrize("name", ["Resident", "Resident-LIVES_IN-Dwelling"])
def test_a_whole_part_is_left_as_it_is(name: str) -> None:
    table = Snapshot.of(small_world()).table(name)
    assert completed(name, table) is table
