"""Run a rival of the benchmarks: a script of `tests/bench/peers` in the environment that `make peers` builds."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

HOME = Path(__file__).parent
PYTHON = HOME.parents[1] / ".venv-peers" / "bin" / "python"


def peer(script: str, arrays: Mapping[str, npt.NDArray[Any]], *, seconds: float = 1_800) -> dict[str, Any] | None:
    """Hand arrays to a rival as one npz file and return the JSON that it prints; None where it is not installed.

    Raises `subprocess.TimeoutExpired` after `seconds`, when the rival and the solvers that it started are ended.
    """
    if not PYTHON.exists():
        return None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "input.npz"
        np.savez(path, **arrays)
        command = [str(PYTHON), str(HOME / "peers" / f"{script}.py"), str(path)]
        done = _ended(command, seconds)
    if done.returncode:
        raise RuntimeError(f"{script}: {done.stderr[-500:]}")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def _ended(command: list[str], seconds: float) -> subprocess.CompletedProcess[str]:
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as running:
        try:
            out, error = running.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, signal.SIGKILL)
            raise
    return subprocess.CompletedProcess(command, running.returncode, out, error)
