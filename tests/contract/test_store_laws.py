"""What is written is what is projected, byte for byte, on every engine and in whatever order it came."""

from __future__ import annotations

import datetime as dt
import random

import pyarrow as pa
import pytest

from graph.model.errors import NotFound
from graph.model.records import Batch, Records, difference
from graph.snapshot.columns import Snapshot, parts
from graph.snapshot.parts import encode
from graph.stores.store import Projection, Store
from tests.unit.graph.worlds import random_world, small_world

EVERYTHING = Projection()
HOSTILE = ["", "'", '"', "`", "\\", "\n", "}) DETACH DELETE n //", "$rows", "𠮷🏠", "é", "a\x00b", "null", "楼组"]


def assert_same(found: Snapshot, records: Records) -> None:
    wanted = Snapshot.of(records)
    for part in parts():
        assert found.table(part).equals(wanted.table(part)), part
        assert encode(found.table(part)).equals(encode(wanted.table(part))), part


def become(store: Store, records: Records) -> None:
    """Bring the store to hold `records`, by the difference with what it holds."""
    store.write(difference(store.project(EVERYTHING).records(), records))


def extremes() -> Records:
    """A value of each kind at the edges of its range, and texts that try to leave their quotes."""
    count = len(HOSTILE)
    integers = [2**63 - 1, -(2**63), 2**53 + 1, 0, -1, None]
    numbers = [1e-320, 1.7976931348623157e308, -0.0, 0.1 + 0.2, float("inf"), float("nan"), None]
    days = [dt.date(1, 1, 1), dt.date(9999, 12, 31), dt.date(1969, 12, 31), dt.date(1970, 1, 1), None]
    venues = {
        "id": [f"v{i}{text}" for i, text in enumerate(HOSTILE)],
        "name": HOSTILE,
        "area": [None, *HOSTILE[1:]],
        "facilities": [[], None, ["", "乙"], ["乙", ""], HOSTILE[:-1], *([["x"]] * (count - 5))],
        "lon": (numbers * 2)[:count],
        "capacity": (integers * 3)[:count],
        "step_free": ([True, False, None] * 5)[:count],
        "last_used_on": pa.array((days * 3)[:count], pa.date32()),
    }
    return Records.of({"Venue": pa.table(venues)}, {})


def shuffled(records: Records, seed: int) -> list[Batch]:
    """Cut the records into small batches, nodes before relationships, otherwise in any order and partly twice."""
    draw = random.Random(seed)

    def cut(table: pa.Table) -> list[pa.Table]:
        order = pa.array(draw.sample(range(len(table)), len(table)), pa.int64())
        middle = draw.randint(0, len(table))
        return [table.take(order[:middle]), table.take(order[middle:]), table.take(order[: draw.randint(0, middle)])]

    nodes = [Batch(Records({label: piece}, {})) for label, table in records.nodes.items() for piece in cut(table)]
    edges = [Batch(Records({}, {name: piece})) for name, table in records.edges.items() for piece in cut(table)]
    draw.shuffle(nodes)
    draw.shuffle(edges)
    return nodes + edges


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_loading_leaves_no_trace(store: Store, seed: int) -> None:
    become(store, Records())
    records = random_world(seed)
    for batch in shuffled(records, seed):
        store.write(batch)
    assert_same(store.project(EVERYTHING), records)


def test_every_kind_of_value_comes_back(store: Store) -> None:
    become(store, extremes())
    assert_same(store.project(EVERYTHING), extremes())


@pytest.mark.parametrize(("old", "new"), [(1, 2), (2, 3), (3, 1)])
def test_a_difference_turns_one_world_into_another(store: Store, old: int, new: int) -> None:
    become(store, random_world(old))
    become(store, random_world(new, people=25))
    assert_same(store.project(EVERYTHING), random_world(new, people=25))


def test_writing_again_changes_nothing(store: Store) -> None:
    records = small_world()
    become(store, records)
    assert store.write(Batch(records)) == len(records)
    assert_same(store.project(EVERYTHING), records)
    assert len(difference(store.project(EVERYTHING).records(), records)) == 0


def test_the_empty_batch_and_the_empty_store(store: Store) -> None:
    become(store, Records())
    assert store.write(Batch()) == 0
    assert_same(store.project(EVERYTHING), Records())


def test_a_retired_node_takes_its_relationships_along(store: Store) -> None:
    become(store, small_world())
    store.write(Batch(retired=Records({"Resident": pa.table({"id": ["r3", "never there"]})}, {})))
    found = store.project(EVERYTHING).records()
    assert "r3" not in found.nodes["Resident"]["id"].to_pylist()
    assert all("r3" not in table["start"].to_pylist() for table in found.edges.values())
    assert found.edges["Resident-HAS_TAG-Tag"]["start"].to_pylist() == ["r1"]


def test_a_retired_relationship_leaves_its_nodes(store: Store) -> None:
    become(store, small_world())
    gone = pa.table({"start": ["r1"], "end": ["t_party"]})
    for _ in range(2):
        store.write(Batch(retired=Records({}, {"Resident-HAS_TAG-Tag": gone})))
    found = store.project(EVERYTHING).records()
    assert found.nodes["Resident"].equals(small_world().nodes["Resident"])
    assert found.edges["Resident-HAS_TAG-Tag"]["start"].to_pylist() == ["r3", "r3"]
    assert len(found.edges["Resident-LIVES_IN-Dwelling"]) == 3


def test_a_value_that_became_unknown_vanishes(store: Store) -> None:
    become(store, small_world())
    for new in ({"id": ["r1"], "name": ["改名"]}, {"id": ["r1"]}):
        store.write(Batch(Records.of({"Resident": pa.table(new)}, {})))
        row = store.project(EVERYTHING).nodes("Resident").row("r1")
        known = store.project(EVERYTHING).nodes("Resident").record(row)
        assert known == {key: values[0] for key, values in new.items()}


def test_relationships_with_a_key_stand_beside_each_other(store: Store) -> None:
    days = [dt.date(2020, 1, 1), dt.date(2020, 1, 2)]
    taken = {"start": ["r", "r"], "end": ["a", "a"], "at": pa.array(days), "role": ["x", "y"]}
    name = "Resident-TOOK_PART_IN-Activity"
    nodes = {"Resident": pa.table({"id": ["r"]}), "Activity": pa.table({"id": ["a"], "name": ["合唱"]})}
    records = Records.of(nodes, {name: pa.table(taken)})
    become(store, records)
    store.write(Batch(records))
    assert_same(store.project(EVERYTHING), records)
    gone = pa.table({"start": ["r"], "end": ["a"], "at": pa.array(days[:1])})
    store.write(Batch(retired=Records({}, {name: gone})))
    assert store.project(EVERYTHING).records().edges[name]["role"].to_pylist() == ["y"]


@pytest.mark.parametrize(("start", "end", "missing"), [("nobody", "t_party", "nobody"), ("r1", "no tag", "no tag")])
def test_a_relationship_without_its_node_is_refused(store: Store, start: str, end: str, missing: str) -> None:
    become(store, small_world())
    loose = pa.table({"start": ["r4", start], "end": ["t_alone", end]})
    with pytest.raises(NotFound) as found:
        store.write(Batch(Records.of({}, {"Resident-HAS_TAG-Tag": loose})))
    assert found.value.facts["id"] == missing


def test_a_projection_may_leave_labels_out(store: Store) -> None:
    become(store, small_world())
    some = store.project(Projection(labels=("Resident", "Tag")))
    assert len(some.nodes("Resident")) == 4
    assert len(some.nodes("Dwelling")) == 0
    assert len(some.edges("Resident-HAS_TAG-Tag")) == 3
    assert len(some.edges("Resident-LIVES_IN-Dwelling")) == 0


def test_prepare_can_be_repeated(store: Store) -> None:
    become(store, small_world())
    store.prepare()
    assert_same(store.project(EVERYTHING), small_world())


def test_progress_reaches_its_total(store: Store) -> None:
    told: list[tuple[str, int, int | None]] = []
    become(store, Records())
    store.write(Batch(small_world()), lambda *said: told.append(said))
    store.project(EVERYTHING, lambda *said: told.append(said))
    ends = {step: (done, total) for step, done, total in told}
    assert set(ends) == {"write", "project"}
    assert all(done == total for done, total in ends.values())
