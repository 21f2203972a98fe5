"""Points put side by side by where they lie, and the boxes of runs of them, as in a k-d tree.

J. L. Bentley (1975), Multidimensional binary search trees, Communications of the ACM 18, 509-517.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from similarity.features import Floats

Rows = npt.NDArray[np.int64]
Single = npt.NDArray[np.float32]


def side_by_side(points: Single, size: int) -> Rows:
    """Return an order of the points in which each run of `size` is one cell: halved where they spread most.

    >>> side_by_side(np.array([[0.0], [9.0], [1.0], [8.0]], np.float32), 2).tolist()
    [0, 2, 1, 3]
    """
    order = np.arange(len(points))
    waiting = [(0, len(points))]
    while waiting:
        start, stop = waiting.pop()
        if stop - start <= size or not points.shape[1]:
            continue
        inside = points[order[start:stop]]
        axis = int(np.argmax(inside.max(axis=0) - inside.min(axis=0)))
        cut = -(-(stop - start) // (2 * size)) * size
        ranked = np.argsort(inside[:, axis], kind="stable")
        order[start:stop] = order[start:stop][np.r_[np.sort(ranked[:cut]), np.sort(ranked[cut:])]]
        waiting += [(start, start + cut), (start + cut, stop)]
    return order


@dataclass(frozen=True, slots=True, eq=False)
class Boxes:
    """The least boxes around runs of points (runs x columns), with the largest squared length in each."""

    lowest: Floats
    highest: Floats
    longest: Floats

    @classmethod
    def of(cls, points: Single, starts: Sequence[int]) -> Boxes:
        """Take the boxes of the runs that begin at `starts`."""
        lengths = np.einsum("ij,ij->i", points, points, dtype=np.float64)
        return cls(
            np.minimum.reduceat(points, starts, axis=0).astype(np.float64),
            np.maximum.reduceat(points, starts, axis=0).astype(np.float64),
            np.maximum.reduceat(lengths, starts),
        )

    def part(self, start: int, stop: int | None) -> Boxes:
        """Return the boxes of some consecutive runs."""
        return Boxes(self.lowest[start:stop], self.highest[start:stop], self.longest[start:stop])

    def apart(self, others: Boxes) -> tuple[Floats, Floats]:
        """Return how far the first box lies from each of `others`: squared, between the boxes and between middles."""
        gap = np.maximum(others.lowest - self.highest[0], self.lowest[0] - others.highest)
        middle = (others.lowest + others.highest - self.lowest[0] - self.highest[0]) / 2
        return (np.maximum(gap, 0) ** 2).sum(axis=1), (middle**2).sum(axis=1)
