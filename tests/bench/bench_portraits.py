"""Benchmark of portraits: 1,800 units, 83,000 residents, 300+ features, against DuckDB and pandas on the same tables.

The town is drawn from a seed. linli reads its published snapshot; the peers read the same facts as Parquet with whole
numbers as keys, in their own environment (`make peers`), each in a process of its own, one after the other. The raw
shares and means of all three must agree within 1e-9 before any ratio is given.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from graph.snapshot.columns import Snapshot
from graph.snapshot.published import Published
from tests.bench.figures import HEAD, Figure, machine
from tests.unit.similarity.town import AS_OF, town

ROOT = Path(__file__).parents[2]
PEERS = ROOT / ".venv-peers" / "bin" / "python"
RUNS, THREADS, ROUNDS = "5", "2", 4
BARS = {"duckdb": 3.0, "pandas": 10.0}
PEOPLE = (
    *("sex", "education", "education_on", "marital", "marital_on", "politics", "politics_on", "retired", "retired_on"),
)
EDGES = {
    "has_tag": ("Resident-HAS_TAG-Tag", "t", ("since", "until")),
    "lives": ("Resident-LIVES_IN-Dwelling", "d", ("since", "until")),
    "registered": ("Resident-REGISTERED_AT-Dwelling", "d", ("since",)),
    "took": ("Resident-TOOK_PART_IN-Activity", "a", ("at",)),
    "enrolled": ("Resident-ENROLLED_IN-Programme", "p", ("at",)),
    "contacted": ("Resident-CONTACTED-Programme", "p", ("at",)),
}


def tables(snapshot: Snapshot) -> dict[str, pa.Table]:
    """Return the facts as relations with whole numbers as keys: what a warehouse would hold."""
    people = snapshot.nodes("Resident")
    rows = np.arange(len(people), dtype=np.int32)
    found = {"resident": pa.table({"r": rows, "birth": people.column("birth_date"), **_plain(people.table, PEOPLE)})}
    for name, (edge, key, properties) in EDGES.items():
        edges = snapshot.edges(edge)
        found[name] = pa.table({"r": edges.starts, key: edges.indices, **{p: edges.property(p) for p in properties}})
    role = snapshot.edges("Resident-TOOK_PART_IN-Activity").property("role").cast(pa.string())
    found["took"] = found["took"].append_column("role", _codes(role))
    return found | _small(snapshot)


def _small(snapshot: Snapshot) -> dict[str, pa.Table]:
    homes, tags, needs = snapshot.nodes("Dwelling"), snapshot.nodes("Tag"), snapshot.edges("Resident-ASKS-Need")
    serves, need = snapshot.edges("Volunteer-IS-Resident"), snapshot.nodes("Need")
    kind = snapshot.nodes("Activity").codes("kind")[0]
    joined = snapshot.nodes("Volunteer").column("joined_on").take(pa.array(serves.starts))
    return {
        "home": pa.table(
            {
                "d": np.arange(len(homes), dtype=np.int32),
                "u": snapshot.edges("Dwelling-IN-Unit").first(),
                "floor": homes.column("floor"),
            }
        ),
        "tag": pa.table(
            {
                "t": np.arange(len(tags), dtype=np.int32),
                "g": snapshot.edges("Tag-IN_GROUP-TagGroup").first(),
                "secret": tags.equals("sensitivity", "sensitive"),
            }
        ),
        "activity": pa.table({"a": np.arange(len(kind), dtype=np.int32), "kind": kind}),
        "volunteer": pa.table({"r": serves.indices, "joined": joined}),
        "need": pa.table(
            {
                "r": needs.starts,
                "kind": need.codes("kind")[0][needs.indices],
                "raised_on": need.column("raised_on").take(pa.array(needs.indices)),
            }
        ),
    }


def _plain(table: pa.Table, names: tuple[str, ...]) -> dict[str, pa.ChunkedArray]:
    return {n: table[n].cast(pa.string()) if pa.types.is_dictionary(table[n].type) else table[n] for n in names}


def _codes(values: pa.Array) -> pa.Array:
    names = sorted(values.unique().drop_null().to_pylist())
    return pa.compute.index_in(values, value_set=pa.array(names, pa.string()))


def kinds(snapshot: Snapshot) -> dict[str, Any]:
    """Return the names behind the whole numbers, by the prefix of their features."""
    role = snapshot.edges("Resident-TOOK_PART_IN-Activity").property("role").cast(pa.string())
    programmes = snapshot.nodes("Programme").ids.to_pylist()
    return {
        "unit": len(snapshot.nodes("Unit")),
        "tag": snapshot.nodes("Tag").ids.to_pylist(),
        "tag_group": snapshot.nodes("TagGroup").ids.to_pylist(),
        "activity": snapshot.nodes("Activity").codes("kind")[1],
        "activity_role": sorted(role.unique().drop_null().to_pylist()),
        "programme": programmes,
        "contacted": programmes,
        "need": snapshot.nodes("Need").codes("kind")[1],
    }


def disagreement(one: Path, other: Path) -> tuple[int, float]:
    """Return how many features two files share, and their largest difference; unknown must be unknown in both."""
    a, b = np.load(one), np.load(other)
    shared = sorted(set(a.files) & set(b.files))
    missing = {name for name in b.files if name not in a.files}
    if missing:
        raise RuntimeError(f"features of one side only: {sorted(missing)[:5]}")
    worst = 0.0
    for name in shared:
        if (np.isnan(a[name]) != np.isnan(b[name])).any():
            raise RuntimeError(f"{name}: known on one side only")
        worst = max(worst, float(np.nanmax(np.abs(a[name] - b[name]), initial=0.0)))
    return len(shared), worst


CALM = {"OMP_NUM_THREADS": "1"}


def _run(command: list[str]) -> dict[str, Any]:
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, env={**os.environ, **CALM})
    if done.returncode:
        raise RuntimeError(done.stderr[-800:])
    return dict(json.loads(done.stdout))


def figures() -> Iterator[Figure]:
    """Return the time and memory of linli, and the ratios to the peers where `make peers` built their environment."""
    snapshot = Snapshot.of(town(1800, 83_000, tags=240))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for table, rows in tables(snapshot).items():
            pq.write_table(rows, folder / f"{table}.parquet")
        (folder / "kinds.json").write_text(json.dumps(kinds(snapshot)))
        stage = Published(folder / "home").stage(snapshot)
        del snapshot
        yield from _figures(folder, stage.digest)


def _figures(folder: Path, digest: str) -> Iterator[Figure]:
    found = _rounds(folder, digest)
    own = found.pop("linli")
    seconds = min(x["seconds"] for x in own)
    yield Figure(f"portraits of 1,800 units from 83,000 residents, {own[0]['features']} features", seconds, "s")
    yield Figure("the same: memory above the open snapshot", max(x["megabytes"] for x in own), "MB", 400)
    for peer, runs in found.items():
        shared, worst = disagreement(folder / "linli.npz", folder / f"{peer}.npz")
        theirs = min(x["seconds"] for x in runs)
        said = f"{peer} {runs[0]['version']}"
        yield Figure(f"{said}: the same {shared} features, largest difference of raw values", worst, "", 1e-9)
        yield Figure(f"{said}: seconds (best of {ROUNDS * int(RUNS)})", theirs, "s")
        yield Figure(f"{said}: times the time of linli", theirs / seconds, "times", BARS[peer], at_most=False)


def _rounds(folder: Path, digest: str) -> dict[str, list[dict[str, Any]]]:
    """Run everybody in turn, several times over: a busy machine is then busy for all alike."""
    own = [sys.executable, "-m", "tests.bench.portrait_work", str(folder / "home"), digest, AS_OF.isoformat()]
    commands = {"linli": [*own, str(folder / "linli.npz"), RUNS]}
    for peer in BARS if PEERS.exists() else ():
        script, answers = Path(__file__).parent / "peers" / f"{peer}_portraits.py", folder / f"{peer}.npz"
        commands[peer] = [str(PEERS), str(script), str(folder), AS_OF.isoformat(), str(answers), THREADS, RUNS]
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in commands}
    for _ in range(ROUNDS):
        for name, command in commands.items():
            found[name].append(_run(command))
    return found


if __name__ == "__main__":
    print("\n".join([machine(), "", HEAD]), flush=True)
    for figure in figures():
        print(figure.line(), flush=True)
