"""Columns: order, byte equality, lookups, CSR."""

from __future__ import annotations

import random

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.model.errors import NotFound
from graph.model.records import Records
from graph.snapshot import parts
from graph.snapshot.columns import Snapshot
from graph.snapshot.columns import parts as part_names
from tests.unit.graph.model.test_records import same
from tests.unit.graph.worlds import random_world, small_world


def content(snapshot: Snapshot) -> dict[str, bytes]:
    return {name: parts.encode(snapshot.table(name)).to_pybytes() for name in part_names()}


@given(st.integers(0, 10_000), st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None)
def test_the_order_of_the_rows_leaves_no_trace(seed: int, shuffle: random.Random) -> None:
    world = random_world(seed)

    def mixed(table: pa.Table) -> pa.Table:
        order = list(range(len(table)))
        shuffle.shuffle(order)
        return table.take(order)

    other = Records.of({n: mixed(t) for n, t in world.nodes.items()}, {n: mixed(t) for n, t in world.edges.items()})
    assert content(Snapshot.of(world)) == content(Snapshot.of(other))


@given(st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_records_come_back(seed: int) -> None:
    world = random_world(seed)
    assert same(Snapshot.of(world).records(), world)


def test_values_hidden_under_nulls_leave_no_trace() -> None:
    world = small_world()
    dwellings = world.nodes["Dwelling"]
    dirty = pa.array(np.array([50.5, 99.0]), mask=np.array([False, True]))
    at = dwellings.schema.get_field_index("floor_area")
    other = Records.of({**world.nodes, "Dwelling": dwellings.set_column(at, "floor_area", dirty)}, world.edges)
    assert content(Snapshot.of(world)) == content(Snapshot.of(other))


def test_a_committee_is_one_range_and_unknown_areas_come_last() -> None:
    residents = Snapshot.of(small_world()).nodes("Resident")
    assert residents.ids.to_pylist() == ["r1", "r2", "r3", "r4"]
    assert residents.inside(("c2",)).tolist() == [False, False, True, False]
    assert residents.inside(None).all()


def test_lookups_say_what_is_unknown() -> None:
    residents = Snapshot.of(small_world()).nodes("Resident")
    assert residents.rows(["r3", "nobody"]).tolist() == [2, -1]
    assert residents.equals("sex", "2").tolist() == [False, True, True, False]
    assert np.isnan(residents.numbers("retired")[2])
    with pytest.raises(NotFound, match="r9"):
        residents.row("r9")


def test_edges_are_a_csr_matrix_both_ways() -> None:
    edges = Snapshot.of(small_world()).edges("Resident-LIVES_IN-Dwelling")
    assert edges.csr().toarray().tolist() == [[1, 0], [1, 0], [0, 1], [0, 0]]
    assert edges.first().tolist() == [0, 0, 1, -1]
    assert edges.starts_of(0).tolist() == [0, 1]
    assert edges.ends(3).tolist() == []


def test_a_relationship_to_nobody_is_refused() -> None:
    world = small_world()
    stray = pa.table({"start": ["r1"], "end": ["d9"]})
    with pytest.raises(NotFound, match="d9"):
        Snapshot.of(Records.of(world.nodes, {"Resident-LIVES_IN-Dwelling": stray}))
