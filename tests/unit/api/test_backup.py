"""Backup and restore: every byte or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.backup import backup, reset, restore
from api.home import Home
from graph.model.errors import FileMissing, FileUnreadable, HomeNotEmpty, StoreEmpty
from graph.snapshot.columns import Snapshot
from tests.unit.graph.model.test_records import same
from tests.unit.graph.worlds import small_world


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.create()
    home.identity_key()
    home.published.publish(home.published.stage(Snapshot.of(small_world())))
    return home


def test_a_restored_home_is_the_same(home: Home, tmp_path: Path) -> None:
    key = home.identity_key()
    count = backup(home, tmp_path / "b.tar.gz")
    other = Home(tmp_path / "other")
    assert restore(other, tmp_path / "b.tar.gz") == count
    assert same(other.snapshot().records(), small_world())
    assert other.snapshot().digest == home.snapshot().digest
    assert other.identity_key() == key
    assert list(other.published.verify(other.snapshot().digest)) == []


def test_restoring_over_data_must_be_said(home: Home, tmp_path: Path) -> None:
    backup(home, tmp_path / "b.tar.gz")
    with pytest.raises(HomeNotEmpty, match="--replace"):
        restore(home, tmp_path / "b.tar.gz")
    restore(home, tmp_path / "b.tar.gz", replace=True)
    assert same(home.snapshot().records(), small_world())


@pytest.mark.parametrize("harm", ["cut", "altered", "other"])
def test_a_damaged_backup_changes_nothing(home: Home, tmp_path: Path, harm: str) -> None:
    file = tmp_path / "b.tar.gz"
    backup(home, file)
    content = file.read_bytes()
    middle = len(content) // 2
    spoilt = {
        "cut": content[:middle],
        "altered": content[:middle] + bytes([content[middle] ^ 255]) + content[middle + 1 :],
        "other": b"not a tar at all",
    }
    file.write_bytes(spoilt[harm])
    with pytest.raises(FileUnreadable):
        restore(home, file, replace=True)
    assert same(home.snapshot().records(), small_world())


def test_reset_leaves_an_empty_home(home: Home, tmp_path: Path) -> None:
    assert reset(home) > 0
    with pytest.raises(StoreEmpty):
        home.snapshot()
    with pytest.raises(StoreEmpty):
        backup(home, tmp_path / "b.tar.gz")


def test_a_missing_backup_is_named(home: Home, tmp_path: Path) -> None:
    with pytest.raises(FileMissing, match=r"gone\.tar\.gz"):
        restore(home, tmp_path / "gone.tar.gz")
