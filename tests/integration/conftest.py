"""One small sample, loaded once, that integration tests read (never write)."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from loaders.sample.write import write_sample

LINLI = Path(sys.executable).parent / "linli"


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended and what it printed."""

    code: int
    out: str
    error: str


def run_linli(home: Path, *arguments: object, **environment: str) -> Ran:
    """Run one command of linli on a home; COLUMNS is 100, as in a common terminal."""
    around = {k: v for k, v in os.environ.items() if not k.startswith("LINLI_")}
    around |= {"LINLI_HOME": str(home), "LINLI_LANG": "en", "COLUMNS": "100", **environment}
    command = [str(LINLI), *map(str, arguments)]
    done = subprocess.run(command, env=around, capture_output=True, text=True, check=False, timeout=300)
    return Ran(done.returncode, done.stdout, done.stderr)


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
