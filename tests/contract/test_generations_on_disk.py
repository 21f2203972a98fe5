"""Generations of the embedded store: built beside the one in force, by either way, through deaths and under readers."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
import textwrap
from itertools import pairwise
from pathlib import Path

import pytest

from graph.model.errors import NotFound, QueryRefused, StoreEmpty, StoreLocked, StoreNewer
from graph.model.records import Batch, Records, difference
from graph.stores import generations as rule
from graph.stores.embedded import VERSION_FILE, EmbeddedStore
from graph.stores.generations import Generations, next_generation
from graph.stores.open import FOLDER, marked_load, open_store, unfinished_load
from graph.stores.store import Limits, Projection
from tests.contract.test_store_laws import assert_same, extremes
from tests.unit.graph.worlds import random_world, small_world

EVERYTHING = Projection()
READ = "MATCH (n:Venue) RETURN count(n) AS n"


def build(generations: Generations, new: Records, *, old: Records | None = None) -> Path:
    """Build, check and commit the generation that holds `new`."""
    store = next_generation(generations, difference(old or Records(), new), new=new)
    assert_same(store.project(EVERYTHING), new)
    store.close()
    generations.commit(store.folder)
    return store.folder


def in_another_process(code: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True)


@pytest.mark.parametrize("records", [small_world(), random_world(5), extremes(), Records()])
def test_a_bulk_load_gives_the_bytes_of_its_records(tmp_path: Path, records: Records) -> None:
    generations = Generations(tmp_path / FOLDER)
    folder = build(generations, records)
    assert generations.current() == folder
    store = EmbeddedStore.open(folder)
    assert_same(store.project(EVERYTHING), records)
    store.close()


@pytest.mark.parametrize("patched", [True, False])
def test_both_ways_to_the_next_generation_give_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, patched: bool
) -> None:
    monkeypatch.setattr(rule, "patch_is_faster", lambda **_: patched)
    generations, old, new = Generations(tmp_path), random_world(1), random_world(2)
    first = build(generations, old)
    second = build(generations, new, old=old)
    assert (first.name, second.name) == ("000001", "000002")
    store = EmbeddedStore.open(first)
    assert_same(store.project(EVERYTHING), old)
    store.close()


def test_a_reader_is_not_disturbed_by_the_next_generation_nor_by_pruning(tmp_path: Path) -> None:
    generations, worlds = Generations(tmp_path), [random_world(i) for i in range(4)]
    build(generations, worlds[0])
    first = generations.current()
    assert first is not None
    reader = EmbeddedStore.open(first)
    for old, new in pairwise(worlds):
        build(generations, new, old=old)
        generations.prune()
        assert_same(reader.project(EVERYTHING), worlds[0])
    assert sorted(p.name for p in tmp_path.iterdir()) == ["000003", "000004", "current"]
    reader.close()


READER = """
    import sys
    from pathlib import Path
    from graph.stores.embedded import EmbeddedStore
    from graph.stores.store import Limits
    store = EmbeddedStore.open(Path(sys.argv[1]))
    for line in sys.stdin:
        print(store.read("MATCH (n:Venue) RETURN count(n) AS n", {}, Limits()).rows[0][0], flush=True)
"""


def test_many_processes_read_one_generation_while_the_next_is_built(tmp_path: Path) -> None:
    generations, old, new = Generations(tmp_path), random_world(1, people=12), random_world(2, people=30)
    folder = build(generations, old)
    readers = [in_another_process(READER, folder) for _ in range(2)]
    try:
        for _ in range(2):
            for reader in readers:
                assert reader.stdin is not None
                assert reader.stdout is not None
                reader.stdin.write("?\n")
                reader.stdin.flush()
                assert reader.stdout.readline() == "12\n"
            if generations.current() == folder:
                build(generations, new, old=old)
    finally:
        for reader in readers:
            reader.communicate()
            assert reader.returncode == 0


BUILDER = """
    import sys, time
    from pathlib import Path
    from graph.stores.generations import Generations, next_generation
    from graph.model.records import Batch
    from tests.unit.graph.worlds import random_world
    def stop(step, done, total):
        print("half", flush=True)
        time.sleep(60)
    next_generation(Generations(Path(sys.argv[1])), Batch(random_world(2)), new=random_world(2), progress=stop)
"""


def test_a_load_killed_half_way_leaves_the_old_generation_in_force(tmp_path: Path) -> None:
    generations, old, new = Generations(tmp_path), random_world(1), random_world(2)
    folder = build(generations, old)
    builder = in_another_process(BUILDER, tmp_path)
    assert builder.stdout is not None
    assert builder.stdout.readline() == "half\n"
    with pytest.raises(StoreLocked) as locked:
        EmbeddedStore.revise(tmp_path / "000002")
    assert locked.value.facts["holder"] == f"pid {builder.pid}"
    builder.kill()
    builder.communicate()
    assert generations.current() == folder
    store = EmbeddedStore.open(folder)
    assert_same(store.project(EVERYTHING), old)
    store.close()
    assert build(generations, new, old=old).name == "000002"


def test_one_process_opens_a_generation_once(tmp_path: Path) -> None:
    folder = build(Generations(tmp_path), small_world())
    store = EmbeddedStore.open(folder)
    with pytest.raises(StoreLocked, match=f"pid {os.getpid()}"):
        EmbeddedStore.open(folder)
    store.close()
    EmbeddedStore.open(folder).close()


def test_an_open_generation_cannot_be_written(tmp_path: Path) -> None:
    store = EmbeddedStore.open(build(Generations(tmp_path), small_world()))
    with pytest.raises(QueryRefused):
        store.write(Batch(random_world(1)))
    assert_same(store.project(EVERYTHING), small_world())
    store.close()
    store.close()


def test_a_bulk_load_refuses_a_relationship_without_its_node(tmp_path: Path) -> None:
    world = small_world()
    loose = Records({**world.nodes, "Tag": world.nodes["Tag"].slice(0, 1)}, world.edges)
    with pytest.raises(NotFound) as found:
        build(Generations(tmp_path), loose)
    assert found.value.facts["id"] == "t_party"
    assert Generations(tmp_path).current() is None


def test_a_newer_store_is_refused_and_an_older_one_is_brought_up(tmp_path: Path) -> None:
    folder = build(Generations(tmp_path), small_world())
    (folder / VERSION_FILE).write_text(json.dumps({"schema": 99}))
    with pytest.raises(StoreNewer):
        EmbeddedStore.open(folder)
    (folder / VERSION_FILE).write_text(json.dumps({"schema": 0}))
    store = EmbeddedStore.revise(folder)
    store.prepare()
    assert_same(store.project(EVERYTHING), small_world())
    store.close()
    assert json.loads((folder / VERSION_FILE).read_text())["schema"] > 0


def test_the_address_of_the_embedded_store_opens_the_current_generation(tmp_path: Path) -> None:
    with pytest.raises(StoreEmpty):
        open_store(home=tmp_path)
    build(Generations(tmp_path / FOLDER), random_world(1, people=7))
    store = open_store("embedded", home=tmp_path)
    assert store.read(READ, {}, Limits()).rows == ((7,),)
    with marked_load(store, run="any", at=dt.date(2024, 1, 1)):
        assert unfinished_load(store) is None
    store.close()
