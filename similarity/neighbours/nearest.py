"""The k nearest of every row: what is asked for, what comes back, and how the best are kept while others stream by.

Likeness is a similarity in [0, 1] that leaves rounded to 9 digits. Rows stand in the order of their ids, so a tie that
goes to the lower row goes to the lower id. A row is never its own neighbour, and a similarity of 0 is no neighbour.
The answer is the same bytes on one thread and on many, and on any BLAS kernel: matrix products in float32 only
throw away what provably cannot belong to the best; what remains is measured again in float64, one addition after
the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from graph.model.errors import ArgumentInvalid
from graph.model.text import Text
from similarity.features import Floats, Mask

Rows = npt.NDArray[np.int64]
Keys = npt.NDArray[np.uint64]
Codes = npt.NDArray[np.uint32]

NONE = -1
"""The target that fills up a row with fewer than k neighbours; its score is 0."""
NANO = 10**9

Block = TypeVar("Block")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, eq=False)
class Selection:
    """Which neighbours are wanted: how many, how alike at least, of which rows, among which rows.

    `sources` and `targets` are masks over all rows (None: all of them). Raises `ArgumentInvalid` for a `top_k` or
    `threads` below 1 and a `cutoff` outside [0, 1]. `top_k` may exceed the number of targets.
    """

    top_k: int = 10
    cutoff: float = 0.0
    sources: Mask | None = None
    targets: Mask | None = None
    threads: int = 1

    def __post_init__(self) -> None:
        for name, value in (("top_k", self.top_k), ("threads", self.threads)):
            if value < 1:
                raise ArgumentInvalid(name, str(value), Text("至少为 1", "it must be at least 1"))
        if not 0 <= self.cutoff <= 1:
            raise ArgumentInvalid("cutoff", str(self.cutoff), Text("应在 0 到 1 之间", "it lies between 0 and 1"))

    def source_rows(self, rows: int) -> Rows:
        """Return the source rows among `rows`, ascending."""
        return _chosen("sources", self.sources, rows)

    def target_rows(self, rows: int) -> Rows:
        """Return the target rows among `rows`, ascending."""
        return _chosen("targets", self.targets, rows)


def _chosen(name: str, mask: Mask | None, rows: int) -> Rows:
    if mask is None:
        return np.arange(rows)
    if mask.dtype != bool or mask.shape != (rows,):
        raise ArgumentInvalid(
            name, f"{mask.dtype}{list(mask.shape)}", Text(f"应为 {rows} 个真假值", f"{rows} truth values are wanted")
        )
    return np.flatnonzero(mask)


@dataclass(frozen=True, slots=True, eq=False)
class Neighbours:
    """The neighbours of some rows, best first: `sources[i]` is nearest to `targets[i, 0]` with `scores[i, 0]`.

    Shapes: sources (m,), targets and scores (m, k) with k at most the number of targets; gaps are `NONE` and 0.
    """

    sources: Rows
    targets: Rows
    scores: Floats

    def to_arrow(self) -> pa.Table:
        """Return one line a pair (source, target, rank from 1, score), by source and rank."""
        found = self.targets != NONE
        rank = np.broadcast_to(np.arange(1, self.targets.shape[1] + 1), self.targets.shape)
        return pa.table(
            {
                "source": np.repeat(self.sources, found.sum(axis=1)),
                "target": self.targets[found],
                "rank": rank[found].astype(np.int32),
                "score": self.scores[found],
            }
        )


def nothing(sources: Rows) -> Neighbours:
    """Return the answer in which no source has a neighbour."""
    return Neighbours(sources, np.empty((len(sources), 0), np.int64), np.empty((len(sources), 0)))


def in_threads(work: Callable[[Block], Result], blocks: Iterable[Block], *, threads: int) -> list[Result]:
    """Run `work` on every block and return the results in the order of the blocks; BLAS keeps to one thread each."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    with threadpool_limits(1, "blas"):
        if threads == 1:
            return [work(block) for block in blocks]
        with ThreadPoolExecutor(threads) as pool:
            return list(pool.map(work, blocks))


def joined(sources: Rows, parts: Sequence[tuple[Rows, Rows, Floats]], *, width: int) -> Neighbours:
    """Put the pairs of all blocks together; a part is (position in `sources`, target, score), best first.

    The pairs of one source lie in one part; the scores are similarities already rounded to 9 digits.
    """
    empty = np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)  # a block need not have been
    position, target, score = (np.concatenate(column) for column in zip(empty, *parts, strict=True))
    order = np.argsort(position, kind="stable")
    position, target, score = position[order], target[order], score[order]
    rank = np.arange(len(position)) - np.searchsorted(position, position)
    targets = np.full((len(sources), width), NONE, np.int64)
    scores = np.zeros((len(sources), width))
    targets[position, rank], scores[position, rank] = target, score
    return Neighbours(sources, targets, scores)


def block_height(targets: int, *, most: int) -> int:
    """Return how many rows a `Sieve` over `targets` columns may hold, at most `most`."""
    return max(1, min(most, 2 ** (32 - max(targets - 1, 1).bit_length())))


def kept_by_k(values: npt.NDArray[np.float32], k: int) -> Floats | None:
    """Return for each row a value that k of its columns do not exceed for sure, leaving one column out of account.

    It is the (k + 1)-th smallest of the minima of disjoint groups of columns: each minimum is a column of its own, and
    one of them may be the row itself. None where the columns are too few. Partitioning the minima costs a fraction of
    partitioning the columns.
    """
    rows, width = values.shape
    fold = max(1, min(16, width // (4 * (k + 1))))
    count = width // fold
    if count <= k:
        return None
    minima = values[:, : count * fold].reshape(rows, fold, count).min(axis=1)
    return np.partition(minima, k, axis=1)[:, k].astype(np.float64)


class Sieve:
    """The best candidates of a block of rows, while tiles of targets pass.

    A candidate is one 64-bit key: row, 32 bits of what is ranked by (`code`, smaller is better), target; so sorting
    keys sorts by row, code and target, and ties go to the lower target. Candidates wait until there are `k` a row;
    then the k-th of each row becomes the row's limit, and what cannot be among the best k goes. Codes that are not
    exact need `reach`: it maps the limits to the worst codes that may still turn out to be among the best.
    """

    def __init__(self, rows: int, targets: int, *, k: int, reach: Callable[[Codes], Codes] | None = None) -> None:
        self.k = k
        self._reach = reach
        self.bits = np.uint64(max(targets - 1, 1).bit_length())
        self.limits = np.full(rows, 2**32 - 1, np.uint32)
        self.last = np.full(rows, targets, np.int64)
        self._edges = np.arange(rows + 1, dtype=np.uint64) << np.uint64(32) + self.bits
        self._keys = np.empty(0, np.uint64)
        self._waiting: list[Keys] = []
        self._count = 0

    def add(self, rows: npt.NDArray[Any], codes: Codes, targets: npt.NDArray[Any]) -> bool:
        """Take candidates in; True when the limits became tighter."""
        keys = rows.astype(np.uint64) << np.uint64(32)
        keys |= codes
        keys <<= self.bits
        keys |= targets.astype(np.uint64)
        self._waiting.append(keys)
        self._count += len(keys)
        if self._count < self.k * len(self.limits):
            return False
        self.tighten()
        return True

    def tighten(self) -> None:
        """Sort, set the limits to the k-th of each row, and drop what lies behind it."""
        keys = np.sort(np.concatenate([self._keys, *self._waiting]))
        starts = np.searchsorted(keys, self._edges)
        full = np.flatnonzero(np.diff(starts) >= self.k)
        worst = keys[starts[full] + self.k - 1]
        self.limits[full] = (worst >> self.bits).astype(np.uint32)
        self.last[full] = (worst & ((np.uint64(1) << self.bits) - np.uint64(1))).astype(np.int64)
        self._keys, self._waiting, self._count = self._kept(keys, starts), [], 0

    def _kept(self, keys: Keys, starts: Rows) -> Keys:
        """Return the first k keys of each row, and those within reach of the limit."""
        each = np.diff(starts)
        if self._reach is None:
            return keys[np.arange(len(keys)) - np.repeat(starts[:-1], each) < self.k]
        return keys[(keys >> self.bits).astype(np.uint32) <= np.repeat(self._reach(self.limits), each)]

    def candidates(self) -> tuple[Rows, Codes, Rows]:
        """Return rows, codes and targets of what is left, by row, code and target."""
        self.tighten()
        targets = (self._keys & ((np.uint64(1) << self.bits) - np.uint64(1))).astype(np.int64)
        above = self._keys >> self.bits
        return (above >> np.uint64(32)).astype(np.int64), above.astype(np.uint32), targets
