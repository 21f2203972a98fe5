"""The store protocol: five verbs, and the values that pass through them.

A sixth verb needs a decision page. Engines differ only inside their own files (`embedded`, `neo4j`, `memory`); the
contract suite (`tests/contract`) runs one body on each of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from graph.model.progress import Progress, silent
from graph.model.records import Batch
from graph.model.relationships import SCHEMA
from graph.snapshot.columns import Snapshot

if TYPE_CHECKING:
    import pandas as pd

Value = str | int | float | bool | dt.date | None | Sequence["Value"] | Mapping[str, "Value"]


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one read may return and how long it may take."""

    rows: int = 1_000
    seconds: float = 30.0


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a read; `truncated` says that the row limit cut it."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    truncated: bool = False

    def to_pandas(self) -> pd.DataFrame:
        """Return the rows as a data frame."""
        import pandas as pd

        return pd.DataFrame(list(self.rows), columns=list(self.columns))


@dataclass(frozen=True, slots=True)
class Projection:
    """Which labels and relationships to read into a snapshot (all of the schema by default)."""

    labels: tuple[str, ...] = tuple(SCHEMA.label)
    relationships: tuple[str, ...] = tuple(SCHEMA.relationship)


class Store(Protocol):
    """A graph engine."""

    def prepare(self) -> None:
        """Create constraints and indexes; repeatable. Raises `StoreNewer` on data of a newer schema."""

    def write(self, batch: Batch, progress: Progress = silent) -> int:
        """Write and retire what the batch says; repeatable. Returns the number of changes sent."""

    def read(self, query: str, parameters: Mapping[str, Value], limits: Limits) -> Table:
        """Run a reading statement. Raises `QueryInvalid`, `QueryRefused`, `QueryTimeout`."""

    def project(self, projection: Projection, progress: Progress = silent) -> Snapshot:
        """Read the projected part of the graph as columns."""

    def close(self) -> None:
        """Release the engine."""
