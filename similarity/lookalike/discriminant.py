"""The additive part of a look-alike: a discriminant of "positive" against "the stock as it is".

With the standardised design X (all rows of the stock, positives included),

    M = (1 - s) cov(X) + s (trace cov(X) / p) I,    w = M^-1 mean(X[positives]),    score = X w,

with shrinkage s = 0.75, and 0.92 below 20 positives: linear discriminant analysis that needs no negatives. Shrinkage 1
is the contrast of two means. *Adapted*, it is solved twice: the columns of each feature are multiplied by
`sqrt(strength + 0.2)` in between, where strength is the spread of what the feature added the first time, over the mean
of all features. Features that tell nothing are so shrunk more than the others (the adaptive ridge of Grandvalet 1998,
with a floor). Either way the score is a sum over features, and the average row has score 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from similarity.features import Floats, Ints, Mask
from similarity.lookalike.design import Design
from similarity.lookalike.shrunk import wide

SHRINKAGE, SHRINKAGE_OF_FEW, FEW_POSITIVES = 0.75, 0.92, 20
FLOOR = 0.2  # what the weakest feature keeps, as a share of the mean strength: chosen over 16 real and 10 made tables
BLOCK = 512  # rows whose parts are worked out at a time, so that the products stay in the cache


@dataclass(frozen=True, slots=True, eq=False)
class Discriminant:
    """The weight of every design row, and the scale by which it was multiplied before solving; both of shape (p,)."""

    weights: Floats
    scale: Floats
    shrinkage: float


def usual_shrinkage(positives: int) -> float:
    """Return the shrinkage for so many positives."""
    return SHRINKAGE_OF_FEW if positives < FEW_POSITIVES else SHRINKAGE


def discriminate(design: Design, positives: Mask, *, shrinkage: float, adapted: bool) -> Discriminant:
    """Learn the weights; the covariance of the stock is worked out once a design."""
    target = design.matrix[:, positives].mean(1)
    weights = design.solve(target, shrinkage)
    if not adapted:
        return Discriminant(weights, np.ones_like(weights), shrinkage)
    spreads = _spreads(design, weights)
    scale = adapted_scale(spreads, design.owner)
    return Discriminant(design.shrunk(shrinkage, scale).solve(target * scale) * scale, scale, shrinkage)


def adapted_scale(spreads: Floats, owner: Ints) -> Floats:
    """Return `sqrt(strength + 0.2)` of the feature of each design row; 1 where no feature adds anything.

    `spreads` are those of what each feature with design rows adds to the score.
    """
    mean = float(spreads.mean())
    if not mean > 0:
        return np.ones(len(owner))
    _, at = np.unique(owner, return_inverse=True)
    return np.sqrt(spreads[at] / mean + FLOOR)


def _spreads(design: Design, weights: Floats) -> Floats:
    """Return the spread over the stock of what each feature adds, from the covariance where it is at hand."""
    if wide(design.matrix):
        return np.asarray(feature_parts(design.matrix, design.owner, weights).std(1), np.float64)
    return spreads_of(design.covariance, design.owner, weights)


def spreads_of(covariance: Floats, owner: Ints, weights: Floats) -> Floats:
    """Return the spread `sqrt(w' C w)` of each feature over its own design rows; shape (features with rows,)."""
    _, at, sizes = np.unique(owner, return_inverse=True, return_counts=True)
    variance = np.zeros(len(sizes))
    for apart in range(int(sizes.max(initial=0))):
        same = np.flatnonzero(owner[apart:] == owner[: len(owner) - apart])
        terms = weights[same] * weights[same + apart] * covariance[same, same + apart]
        variance += np.bincount(at[same], weights=terms * (1 if apart == 0 else 2), minlength=len(sizes))
    return np.sqrt(np.maximum(variance, 0.0))


def feature_parts(matrix: Floats, owner: Ints, weights: Floats) -> Floats:
    """Return what each feature with design rows adds to the score of each row; shape (features with rows, n)."""
    starts = np.flatnonzero(np.diff(owner, prepend=-1))
    parts = np.empty((len(starts), matrix.shape[1]))
    for at in range(0, matrix.shape[1], BLOCK):
        product = matrix[:, at : at + BLOCK] * weights[:, None]
        np.add.reduceat(product, starts, axis=0, out=parts[:, at : at + BLOCK])
    return parts
