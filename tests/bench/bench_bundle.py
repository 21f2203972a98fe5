"""Benchmarks of bundles: one of the size in the bar, with roles that want the same people, and several together."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from matching.budget import Budget
from matching.bundle.best import alternatives, best
from matching.bundle.check import check, check_together
from matching.bundle.event import Event
from matching.bundle.together import Together, plan
from tests.bench.figures import Figure
from tests.unit.matching.bundle.events import by_brute_force, event

SIZES, AUDIENCE = (20, 40, 200), 2_000
REPEATS = 5
Found = TypeVar("Found")


def figures() -> Iterator[Figure]:
    """Return every figure; the persons of leads, helpers and participants are drawn from one town."""
    yield from _one(persons=20_000, what="20 venues x 40 slots x 200 leads x 2,000 participants")
    yield from _one(persons=2_000, what="the same, every lead and helper is also a participant")
    yield from _several()
    yield Figure("5 x 5 x 20 against trying everything, 200 events: farthest score", _farthest(), "", 1e-9)


def _one(*, persons: int, what: str) -> Iterator[Figure]:
    one = event(3, sizes=SIZES, audience=AUDIENCE, persons=persons, needed=(3, 30))
    seconds, found = _fastest(lambda: best(one))
    assert found is not None
    assert not check(one, found)
    yield Figure(f"bundle: {what}", seconds, "s", 2)
    yield Figure("its gap", found.gap * 100, "%", 0)
    seconds, others = _fastest(lambda: alternatives(one, found))
    assert not any(check(one, o.bundle) for o in others)
    yield Figure("three alternatives to it, each proven", seconds, "s", 2)
    yield Figure("widest gap of them", max(o.bundle.gap for o in others) * 100, "%", 0)


def _several() -> Iterator[Figure]:
    yield from _together(
        _drawn(11, 5, persons=600, needed=(2, 20)), "five bundles, drawn from 600 persons", most=10, gap=0
    )
    proven, slowest = 0, 0.0
    for seed in range(5):
        seconds, found = _planned(_drawn(500 + 100 * seed, 10, persons=600, needed=(2, 20)))
        proven, slowest = proven + (found.gap == 0), max(slowest, seconds)
    yield Figure("ten bundles from 600 persons, five drawn towns: proven", proven, "of 5", 4, at_most=False)
    yield Figure("  the slowest of them", slowest, "s", 10)
    for seed in (500, 900):
        events = _drawn(seed, 40, persons=3_000, needed=(3, 25), sizes=(60, 40, 200), audience=600)
        yield from _together(events, f"forty bundles, 60 x 40 x 200 x 600 each, drawn town {seed}", most=11, gap=1)


def _together(events: list[Event], what: str, *, most: float, gap: float) -> Iterator[Figure]:
    seconds, found = _planned(events)
    yield Figure(what, seconds, "s", most)
    yield Figure("  their gap", found.gap * 100, "%", gap)


def _planned(events: list[Event]) -> tuple[float, Together]:
    """Plan within ten seconds of the clock."""
    seconds, found = _fastest(lambda: plan(events, Budget.of(10)), repeats=1)
    assert found.bundles
    assert not check_together(events, found.bundles)
    return seconds, found


def _drawn(
    seed: int,
    count: int,
    *,
    persons: int,
    needed: tuple[int, int],
    sizes: tuple[int, int, int] = SIZES,
    audience: int = 400,
) -> list[Event]:
    return [event(seed + k, sizes=sizes, audience=audience, persons=persons, needed=needed) for k in range(count)]


def _farthest() -> float:
    away = 0.0
    for seed in range(200):
        found, score = best(event(seed)), by_brute_force(event(seed))
        assert (found is None) == (score is None)
        away = max(away, 0.0 if found is None or score is None else abs(found.score - score))
    return away


def _fastest(work: Callable[[], Found], *, repeats: int = REPEATS) -> tuple[float, Found]:
    """Return the best wall time of several runs, and the result of the last."""
    seconds = []
    for _ in range(repeats):
        begun = time.perf_counter()
        found = work()
        seconds.append(time.perf_counter() - begun)
    return min(seconds), found
