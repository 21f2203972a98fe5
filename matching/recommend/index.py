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
from matching.rules.tables import Resources, taken

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
    none = np.zeros(0, np.int64)
    found: list[tuple[Ints, Ints, Floats]] = [(none, none, np.zeros(0))]
    bits = np.zeros((needs, resources), np.uint16)
    for first, block in _blocks(crossing):
        last = first + len(block.needs)
        bits[first:last] = failed(block)
        i, j = np.nonzero(bits[first:last] == 0)
        found.append((i + first, j, total(parts(block, i, j))))
        progress("match", last, needs)
    i, j, score = (np.concatenate(column) for column in zip(*found, strict=True))
    order = np.lexsort((_places(crossing.resources, j), -score, i))
    return Index(crossing, i[order], j[order], score[order], bits)


def _places(resources: Resources, rows: Ints) -> Ints:
    """Return the place of each row in the order of keys; only the rows that occur are put in order."""
    known, at = np.unique(rows, return_inverse=True)
    keys = [f"{resources.label[row]}:{resources.ids[row]}" for row in known.tolist()]
    place = np.empty(len(known), np.int64)
    place[sorted(range(len(keys)), key=keys.__getitem__)] = np.arange(len(keys))
    return place[at]


def _blocks(crossing: Crossing) -> Iterator[tuple[int, Crossing]]:
    """Yield the crossing cut into blocks of needs, with the row each block begins at."""
    needs = len(crossing.needs)
    for first in range(0, needs, BLOCK):
        rows = np.arange(first, min(first + BLOCK, needs))
        yield first, replace(crossing, needs=taken(crossing.needs, rows))
