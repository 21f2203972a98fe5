"""Figures of the benchmarks: one line each, with its bar, and the facts of the machine that made them."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value; `bar` is its limit (`at_most` says on which side it must lie), None for information only."""

    what: str
    value: float
    unit: str
    bar: float | None = None
    at_most: bool = True

    @property
    def met(self) -> bool | None:
        """Whether the bar is met, None without a bar."""
        if self.bar is None:
            return None
        return self.value <= self.bar if self.at_most else self.value >= self.bar

    def line(self) -> str:
        """Return the figure as a row of a Markdown table."""
        sign = "≤" if self.at_most else "≥"
        bar = "" if self.bar is None else f"{sign} {self.bar:g} {self.unit}"
        met = {None: "", True: "met", False: "**missed**"}[self.met]
        return f"| {self.what} | {self.value:.4g} {self.unit} | {bar} | {met} |"


HEAD = "| what | figure | bar | |\n|---|---|---|---|"


def machine() -> str:
    """Return the facts of the machine, in one line."""
    model = platform.processor()
    info = Path("/proc/cpuinfo")
    if info.exists():
        named = [
            line.split(":", 1)[1].strip() for line in info.read_text().splitlines() if line.startswith("model name")
        ]
        model = named[0] if named else model
    return (
        f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()} {platform.release()}"
    )


@contextmanager
def stopwatch(seconds: list[float]) -> Iterator[None]:
    """Append the wall time of the block to `seconds`."""
    start = time.perf_counter()
    yield
    seconds.append(time.perf_counter() - start)


def timed_process(command: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """Run a command to its end; return wall seconds and its peak memory in GB. Raises when it fails."""
    start = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    _, error = process.stderr, process.stderr.read() if process.stderr else b""
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if status:
        raise RuntimeError(f"{command}: {error.decode()[-500:]}")
    return seconds, usage.ru_maxrss / 1e6


def linli(*arguments: str) -> list[str]:
    """Return the command line of linli in this environment."""
    return [str(Path(sys.executable).parent / "linli"), *arguments]
