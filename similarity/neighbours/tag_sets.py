"""The k nearest sets of tags, exactly: Jaccard, Jaccard weighted by the information of tags, overlap coefficient.

    jaccard   = weight of the shared tags / weight of all tags that either has
    overlap   = weight of the shared tags / weight of the tags of the smaller of the two

Unweighted tags weigh 1 each. A set without tags (or without weight) is like no other, not even like another empty one:
nothing is known of it. P. Jaccard (1901), Bull. Soc. Vaudoise Sci. Nat. 37, 547-579; the overlap coefficient is that of
Szymkiewicz and Simpson.

How: targets stand in the order of their total weight, in tiles; a packed product (`packed`) over folded columns of tags
(`tag_bits`) bounds the shared weight of each pair from above, in whole numbers; a pair is measured in float64 only if
that bound could beat the k-th score of its source so far, and a tile is left out when no target could.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from graph.model.errors import ArgumentInvalid
from graph.model.text import Text
from similarity.features import Floats
from similarity.neighbours.nearest import (
    NANO,
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
from similarity.neighbours.packed import Packing, Single
from similarity.neighbours.tag_bits import TagBits, folded

TILE = 1024
"""Targets a product: 256 sources x 1,024 targets of float32 are the 1 MB second-level cache of a core."""
HEIGHT = 1024
"""Sources a block: their keys, bounds and candidates stay in cache, and 83,000 rows make enough blocks for threads."""
NEAR, BEYOND = 0.6 / NANO, 0.4 / NANO
"""A score up to half a billionth below another may round to it; one less than half above it does not reach the next."""


class SetMeasure(StrEnum):
    """How alike two sets of tags are."""

    JACCARD = "jaccard"
    OVERLAP = "overlap"

    def score(self, shared: Floats, one: Floats, other: Floats) -> Floats:
        """Return the similarity from the shared weight and the two total weights (0 where a total is 0)."""
        whole = one + other - shared if self is SetMeasure.JACCARD else np.minimum(one, other)
        return np.divide(shared, whole, out=np.zeros(np.shape(shared)), where=whole > 0)

    def need(self, score: Floats, one: Floats, other: float) -> Floats:
        """Return the least shared weight with which a pair reaches `score`; it grows with both totals."""
        if self is SetMeasure.JACCARD:
            return score / (1 + score) * (one + other)
        return score * np.minimum(one, other)


@dataclass(frozen=True, slots=True, eq=False)
class TagSets:
    """A set of tags a row, as rows of a sparse matrix; `weights` holds one weight a tag (None: 1 each).

    Shapes: indptr (rows + 1,), indices (tags carried,) below `tags`. A tag listed twice counts once. Raises
    `ArgumentInvalid` for weights that are negative, not finite or not one a tag.
    """

    indptr: npt.NDArray[Any]
    indices: npt.NDArray[Any]
    tags: int
    weights: Floats | None = None

    def __post_init__(self) -> None:
        if self.weights is not None and not (
            self.weights.shape == (self.tags,) and np.isfinite(self.weights).all() and (self.weights >= 0).all()
        ):
            wanted = Text("每个标签一个非负的数", "one number of at least 0 for each tag is wanted")
            raise ArgumentInvalid("weights", f"{self.weights[:5]}", wanted)

    def __len__(self) -> int:
        return len(self.indptr) - 1

    def information(self) -> Floats:
        """Return what each tag tells: -log of the share of rows that carry it (0 for a tag that all or none carry)."""
        carriers = np.bincount(self.pairs()[1], minlength=self.tags)
        return -np.log(np.where(carriers > 0, carriers, max(len(self), 1)) / max(len(self), 1)) + 0.0

    def pairs(self) -> tuple[Rows, Rows]:
        """Return (row, tag) of every tag carried, each once, ascending."""
        row, tag = np.repeat(np.arange(len(self)), np.diff(self.indptr)), np.asarray(self.indices, np.int64)
        pair = row * self.tags + tag
        if (np.diff(pair) > 0).all():
            return row, tag
        pair = np.sort(pair)
        row, tag = np.divmod(pair[np.diff(pair, prepend=-1) > 0], self.tags)
        return row, tag


def nearest_sets(sets: TagSets, measure: SetMeasure, selection: Selection) -> Neighbours:
    """Return the nearest sets of each source, best first.

    Memory above the input: a bit for each row and tag, 4 bytes for each target and folded column, 20 MB a thread.
    """
    sources, targets = selection.source_rows(len(sets)), selection.target_rows(len(sets))
    if not len(sources) or not len(targets):
        return nothing(sources)
    row, tag = sets.pairs()
    rows = TagBits.of(len(sets), row, tag, weights=sets.weights, tags=sets.tags)
    against = _Targets.of(rows, targets, threads=selection.threads)
    k = min(selection.top_k, len(targets))
    order = np.argsort(rows.totals[sources], kind="stable")
    height = block_height(len(sets), most=HEIGHT)

    def work(start: int) -> tuple[Rows, Rows, Floats]:
        block = order[start : start + height]
        found = _Block(rows, against, measure=measure, chosen=sources[block], k=k)
        row, target, score = found.nearest(selection.cutoff)
        return block[row], target, score

    return joined(sources, in_threads(work, range(0, len(order), height), threads=selection.threads), width=k)


@dataclass(frozen=True, slots=True, eq=False)
class _Targets:
    """The targets by total weight: `matrix` (folded columns + a row of ones) x targets, `order` the row of each."""

    column: npt.NDArray[Any]
    order: Rows
    totals: Floats
    matrix: Single
    tiles: tuple[slice, ...]

    @classmethod
    def of(cls, rows: TagBits, targets: Rows, *, threads: int) -> _Targets:
        order = targets[np.argsort(rows.totals[targets], kind="stable")]
        column = folded(rows.popularity())
        matrix = np.ones((column.max(initial=0) + 2, len(order)), np.float32)

        def fill(start: int) -> None:
            part = slice(start, start + TILE)
            matrix[:-1, part] = _fold(rows.carried(order[part]), column, len(matrix) - 1).T > 0

        in_threads(fill, range(0, len(order), TILE), threads=threads)
        return cls(column, order, rows.totals[order], matrix, _tiles(rows.totals[order]))


def _fold(values: Single, column: npt.NDArray[Any], columns: int) -> Single:
    """Add up the tags (rows x tags) of each folded column; whole numbers, so the order does not matter."""
    one_hot = (column[:, None] == np.arange(columns)).astype(np.float32)
    return values @ one_hot


def _tiles(totals: Floats) -> tuple[slice, ...]:
    """Cut the targets (ascending totals) into tiles, at changes of the total where that leaves no slivers."""
    edges = [0]
    for edge in [*(np.flatnonzero(np.diff(totals)) + 1).tolist(), len(totals)]:
        if edge - edges[-1] >= TILE // 4 or edge == len(totals):
            edges.extend(range(edges[-1] + TILE, edge, TILE))
            edges.append(edge)
    return tuple(slice(a, b) for a, b in itertools.pairwise(edges))


class _Block:
    """The search for the neighbours of one block of sources, rows of about equal total weight."""

    def __init__(self, rows: TagBits, against: _Targets, *, measure: SetMeasure, chosen: Rows, k: int) -> None:
        self.rows, self.against, self.measure, self.chosen = rows, against, measure, chosen
        self.totals = rows.totals[chosen]
        self.sieve = Sieve(len(chosen), len(rows.totals), k=k)
        self.floor = np.zeros(len(chosen))
        self.scale, self.packing = self._packing()
        weights = np.minimum(np.ceil(rows.weights * self.scale), self.packing.most).astype(np.float32)
        folded_weights = _fold(rows.carried(chosen) * weights, against.column, len(against.matrix) - 1)
        self.left = self.packing.left(folded_weights)
        self.product = np.empty(len(self.left) * TILE, np.float32)

    def _packing(self) -> tuple[float, Packing]:
        """Return the scale of whole weights, and a packing for them.

        Rounded up, whole weights add up to no less than `scale` times the weight, and to no more than a field holds.
        """
        most = max(int(self.rows.sizes[self.chosen].max(initial=1)), 1)
        if self.rows.tables is None:
            return 1.0, Packing.holding(most)
        packing = Packing.holding(1023 if most <= 256 else 2**21 - 1)
        heaviest = float(self.totals.max(initial=0))
        return (packing.most - most) / heaviest if heaviest else 1.0, packing

    def nearest(self, cutoff: float) -> tuple[Rows, Rows, Floats]:
        """Return position in the block, target and score of the best of at least `cutoff`, best first."""
        least = max(round(cutoff * NANO), 1)
        self.floor += least / NANO - NEAR
        for place, tile in enumerate(self._outward()):
            if place == 0:
                self._seed(tile)
            if self._ask(tile):
                self._take(tile, least)
        row, code, target = self.sieve.candidates()
        return row, target, (NANO - code.astype(np.int64)) / NANO

    def _outward(self) -> Iterator[slice]:
        """Yield the tiles from the one whose totals are like the block's to both ends."""
        tiles, totals, middle = self.against.tiles, self.against.totals, float(np.median(self.totals))
        away = [max(totals[t.start] - middle, middle - totals[t.stop - 1], 0.0) for t in tiles]
        yield from (tiles[i] for i in np.argsort(away, kind="stable"))

    def _seed(self, tile: slice) -> None:
        """Raise the floor to a score that k targets of this tile reach for sure, the source itself not counted."""
        weighted = self.rows.carried(self.chosen) * self.rows.weights.astype(np.float32)
        kept = kept_by_k(weighted @ -self.rows.carried(self.against.order[tile]).T, self.sieve.k)
        if kept is None:
            return
        reached = -kept
        roundoff = 2.0**-23 * (int(self.rows.sizes[self.chosen].max(initial=0)) + 4)  # of a float32 sum, twice over
        certain = reached * max(1 - roundoff, 0)
        score = self.measure.score(certain, self.totals, np.full(len(certain), self.against.totals[tile.stop - 1]))
        self.floor = np.maximum(self.floor, score - NEAR)

    def _ask(self, tile: slice) -> bool:
        """Write down what each source needs in this tile; False when no target of it can be enough."""
        lightest, heaviest = self.against.totals[tile.start], self.against.totals[tile.stop - 1]
        limit = (NANO - self.sieve.limits.astype(np.float64)) / NANO
        wins_ties = self.sieve.last > self.against.order[tile].min()
        score = np.maximum(self.floor, limit + np.where(wins_ties, -NEAR, BEYOND))
        need = self.measure.need(score, self.totals, lightest) * (1 - 1e-12)
        possible = need <= np.minimum(self.totals, heaviest)
        if not possible.any():
            return False
        never = self.packing.most + 1
        whole = np.clip(np.ceil(need * self.scale - 1e-9), 1, never).astype(np.int64)
        self.packing.ask(self.left, np.where(possible, whole, never))
        return True

    def _take(self, tile: slice, least: int) -> None:
        """Multiply with one tile and hand what reaches the need, measured exactly, to the sieve."""
        width = tile.stop - tile.start
        product = self.product[: len(self.left) * width].reshape(len(self.left), width)
        np.matmul(self.left, self.against.matrix[:, tile], out=product)
        row, column = self.packing.reached(product)
        target = self.against.order[tile][column]
        other = target != self.chosen[row]
        row, target = row[other], target[other]
        shared = self.rows.shared(self.chosen[row], target)
        score = self.measure.score(shared, self.totals[row], self.rows.totals[target])
        nano = np.rint(score * NANO).astype(np.int64)
        kept = (nano >= least) & (NANO - nano <= self.sieve.limits[row])
        self.sieve.add(row[kept], (NANO - nano[kept]).astype(np.uint32), target[kept])
