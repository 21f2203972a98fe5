"""A table of cells as it will be written: columns by their Chinese headers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .people import Days

Cell = str | int | float | dt.date | list[str] | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows of cells under headers; the parts of the sample fill it, `dirt` spoils it, `files` writes it."""

    headers: tuple[str, ...]
    rows: list[list[Cell]]

    def __len__(self) -> int:
        return len(self.rows)

    def column(self, header: str) -> int:
        """Return the position of a header."""
        return self.headers.index(header)


def sheet(columns: dict[str, Sequence[Cell] | NDArray[np.generic]]) -> Sheet:
    """Make a sheet of columns of equal length; arrays become plain Python values."""
    plain = [c.tolist() if isinstance(c, np.ndarray) else list(c) for c in columns.values()]
    return Sheet(tuple(columns), [list(row) for row in zip(*plain, strict=True)])


def sheet_of(headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Sheet:
    """Make a sheet of rows."""
    return Sheet(tuple(headers), [list(row) for row in rows])


def dates(days: Days) -> list[dt.date]:
    """Return days as Python dates."""
    found: list[dt.date] = days.astype("datetime64[D]").tolist()
    return found


def number(values: NDArray[np.float64], digits: int) -> list[float]:
    """Return rounded plain floats."""
    found: list[float] = np.round(values, digits).tolist()
    return found
