"""The part of a look-alike that is a sum over positives: how close a row is to each of them, in context.

Distances are Euclidean in the scaled design; the kernel `k = exp(-d² / h)` has the mean squared distance of the stock
for h. With K the kernel among the anchors (the rows of the stock, or all positives and an even sample of the others),
centred, the column of positive i is

    S e_i = K (K + l I)^-1 e_i,    l = 10 trace(K) / n,

kernel ridge regression of "is positive i" (a Gaussian process's mean): closeness that counts how common such rows are
in the stock, and how well other rows nearby explain it. It bends where the additive part is straight, and finds
positives of several sorts. New rows are scored by the same formula; nothing is random.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain

import numpy as np

from similarity.features import Floats, Ints, Mask
from similarity.lookalike.shrunk import factored

RIDGE = 10.0  # over the mean diagonal of the kernel: from 4 to 30 the figures hardly move
BLOCK = 512  # rows scored at a time
TINY = 1e-9  # rows that are all the same have no spread
AHEAD = 4 * BLOCK  # rows of the stock whose kernel is worked out while another thread learns
ANCHORS = 1000  # rows of the stock that the kernel rests on, with all positives among them


@dataclass(frozen=True, slots=True, eq=False)
class Closeness:
    """What new rows need: the anchors (q, a), the kernel's width, and for each positive its pull and level (a, m), (m,)."""

    anchors: Floats
    width: float
    pull: Floats
    level: Floats

    def parts(self, rows: Floats) -> Floats:
        """Return how close each row (a column of the scaled design) is to each positive; shape (n, m)."""
        blocks = (rows[:, at : at + BLOCK] for at in range(0, rows.shape[1], BLOCK))
        return self.closeness(kernel(some, self.anchors, self.width) for some in blocks)

    def closeness(self, kernels: Iterable[Floats]) -> Floats:
        """Return how close rows are to each positive from their kernels to the anchors, block after block; (n, m)."""
        return np.concatenate([np.empty((0, self.pull.shape[1])), *(k @ self.pull - self.level for k in kernels)])


def approach(scaled: Floats, positives: Mask, *, anchors: Ints) -> tuple[Closeness, Floats]:
    """Learn the closeness to each positive from a scaled design (q, n); `anchors` are rows that hold the positives.

    Returns also how close the rows of the stock are to each positive; shape (n, m).
    """
    rows, others = scaled.take(anchors, axis=1), np.setdiff1d(np.arange(scaled.shape[1]), anchors)
    width = 2 * float(np.einsum("ij,ij->", scaled, scaled)) / scaled.shape[1]
    found = np.empty((scaled.shape[1], int(positives.sum())))
    with ThreadPoolExecutor(1) as beside:
        learning = beside.submit(_learned, rows, positives[anchors], width=width)
        soon = [kernel(scaled.take(part, axis=1), rows, width) for part in _blocks(others[:AHEAD])]
        learned, found[anchors] = learning.result()
    later = (kernel(scaled.take(part, axis=1), rows, width) for part in _blocks(others[AHEAD:]))
    found[others] = learned.closeness(chain(soon, later))
    return learned, found


def _blocks(rows: Ints) -> list[Ints]:
    return [rows[at : at + BLOCK] for at in range(0, len(rows), BLOCK)]


def _learned(rows: Floats, positives: Mask, *, width: float) -> tuple[Closeness, Floats]:
    """Return the closeness that the anchors teach, and their own to each positive."""
    among = kernel(rows, rows, width)
    level = among.mean(0)
    pull, known = smoothed(among, positives)
    return Closeness(rows, width, pull, level @ pull), known


def smoothed(among: Floats, positives: Mask) -> tuple[Floats, Floats]:
    """Return for each positive the pull of all anchors and their closeness to it, both (a, m), from their kernel.

    The memory of the kernel is used. `(K + l I) a = e` gives the closeness `K a = e - l a` without another product.
    """
    level, count = among.mean(0), len(among)
    ridge = RIDGE * max(float(np.trace(among)) / count - float(level.mean()), TINY)
    among -= level
    among -= level[:, None]
    among += float(level.mean())
    among[np.diag_indices(count)] += ridge
    marked = np.flatnonzero(positives)
    wanted = np.full((count, len(marked)), -1 / count)
    wanted[marked, np.arange(len(marked))] += 1
    pull = factored(among).solve(wanted)
    return pull, wanted - ridge * pull


def kernel(some: Floats, others: Floats, width: float) -> Floats:
    """Return `exp(-d² / width)` of each column of one matrix to each of the other; shape (n, m)."""
    sizes = (np.einsum("ij,ij->j", x, x) for x in (some, others))
    return of_products(some.T @ others, *sizes, width=width)


def of_products(products: Floats, own: Floats, others: Floats, *, width: float) -> Floats:
    """Return the kernel from inner products (n, m), whose memory it uses, and squared norms (n,), (m,)."""
    products *= 2
    products -= own[:, None]
    products -= others
    np.minimum(products, 0.0, out=products)
    products /= width if width > 0 else 1.0
    return np.exp(products, out=products)


def evenly(ids: tuple[str, ...], positives: Mask, *, most: int) -> Ints:
    """Return the rows of all positives and an even sample of the others by the order of ids, rising; about `most`.

    At least as many others as positives are taken, all of them where they are few.
    """
    others = np.flatnonzero(~positives)
    marked = np.flatnonzero(positives)
    wanted = max(most - len(marked), len(marked))
    if len(others) > wanted:
        names = np.array(ids, dtype=np.str_)[others]
        others = others[np.argsort(names)[np.arange(wanted) * len(others) // wanted]]
    return np.sort(np.concatenate([marked, others]))
