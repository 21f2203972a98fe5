"""Whole commands on the full sample: load, load again, Neo4j, projection, opening, cold starts."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import csv

from api.home import Home
from api.settings import read_settings
from api.stores import reading
from graph.snapshot.columns import Snapshot
from graph.snapshot.columns import parts as part_names
from graph.snapshot.parts import encode
from graph.stores.store import Projection
from tests.bench.figures import Figure, linli, stopwatch, timed_process

SEARCH = "汾西路261弄 70岁以上独居老人"
HOLD = "import sys, time\nfrom api.home import Home\nfrom api.settings import read_settings\nfrom api.stores import reading\ns = read_settings()\nwith reading(Home(s.home), s):\n    print('held', flush=True)\n    time.sleep(600)\n"


def figures() -> Iterator[Figure]:
    """Yield the figures of the whole way, from files to cold answers."""
    folder = Path(tempfile.mkdtemp(prefix="linli-bench-"))
    try:
        yield from _embedded(folder)
        if os.environ.get("LINLI_TEST_NEO4J"):
            yield from _server(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _environment(folder: Path, **more: str) -> dict[str, str]:
    around = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}  # an installed linli has bytecode
    return {**around, "PYTHONPYCACHEPREFIX": str(folder / "bytecode"), "LINLI_HOME": str(folder / "home"), **more}


def _embedded(folder: Path) -> Iterator[Figure]:
    files, around = folder / "files", _environment(folder)
    seconds, _ = timed_process(linli("sample", str(files), "--size", "full", "--json"), around)
    yield Figure("full sample written", seconds, "s")
    seconds, memory = timed_process(linli("load", str(files), "--json"), around)
    yield Figure("full sample, files → embedded engine → snapshot published", seconds, "s", 120)
    yield Figure("… its peak memory, JVM included", memory, "GB", 4)
    seconds, _ = timed_process(linli("load", str(files), "--json"), around)
    yield Figure("the identical load again (writes nothing)", seconds, "s", 45)
    home, settings = Home(folder / "home"), read_settings({"LINLI_HOME": str(folder / "home")})
    with reading(home, settings) as store:
        times: list[float] = []
        with stopwatch(times):
            snapshot = store.project(Projection())
    yield Figure("projection, embedded", times[0], "s", 15)
    _keep(folder, snapshot)
    times = []
    for _ in range(5):
        with stopwatch(times):
            home.snapshot()
    yield Figure("opening the snapshot (median of 5)", sorted(times)[2] * 1000, "ms", 50)
    yield from _cold(around)


def _cold(around: dict[str, str]) -> Iterator[Figure]:
    def median(*command: str) -> float:
        return sorted(timed_process(linli(*command, "--json"), around)[0] for _ in range(5))[2]

    yield Figure("`linli search`, cold (median of 5)", median("search", SEARCH), "s", 1.2)
    yield Figure("`linli lookalike`, cold (median of 5)", median("lookalike"), "s", 1.8)
    table = _table(Path(around["LINLI_HOME"]).parent / "stock.csv")
    ranked = median("rank", str(table), "--id", "id", "--positives", "known")
    yield Figure("`linli rank`, cold, 1,077 rows x 31 columns (median of 5)", ranked, "s", 1.8)
    import sys

    holder = subprocess.Popen([sys.executable, "-c", HOLD], env=around, stdout=subprocess.PIPE)
    try:
        assert holder.stdout is not None
        holder.stdout.readline()
        yield Figure("`linli search`, cold, another process holds the store", median("search", SEARCH), "s", 1.2)
    finally:
        holder.kill()
        holder.wait()


def _table(path: Path) -> Path:
    """Draw a spreadsheet of the size of one Barcelona task."""
    rng = np.random.default_rng(1)
    columns = {"id": np.arange(1077).astype(str), "known": (np.arange(1077) < 40).astype(int)}
    columns |= {f"x{i}": rng.normal(size=1077).round(3) for i in range(31)}
    csv.write_csv(pa.table(columns), path)
    return path


def _server(folder: Path) -> Iterator[Figure]:
    around = _environment(folder, LINLI_HOME=str(folder / "other"), LINLI_STORE=os.environ["LINLI_TEST_NEO4J"])
    (folder / "other").mkdir(mode=0o700)  # the same identity key gives the same ids in both homes
    shutil.copy(folder / "home" / "identity.key", folder / "other" / "identity.key")
    seconds, _ = timed_process(linli("load", str(folder / "files"), "--json"), around)
    yield Figure("full sample, files → Neo4j by Bolt → snapshot published", seconds, "s", 180)
    settings = read_settings({k: v for k, v in around.items() if k.startswith("LINLI_")})
    with reading(Home(settings.home), settings) as store:
        times: list[float] = []
        with stopwatch(times):
            snapshot = store.project(Projection())
    yield Figure("projection, Neo4j", times[0], "s", 15)
    equal = all((folder / "parts" / n).read_bytes() == encode(snapshot.table(n)).to_pybytes() for n in part_names())
    yield Figure("parts of the two projections with equal bytes", 100.0 * equal, "%", 100, at_most=False)


def _keep(folder: Path, snapshot: Snapshot) -> None:
    (folder / "parts").mkdir()
    for name in part_names():
        (folder / "parts" / name).write_bytes(encode(snapshot.table(name)).to_pybytes())
