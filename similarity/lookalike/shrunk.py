"""A covariance shrunk towards its mean variance, factored once and solved for any targets.

`M = (1 - s) C + s (trace C / p) I` with C the covariance of p design rows over n rows of a stock. Where there are more
design rows than rows of the stock, M is solved through the inner products of the latter (Woodbury 1950): the same
numbers, with a factor of n x n.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from similarity.features import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Shrunk:
    """The Cholesky factor of M, or of `a X'X + b I` when `matrix` X (p, n) is given; `a`, `b` weigh C n and I in M."""

    factor: Floats
    matrix: Floats | None
    weights: tuple[float, float]

    def solve(self, target: Floats) -> Floats:
        """Return `M^-1 target`; shape (p,), or (p, m) for several at once."""
        if self.matrix is None:
            return substitute(self.factor, target)
        a, b = self.weights
        inner = substitute(self.factor, self.matrix.T @ target)
        return np.asarray((target - a * (self.matrix @ inner)) / b, np.float64)


def wide(matrix: Floats) -> bool:
    """Say whether a design has more rows of its own than the stock has."""
    return len(matrix) > matrix.shape[1]


def shrunk_covariance(covariance: Floats, shrinkage: float) -> Shrunk:
    """Factor M from the covariance, whose memory is used."""
    ridge = shrinkage * float(np.trace(covariance)) / len(covariance)
    return Shrunk(_factor(covariance, 1 - shrinkage, ridge), None, (1 - shrinkage, ridge))


def shrunk_rows(matrix: Floats, shrinkage: float) -> Shrunk:
    """Factor M from a wide design (p, n)."""
    products = matrix.T @ matrix
    count = len(products)
    ridge = shrinkage * float(np.trace(products)) / count / len(matrix)
    share = (1 - shrinkage) / count
    return Shrunk(_factor(products, share, ridge), matrix, (share, ridge))


def _factor(square: Floats, share: float, ridge: float) -> Floats:
    square *= share
    square[np.diag_indices_from(square)] += ridge
    return np.asarray(np.linalg.cholesky(square), np.float64)


def substitute(factor: Floats, target: Floats, *, block: int = 64) -> Floats:
    """Solve `L L' x = target` for a lower triangular L by blocks (numpy has no triangular solver of its own).

    `target` has shape (n,), or (n, m) for several at once.

    >>> substitute(np.array([[2.0, 0.0], [1.0, 1.0]]), np.array([4.0, 4.0])).tolist()
    [0.0, 2.0]
    """
    x, n = target.astype(np.float64), len(target)
    starts = range(0, n, block)
    for i in starts:
        j = min(i + block, n)
        x[i:j] = np.linalg.solve(factor[i:j, i:j], x[i:j] - factor[i:j, :i] @ x[:i])
    for i in reversed(starts):
        j = min(i + block, n)
        x[i:j] = np.linalg.solve(factor[i:j, i:j].T, x[i:j] - factor[j:, i:j].T @ x[j:])
    return x
