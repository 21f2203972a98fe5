"""One home: its key, its lock, its first steps."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from api.home import Home
from graph.model.errors import LoadUnderWay, StoreEmpty


def test_the_identity_key_is_drawn_once_and_private(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.create()
    assert home.identity_key() == home.identity_key()
    assert len(home.identity_key()) == 32
    assert stat.S_IMODE((tmp_path / "home" / "identity.key").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "home").stat().st_mode) == 0o700


def test_two_loads_do_not_meet(tmp_path: Path) -> None:
    with Home(tmp_path).loading(), pytest.raises(LoadUnderWay, match="pid"), Home(tmp_path).loading():
        pass
    with Home(tmp_path).loading():
        pass


def test_an_empty_home_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(StoreEmpty, match="linli load"):
        Home(tmp_path).snapshot()
