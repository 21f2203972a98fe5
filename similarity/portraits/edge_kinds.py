"""Who has an edge of which kind: one pass over the edges of a type, whatever the number of kinds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.snapshot.columns import Edges
from similarity.features import Ints, Mask

BLOCK = 1 << 15
"""Edges at a time: small arrays stay in the cache and ask for no new memory."""


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """The code of every edge, 0 to `kinds` - 1 or none (-1): that of edge `i` is `codes[of[i]]`, none for `of` -1."""

    of: Ints
    codes: Ints
    kinds: int


def any_of(edges: Edges) -> Reading:
    """Return the reading that gives every edge the same code."""
    return Reading(edges.indices, np.zeros(edges.width, np.int32), 1)


def carriers(edges: Edges, chosen: Mask, *readings: Reading) -> Mask:
    """Return which start nodes have at least one chosen edge of each code; shape (codes, starts).

    The codes of one reading come after those of another.
    """
    size = len(edges.indptr) - 1
    tables, rows = [], 1  # row 0 takes what has no code and what is not chosen
    for reading in readings:
        row = np.append(np.where(reading.codes >= 0, reading.codes + rows, 0), 0)
        tables.append((reading.of, row * size))
        rows += reading.kinds
    found = np.zeros(rows * size, bool)
    for at in range(0, len(edges), BLOCK):
        part = slice(at, at + BLOCK)
        start, every = edges.starts[part].astype(np.intp), bool(chosen[part].all())
        counts = 1 if every else chosen[part].astype(np.intp)
        for of, table in tables:
            cells = table.take(of[part])
            if not every:
                cells *= counts
            cells += start
            found[cells] = True
    return found.reshape(rows, size)[1:]


def only(chosen: Mask, codes: Ints) -> Ints:
    """Return the codes of what is chosen, -1 for the rest: all bits set, which takes a quarter of `np.where`.

    >>> only(np.array([True, False]), np.array([3, 4])).tolist()
    [3, -1]
    """
    return codes | (chosen.view(np.int8) - np.int8(1))
