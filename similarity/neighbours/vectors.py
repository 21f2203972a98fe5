"""The k nearest vectors, exactly, by Euclidean distance or by angle.

    euclidean = 1 / (1 + d)             d the distance; bring columns to one scale before
    cosine    = (1 + cos) / 2           1 for one direction, 1/2 at a right angle, 0 for opposite ones

A row that holds a NaN or an infinite value, or for the cosine nothing but zeros, is like no other. Distances (or
cosines) that agree to 12 digits are ties and go to the lower row.

How: rows near each other are put side by side in tiles; a float32 product of two tiles gives `|x|^2 + |y|^2 - 2 x.y`,
less what float32 may be off and less the k-th distance so far, so that only entries below zero are looked at; a tile
whose box lies farther than that is left out. With unit roundoff u, a dot product of K floats is off by at most
K u / (1 - K u) times that of the absolute values, in any order (N. J. Higham, Accuracy and Stability of Numerical
Algorithms, 2002, section 3.1).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from graph.model.errors import ArgumentInvalid
from graph.model.text import Text
from similarity.features import Floats, Mask
from similarity.neighbours.cells import Boxes, side_by_side
from similarity.neighbours.nearest import (
    NANO,
    Codes,
    Keys,
    Neighbours,
    Rows,
    Selection,
    Sieve,
    block_height,
    in_threads,
    joined,
    nothing,
)

Single = npt.NDArray[np.float32]
TILE, HEIGHT = 1024, 512
"""Targets and sources a product: the float32 tile of 2 MB and its operands stay in the caches of one core."""
ROUNDOFF = 2.0**-24


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
            return np.rint(squares * 2.0**43).astype(np.uint64)
        return squares.view(np.uint64) + np.uint64(2**11) >> np.uint64(12)

    def farthest(self, score: float) -> float:
        """Return a distance beyond which no pair has `score`, after rounding to 9 digits."""
        least = score - 1 / NANO
        if self is VectorMeasure.COSINE:
            return float(2 * np.sqrt(1 - least))
        return 1 / least - 1 if least > 0 else np.inf


def nearest_vectors(vectors: npt.NDArray[np.floating[Any]], measure: VectorMeasure, selection: Selection) -> Neighbours:
    """Return the nearest rows of each source, best first; `vectors` is rows x columns.

    Memory above the input: 16 bytes a value, and about 20 MB a thread. Raises `ArgumentInvalid` for another shape.
    """
    if vectors.ndim != 2:
        raise ArgumentInvalid("vectors", f"{vectors.shape}", Text("应为 行 x 列 的表", "rows x columns are wanted"))
    sources, targets = selection.source_rows(len(vectors)), selection.target_rows(len(vectors))
    space, known = _Space.of(vectors, measure)
    targets = targets[known[targets]]
    if not len(sources) or not len(targets):
        return nothing(sources)
    k = min(selection.top_k, len(targets))
    asked = np.flatnonzero(known[sources])
    order = asked[side_by_side(space.points[sources[asked]], HEIGHT)]
    against = _Targets.of(space, _first_copies(space.exact, targets, most=k + 1))
    height = block_height(len(vectors), most=HEIGHT)

    def work(start: int) -> tuple[Rows, Rows, Floats]:
        block = order[start : start + height]
        row, target, score = _Block(space, against, chosen=sources[block], k=k).nearest(measure, selection.cutoff)
        return block[row], target, score

    return joined(sources, in_threads(work, range(0, len(order), height), threads=selection.threads), width=k)


@dataclass(frozen=True, slots=True, eq=False)
class _Space:
    """All rows: `exact` in float64 (scaled by a power of two), `points` centred in float32, `squares` their lengths².

    `error` times the sum of two squared lengths, and `grain` for what float64 loses in centring, is more than float32
    can be off in the squared distance of two points.
    """

    exact: Floats
    points: Single
    squares: Floats
    scale: float
    error: float
    grain: float

    @classmethod
    def of(cls, vectors: npt.NDArray[np.floating[Any]], measure: VectorMeasure) -> tuple[_Space, Mask]:
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
        return cls(exact, points, squares, scale, error, (vectors.shape[1] + 1) * 2.0**-76), known

    def distances(self, one: Rows, other: Rows) -> Floats:
        """Return squared distances of pairs, added column by column in one order on every machine."""
        return _sum_of_squares(self.exact[one] - self.exact[other])


def _sum_of_squares(rows: Floats) -> Floats:
    total = np.zeros(len(rows))
    for column in np.ascontiguousarray(rows.T):
        total += column * column
    return total


def _first_copies(rows: Floats, targets: Rows, *, most: int) -> Rows:
    """Leave out targets that are equal to `most` lower ones: they can be among nobody's first `most` - 1."""
    values = np.ascontiguousarray(rows[targets])
    if not values.shape[1]:
        return targets[:most]
    whole = values.view(np.dtype((np.void, values.shape[1] * values.itemsize))).ravel()
    order = np.argsort(whole, kind="stable")
    new = np.r_[True, whole[order[1:]] != whole[order[:-1]]]
    place = np.arange(len(order)) - np.maximum.accumulate(np.where(new, np.arange(len(order)), 0))
    return targets[np.sort(order[place < most])]


@dataclass(frozen=True, slots=True, eq=False)
class _Targets:
    """The targets side by side: `matrix` (columns + squared length + ones) x targets, and the boxes of the tiles."""

    order: Rows
    matrix: Single
    squares: Floats
    tiles: tuple[slice, ...]
    boxes: Boxes

    @classmethod
    def of(cls, space: _Space, targets: Rows) -> _Targets:
        order = targets[side_by_side(space.points[targets], TILE)]
        points, squares = space.points[order], space.squares[order]
        matrix = np.ones((points.shape[1] + 2, len(order)), np.float32)
        matrix[:-2] = points.T
        matrix[-2] = squares * (1 - space.error)
        tiles = tuple(slice(start, min(start + TILE, len(order))) for start in range(0, len(order), TILE))
        return cls(order, matrix, squares, tiles, Boxes.of(points, [t.start for t in tiles]))


class _Block:
    """The search for the neighbours of one block of sources that lie near each other.

    `limits` bounds the squared distance of each source's k-th neighbour from above; `first_limits` are the earliest
    that took part in a product.
    """

    def __init__(self, space: _Space, against: _Targets, *, chosen: Rows, k: int) -> None:
        self.space, self.against, self.chosen = space, against, chosen
        self.squares = space.squares[chosen]
        self.first_limits = np.empty(len(chosen))
        reach = partial(_reach, squares=self.squares, first_limits=self.first_limits, space=space)
        self.sieve = Sieve(len(chosen), len(space.points), k=k, reach=reach)
        self.left = np.ones((len(chosen), space.points.shape[1] + 2), np.float32)
        self.left[:, :-2] = -2 * space.points[chosen]
        longest = np.sqrt(against.squares.max())
        self.limits = (np.sqrt(self.squares) + longest) ** 2 * 1.01 + 1e-30
        self.product, self.near = np.empty(len(chosen) * TILE, np.float32), np.empty(len(chosen) * TILE, bool)

    def nearest(self, measure: VectorMeasure, cutoff: float) -> tuple[Rows, Rows, Floats]:
        """Return position in the block, target and score of the best of at least `cutoff`, best first."""
        self.limits = np.minimum(self.limits, (measure.farthest(cutoff) * self.space.scale) ** 2 * (1 + 1e-6))
        boxes = Boxes.of(self.space.points[self.chosen], [0])
        gaps, middles = boxes.apart(self.against.boxes)
        for place, tile in enumerate(np.lexsort((middles, gaps)).tolist()):
            if place == 0:
                self._seed(self.against.tiles[tile])
                self.first_limits[:] = self.limits
            elif self._too_far(gaps[tile], self.against.boxes.longest[tile]):
                continue
            self._take(self.against.tiles[tile])
        return self._measured(measure, max(round(cutoff * NANO), 1))

    def _too_far(self, gap: float, longest: float) -> bool:
        off = 2 * self.space.error * (float(self.squares.max()) + longest) + self.space.grain
        return gap > float(self.limits.max()) * (1 + self.space.error) + off

    def _multiply(self, tile: slice) -> Single:
        width = tile.stop - tile.start
        product = self.product[: len(self.left) * width].reshape(len(self.left), width)
        return np.matmul(self.left, self.against.matrix[:, tile], out=product)

    def _above(self, below: Floats, one: Floats, other: Floats) -> Floats:
        """Turn lower bounds of squared distances into upper bounds, by the sizes of what was added up."""
        return np.maximum(below, 0) + 2 * self.space.error * (one + other) + self.space.grain

    def _seed(self, tile: slice) -> None:
        """Lower the limits to what k targets of this tile keep for sure.

        The (k + 1)-th smallest of the minima of disjoint groups is kept by k + 1 targets, of which one may be the
        source itself.
        """
        k, width = self.sieve.k, tile.stop - tile.start
        fold = max(1, min(16, width // (4 * (k + 1))))
        count = width // fold
        if count <= k:
            return
        self.left[:, -1] = self.squares * (1 - self.space.error)
        below = self._multiply(tile)[:, : count * fold].reshape(len(self.left), fold, count).min(axis=1)
        kept = np.partition(below, k, axis=1)[:, k].astype(np.float64)
        longest = np.full(len(kept), self.against.squares[tile].max())
        self.limits = np.minimum(self.limits, self._above(kept, self.squares, longest))

    def _take(self, tile: slice) -> None:
        """Multiply with one tile and hand what may be near enough to the sieve."""
        error = self.space.error
        limits = self.limits * (1 + error) + self.space.grain
        self.left[:, -1] = self.squares * (1 - error) - limits
        product = self._multiply(tile)
        hit = _true(np.less_equal(product, 0, out=self.near[: product.size].reshape(product.shape)))
        row, column = np.divmod(hit, product.shape[1])
        target = self.against.order[tile][column]
        below = product.reshape(-1)[hit] + limits[row]
        lengths = self.against.squares[tile][column] + limits[row]
        above = self._above(below, self.squares[row], lengths)
        other = target != self.chosen[row]
        if self.sieve.add(row[other], _codes(above[other]), target[other]):
            self._tighten()

    def _tighten(self) -> None:
        kth = self.sieve.limits
        found = kth < 2**32 - 1
        self.limits[found] = np.minimum(self.limits[found], kth[found].view(np.float32))

    def _measured(self, measure: VectorMeasure, least: int) -> tuple[Rows, Rows, Floats]:
        """Measure what is left in float64 and return the first k of each row."""
        row, _, target = self.sieve.candidates()
        squares = self.space.distances(self.chosen[row], target)
        order = np.lexsort((target, measure.rank(squares), row))
        row, target, squares = row[order], target[order], squares[order]
        first = np.arange(len(row)) - np.searchsorted(row, row) < self.sieve.k
        score = np.rint(measure.score(squares[first], scale=self.space.scale) * NANO)
        enough = score >= least
        return row[first][enough], target[first][enough], score[enough] / NANO


def _codes(values: Floats) -> Codes:
    """Return floats of at least 0 as float32 codes in the same order, rounded up."""
    return np.nextafter(values.astype(np.float32), np.float32(np.inf)).view(np.uint32)


def _reach(limits: Codes, *, squares: Floats, first_limits: Floats, space: _Space) -> Codes:
    """Return the worst upper bound that a target within the limit may have: it is no longer than |x| + d."""
    kth = np.where(limits < 2**32 - 1, limits, np.float32(np.inf).view(np.uint32)).view(np.float32)
    longest = (np.sqrt(squares) + np.sqrt(kth)) ** 2
    off = 2.1 * space.error * (squares + longest + first_limits + kth)
    return _codes(kth + off + 3 * space.grain)


def _true(mask: Mask) -> Rows:
    """Return the flat positions of the few true values, eight looked at at once."""
    flat = mask.reshape(-1)
    whole = len(flat) // 8 * 8
    some = (flat[:whole].view(np.uint64) != 0).nonzero()[0]
    place = flat[:whole].reshape(-1, 8)[some].reshape(-1).nonzero()[0]
    found = (some[place >> 3] << 3) + (place & 7)
    return found if whole == len(flat) else np.append(found, whole + np.flatnonzero(flat[whole:]))
