"""Who comes to an activity: 83,000 residents ranked warm, the back-test, and scikit-learn on the same visits.

python -m tests.bench.bench_turnout [HOME]: with the home of a full sample nothing is written or loaded first.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from api.home import Home
from graph.model.geo import distance_m
from graph.model.records import EPOCH
from graph.snapshot.columns import Snapshot
from similarity.turnout.evidence import Evidence, learn
from similarity.turnout.history import History, read
from similarity.turnout.likely import rank
from similarity.turnout.model import fit
from similarity.turnout.occasion import planned
from similarity.turnout.trial import Trial, cut, trial
from tests.bench.figures import HEAD, Figure, linli, machine, stopwatch, timed_process

AS_OF = dt.date(2021, 11, 1)
ROUNDS, DRAWN = 5, 120  # repeats of a timing; people drawn for each activity to teach the peers
PEER = Path(__file__).parent / "peers" / "sklearn_turnout.py"
PYTHON = Path(__file__).parents[2] / ".venv-peers" / "bin" / "python"


def figures(home: Path | None = None) -> Iterator[Figure]:
    """Yield the figures of turnout on the full sample."""
    with tempfile.TemporaryDirectory(prefix="linli-bench-") as folder:
        if home is None:
            home = Path(folder) / "home"
            around = {**os.environ, "LINLI_HOME": str(home)}
            timed_process(linli("sample", str(Path(folder) / "files"), "--size", "full", "--json"), around)
            timed_process(linli("load", str(Path(folder) / "files"), "--json"), around)
        snapshot = Home(home).snapshot()
        yield from _ranking(snapshot)
        yield from _back_test(snapshot, Path(folder))


def _ranking(snapshot: Snapshot) -> Iterator[Figure]:
    ids = snapshot.nodes("Activity").ids.to_pylist()
    spent: list[float] = []
    for name in ids[-ROUNDS - 1 :]:
        with stopwatch(spent):
            occasion = planned(snapshot, name, as_of=AS_OF, areas=None)
            history = read(snapshot, occasion.known_before(AS_OF))
            found = rank(snapshot, history, fit(history), occasion=occasion)
            for place in range(10):
                found.reasons(place)
    what = f"{len(found):,} of 83,000 residents ranked for an activity, fit and ten reasons included, warm"
    yield Figure(f"{what} (best of {ROUNDS})", min(spent[1:]), "s", 1.5)


def _back_test(snapshot: Snapshot, folder: Path) -> Iterator[Figure]:
    later = read(snapshot, AS_OF)
    day = cut(later)
    if day is None:
        raise ValueError("a full sample has visits")
    past = read(snapshot, EPOCH + dt.timedelta(days=day))
    spent: list[float] = []
    with stopwatch(spent):
        model = fit(past)
        found = trial(past, model, later=later)
    if found is None:
        raise ValueError("a full sample has later activities")
    yield Figure(f"back-test on {found.activities} later activities, fit included", spent[0], "s")
    for outcome in found.outcomes:
        yield Figure(f"AUC among the residents of the committee, {outcome.rule.en}", outcome.area[0], "")
        yield Figure(f"visits from the first tenth, {outcome.rule.en}", outcome.top_tenth[0], "")
    if PYTHON.exists():
        yield from _peers(past, later, found, folder / "pairs.npz")


def _peers(past: History, later: History, found: Trial, path: Path) -> Iterator[Figure]:
    np.savez(path, **_pairs(past, later))
    ran = subprocess.run([str(PYTHON), str(PEER), str(path)], capture_output=True, text=True, check=True)
    told = json.loads(ran.stdout)
    for name in ("boosting", "logistic"):
        yield Figure(f"scikit-learn {name} on the same visits: AUC", told[name]["area"], "")
        yield Figure(f"scikit-learn {name}: visits from the first tenth", told[name]["top_tenth"], "")
        yield Figure(f"scikit-learn {name}: fit and score", told[name]["seconds"], "s")
    best = max(told[name]["area"] for name in ("boosting", "logistic"))
    yield Figure("AUC ahead of scikit-learn's best", found.outcomes[0].area[0] - best, "", 0.0, at_most=False)


def _pairs(past: History, later: History) -> dict[str, np.ndarray]:
    """Return the pairs that teach the peers (second half of the past, facts from the first) and those that try them."""
    rng = np.random.default_rng(1)
    middle = float(np.quantile(past.visit_day, 0.5))
    evidence = learn(past.before(middle))
    taught: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    for row in np.flatnonzero(past.activities.day >= middle):
        near, came = _circle(past, past, row)
        drawn = np.flatnonzero(came | (rng.random(len(near)) < DRAWN / len(near)))
        weight = np.where(came[drawn], 1.0, len(near) / DRAWN)
        taught.append((_facts(past, evidence, near[drawn], held=past, row=row), came[drawn], weight))
    now = learn(past)
    tried: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    for row in np.flatnonzero(later.activities.day >= past.day):
        near, came = _circle(past, later, row)
        if came.any():
            tried.append((_facts(past, now, near, held=later, row=row), came, np.full(len(near), row)))
    train, train_came, weight = (np.concatenate(x) for x in zip(*taught, strict=True))
    test, test_came, group = (np.concatenate(x) for x in zip(*tried, strict=True))
    pairs = {"train": train, "train_came": train_came, "weight": weight, "test": test, "test_came": test_came}
    return {**pairs, "group": group, "kinds": np.array(len(past.kinds))}


def _circle(past: History, held: History, row: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the people of the committee of an activity of `held`, and who of them came."""
    near = np.flatnonzero(past.people.committee == held.activities.committee[row])
    who = held.people.resident[held.visitor[held.visited == row]]
    return near, np.isin(past.people.resident[near], who)


def _facts(past: History, evidence: Evidence, people: np.ndarray, *, held: History, row: int) -> np.ndarray:
    """Return plain facts of people for an activity: nothing is standardised or shrunk for the peers."""
    own, folk, what = evidence.visits.counts, past.people, held.activities
    visits, kind = own.sum(1), int(what.kind[row])
    size = {name: np.bincount(getattr(folk, name)) for name in ("home", "unit")}
    came = {name: np.bincount(getattr(folk, name), weights=visits) for name in ("home", "unit")}
    at = {name: getattr(folk, name)[people] for name in ("home", "unit")}
    others = came["unit"][at["unit"]] - came["home"][at["home"]]
    metres = distance_m(folk.lon[people], folk.lat[people], what.lon[row], what.lat[row])
    codes = [fact.codes[people] for fact in evidence.facts]
    counts = [visits[people], own[people, kind], came["home"][at["home"]] - visits[people], others]
    sizes = [size["home"][at["home"]], size["unit"][at["unit"]], others / size["unit"][at["unit"]]]
    one_hot = np.zeros((len(people), len(past.kinds)))
    one_hot[:, kind] = 1
    columns = [evidence.ages[people], *codes, *counts, *sizes, metres]
    return np.hstack([np.stack(columns, 1), one_hot]).astype(np.float32)


if __name__ == "__main__":
    chosen = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    print("\n".join([machine(), "", HEAD, *(figure.line() for figure in figures(chosen))]))
