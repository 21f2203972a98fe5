"""Publishing: atomic, content-addressed, checked, pruned."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pyarrow as pa
import pytest

from graph.model.errors import SnapshotDamaged, SnapshotMissing
from graph.model.receipt import canonical, digest
from graph.model.records import Records
from graph.snapshot.columns import Snapshot
from graph.snapshot.published import Published
from tests.unit.graph.model.test_records import same
from tests.unit.graph.worlds import small_world

DAY = 86_400.0


LATER = ("Plan", "Dwelling-VOTED-Plan", "Plan-OF-Unit")
"""Parts that a linli before votes did not write."""


def publish(shelf: Published, records: Records) -> str:
    stage = shelf.stage(Snapshot.of(records))
    shelf.publish(stage)
    return stage.digest


def changed(world: Records) -> Records:
    skills = {"Skill": pa.table({"id": ["s1"], "name": ["理发"]})}
    return Records.of({**world.nodes, **skills}, world.edges)


def test_a_published_snapshot_is_read_back(tmp_path: Path) -> None:
    shelf = Published(tmp_path)
    name = publish(shelf, small_world())
    assert shelf.current().digest == name
    assert same(shelf.current().records(), small_world())
    assert list(shelf.verify(name)) == []


def test_nothing_is_in_force_before_publish(tmp_path: Path) -> None:
    shelf = Published(tmp_path)
    shelf.stage(Snapshot.of(small_world()))
    with pytest.raises(SnapshotMissing):
        shelf.current()


def test_a_changed_label_rewrites_its_own_parts_only(tmp_path: Path) -> None:
    shelf = Published(tmp_path)
    publish(shelf, small_world())
    before = {p.name for p in (tmp_path / "parts").iterdir()}
    publish(shelf, changed(small_world()))
    new = {p.name for p in (tmp_path / "parts").iterdir()} - before
    assert len(new) == 1


def test_the_same_records_give_the_same_digest_and_no_second_file(tmp_path: Path) -> None:
    shelf = Published(tmp_path)
    first = publish(shelf, small_world())
    times = {p: p.stat().st_mtime_ns for p in (tmp_path / "parts").iterdir()}
    assert publish(shelf, small_world()) == first
    assert {p: p.stat().st_mtime_ns for p in (tmp_path / "parts").iterdir()} == times


def test_files_are_private(tmp_path: Path) -> None:
    shelf = Published(tmp_path / "home")
    publish(shelf, small_world())
    modes = {stat.S_IMODE(p.stat().st_mode) for p in (tmp_path / "home").rglob("*") if p.is_file()}
    assert modes == {0o600}


@pytest.mark.parametrize("harm", ["cut", "missing", "altered"])
def test_damage_is_found(tmp_path: Path, harm: str) -> None:
    shelf = Published(tmp_path)
    name = publish(shelf, small_world())
    victim = max((tmp_path / "parts").iterdir(), key=lambda p: p.stat().st_size)
    content = victim.read_bytes()
    if harm == "missing":
        victim.unlink()
    else:
        spoilt = content[:-9] if harm == "cut" else content[:200] + bytes([content[200] ^ 1]) + content[201:]
        victim.write_bytes(spoilt)
    assert [type(d) for d in shelf.verify(name)] == [SnapshotDamaged]
    if harm != "altered":
        with pytest.raises(SnapshotDamaged, match=victim.name):
            shelf.open(name)


def test_an_altered_manifest_is_found(tmp_path: Path) -> None:
    shelf = Published(tmp_path)
    name = publish(shelf, small_world())
    manifest = tmp_path / "manifests" / f"{name}.json"
    manifest.write_bytes(manifest.read_bytes().replace(b'"rows":4', b'"rows":5'))
    with pytest.raises(SnapshotDamaged):
        shelf.open(name)


def test_parts_that_an_older_linli_did_not_know_are_empty(tmp_path: Path) -> None:
    shelf = Published(tmp_path)
    manifest = json.loads((tmp_path / "manifests" / f"{publish(shelf, small_world())}.json").read_bytes())
    manifest["parts"] = {name: part for name, part in manifest["parts"].items() if name not in LATER}
    (tmp_path / "manifests" / f"{digest(manifest)}.json").write_bytes(canonical(manifest))
    old = shelf.open(digest(manifest))
    assert len(old.nodes("Plan")) == 0
    assert len(old.edges("Dwelling-VOTED-Plan").indptr) == len(old.nodes("Dwelling")) + 1
    assert same(old.records(), small_world())
    assert Snapshot.of(old.records()).table("Plan-OF-Unit").equals(old.table("Plan-OF-Unit"))


@pytest.mark.parametrize("name", ["", "../current", "0" * 64])
def test_unknown_digests_are_refused(tmp_path: Path, name: str) -> None:
    shelf = Published(tmp_path)
    publish(shelf, small_world())
    with pytest.raises(SnapshotMissing):
        shelf.open(name)


def test_prune_keeps_what_is_in_force_pinned_or_young(tmp_path: Path) -> None:
    shelf = Published(tmp_path)
    old = publish(shelf, small_world())
    new = publish(shelf, changed(small_world()))
    os.utime(tmp_path / "manifests" / f"{old}.json", (0, 0))
    shelf.pin(old)
    assert shelf.prune(31 * DAY) == []
    (tmp_path / "pins" / old).unlink()
    assert shelf.prune(29 * DAY) == []
    assert shelf.prune(31 * DAY) == [old]
    assert list(shelf.verify(new)) == []
    with pytest.raises(SnapshotMissing):
        shelf.open(old)
