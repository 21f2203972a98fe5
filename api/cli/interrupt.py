"""Work that Ctrl-C can end: solvers in C do not look at signals, so they run in a thread that nobody waits for."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

POLL = 0.1
"""Seconds between two looks: a wait without a time limit would hold back the signal on some systems."""


def interruptible(work: Callable[[], T]) -> T:
    """Return what `work` returns, or raise what it raises; `KeyboardInterrupt` leaves at once and abandons it."""
    results: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as error:  # noqa: BLE001  # raised again in the thread that asked
            errors.append(error)
        finally:
            if "graph.stores.jvm" in sys.modules:  # the engine was opened: a search does not load it
                sys.modules["graph.stores.jvm"].leave()

    worker = threading.Thread(target=run, name="answer", daemon=True)
    worker.start()
    while worker.is_alive():
        worker.join(POLL)
    if errors:
        raise errors[0]
    return results[0]
