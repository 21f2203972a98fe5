"""Rows as points: squared distances bounded from float32 products, and measured in float64 where that is needed.

With unit roundoff u, a dot product of K floats is off by at most K u / (1 - K u) times that of the absolute values, in
any order (N. J. Higham, Accuracy and Stability of Numerical Algorithms, 2002, section 3.1).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from similarity.features import Floats, Mask
from similarity.neighbours.cells import Boxes, side_by_side
from similarity.neighbours.nearest import NANO, Codes, Keys, Rows, Sieve

Single = npt.NDArray[np.float32]
ROUNDOFF, TIES = 2.0**-24, 2.0**-42


class VectorMeasure(StrEnum):
    """How alike two vectors are."""

    EUCLIDEAN = "euclidean"
    COSINE = "cosine"

    def score(self, squares: Floats, *, scale: float = 1.0) -> Floats:
        """Return the similarity from squared distances of rows times `scale` (for the cosine: of length 1)."""
        if self is VectorMeasure.COSINE:
            return 1 - np.minimum(squares / 4, 1)
        return 1 / (1 + np.sqrt(squares) / scale)

    def rank(self, squares: Floats) -> Keys:
        """Return whole numbers in the order of squared distances, equal where 12 digits agree.

        A squared distance keeps its first 40 bits; that of vectors of length 1 is off by up to 1e-15 of 1 whatever its
        size, and is counted in steps of 2^-43.
        """
        if self is VectorMeasure.COSINE:
            return np.rint(squares * (2 / TIES)).astype(np.uint64)
        return squares.view(np.uint64) + np.uint64(2**11) >> np.uint64(12)

    def farthest(self, score: float) -> float:
        """Return a distance beyond which no pair has `score`, after rounding to 9 digits."""
        least = score - 1 / NANO
        if self is VectorMeasure.COSINE:
            return float(2 * np.sqrt(1 - least))
        return 1 / least - 1 if least > 0 else np.inf


@dataclass(frozen=True, slots=True, eq=False)
class Space:
    """All rows: `exact` in float64 (scaled by a power of two), `points` centred in float32, `squares` their lengths².

    `error` times the sum of two squared lengths, and `grain` for what float64 loses in centring, is more than float32
    can be off in the squared distance of two points; for the cosine `grain` holds one step of what counts as a tie too.
    """

    exact: Floats
    points: Single
    squares: Floats
    scale: float
    error: float
    grain: float

    @classmethod
    def of(cls, vectors: npt.NDArray[np.floating[Any]], measure: VectorMeasure) -> tuple[Space, Mask]:
        """Return the space, and which rows are known."""
        known = np.isfinite(vectors).all(axis=1)
        exact = np.where(known[:, None], vectors, 0).astype(np.float64) + 0.0
        scale = float(np.ldexp(1.0, min(-int(np.frexp(np.abs(exact).max(initial=0))[1]), 1000)))
        exact *= scale
        if measure is VectorMeasure.COSINE:
            lengths = np.sqrt(_sum_of_squares(exact))
            known &= lengths > 0
            exact /= np.where(lengths > 0, lengths, 1)[:, None]
            scale = 1.0
        points = (exact - exact[known].mean(axis=0) if known.any() else exact).astype(np.float32)
        squares = np.einsum("ij,ij->i", points, points, dtype=np.float64)
        error = 4 * (vectors.shape[1] + 12) * ROUNDOFF
        ties = TIES if measure is VectorMeasure.COSINE else 0.0
        return cls(exact, points, squares, scale, error, (vectors.shape[1] + 1) * 2.0**-76 + ties), known

    def distances(self, one: Rows, other: Rows) -> Floats:
        """Return squared distances of pairs, added column by column in one order on every machine."""
        return _sum_of_squares(self.exact[one] - self.exact[other])

    def above(self, below: Floats, one: Floats, other: Floats) -> Floats:
        """Turn lower bounds of squared distances into upper bounds, by the sizes of what was added up."""
        return np.maximum(below, 0) + 2 * self.error * (one + other) + self.grain


def _sum_of_squares(rows: Floats) -> Floats:
    total = np.zeros(len(rows))
    for column in np.ascontiguousarray(rows.T):
        total += column * column
    return total


@dataclass(frozen=True, slots=True, eq=False)
class Tiles:
    """Rows side by side in tiles: `matrix` (columns + squared length + ones) x rows, and the boxes of the tiles."""

    order: Rows
    matrix: Single
    squares: Floats
    tiles: tuple[slice, ...]
    boxes: Boxes

    @classmethod
    def of(cls, space: Space, rows: Rows, *, size: int) -> Tiles:
        """Put rows side by side in tiles of `size`."""
        order = rows[side_by_side(space.points[rows], size)]
        points, squares = space.points[order], space.squares[order]
        matrix = np.ones((points.shape[1] + 2, len(order)), np.float32)
        matrix[:-2] = points.T
        matrix[-2] = squares * (1 - space.error)
        tiles = tuple(slice(start, min(start + size, len(order))) for start in range(0, len(order), size))
        return cls(order, matrix, squares, tiles, Boxes.of(points, [t.start for t in tiles]))


def measured(
    space: Space, sieve: Sieve, chosen: Rows, *, measure: VectorMeasure, cutoff: float
) -> tuple[Rows, Rows, Floats]:
    """Measure what a sieve over the rows `chosen` has left in float64; return the first k of each row, best first.

    What comes back is position in `chosen`, target and score of those of at least `cutoff`.
    """
    row, _, target = sieve.candidates()
    squares = space.distances(chosen[row], target)
    order = np.lexsort((target, measure.rank(squares), row))
    row, target, squares = row[order], target[order], squares[order]
    first = np.arange(len(row)) - np.searchsorted(row, row) < sieve.k
    score = np.rint(measure.score(squares[first], scale=space.scale) * NANO)
    enough = score >= max(round(cutoff * NANO), 1)
    return row[first][enough], target[first][enough], score[enough] / NANO


def codes_above(values: Floats) -> Codes:
    """Return floats of at least 0 as float32 codes in the same order, rounded up."""
    return np.nextafter(values.astype(np.float32), np.float32(np.inf)).view(np.uint32)


def reach(limits: Codes, *, squares: Floats, first_limits: Floats, space: Space) -> Codes:
    """Return the worst upper bound that a target within the limit may have: it is no longer than |x| + d."""
    kth = np.where(limits < 2**32 - 1, limits, np.float32(np.inf).view(np.uint32)).view(np.float32)
    longest = (np.sqrt(squares) + np.sqrt(kth)) ** 2
    off = 2.1 * space.error * (squares + longest + first_limits + kth)
    return codes_above(kth + off + 3 * space.grain)


def true_places(mask: Mask) -> Rows:
    """Return the flat positions of the few true values, eight looked at at once."""
    flat = mask.reshape(-1)
    whole = len(flat) // 8 * 8
    some = (flat[:whole].view(np.uint64) != 0).nonzero()[0]
    place = flat[:whole].reshape(-1, 8)[some].reshape(-1).nonzero()[0]
    found = (some[place >> 3] << 3) + (place & 7)
    return found if whole == len(flat) else np.append(found, whole + np.flatnonzero(flat[whole:]))
