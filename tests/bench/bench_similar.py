"""`linli similar` for one of 83,000 residents: a cold start of the command, and the question asked again and again.

python -m tests.bench.bench_similar

LINLI_HOME names a loaded home to measure; without it a drawn sub-district is published in a folder of its own.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from api.answers import Desk
from api.home import Home
from api.settings import read_settings
from graph.snapshot.columns import Snapshot
from similarity.neighbours.subjects import SUBJECTS
from tests.bench.district import records
from tests.bench.figures import HEAD, Figure, linli, machine, timed_process

DAY = "2021-11-01"
ROUNDS = 15
ASKED = {"top": 10, "cutoff": 0.0, "measure": "mixed", "only": None, "as_of": DAY, "areas": None}
EVERY_TAG = {"sensitive_tags": 1.0, "political_tags": 1.0}  # so that drawn tags, which bear no class, count as well


def figures() -> Iterator[Figure]:
    """Measure the home that LINLI_HOME names, or one that is drawn."""
    if "LINLI_HOME" in os.environ:
        yield from measured(Home(Path(os.environ["LINLI_HOME"])))
        return
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        home.create()
        home.published.publish(home.published.stage(Snapshot.of(records())))
        yield from measured(home)


def measured(home: Home) -> Iterator[Figure]:
    """Measure a home whose snapshot is published."""
    people = home.snapshot().nodes("Resident")
    count, chosen = len(people), [people.id_of(i) for i in range(0, len(people), len(people) // ROUNDS)][:ROUNDS]
    command = linli("similar", "Resident", chosen[0], "--as-of", DAY, "--json", "--weight", "sensitive_tags=1")
    around = os.environ | {"LINLI_HOME": str(home.folder)}
    cold = [timed_process(command, around) for _ in range(5)]
    yield Figure(f"similar, one of {count:,} residents, cold start, best of 5", min(s for s, _ in cold), "s", 1.8)
    yield Figure("similar, cold start, peak memory of the process", max(gb for _, gb in cold), "GB")
    for measure in ("mixed", "weighted-jaccard", "cosine"):
        spent = 1_000 * np.array(warm(home, "Resident", chosen, measure=measure))
        yield Figure(f"similar, {count:,} residents, {measure}, warm, processor time, p50", *_median(spent), 200)
    for label in SUBJECTS:
        nodes = home.snapshot().nodes(label)
        if label != "Resident" and len(nodes):
            spent = 1_000 * np.array(warm(home, label, [nodes.id_of(0)] * 5))
            yield Figure(f"similar, {len(nodes):,} of {label}, warm, processor time, p50", *_median(spent))


def _median(milliseconds: np.ndarray[Any, Any]) -> tuple[float, str]:
    return float(np.median(milliseconds)), "ms"


def warm(home: Home, label: str, ids: list[str], measure: str = "mixed") -> list[float]:
    """Return the processor seconds of each question on an open snapshot, after one that is not counted.

    The work runs on one thread, so on an idle machine they are the wall time; a busy one does not change them much.
    """
    snapshot = home.snapshot()
    seconds: list[float] = []
    desk = Desk(_Open(home.folder, snapshot), read_settings({"LINLI_HOME": str(home.folder)}))
    weights = EVERY_TAG if label == "Resident" else {}
    for one in [ids[0], *ids]:
        start = time.process_time()
        desk.ask("similar", {**ASKED, "label": label, "id": one, "measure": measure, "weights": weights})
        seconds.append(time.process_time() - start)
    return seconds[1:]


class _Open(Home):
    """A home whose snapshot stays open, as in a server."""

    def __init__(self, folder: Path, snapshot: Snapshot) -> None:
        super().__init__(folder)
        self._snapshot = snapshot

    def snapshot(self, digest: str | None = None) -> Snapshot:
        return self._snapshot


if __name__ == "__main__":
    print(f"{machine()}\n\n{HEAD}")
    for figure in figures():
        print(figure.line(), flush=True)
