"""What a peer spent, as one line of JSON; peers are scripts, so this is imported from their own folder."""

from __future__ import annotations

import json
import resource
import time
from collections.abc import Callable
from typing import Any


def resident_mb() -> float:
    """Return the memory of this process now, in MB."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize() / 1e6


def best_of(work: Callable[[], Any], *, runs: int) -> tuple[dict[str, float], Any]:
    """Run `work` some times; return the least wall and processor seconds, the memory above the start, its answer."""
    before, wall, processor, answer = resident_mb(), [], [], None
    for _ in range(runs):
        began, busy = time.perf_counter(), _processor()
        answer = work()
        wall.append(time.perf_counter() - began)
        processor.append(_processor() - busy)
    above = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3 - before
    return {"seconds": min(wall), "processor_seconds": min(processor), "mb": above}, answer


def _processor() -> float:
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def tell(facts: dict[str, Any]) -> None:
    """Print the answer of a peer."""
    print(json.dumps(facts))
