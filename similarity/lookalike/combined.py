"""One fitted look-alike: the additive part alone, or with the closeness to each positive beside it.

*Combined*: score = 0.5 (additive part) / its spread + 0.5 (closeness) / its spread, both parts on the same adapted
columns, spreads over the rows that are not positives. *Additive*: the adapted discriminant alone. *Contrast*: the
difference of two means (shrinkage 1). Every score is a sum over features plus a sum over positives; 0 is an average row.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from graph.model.text import Text
from similarity.features import Floats, Ints, Mask
from similarity.lookalike.closeness import ANCHORS, Closeness, approach, evenly
from similarity.lookalike.design import Design
from similarity.lookalike.discriminant import Discriminant, discriminate, feature_parts

SHARE = 0.5  # of the additive part in a combined score; from 0.3 to 0.7 the figures hardly move


class Method(StrEnum):
    """How scores are made."""

    COMBINED = "combined"
    ADDITIVE = "additive"
    CONTRAST = "contrast"

    @property
    def named(self) -> Text:
        """The name for a reader."""
        return _TITLES[self]


_TITLES = {
    Method.COMBINED: Text("加性判别加邻近度", "additive discriminant with closeness"),
    Method.ADDITIVE: Text("加性判别", "additive discriminant"),
    Method.CONTRAST: Text("均值对比", "contrast of means"),
}


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """A fitted look-alike; `closeness` and `near` (of the stock to each positive, (n, m)) only where it is combined.

    `rates` are what one unit of either part is worth in the score.
    """

    method: Method
    discriminant: Discriminant
    closeness: Closeness | None
    near: Floats
    rates: tuple[float, float]

    def by_feature(self, matrix: Floats, owner: Ints) -> Floats:
        """Return what each feature that has design rows adds to the scores; shape (features with rows, n)."""
        return feature_parts(matrix, owner, self.discriminant.weights * self.rates[0])

    def by_positive(self, matrix: Floats | None) -> Floats:
        """Return what each positive adds to the scores of rows of a design (None: of the stock); shape (n, m)."""
        if self.closeness is None or matrix is None:
            rows = len(self.near) if matrix is None else matrix.shape[1]
            return self.near * self.rates[1] if matrix is None else np.empty((rows, 0))
        return self.closeness.parts(matrix * self.discriminant.scale[:, None]) * self.rates[1]


def fit(design: Design, positives: Mask, *, method: Method, shrinkage: float) -> Fitted:
    """Learn from a stock and its positives; `shrinkage` is that of the additive part (1 for the contrast)."""
    if method is Method.CONTRAST:
        contrast = discriminate(design, positives, shrinkage=1.0, adapted=False)
        return Fitted(method, contrast, None, np.empty((len(design.features), 0)), (1.0, 0.0))
    additive = discriminate(design, positives, shrinkage=shrinkage, adapted=True)
    if method is Method.ADDITIVE:
        return Fitted(method, additive, None, np.empty((len(design.features), 0)), (1.0, 0.0))
    anchors = evenly(design.features.ids, positives, most=ANCHORS)
    closeness, near = approach(design.matrix * additive.scale[:, None], positives, anchors=anchors)
    parts = (additive.weights @ design.matrix, near.sum(1))
    return Fitted(method, additive, closeness, near, rates(*parts, positives))


def rates(additive: Floats, near: Floats, positives: Mask) -> tuple[float, float]:
    """Return what a unit of each part is worth, so that both spread alike over the rows that are not positives."""
    return _rate(additive, positives, SHARE), _rate(near, positives, 1 - SHARE)


def _rate(part: Floats, positives: Mask, share: float) -> float:
    """Return share over spread; a part in which the other rows are all alike has the spread of all rows."""
    least = 1e-10 + 1e-9 * float(np.abs(part).max())  # less is rounding: standardised parts are near 1
    for spread in (float(part[~positives].std()), float(part.std())):
        if spread > least:
            return share / spread
    return 0.0
