"""The generator's own data files: small CSV and TOML tables beside the code."""

from __future__ import annotations

import csv
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

Row = dict[str, str]


def _text(name: str) -> str:
    return files("loaders.sample").joinpath("data", name).read_text(encoding="utf-8")


@cache
def rows(name: str) -> tuple[Row, ...]:
    """Return the rows of `data/NAME.csv` as texts."""
    return tuple(csv.DictReader(_text(f"{name}.csv").splitlines()))


@cache
def settings(name: str) -> dict[str, Any]:
    """Return the content of `data/NAME.toml`."""
    return tomllib.loads(_text(f"{name}.toml"))


def mappings() -> list[tuple[str, str]]:
    """Return (file name, text) of every mapping that belongs to the sample's files, sorted by name."""
    folder = files("loaders.sample").joinpath("mappings")
    found = [(f.name, f.read_text(encoding="utf-8")) for f in folder.iterdir() if f.name.endswith(".toml")]
    return sorted(found)
