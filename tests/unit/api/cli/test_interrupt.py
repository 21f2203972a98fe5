"""Work that Ctrl-C can end: values and errors pass through, a signal leaves at once."""

from __future__ import annotations

import os
import signal
import threading
import time

import pytest

from api.cli.interrupt import interruptible


def test_values_and_errors_pass_through() -> None:
    assert interruptible(lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        interruptible(lambda: 1 // 0)


def test_a_signal_leaves_work_that_does_not_look_at_signals() -> None:
    before = signal.signal(
        signal.SIGINT, signal.default_int_handler
    )  # ignored where a shell began us in the background
    release = threading.Event()
    timer = threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    begun = time.monotonic()
    try:
        with pytest.raises(KeyboardInterrupt):
            interruptible(lambda: release.wait(30))
        assert time.monotonic() - begun < 10
    finally:
        release.set()
        timer.cancel()
        signal.signal(signal.SIGINT, before)
