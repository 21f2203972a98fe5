"""The pointer between generations, on folders without an engine."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.stores.generations import Generations, patch_is_faster


def make(folder: Path) -> Path:
    folder.mkdir()
    (folder / "data").write_text(folder.name)
    return folder


@settings(deadline=None, max_examples=40)
@given(steps=st.lists(st.sampled_from(["load", "die", "prune"]), max_size=12))
def test_the_current_generation_is_always_the_last_whole_one(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str]
) -> None:
    generations, committed = Generations(tmp_path_factory.mktemp("g") / "store"), 0
    for step in steps:
        if step == "prune":
            generations.prune()
        else:
            folder = make(generations.begin())
            assert int(folder.name) == committed + 1
            if step == "load":
                generations.commit(folder)
                committed += 1
        current = generations.current()
        assert (int(current.name) if current else 0) == committed
        assert current is None or (current / "data").read_text() == current.name


def test_begin_removes_what_dead_loads_left(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    generations.commit(make(generations.begin()))
    torn = [make(tmp_path / name) for name in ("000002", "000009")]
    assert generations.begin() == torn[0]
    assert not any(folder.exists() for folder in torn)
    assert generations.current() == tmp_path / "000001"


@pytest.mark.parametrize(("keep", "left"), [(1, ["000004"]), (2, ["000003", "000004"]), (9, 4), (0, ["000004"])])
def test_prune_keeps_the_newest(tmp_path: Path, keep: int, left: list[str] | int) -> None:
    generations = Generations(tmp_path)
    for _ in range(4):
        generations.commit(make(generations.begin()))
    make(generations.begin())
    removed = generations.prune(keep)
    whole = sorted(p.name for p in tmp_path.glob("0*") if p.name != "000005")
    assert whole == left or len(whole) == left
    assert len(removed) + len(whole) == 4
    assert (tmp_path / "000005").exists()


def test_nothing_is_in_force_at_first(tmp_path: Path) -> None:
    generations = Generations(tmp_path / "none")
    assert generations.current() is None
    assert generations.prune() == []


@given(size=st.integers(0, 10**10), batch=st.integers(0, 10**7), records=st.integers(0, 10**7))
def test_a_larger_batch_never_speaks_for_patching(size: int, batch: int, records: int) -> None:
    if patch_is_faster(size=size, batch=batch + 1, records=records):
        assert patch_is_faster(size=size, batch=batch, records=records)
    if patch_is_faster(size=size, batch=batch, records=records):
        assert patch_is_faster(size=size, batch=batch, records=records + 1)
