"""What is asked of each kind of point unless the reader says otherwise; the numbers and their grounds are in `kinds.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Habits:
    """Whom a kind of point is for (`age` as `Ages.parse` reads it), metres on foot, and places wanted a person."""

    age: str
    radius: float
    use: float


@cache
def habits(kind: str) -> Habits:
    """Return the defaults of a kind (a code of the table `service_point`), those of `other` for one without any."""
    known = tomllib.loads(Path(__file__).with_name("kinds.toml").read_text(encoding="utf-8"))
    return Habits(**known.get(kind, known["other"]))
