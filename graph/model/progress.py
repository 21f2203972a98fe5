"""How long work tells the door about itself; the door draws, the work only counts."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int | None], None]
"""`progress(step, done, total)`: the step's name, units done, and the total where it is known.

Cancel long work by raising from the callable: the exception passes through unchanged.
"""


def silent(step: str, done: int, total: int | None) -> None:
    """Ignore the report (the default of every function that takes a `Progress`)."""
