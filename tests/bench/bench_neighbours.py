"""Benchmarks of exact top-10 neighbours against the matrix product, scikit-learn, scipy.sparse, networkx and GDS.

Every piece of work runs in a process of its own on the same seeded input, on both cores; wall seconds decide, the
better of two runs. Processor seconds are printed beside them: on a machine with other work they are the fairer figure.
Peers want `make peers`; those of Neo4j want LINLI_TEST_GDS, the address of a server with the Graph Data Science
library whose data may be changed (`NEO4J_GDS=1 NEO4J_HEAP=2g neo4j-server/neo4j.sh start`).
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

from tests.bench.figures import HEAD, Figure, machine
from tests.bench.neighbour_work import THREADS, residents

ROOT = Path(__file__).parents[2]
PEERS = ROOT / ".venv-peers" / "bin" / "python"
SHAPES = ((83_000, 12), (50_000, 128))
PEOPLE = 83_000
Spent = dict[str, Any]


def _run(*command: str | Path) -> Spent:
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, check=False, cwd=ROOT)
    if done.returncode:
        raise RuntimeError(f"{command}: {done.stderr[-800:]}")
    return dict(json.loads(done.stdout))


def _own(work: str, given: Path, answer: Path) -> Spent:
    return _run(sys.executable, "-m", "tests.bench.neighbour_work", work, given, answer)


def _peer(name: str, *arguments: str | int | Path) -> Spent:
    return _run(PEERS, ROOT / "tests" / "bench" / "peers" / f"{name}.py", *map(str, arguments))


def _ahead(what: str, theirs: Spent, ours: Spent, *, bar: float, share: float = 1.0) -> Iterator[Figure]:
    """Yield how many times longer they take than we; `share` is the part of the whole work that they did."""
    yield Figure(
        f"{what} ({theirs['seconds'] / share:.4g} s)",
        theirs["seconds"] / share / ours["seconds"],
        "times",
        bar,
        at_most=False,
    )
    busy = theirs["processor_seconds"] / share
    yield Figure(f"… in processor seconds ({busy:.4g} s)", busy / ours["processor_seconds"], "times")


def _sets(folder: Path) -> Iterator[Figure]:
    """Yield the figures of tag sets against scipy.sparse and networkx."""
    given, answer = folder / "tags.npz", folder / "jaccard.npz"
    indptr, tags = residents(PEOPLE)
    np.savez(given, indptr=indptr, indices=tags)
    ours = _own("jaccard", given, answer)
    yield Figure(f"top-10 Jaccard of 83,000 residents, 240 tags, {len(tags):,} carried", ours["seconds"], "s")
    yield Figure("… processor seconds of both cores", ours["processor_seconds"], "s")
    yield Figure("… memory above the input", ours["mb"], "MB", 400)
    for work in ("weighted", "overlap"):
        spent = _own(work, given, folder / f"{work}.npz")
        yield Figure(f"top-10 {work}, the same residents", spent["seconds"], "s")
        yield Figure("… memory above the input", spent["mb"], "MB", 400)
    if PEERS.exists():
        yield from _set_rivals(folder, ours)


def _set_rivals(folder: Path, ours: Spent) -> Iterator[Figure]:
    given, answer, rows = folder / "tags.npz", folder / "scipy.npy", 3320
    theirs = _peer("scipy_jaccard", given, THREADS, rows, answer)
    scores, asked = np.load(folder / "jaccard.npz")["scores"], np.linspace(0, PEOPLE - 1, rows).astype(int)
    same = float(np.isclose(np.load(answer), scores[asked], atol=1e-6).mean())
    yield Figure("… scores equal to those of scipy.sparse", 100 * same, "%", 100, at_most=False)
    what = f"Jaccard ahead of scipy.sparse in two processes, from {rows:,} rows"
    yield from _ahead(what, theirs, ours, bar=5, share=rows / PEOPLE)
    pairs = _peer("networkx_jaccard", given, 5000, 20_000)
    share = pairs["pairs"] / (PEOPLE * (PEOPLE - 1) / 2)
    yield from _ahead("Jaccard ahead of networkx on one core, from 20,000 pairs", pairs, ours, bar=100, share=share)


def _vectors(folder: Path) -> Iterator[Figure]:
    """Yield the figures of vectors against the plain product and scikit-learn."""
    for rows, columns in SHAPES:
        name = f"{rows:,} x {columns}"
        given, answer = folder / f"{columns}.npy", folder / f"{columns}.npz"
        np.save(given, np.random.default_rng(1).normal(size=(rows, columns)))
        limits, ours = [], []
        for _ in range(2):
            limits.append(_own("product", given, answer))
            ours.append(_own("euclidean", given, answer))
        best, least = _least(ours), _least(limits)
        over = best["seconds"] / least["seconds"]
        yield Figure(f"10 nearest of {name}, Euclidean", best["seconds"], "s")
        yield Figure(f"… over the plain product ({least['seconds']:.2f} s)", over, "times", 1.6)
        over = best["processor_seconds"] / least["processor_seconds"]
        yield Figure(f"… in processor seconds (product {least['processor_seconds']:.2f} s)", over, "times")
        yield Figure("… memory above the input", max(run["mb"] for run in ours), "MB", 400)
        if PEERS.exists():
            yield from _vector_rivals(given, name=name, ours=best)


def _least(runs: list[Spent]) -> Spent:
    return {key: min(run[key] for run in runs) for key in runs[0]}


def _vector_rivals(given: Path, *, name: str, ours: Spent) -> Iterator[Figure]:
    rows = len(np.load(given, mmap_mode="r"))
    found = np.load(given.with_suffix(".npz"))["targets"]
    rivals, equal = {}, 1.0
    for algorithm, asked in (("brute", rows), ("kd_tree", 1000), ("ball_tree", 1000)):
        answer = given.with_name("sklearn.npy")
        rivals[algorithm] = theirs = _peer("sklearn_neighbours", given, THREADS, algorithm, asked, answer)
        rivals[algorithm] = {key: value * rows / asked for key, value in theirs.items()}
        if algorithm != "brute":  # brute is off by roundoff
            equal = min(equal, recall(found[np.linspace(0, rows - 1, asked).astype(int)], np.load(answer)))
    best = min(rivals, key=lambda one: rivals[one]["seconds"])
    yield Figure(f"… recall against scikit-learn's trees, {name}", equal, "", 1.0, at_most=False)
    yield from _ahead(f"… ahead of scikit-learn's best, {best}", rivals[best], ours, bar=1.4)


def recall(found: np.ndarray, true: np.ndarray) -> float:
    """Return the mean share of the true neighbours that were found."""
    return float((found[:, :, None] == true[:, None, :]).any(axis=1).mean())


def _server(folder: Path, address: str) -> Iterator[Figure]:
    """Yield the figures of Neo4j's library; nodeSimilarity is extrapolated from three sizes by its own growth."""
    theirs = _peer("gds_neighbours", address, folder / "tags.npz", folder / "12.npy", folder / "gds.npz")
    yield from _against_similarity(folder, theirs)
    ours = _own("euclidean", folder / "12.npy", folder / "12.npz")
    exact, given = np.load(folder / "12.npz")["targets"], np.load(folder / "gds.npz")
    yield Figure("GDS knn, 83,000 x 12: its recall", recall(given["first"], exact), "")
    same = float((np.sort(given["first"]) == np.sort(given["second"])).all(axis=1).mean())
    yield Figure("… rows with the same answer in its second run", 100 * same, "%")
    seconds, busy = (min(column) for column in zip(*theirs["knn"], strict=True))
    knn = {"seconds": seconds, "processor_seconds": busy}
    yield from _ahead("kNN, at recall 1, ahead of GDS knn", knn, ours, bar=1)


def _against_similarity(folder: Path, theirs: Spent) -> Iterator[Figure]:
    sizes, spent = np.array(theirs["sizes"], float), np.array(theirs["similarity"])
    power = [min(float(np.polyfit(np.log(sizes), np.log(column), 1)[0]), 2.0) for column in spent.T]
    whole = spent[-1] * (PEOPLE / sizes[-1]) ** np.array(power)
    listed = ", ".join(f"{n:.0f}: {s:.2f} s" for n, s in zip(sizes, spent[:, 0], strict=True))
    ours = _own("jaccard", folder / "tags.npz", folder / "jaccard.npz")
    what = f"Jaccard ahead of GDS nodeSimilarity ({listed}; to 83,000 by power {power[0]:.2f})"
    rival = {"seconds": float(whole[0]), "processor_seconds": float(whole[1])}
    yield from _ahead(what, rival, ours, bar=20)


def figures() -> Iterator[Figure]:
    """Yield every figure of neighbours; rivals only where their environment or server is."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        yield from _sets(folder)
        yield from _vectors(folder)
        if PEERS.exists() and (address := os.environ.get("LINLI_TEST_GDS")):
            yield from _server(folder, address)


if __name__ == "__main__":
    print("\n".join([machine(), "", HEAD]), flush=True)
    for figure in figures():
        print(figure.line(), flush=True)
