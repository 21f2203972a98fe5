"""A covariance shrunk towards its mean variance, factored once and solved for any targets.

`M = (1 - s) C + s (trace C / p) I` with C the covariance of p design rows over n rows of a stock. Where there are more
design rows than rows of the stock, M is solved through the inner products of the latter (Woodbury 1950): the same
numbers, with a factor of n x n.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from similarity.features import Floats

BLOCK = 64
"""Columns factored at a time: the products between the blocks then do nearly all of the work."""


@dataclass(frozen=True, slots=True, eq=False)
class Factor:
    """A Cholesky factor L by blocks of columns: `lower` holds what is below the blocks, `inverses` those of the blocks.

    What stands in the blocks of `lower` and above them is of no meaning.
    """

    lower: Floats
    inverses: tuple[Floats, ...]

    def solve(self, target: Floats) -> Floats:
        """Solve `L L' x = target`; `target` has shape (n,), or (n, m) for several at once.

        >>> factored(np.array([[4.0, 2.0], [2.0, 2.0]])).solve(np.array([4.0, 4.0])).tolist()
        [0.0, 2.0]
        """
        x, low = target.astype(np.float64), self.lower
        blocks = [(at, min(at + BLOCK, len(x)), self.inverses[at // BLOCK]) for at in range(0, len(x), BLOCK)]
        for i, j, inverse in blocks:
            x[i:j] = inverse @ (x[i:j] - low[i:j, :i] @ x[:i])
        for i, j, inverse in reversed(blocks):
            x[i:j] = inverse.T @ (x[i:j] - low[j:, i:j].T @ x[j:])
        return x


def factored(square: Floats) -> Factor:
    """Factor a positive definite matrix in its own memory, from the left (Golub and Van Loan 2013, section 4.2).

    A third faster than `np.linalg.cholesky`, which copies the matrix twice.
    """
    inverses = []
    for i in range(0, len(square), BLOCK):
        j = i + BLOCK
        square[i:, i:j] -= square[i:, :i] @ square[i:j, :i].T
        inverses.append(np.linalg.inv(np.linalg.cholesky(square[i:j, i:j])))
        square[j:, i:j] = square[j:, i:j] @ inverses[-1].T
    return Factor(square, tuple(inverses))


@dataclass(frozen=True, slots=True, eq=False)
class Shrunk:
    """The factor of M, or of `a X'X + b I` when `matrix` X (p, n) is given; `a`, `b` weigh C n and I in M."""

    factor: Factor
    matrix: Floats | None
    weights: tuple[float, float]

    def solve(self, target: Floats) -> Floats:
        """Return `M^-1 target`; shape (p,), or (p, m) for several at once."""
        if self.matrix is None:
            return self.factor.solve(target)
        a, b = self.weights
        inner = self.factor.solve(self.matrix.T @ target)
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


def _factor(square: Floats, share: float, ridge: float) -> Factor:
    square *= share
    square[np.diag_indices_from(square)] += ridge
    return factored(square)
