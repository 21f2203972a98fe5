"""All rows against all rows: a pair of tiles is multiplied once and tells the neighbours of both.

The product holds lower bounds of squared distances, without the limits of either side, so each side compares them with
its own. Tiles begin with themselves, then the pairs pass by how near they lie: limits are tight before most of the work.
Threads take the next pair whoever is free; what they find early or late changes how much is looked at, never the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from threading import Lock
from typing import TypeVar

import numpy as np

from similarity.features import Floats, Mask
from similarity.neighbours.nearest import Rows, Sieve, in_threads
from similarity.neighbours.space import Single, Space, Tiles, VectorMeasure, codes_above, measured, reach, true_places

Work = TypeVar("Work")
STRIP = 256
"""Rows a product: with a tile of 1,024 columns a float32 strip of 1 MB, which stays in the cache of one core."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: the measure, how many neighbours, how alike at least, on how many threads."""

    measure: VectorMeasure
    k: int
    cutoff: float
    threads: int


def nearest_pairs(space: Space, tiles: Tiles, wanted: Wanted) -> list[tuple[Rows, Rows, Floats]]:
    """Return row, target and score of the nearest of every row of the tiles, best first: one part a tile."""
    join = _Join(space, tiles, wanted)
    join.each(join.open, range(len(tiles.tiles)), threads=wanted.threads)
    join.each(join.pair, join.by_nearness(), threads=wanted.threads)

    def work(side: _Side) -> tuple[Rows, Rows, Floats]:
        row, target, score = measured(space, side.sieve, side.rows, measure=wanted.measure, cutoff=wanted.cutoff)
        return side.rows[row], target, score

    return in_threads(work, join.sides, threads=wanted.threads)


class _Side:
    """The rows of one tile: their best so far, and within what squared distance (`limits`) the k-th lies for sure."""

    def __init__(self, space: Space, rows: Rows, *, k: int, limits: Floats) -> None:
        self.space, self.rows, self.limits = space, rows, limits
        self.squares = space.squares[rows]
        within = partial(reach, squares=self.squares, first_limits=np.zeros(len(rows)), space=space)
        self.sieve = Sieve(len(rows), len(space.points), k=k, reach=within)
        self._lock = Lock()

    def bounds(self) -> Single:
        """Return what no lower bound of a neighbour exceeds; a thread may read it while another lowers it."""
        limits = self.limits * (1 + self.space.error) + self.space.grain
        return np.nextafter(limits.astype(np.float32), np.float32(np.inf))

    def take(self, place: Rows, below: Single, target: Rows) -> None:
        """Take in what may be near enough; `below` are lower bounds of the squared distances."""
        upper = self.space.above(below.astype(np.float64), self.squares[place], self.space.squares[target])
        with self._lock:
            if self.sieve.add(place, codes_above(upper), target):
                self._tighten()

    def lower(self, limits: Floats, rows: slice) -> None:
        """Lower the limits of some rows."""
        self.limits[rows] = np.minimum(self.limits[rows], limits)

    def _tighten(self) -> None:
        kth = self.sieve.limits
        found = np.where(kth < 2**32 - 1, kth.view(np.float32), np.inf)
        self.limits = np.minimum(self.limits, found)


class _Bench:
    """Room for one strip of a product and what was found in it: one for each thread."""

    def __init__(self, width: int) -> None:
        self.product, self.near = np.empty(STRIP * width, np.float32), np.empty(STRIP * width, bool)
        self.also = np.empty_like(self.near)

    def multiply(self, left: Single, right: Single) -> Single:
        """Return the product, which is overwritten by the next."""
        shape = len(left), right.shape[1]
        return np.matmul(left, right, out=self.product[: shape[0] * shape[1]].reshape(shape))

    def either(self, product: Single, rows: Single, columns: Single) -> Rows:
        """Return the flat places of what lies within the bound of its row or of its column."""
        near, also = (mask[: product.size].reshape(product.shape) for mask in (self.near, self.also))
        np.less_equal(product, rows[:, None], out=near)
        np.less_equal(product, columns, out=also)
        return true_places(np.logical_or(near, also, out=near))

    def within(self, product: Single, rows: Single) -> Rows:
        """Return the flat places of what lies within the bound of its row."""
        near: Mask = self.near[: product.size].reshape(product.shape)
        return true_places(np.less_equal(product, rows[:, None], out=near))


class _Join:
    """The sides of all tiles, and the two pieces of work: a tile with itself, a tile with another."""

    def __init__(self, space: Space, tiles: Tiles, wanted: Wanted) -> None:
        self.space, self.tiles, self.k = space, tiles, wanted.k
        self.left = np.ones((len(tiles.order), space.points.shape[1] + 2), np.float32)
        self.left[:, :-2] = -2 * space.points[tiles.order]
        self.left[:, -1] = tiles.squares * (1 - space.error)
        farthest = (np.sqrt(tiles.squares) + np.sqrt(tiles.squares.max())) ** 2 * 1.01 + 1e-30
        asked = (wanted.measure.farthest(wanted.cutoff) * space.scale) ** 2 * (1 + 1e-6)
        limits = np.minimum(farthest, asked)
        self.sides = [_Side(space, tiles.order[t], k=wanted.k, limits=limits[t]) for t in tiles.tiles]

    def each(self, work: Callable[[Work, _Bench], None], what: Iterable[Work], *, threads: int) -> None:
        """Do a piece of work on everything; each thread takes the next one that nobody has."""
        waiting = iter(what)

        def until_done(bench: _Bench) -> None:
            for one in waiting:
                work(one, bench)

        width = max(t.stop - t.start for t in self.tiles.tiles)
        in_threads(until_done, [_Bench(width) for _ in range(threads)], threads=threads)

    def by_nearness(self) -> list[tuple[int, int, float]]:
        """Return the pairs of different tiles, with the gap between their boxes, the nearest first."""
        one, other = np.triu_indices(len(self.sides), 1)
        apart = [
            self.tiles.boxes.part(i, i + 1).apart(self.tiles.boxes.part(i + 1, None)) for i in range(len(self.sides))
        ]
        gaps, middles = (np.concatenate(each) for each in zip(*apart, strict=True))
        order = np.lexsort((middles, gaps))
        return list(zip(one[order].tolist(), other[order].tolist(), gaps[order].tolist(), strict=True))

    def open(self, tile: int, bench: _Bench) -> None:
        """Begin a tile with itself: lower its limits to what its own rows keep for sure, take in what is within."""
        side, columns = self.sides[tile], self.tiles.tiles[tile]
        for start in range(columns.start, columns.stop, STRIP):
            strip = slice(start, min(start + STRIP, columns.stop))
            rows = slice(start - columns.start, strip.stop - columns.start)
            product = bench.multiply(self.left[strip], self.tiles.matrix[:, columns])
            self._seed(side, product, rows)
            row, column = np.divmod(bench.within(product, side.bounds()[rows]), product.shape[1])
            below = product[row, column]
            row += rows.start
            other = row != column
            side.take(row[other], below[other], side.rows[column[other]])

    def _seed(self, side: _Side, product: Single, rows: slice) -> None:
        """Lower limits to what k others of this tile keep for sure.

        The (k + 1)-th smallest of the minima of disjoint groups is kept by k + 1 targets, of which one may be the
        row itself.
        """
        width = product.shape[1]
        fold = max(1, min(16, width // (4 * (self.k + 1))))
        count = width // fold
        if count <= self.k:
            return
        least = product[:, : count * fold].reshape(len(product), fold, count).min(axis=1)
        kept = np.partition(least, self.k, axis=1)[:, self.k].astype(np.float64)
        longest = np.full(len(kept), side.squares.max())
        side.lower(self.space.above(kept, side.squares[rows], longest), rows)

    def pair(self, which: tuple[int, int, float], bench: _Bench) -> None:
        """Multiply two tiles and let both sides take in what is within their bounds."""
        one, other = self.sides[which[0]], self.sides[which[1]]
        if self._too_far(one, other, gap=which[2]):
            return
        mine, theirs = one.bounds(), other.bounds()
        places, found = [], []
        rows, columns = (self.tiles.tiles[tile] for tile in which[:2])
        for start in range(0, len(mine), STRIP):
            left = self.left[rows.start + start : min(rows.start + start + STRIP, rows.stop)]
            product = bench.multiply(left, self.tiles.matrix[:, columns])
            place = bench.either(product, mine[start : start + STRIP], theirs)
            places.append(place + start * product.shape[1])
            found.append(product.reshape(-1)[place])
        row, column = np.divmod(np.concatenate(places), len(theirs))
        below = np.concatenate(found)
        for side, at, to, bounds in ((one, row, other.rows[column], mine), (other, column, one.rows[row], theirs)):
            near = below <= bounds[at]
            side.take(at[near], below[near], to[near])

    def _too_far(self, one: _Side, other: _Side, *, gap: float) -> bool:
        off = 2 * self.space.error * float(one.squares.max() + other.squares.max()) + self.space.grain
        return gap > float(max(one.limits.max(), other.limits.max())) * (1 + self.space.error) + off
