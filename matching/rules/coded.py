"""Values that many rows share: each distinct value once, and its position for every row."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
T = TypeVar("T", bound=Hashable)


@dataclass(frozen=True, slots=True, eq=False)
class Coded(Generic[T]):
    """Distinct values in the order of their first row, and the position of each row's value.

    >>> Coded.of(["a", "b", "a"]).at.tolist()
    [0, 1, 0]
    """

    values: tuple[T, ...]
    at: Ints

    @classmethod
    def of(cls, rows: Iterable[T]) -> Coded[T]:
        """Code the values of rows."""
        found: dict[T, int] = {}
        at = [found.setdefault(value, len(found)) for value in rows]
        return cls(tuple(found), np.array(at, np.int64))

    def __len__(self) -> int:
        return len(self.at)

    def __getitem__(self, row: int) -> T:
        return self.values[int(self.at[row])]

    def take(self, rows: Ints) -> Coded[T]:
        """Return some rows, with the values that they still hold."""
        if len(rows) == 1:  # a pair is looked at by itself, thousands of times
            return Coded((self[int(rows[0])],), np.zeros(1, np.int64))
        kept, at = np.unique(self.at[rows], return_inverse=True)
        return Coded(tuple(self.values[int(k)] for k in kept), at.astype(np.int64))
