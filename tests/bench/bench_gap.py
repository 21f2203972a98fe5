"""Eligible minus served: ten programmes over all 83,000 residents warm, the silent few of the sample, and pandas.

python -m tests.bench.bench_gap [HOME FILES]: with the home of a full sample nothing is written or loaded first.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from api.home import Home
from graph.model.condition import Age, AllOf, Is, Known
from graph.snapshot.columns import Snapshot
from loaders.identifiers import keyed_hash
from matching.gap.ledger import Ledger, ledger
from matching.gap.newly import newly
from matching.gap.roll import roll
from matching.gap.rule import rule
from tests.bench.figures import HEAD, Figure, linli, machine, stopwatch, timed_process

AS_OF = dt.date(2021, 11, 1)
ROUNDS, PROGRAMMES = 7, 10
MORE = (AllOf((Is("sex", ("2",)), Age(35, 64))), AllOf((Age(at_least=80), Known("phone", known=False))))
"""Rules of two further programmes, so that there are ten."""
PEER = Path(__file__).parent / "peers" / "pandas_gap.py"
PYTHON = Path(__file__).parents[2] / ".venv-peers" / "bin" / "python"


def figures(home: Path | None = None, files: Path | None = None) -> Iterator[Figure]:
    """Yield the figures of eligible minus served on the full sample."""
    with tempfile.TemporaryDirectory(prefix="linli-bench-") as folder:
        if home is None or files is None:
            home, files = Path(folder) / "home", Path(folder) / "files"
            around = {**os.environ, "LINLI_HOME": str(home)}
            timed_process(linli("sample", str(files), "--size", "full", "--json"), around)
            timed_process(linli("load", str(files), "--json"), around)
        snapshot = Home(home).snapshot()
        yield from _ten(snapshot)
        yield from _silent(Home(home), files)
        if PYTHON.exists():
            yield from _peer(snapshot, Path(folder))


def _draw(snapshot: Snapshot) -> list[Ledger]:
    """Draw up ten ledgers from the columns: nothing is kept from the round before."""
    people = roll(snapshot, AS_OF, snapshot.nodes("Resident").inside(None))
    count = len(snapshot.nodes("Programme"))
    rules = [rule(snapshot, [row]) for row in range(count)]
    rules += [rule(snapshot, [0], condition=more) for more in MORE[: PROGRAMMES - count]]
    found = [ledger(people, own) for own in rules]
    for one in found:
        one.counts(), one.silent.sum(), one.callable.sum()
    return found


def _ten(snapshot: Snapshot) -> Iterator[Figure]:
    wall: list[float] = []
    processor: list[float] = []
    for _ in range(ROUNDS):
        start = time.process_time()
        with stopwatch(wall):
            found = _draw(snapshot)
        processor.append(time.process_time() - start)
    size = len(snapshot.nodes("Resident"))
    what = f"eligible minus served, {size:,} residents, {len(found)} programmes, warm (best of {ROUNDS})"
    yield Figure(what, min(wall[1:]) * 1e3, "ms", 100)
    yield Figure("the same, processor time", min(processor[1:]) * 1e3, "ms")
    wall.clear()
    for _ in range(3):
        with stopwatch(wall):
            for one in found:
                newly(one)
    yield Figure(f"newly found since last year, {len(found)} programmes", min(wall) * 1e3, "ms")


def _silent(home: Home, files: Path) -> Iterator[Figure]:
    """Compare the silent few with those whom the sample planted."""
    planted = json.loads((files / "truth.json").read_text(encoding="utf-8"))["silent"]
    snapshot, secret = home.snapshot(), home.identity_key()
    people = roll(snapshot, AS_OF, snapshot.nodes("Resident").inside(None))
    row = snapshot.nodes("Programme").row(planted["programme"])
    rows = np.flatnonzero(ledger(people, rule(snapshot, [row])).silent)
    hashes = snapshot.nodes("Resident").column("id_hash").take(rows).to_pylist()
    wanted = {keyed_hash(secret, "id", number) for number in planted["id_numbers"]}
    yield Figure("planted silent people found", 100 * len(wanted & set(hashes)) / len(wanted), "%", 100, at_most=False)
    yield Figure("people on the list who were not planted, or stand twice", len(hashes) - len(wanted), "", 0)


def _peer(snapshot: Snapshot, folder: Path) -> Iterator[Figure]:
    """Let pandas count the same from the same tables: eligible, served and still open of ten programmes."""
    residents = snapshot.nodes("Resident").table.select(["id", "sex", "birth_date", "retired"])
    pq.write_table(residents, folder / "residents.parquet")
    for name in ("ENROLLED_IN", "CONTACTED"):
        pq.write_table(snapshot.edge_rows(f"Resident-{name}-Programme"), folder / f"{name}.parquet")
    ran = subprocess.run([str(PYTHON), str(PEER), str(folder)], capture_output=True, text=True, check=True)
    told = json.loads(ran.stdout)
    people = roll(snapshot, AS_OF, snapshot.nodes("Resident").inside(None))
    own = ledger(people, rule(snapshot, [snapshot.nodes("Programme").row("pg_shaicha")]))
    same = [int(own.eligible.sum()), int(own.open.sum()), int(own.silent.sum())]
    agrees = same == [told["eligible"], told["open"], told["silent"]]
    yield Figure("pandas, ten programmes (decision, open, silent; no identity, no reach)", told["seconds"] * 1e3, "ms")
    yield Figure("pandas finds the same eligible, open and silent", float(agrees), "", 1, at_most=False)


if __name__ == "__main__":
    chosen = [Path(argument) for argument in sys.argv[1:3]]
    print("\n".join([machine(), "", HEAD, *(figure.line() for figure in figures(*chosen))]))
