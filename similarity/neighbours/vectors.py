"""The k nearest vectors, exactly, by Euclidean distance or by angle.

    euclidean = 1 / (1 + d)             d the distance; bring columns to one scale before
    cosine    = (1 + cos) / 2           1 for one direction, 1/2 at a right angle, 0 for opposite ones

A row that holds a NaN or an infinite value, or for the cosine nothing but zeros, is like no other. Distances (or
cosines) that agree to 12 digits are ties and go to the lower row.

How: rows near each other are put side by side in tiles; a float32 product of two tiles gives `|x|^2 + |y|^2 - 2 x.y`,
less what float32 may be off and less the k-th distance so far, so that only entries below zero are looked at; a tile
whose box lies farther than that is left out. Where all rows look among all rows each product serves both (`self_join`).
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from graph.model.errors import ArgumentInvalid
from graph.model.text import Text
from similarity.features import Floats
from similarity.neighbours.cells import Boxes, side_by_side
from similarity.neighbours.nearest import (
    Neighbours,
    Rows,
    Selection,
    Sieve,
    block_height,
    in_threads,
    joined,
    kept_by_k,
    nothing,
)
from similarity.neighbours.self_join import Wanted, nearest_pairs
from similarity.neighbours.space import Single, Space, Tiles, VectorMeasure, codes_above, measured, reach, true_places

__all__ = ["HEIGHT", "TILE", "VectorMeasure", "nearest_vectors"]

TILE, HEIGHT = 1024, 512
"""Targets and sources a product: the float32 tile of 2 MB and its operands stay in the caches of one core."""


def nearest_vectors(vectors: npt.NDArray[np.floating[Any]], measure: VectorMeasure, selection: Selection) -> Neighbours:
    """Return the nearest rows of each source, best first; `vectors` is rows x columns.

    Memory above the input: 20 bytes a value, about 16 `top_k` a row, and 20 MB a thread. Raises `ArgumentInvalid` for another shape.
    """
    if vectors.ndim != 2:
        raise ArgumentInvalid("vectors", f"{vectors.shape}", Text("应为 行 x 列 的表", "rows x columns are wanted"))
    sources, targets = selection.source_rows(len(vectors)), selection.target_rows(len(vectors))
    space, known = Space.of(vectors, measure)
    targets = targets[known[targets]]
    if not len(sources) or not len(targets):
        return nothing(sources)
    k = min(selection.top_k, len(targets))
    asked = np.flatnonzero(known[sources])
    copies = _first_copies(space.exact, targets, most=k + 1)
    against = Tiles.of(space, copies, size=block_height(len(vectors), most=TILE))
    wanted = Wanted(measure, k, selection.cutoff, selection.threads)
    if np.array_equal(copies, sources[asked]):
        found = nearest_pairs(space, against, wanted)
        return joined(
            sources, [(np.searchsorted(sources, row), target, score) for row, target, score in found], width=k
        )
    order = asked[side_by_side(space.points[sources[asked]], HEIGHT)]
    height = block_height(len(vectors), most=HEIGHT)

    def work(start: int) -> tuple[Rows, Rows, Floats]:
        block = order[start : start + height]
        row, target, score = _Block(space, against, chosen=sources[block], k=k).nearest(measure, selection.cutoff)
        return block[row], target, score

    return joined(sources, in_threads(work, range(0, len(order), height), threads=selection.threads), width=k)


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


class _Block:
    """The search for the neighbours of one block of sources that lie near each other.

    `limits` bounds the squared distance of each source's k-th neighbour from above; `first_limits` are the earliest
    that took part in a product.
    """

    def __init__(self, space: Space, against: Tiles, *, chosen: Rows, k: int) -> None:
        self.space, self.against, self.chosen = space, against, chosen
        self.squares = space.squares[chosen]
        self.first_limits = np.empty(len(chosen))
        within = partial(reach, squares=self.squares, first_limits=self.first_limits, space=space)
        self.sieve = Sieve(len(chosen), len(space.points), k=k, reach=within)
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
        return measured(self.space, self.sieve, self.chosen, measure=measure, cutoff=cutoff)

    def _too_far(self, gap: float, longest: float) -> bool:
        off = 2 * self.space.error * (float(self.squares.max()) + longest) + self.space.grain
        return gap > float(self.limits.max()) * (1 + self.space.error) + off

    def _multiply(self, tile: slice) -> Single:
        width = tile.stop - tile.start
        product = self.product[: len(self.left) * width].reshape(len(self.left), width)
        return np.matmul(self.left, self.against.matrix[:, tile], out=product)

    def _seed(self, tile: slice) -> None:
        """Lower the limits to what k targets of this tile keep for sure, the source itself not counted."""
        self.left[:, -1] = self.squares * (1 - self.space.error)
        kept = kept_by_k(self._multiply(tile), self.sieve.k)
        if kept is None:
            return
        longest = np.full(len(kept), self.against.squares[tile].max())
        self.limits = np.minimum(self.limits, self.space.above(kept, self.squares, longest))

    def _take(self, tile: slice) -> None:
        """Multiply with one tile and hand what may be near enough to the sieve."""
        error = self.space.error
        limits = self.limits * (1 + error) + self.space.grain
        self.left[:, -1] = self.squares * (1 - error) - limits
        product = self._multiply(tile)
        hit = true_places(np.less_equal(product, 0, out=self.near[: product.size].reshape(product.shape)))
        row, column = np.divmod(hit, product.shape[1])
        target = self.against.order[tile][column]
        below = product.reshape(-1)[hit] + limits[row]
        lengths = self.against.squares[tile][column] + limits[row]
        upper = self.space.above(below, self.squares[row], lengths)
        other = target != self.chosen[row]
        if self.sieve.add(row[other], codes_above(upper[other]), target[other]):
            self._tighten()

    def _tighten(self) -> None:
        kth = self.sieve.limits
        found = kth < 2**32 - 1
        self.limits[found] = np.minimum(self.limits[found], kth[found].view(np.float32))
