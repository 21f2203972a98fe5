"""One small sample, loaded once, that integration tests read (never write), and the command line to ask it with.

`run_linli` calls `main()` of the command line in this process: the same function that the program `linli` calls, with
the environment, arguments, streams and exit code of a call of its own, but without paying Python's and Java's start
for each. `run_process` starts the program itself, for what only a process shows: its start, exit codes that reach a
shell, signals, and two processes on one home.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import pytest

from api.cli import output
from api.cli.main import main
from loaders.sample.write import write_sample

LINLI = Path(sys.executable).parent / "linli"


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended and what it printed."""

    code: int
    out: str
    error: str


def surroundings(home: Path, **more: str) -> dict[str, str]:
    """Return the environment of a command; COLUMNS is 100, as in a common terminal."""
    own = ("LINLI_", "JAVA_TOOL_OPTIONS")  # a Java machine that was given options says so on the error stream
    around = {k: v for k, v in os.environ.items() if not k.startswith(own)}
    return around | {"LINLI_HOME": str(home), "LINLI_LANG": "en", "COLUMNS": "100", **more}


def run_process(home: Path, *arguments: object, **environment: str) -> Ran:
    """Run one command of linli on a home, as a process of its own."""
    command, around = [str(LINLI), *map(str, arguments)], surroundings(home, **environment)
    done = subprocess.run(command, env=around, capture_output=True, text=True, check=False, timeout=300)
    return Ran(done.returncode, done.stdout, done.stderr)


def run_linli(home: Path, *arguments: object, **environment: str) -> Ran:
    """Run one command of linli on a home, in this process; what is not an exit of the command line passes through."""
    output._open.clear()  # a new process has no open door yet
    with _call(home, arguments, environment) as streams:
        code = _exit_code()
    out, error = (stream.getvalue() for stream in streams)
    return Ran(code, out, error)


def _exit_code() -> int:
    try:
        main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


@contextmanager
def _call(
    home: Path, arguments: tuple[object, ...], environment: dict[str, str]
) -> Iterator[tuple[io.StringIO, io.StringIO]]:
    around = surroundings(home, **environment)
    around |= {k: os.environ[k] for k in ("JAVA_TOOL_OPTIONS", "PYTEST_CURRENT_TEST") if k in os.environ}
    streams = io.StringIO(), io.StringIO()
    with (
        mock.patch.dict(os.environ, around, clear=True),
        mock.patch.object(sys, "argv", ["linli", *map(str, arguments)]),
        redirect_stdout(streams[0]),
        redirect_stderr(streams[1]),
    ):
        yield streams


@pytest.fixture(scope="session")
def sample_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the small sample."""
    folder = tmp_path_factory.mktemp("sample") / "files"
    write_sample(folder, "small")
    return folder


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory, sample_files: Path) -> Path:
    """A home with the small sample in force."""
    home = tmp_path_factory.mktemp("loaded") / "home"
    ran = run_linli(home, "load", sample_files, "--json")
    assert ran.code == 0, ran.error
    return home


@pytest.fixture
def linli(loaded: Path) -> Callable[..., Ran]:
    """The command line on the loaded home."""
    return lambda *arguments, **environment: run_linli(loaded, *arguments, **environment)
