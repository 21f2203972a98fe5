"""A figure with its interval, and the figures of a list of one length."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its 95 % interval."""

    value: float
    low: float
    high: float

    def times(self, factor: float) -> Figure:
        """Return the figure in another unit."""
        return Figure(self.value * factor, self.low * factor, self.high * factor)

    def to_json(self) -> list[float]:
        """Return value, low end and high end, rounded to 6 digits."""
        return [round(x, 6) + 0.0 for x in (self.value, self.low, self.high)]


@dataclass(frozen=True, slots=True)
class AtLength:
    """What a rule found in the first `k` rows: hits, the share of the hidden, the share of the list, times chance."""

    k: int
    hits: Figure
    recall: Figure
    precision: Figure
    lift: Figure

    def to_json(self) -> dict[str, Any]:
        """Return the figures as a JSON value; each is [value, low, high]."""
        figures = {"hits": self.hits, "recall_at_k": self.recall, "precision_at_k": self.precision, "lift": self.lift}
        return {"k": self.k} | {name: figure.to_json() for name, figure in figures.items()}
