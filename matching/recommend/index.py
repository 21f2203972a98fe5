"""Every pair that may happen with its score, from which both directions read: who meets a need, which need to take.

A pair stands in a need's list exactly when the need stands in the resource's list, with the same score, because both
are one array. Needs are crossed with resources block by block, so memory stays small.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from graph.model.progress import Progress, silent
from matching.problem import Floats, Ints
from matching.rules.crossing import Crossing
from matching.rules.judge import Bits, failed
from matching.rules.score import parts, total
from matching.rules.tables import taken

BLOCK = 64
"""Needs crossed at a time: with five thousand resources a block's arrays stay within the cache of two megabytes each."""


@dataclass(frozen=True, eq=False)
class Index:
    """The eligible pairs (rows of needs and resources) of a crossing, by need, then by falling score, then by key.

    Not slotted: the order of the other direction is found when first asked for. `bits` holds the failed rules of every
    pair, eligible or not; shape (needs, resources).
    """

    crossing: Crossing
    need: Ints
    resource: Ints
    score: Floats
    bits: Bits

    def __len__(self) -> int:
        return len(self.need)

    def of_need(self, row: int) -> Ints:
        """Return the pairs of one need, best first."""
        first, last = np.searchsorted(self.need, [row, row + 1])
        return np.arange(first, last)

    @cached_property
    def _by_resource(self) -> tuple[Ints, Ints]:
        order = np.lexsort((self.need, -self.score, self.resource))
        return order, self.resource[order]

    def of_resource(self, row: int) -> Ints:
        """Return the pairs of one resource, best first; ties go to the need with the earlier row."""
        order, sorted_rows = self._by_resource
        first, last = np.searchsorted(sorted_rows, [row, row + 1])
        return order[first:last]


def index(crossing: Crossing, *, progress: Progress = silent) -> Index:
    """Judge and score every pair of a crossing; raises whatever `progress` raises (so work can be cancelled)."""
    needs, resources = crossing.shape
    key = np.argsort(np.argsort(np.array(crossing.resources.keys(), dtype=object), kind="stable"), kind="stable")
    found: list[tuple[Ints, Ints, Floats]] = []
    bits = np.zeros((needs, resources), np.uint16)
    for first, block in _blocks(crossing):
        bits[first : first + len(block.needs)] = failed(block)
        i, j = np.nonzero(bits[first : first + len(block.needs)] == 0)
        score = total(parts(block, i, j))
        order = np.lexsort((key[j], -score, i))
        found.append((i[order] + first, j[order], score[order]))
        progress("match", first + len(block.needs), needs)
    if not found:
        none = np.zeros(0, np.int64)
        return Index(crossing, none, none, np.zeros(0), bits)
    i, j, score = (np.concatenate(column) for column in zip(*found, strict=True))
    return Index(crossing, i, j, score, bits)


def _blocks(crossing: Crossing) -> Iterator[tuple[int, Crossing]]:
    """Yield the crossing cut into blocks of needs, with the row each block begins at."""
    needs = len(crossing.needs)
    for first in range(0, needs, BLOCK):
        rows = np.arange(first, min(first + BLOCK, needs))
        yield first, replace(crossing, needs=taken(crossing.needs, rows))
