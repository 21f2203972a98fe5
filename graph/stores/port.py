"""The one method through which statements reach a server: what a test double has to stand in for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

Parameters = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a statement returned, as the driver gives it."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    truncated: bool = False


class Port(Protocol):
    """The one method through which statements reach a server."""

    def run(
        self, statement: str, parameters: Parameters, *, write: bool, timeout: float, most: int | None = None
    ) -> Answer:
        """Run one statement in a transaction of its own; stop after `most` rows and say `truncated`."""
