"""Who has an edge of which kind: one pass over the edges of a type, whatever the number of kinds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from graph.snapshot.columns import Edges
from similarity.features import Ints, Mask

BLOCK = 1 << 15
"""Edges at a time: small arrays stay in the cache and ask for no new memory."""


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """The code of every edge, 0 to `kinds` - 1 or none (-1): that of edge `i` is `codes[of[i]]`, none for `of` -1.

    Without `codes`, `of` has the codes themselves.
    """

    of: Ints
    codes: Ints | None
    kinds: int


def any_of(edges: Edges) -> Reading:
    """Return the reading that gives every edge the same code."""
    return Reading(edges.indices, np.zeros(edges.width, np.int32), 1)


def carriers(edges: Edges, chosen: Mask, *readings: Reading) -> Mask:
    """Return which start nodes have at least one chosen edge of each code; shape (codes, starts).

    The codes of one reading come after those of another.
    """
    size = len(edges.indptr) - 1
    offsets, shown, rows = [], [], 0  # the first row of a reading takes what has no code, row 0 also what is not chosen
    for reading in readings:
        offsets.append(_offsets(reading, first=rows, size=size))
        shown.append(np.arange(rows + 1, rows + 1 + reading.kinds))
        rows += 1 + reading.kinds
    found = np.zeros(rows * size, bool)
    for at in range(0, len(edges), BLOCK):
        part = slice(at, at + BLOCK)
        start, counts = edges.starts[part].astype(np.intp), chosen[part].astype(np.intp)
        every = bool(counts.all())
        for offset in offsets:
            cells = offset(part)
            if not every:
                cells *= counts
            cells += start
            found[cells] = True
    return found.reshape(rows, size)[np.concatenate(shown)]


def _offsets(reading: Reading, *, first: int, size: int) -> Callable[[slice], Ints]:
    """Return what gives, for a part of the edges, where the row of their code begins; rows are of `size`."""
    of = reading.of
    if reading.codes is None:
        return lambda part: np.multiply(of[part] + np.int32(first + 1), size, dtype=np.intp)
    begins = (np.append(reading.codes, -1).astype(np.intp) + first + 1) * size
    return lambda part: begins.take(of[part])


def only(chosen: Mask, codes: Ints) -> Ints:
    """Return the codes of what is chosen, -1 for the rest: all bits set, which takes a quarter of `np.where`.

    >>> only(np.array([True, False]), np.array([3, 4])).tolist()
    [3, -1]
    """
    return codes | (chosen.view(np.int8) - np.int8(1))
