"""Sets of tags as rows of bits: exact shared weights of pairs, and fewer columns for a product that bounds them."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from similarity.features import Floats

Rows = npt.NDArray[np.int64]
Bits = npt.NDArray[np.uint8]

OVERCOUNT = 0.1
"""How many tags two rows may on average seem to share too many when tags share a column: 0.05 to 0.3 take about the
same time, less means more columns and more means more pairs to measure again."""


@dataclass(frozen=True, slots=True, eq=False)
class TagBits:
    """Rows of bits (rows x bytes, whole 64-bit words) over tags of a positive weight that at least one row carries.

    `tables` (bytes x 256) holds the weight of every value of every byte, None when each tag weighs 1. `totals` and
    `sizes` are weight and number of tags of a row. Weights are in a unit of their own (`_near_one`).
    """

    bits: Bits
    weights: Floats
    tables: Floats | None
    totals: Floats
    sizes: Rows

    @classmethod
    def of(cls, rows: int, row: Rows, tag: Rows, *, weights: Floats | None, tags: int) -> TagBits:
        """Take each (row, tag) once, by row; `weights` one a tag (None: 1 each)."""
        given = np.ones(tags) if weights is None else _near_one(weights)
        used = np.flatnonzero((np.bincount(tag, minlength=tags) > 0) & (given > 0))
        kept = given[tag] > 0
        row, tag = row[kept], np.searchsorted(used, tag[kept])
        bits = np.zeros((rows, max(-(-len(used) // 64), 1) * 8), np.uint8)
        np.bitwise_or.at(bits, (row, tag >> 3), (1 << (tag & 7)).astype(np.uint8))
        tables = None if weights is None else _tables(given[used], bits.shape[1])
        totals = np.bincount(row, weights=given[used][tag], minlength=rows).astype(np.float64)
        return cls(bits, given[used], tables, totals, np.bincount(row, minlength=rows))

    def shared(self, one: Rows, other: Rows) -> Floats:
        """Return the weight that the rows of each pair share, added byte by byte in one order on every machine."""
        both = self.bits[one] & self.bits[other]
        if self.tables is None:
            return np.bitwise_count(both.view(np.uint64)).sum(axis=1).astype(np.float64)
        total = np.zeros(len(both))
        for byte, table in enumerate(self.tables):
            total += table[both[:, byte]]
        return total

    def carried(self, rows: Rows) -> npt.NDArray[np.float32]:
        """Return rows x tags of 0 and 1."""
        return np.unpackbits(self.bits[rows], axis=1, count=len(self.weights), bitorder="little").astype(np.float32)

    def popularity(self) -> Floats:
        """Return the share of rows that carry each tag."""
        carriers = np.zeros(len(self.weights))
        for start in range(0, len(self.bits), 4096):
            carriers += self.carried(np.arange(start, min(start + 4096, len(self.bits)))).sum(axis=0)
        return carriers / max(len(self.bits), 1)


def _near_one(weights: Floats) -> Floats:
    """Divide by the power of two that brings the largest below 1: exact, and no likeness changes."""
    return np.ldexp(weights, -np.frexp(weights.max(initial=0))[1])


def _tables(weights: Floats, width: int) -> Floats:
    padded = np.zeros(width * 8)
    padded[: len(weights)] = weights
    on = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1, bitorder="little").astype(bool)
    tables = np.zeros((width, 256))
    for bit in range(8):
        tables += np.where(on[:, bit], padded[bit::8, None], 0.0)
    return tables


def folded(popularity: Floats, *, most: float = OVERCOUNT) -> npt.NDArray[Any]:
    """Return a column for each tag, as few columns as the overcount allows.

    Rare tags share columns. If a source counts the tags it has in a column, and a target counts there once if it has
    any of them, their product is never less than what they share; it is too much where one has a tag and the other
    another of the same column, which a random pair does `(sum p)^2 - sum p^2` times, summed over the columns.

    >>> folded(np.array([0.5, 0.01, 0.01, 0.01]), most=0.01).tolist()
    [0, 1, 1, 1]
    """
    few, many = 1, max(len(popularity), 1)
    while few < many:
        middle = (few + many) // 2
        _, load = _spread(popularity, middle)
        if float(load @ load - popularity @ popularity) <= most:
            many = middle
        else:
            few = middle + 1
    return _spread(popularity, many)[0]


def _spread(popularity: Floats, columns: int) -> tuple[npt.NDArray[Any], Floats]:
    """Give each tag, most popular first, to the column with the least popularity so far; return columns and loads."""
    heap = [(0.0, j) for j in range(columns)]
    column, load = np.zeros(len(popularity), np.int64), np.zeros(columns)
    for tag in np.argsort(-popularity, kind="stable").tolist():
        least, j = heapq.heappop(heap)
        column[tag], load[j] = j, least + popularity[tag]
        heapq.heappush(heap, (float(load[j]), j))
    return column, load
