"""Loading: writes what changed and nothing else, survives every interruption, disturbs no reader."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from api.home import Home
from graph.stores.generations import Generations
from tests.integration.conftest import LINLI
from tests.integration.conftest import run_process as run_linli


@pytest.fixture
def home(loaded: Path, tmp_path: Path) -> Path:
    """A copy of the loaded home that the test may change."""
    return Path(shutil.copytree(loaded, tmp_path / "home"))


@pytest.fixture
def files(sample_files: Path, tmp_path: Path) -> Path:
    """A copy of the sample's files that the test may change."""
    return Path(shutil.copytree(sample_files, tmp_path / "files"))


def state(home: Path) -> tuple[str | None, Path | None]:
    return Home(home).published.current_digest(), Generations(home / "store").current()


def written(home: Path) -> dict[Path, tuple[int, int]]:
    """When each file of store and snapshot was written, but for two notes that the engine keeps when it closes."""
    own = {"last-tx-id.bin", "statistics.json"}
    files = [p for part in ("store", "snapshots") for p in (home / part).rglob("*") if p.is_file()]
    return {p: (p.stat().st_mtime_ns, p.stat().st_size) for p in files if p.name not in own}


def drop_a_need(files: Path) -> None:
    """Take one need out of its export."""
    path = files / "需求清单.csv"
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = path.read_text(encoding=encoding)
            break
        except UnicodeDecodeError:
            continue
    lines = text.splitlines()
    lines.pop(10)
    path.write_text("\n".join(lines) + "\n", encoding=encoding)


def test_an_identical_load_writes_nothing(home: Path, files: Path) -> None:
    before = written(home)
    held = state(home)
    ran = run_linli(home, "load", files, "--json")
    assert json.loads(ran.out)["changes"] == 0
    assert state(home) == held
    assert written(home) == before


def test_a_changed_row_is_a_small_change(home: Path, files: Path) -> None:
    drop_a_need(files)
    digest, generation = state(home)
    ran = run_linli(home, "load", files, "--json")
    assert 0 < json.loads(ran.out)["changes"] < 20
    new_digest, new_generation = state(home)
    assert new_digest != digest
    assert new_generation != generation


def test_old_snapshots_are_kept_as_long_as_the_setting_says(home: Path, files: Path) -> None:
    old, _ = state(home)
    drop_a_need(files)
    assert run_linli(home, "load", files).code == 0
    assert old in Home(home).published.digests()
    assert run_linli(home, "load", files, LINLI_KEEP_DAYS="0").code == 0
    assert Home(home).published.digests() == [state(home)[0]]
    assert run_linli(home, "search", "独居老人").code == 0


def test_figures_add_up_for_every_source(home: Path, files: Path) -> None:
    report = json.loads(run_linli(home, "load", files, "--dry-run", "--json").out)["report"]
    for source in report["sources"]:
        assert source["read"] == source["accepted"] + source["rejected"] + source["duplicates"]
        assert sum(source["rejects"].values()) == source["rejected"]
    assert len({code for source in report["sources"] for code in source["rejects"]}) >= 6


def test_a_dry_run_leaves_no_trace(tmp_path: Path, files: Path) -> None:
    home = tmp_path / "fresh"
    assert run_linli(home, "load", files, "--dry-run").code == 0
    assert not home.exists()


def test_without_a_folder_the_lake_is_resolved_again(home: Path) -> None:
    held = state(home)
    ran = run_linli(home, "load", "--json")
    assert json.loads(ran.out)["changes"] == 0
    assert state(home) == held


def test_rejects_are_written_for_those_who_must_mend_them(home: Path, files: Path, tmp_path: Path) -> None:
    for name in ("rejects.xlsx", "rejects.json"):
        assert run_linli(home, "load", files, "--dry-run", "--rejects", tmp_path / name).code == 0
        assert (tmp_path / name).stat().st_size > 1000


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_a_load_killed_at_any_moment_leaves_the_old_data_in_force(home: Path, files: Path, seed: int) -> None:
    drop_a_need(files)
    digest, _ = state(home)
    around = {**os.environ, "LINLI_HOME": str(home)}
    around.pop("LINLI_OPEN_DATA", None)
    process = subprocess.Popen([str(LINLI), "load", str(files), "--json"], env=around, stdout=subprocess.DEVNULL)
    time.sleep(random.Random(seed).uniform(0.5, 9.0))
    process.send_signal(signal.SIGKILL)
    process.wait()
    after, _ = state(home)
    answer = run_linli(home, "search", "独居老人", "--json")
    assert answer.code == 0
    assert run_linli(home, "query", "MATCH (r:Resident) RETURN count(r) AS n", "--csv").code == 0
    completed = run_linli(home, "load", files, "--json")
    assert completed.code == 0, completed.error
    final, _ = state(home)
    assert final != digest
    assert after in (digest, final)
    assert run_linli(home, "doctor").code == 0


def test_readers_are_not_disturbed_by_a_load(home: Path, files: Path) -> None:
    drop_a_need(files)
    around = {k: v for k, v in os.environ.items() if not k.startswith("LINLI_")} | {"LINLI_HOME": str(home)}
    load = subprocess.Popen([str(LINLI), "load", str(files), "--json"], env=around, stdout=subprocess.DEVNULL)
    answered = 0
    while load.poll() is None or answered < 2:
        search = run_linli(home, "search", "独居老人", "--json")
        query = run_linli(home, "query", "MATCH (r:Resident) RETURN count(r) AS n", "--csv")
        assert (search.code, query.code) == (0, 0), search.error + query.error
        answered += 1
    assert load.wait() == 0


def test_a_second_load_is_refused_while_one_is_at_work(home: Path, files: Path) -> None:
    with Home(home).loading():
        ran = run_linli(home, "load", files)
    assert ran.code == 4
    assert "pid" in ran.error


def test_backup_and_restore_carry_everything(home: Path, tmp_path: Path) -> None:
    assert run_linli(home, "backup", tmp_path / "b.tar.gz").code == 0
    other = tmp_path / "other"
    assert run_linli(other, "restore", tmp_path / "b.tar.gz").code == 0
    asked = ("search", "独居老人", "--json")
    assert run_linli(other, *asked).out == run_linli(home, *asked).out
    assert run_linli(other, "doctor").code == 0
    assert run_linli(other, "reset", "--yes").code == 0
    assert run_linli(other, *asked).code == 4


def test_a_damaged_snapshot_is_said_and_healed(home: Path, files: Path) -> None:
    victim = max((home / "snapshots" / "parts").iterdir(), key=lambda p: p.stat().st_size)
    victim.write_bytes(victim.read_bytes()[:-100])
    ran = run_linli(home, "search", "独居老人")
    assert ran.code == 5
    assert "linli load" in ran.error
    assert run_linli(home, "load", files).code == 0
    assert run_linli(home, "search", "独居老人").code == 0


def test_the_demo_goes_from_files_to_answers(tmp_path: Path) -> None:
    ran = run_linli(tmp_path / "home", "demo", "--folder", tmp_path / "demo")
    assert ran.code == 0, ran.error
    for title in (
        "Rejected rows",
        "People (",
        "Needs (",
        "Resources (",
        "Units most like those with a lift",
        "ceiling:",
        "to do",
        "needs are met",
    ):
        assert title in ran.out
    assert not (tmp_path / "home").exists()
