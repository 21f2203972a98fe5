"""Personalised PageRank on an undirected network, solved as a linear system.

The walk starts in the restart distribution b, goes on along a relationship drawn at random with probability d
(`damping`), and otherwise starts again; a node without relationships leads back to the start. Its shares of time x
solve (I - d A D^-1) x = (1 - d) b up to a factor, A the weights and D their row sums. On an undirected network
z = D^-1/2 x solves the symmetric positive definite system (I - d D^-1/2 A D^-1/2) z = D^-1/2 b, so conjugate gradients
apply: at d = 0.85 the error falls by 0.56 a step, against 0.85 with the usual power iteration.

References: L. Page, S. Brin, R. Motwani, T. Winograd, "The PageRank citation ranking", Stanford 1999; T. Haveliwala,
"Topic-sensitive PageRank", WWW 2002; D. Gleich, "PageRank beyond the Web", SIAM Review 57, 2015 (section 3, the
undirected case).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graph.model.errors import ArgumentInvalid
from graph.model.text import Text
from graph.snapshot.columns import Floats

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

DAMPING = 0.85
TOLERANCE = 1e-12
"""Largest sum of errors over all shares of time: scores leave rounded to 9 digits."""


def pagerank(matrix: csr_matrix, restart: Floats, *, damping: float = DAMPING, tolerance: float = TOLERANCE) -> Floats:
    """Return the share of time that the walk spends in each node; shape (nodes,), sum 1.

    `matrix` is symmetric with weights of at least 0 and an empty diagonal, `restart` holds weights of at least 0, one
    a node, not all 0. Sums are numpy's pairwise sums, so the result does not depend on the number of threads. Raises
    `ArgumentInvalid` for a damping outside [0, 1) and for an empty restart.

    >>> from scipy.sparse import csr_matrix
    >>> chain = csr_matrix(np.array([[0.0, 1, 0], [1, 0, 1], [0, 1, 0]]))
    >>> pagerank(chain, np.ones(3)).round(4).tolist()
    [0.2568, 0.4865, 0.2568]
    """
    _check(restart, damping)
    strengths = np.asarray(matrix.sum(axis=1)).ravel()
    linked = strengths > 0
    root = np.sqrt(np.where(linked, strengths, 1.0))
    start = restart / restart.sum()
    solved = root * _solve(matrix, start / root, root=root, damping=damping, tolerance=tolerance)
    shares = np.where(linked, solved, start)
    return np.asarray(shares / shares.sum())


def _check(restart: Floats, damping: float) -> None:
    if not 0 <= damping < 1:
        raise ArgumentInvalid("damping", f"{damping:g}", Text("应在 [0, 1) 之内", "it must lie in [0, 1)"))
    if not (np.isfinite(restart).all() and (restart >= 0).all() and restart.sum() > 0):
        why = Text("至少一个起点，权重不为负", "at least one node to start from, no negative weight")
        raise ArgumentInvalid("restart", "…", why)


def _solve(matrix: csr_matrix, right: Floats, *, root: Floats, damping: float, tolerance: float) -> Floats:
    """Solve (I - d D^-1/2 A D^-1/2) z = right by conjugate gradients.

    The columns of A D^-1 sum to 1, so the sum of errors of x = D^1/2 z is at most that of its residual over (1 - d);
    x sums to 1 / (1 - d), so after division by its sum the residual bounds the error as it stands.
    """
    solution, residual = np.zeros_like(right), right.copy()
    direction, square = residual.copy(), float((residual * residual).sum())
    while float(np.abs(root * residual).sum()) > tolerance:
        image = direction - damping * (matrix @ (direction / root)) / root
        length = square / float((direction * image).sum())
        solution += length * direction
        residual -= length * image
        before, square = square, float((residual * residual).sum())
        direction = residual + (square / before) * direction
    return solution
