"""Several exact integer products for the price of one: counts packed side by side in the mantissa of a float32.

A float32 in [2^23, 2^24) is an integer whose low 23 bits stand in its mantissa as they are. Let `F` sources share a row
of the left matrix, source `f` multiplied by 2^(width f): if no count of a source reaches 2^(width - 1), one product
with the 0/1 matrix of the targets holds the counts of all of them, each in `width` bits. Every partial sum is an
integer below 2^24, so the result is exact in whatever order a BLAS kernel adds. The last column carries 2^23 and, for
each source, `2^(width - 1) - need`: the top bit of a field is then set where the count reaches `need`, and one AND
over the bits of the product finds the pairs worth a second look.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Single = npt.NDArray[np.float32]
Counts = npt.NDArray[np.int64]

MANTISSA = 23


@dataclass(frozen=True, slots=True, eq=False)
class Packing:
    """How the counts of a block of sources lie in one float: `fields` of `width` bits each, counts up to `most`."""

    width: int
    fields: int

    @classmethod
    def holding(cls, most: int) -> Packing:
        """Return the packing with the most fields that holds counts up to `most` (at most 2^21)."""
        width = int(most).bit_length() + 1
        return cls(width, MANTISSA // width)

    @property
    def most(self) -> int:
        """The largest count that a field holds."""
        return 2 ** (self.width - 1) - 1

    @property
    def _tops(self) -> int:
        return sum(1 << self.width * f + self.width - 1 for f in range(self.fields))

    def left(self, sources: Single) -> Single:
        """Pack rows of whole numbers (sources x tags), field by field; the last column is for `ask`."""
        height = -(-len(sources) // self.fields)
        packed = np.zeros((height, sources.shape[1] + 1), np.float32)
        for f in range(self.fields):
            part = sources[f * height : (f + 1) * height]
            packed[: len(part), :-1] += part * np.float32(2 ** (self.width * f))
        return packed

    def ask(self, packed: Single, need: Counts) -> None:
        """Write into the last column of `packed` the counts (1 to `most` + 1, one a source) that are to be reached."""
        filled = np.full(len(packed) * self.fields, self.most + 1)
        filled[: len(need)] = need
        offsets = (self.most + 1 - filled).reshape(self.fields, -1)
        shifts = 2 ** (self.width * np.arange(self.fields))
        packed[:, -1] = 2.0**MANTISSA + shifts @ offsets

    def reached(self, product: Single) -> tuple[Counts, Counts]:
        """Return (source, column) of every count in a product that reaches what was asked for."""
        bits = product.view(np.int32)
        hit = np.flatnonzero((bits & np.int32(self._tops)) != 0)
        found = bits.reshape(-1)[hit]
        row, column = np.divmod(hit, product.shape[1])
        sources: list[npt.NDArray[Any]] = []
        columns: list[npt.NDArray[Any]] = []
        for f in range(self.fields):
            on = np.flatnonzero(found >> np.int32(self.width * (f + 1) - 1) & 1)
            sources.append(row[on] + f * len(product))
            columns.append(column[on])
        return np.concatenate(sources), np.concatenate(columns)
