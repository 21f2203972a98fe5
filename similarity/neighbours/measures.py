"""How alike two rows are, from three inner products: <x, y>, <x, x> and <y, y>.

    jaccard     <x,y> / (<x,x> + <y,y> - <x,y>)          P. Jaccard (1901), Bull. Soc. Vaudoise Sci. Nat. 37, 547-579
    overlap     <x,y> / min(<x,x>, <y,y>)                the overlap coefficient of Szymkiewicz and Simpson
    cosine      (1 + <x,y> / (|x| |y|)) / 2              the angle brought from [-1, 1] to [0, 1]: 0.5 is a right angle
    euclidean   1 / (1 + |x - y|)                        1 for no distance, 0.5 for a distance of 1

Sets are rows of zeros and ones; with weights a product is a weighted one. Every measure is symmetric, lies in [0, 1]
and gives a row 1 with itself, but for rows of which nothing is known (an empty set, a vector without a direction): a
set measure gives those 0, the cosine 0.5. Each score is taken apart by feature: `parts` sum to it together with
`start`, `lost` sums to what is missing from 1 (where anything is known of either).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from graph.model.errors import UnknownName
from graph.model.text import Text
from similarity.features import Floats, Ints

Score = Callable[[Floats, Floats, Floats], Floats]


class On(StrEnum):
    """What a measure compares."""

    SETS = "sets"
    VECTORS = "vectors"


@dataclass(frozen=True, slots=True, eq=False)
class Products:
    """Inner products feature by feature: `shared` <x,y>, `one` <x,x>, `other` <y,y>; arrays (features, pairs)."""

    shared: Floats
    one: Floats
    other: Floats

    def total(self) -> tuple[Floats, Floats, Floats]:
        """Return the three products of each pair, features added in their order."""
        return self.shared.sum(axis=0), self.one.sum(axis=0), self.other.sum(axis=0)

    def take(self, pairs: Ints) -> Products:
        """Return the products of some pairs only."""
        return Products(self.shared[:, pairs], self.one[:, pairs], self.other[:, pairs])


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """Scores taken apart: `start` + the sum of `gained` is the score, the sum of `lost` is 1 - score.

    Arrays (features, pairs).
    """

    start: float
    gained: Floats
    lost: Floats


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure: its name, how a reader is told, what it compares, and its two computations.

    `informed` measures weigh the members of a set by their information (-log of the share of rows that have them).
    """

    name: str
    title: Text
    on: On
    score: Score
    parts: Callable[[Products], Parts]
    informed: bool = False

    def between(self, x: Floats, y: Floats, weights: Floats | None = None) -> Floats:
        """Return the similarities of rows with rows; shapes (m, d), (n, d) and weights (d,) to (m, n).

        >>> MEASURES["jaccard"].between(np.array([[1.0, 1, 0]]), np.array([[1.0, 0, 1], [1, 1, 0]])).round(3).tolist()
        [[0.333, 1.0]]
        """
        weight = np.ones(x.shape[1]) if weights is None else weights
        shared = np.zeros((len(x), len(y)))
        for j in range(x.shape[1]):  # one addition after the other: the same sums on every machine
            shared += weight[j] * np.outer(x[:, j], y[:, j])
        one, other = _squares(x, weight), _squares(y, weight)
        return self.score(shared, one[:, None], other[None, :])


def _squares(x: Floats, weight: Floats) -> Floats:
    total = np.zeros(len(x))
    for j in range(x.shape[1]):
        total += weight[j] * (x[:, j] * x[:, j])
    return total


def ratio(above: Floats, below: Floats) -> Floats:
    """Divide, giving 0 where there is nothing to divide by."""
    above, below = np.broadcast_arrays(above, below)
    return np.divide(above, below, out=np.zeros(above.shape), where=below > 0)


def jaccard(shared: Floats, one: Floats, other: Floats) -> Floats:
    """Return the shared weight as a share of what either has; 0 where neither has any."""
    return ratio(shared, one + other - shared)


def overlap(shared: Floats, one: Floats, other: Floats) -> Floats:
    """Return the shared weight as a share of the smaller of the two; 0 where one has none."""
    return ratio(shared, np.minimum(one, other))


def cosine(shared: Floats, one: Floats, other: Floats) -> Floats:
    """Return (1 + cosine) / 2; 0.5 where one has no direction."""
    return np.clip((1 + ratio(shared, np.sqrt(one) * np.sqrt(other))) / 2, 0.0, 1.0)


def euclidean(shared: Floats, one: Floats, other: Floats) -> Floats:
    """Return 1 / (1 + distance)."""
    return 1 / (1 + np.sqrt(_squared_distance(shared, one, other)))


def _squared_distance(shared: Floats, one: Floats, other: Floats) -> Floats:
    return np.maximum(one + other - 2 * shared, 0.0)


def _jaccard_parts(products: Products) -> Parts:
    shared, one, other = products.total()
    union = one + other - shared
    lost = ratio(products.one + products.other - 2 * products.shared, union)
    return Parts(0.0, ratio(products.shared, union), lost)


def _overlap_parts(products: Products) -> Parts:
    _, one, other = products.total()
    smaller = np.where(one <= other, products.one, products.other)
    least = np.minimum(one, other)
    return Parts(0.0, ratio(products.shared, least), ratio(smaller - products.shared, least))


def _cosine_parts(products: Products) -> Parts:
    shared, one, other = products.total()
    gained = ratio(products.shared, np.sqrt(one) * np.sqrt(other)) / 2
    each = np.maximum(ratio(products.one, one) + ratio(products.other, other) - 4 * gained, 0.0)
    return Parts(0.5, gained, ratio(each, each.sum(axis=0)) * (1 - cosine(shared, one, other)))


def _euclidean_parts(products: Products) -> Parts:
    each = _squared_distance(products.shared, products.one, products.other)
    missing = 1 - euclidean(*products.total())
    lost = ratio(each, each.sum(axis=0)) * missing
    return Parts(1.0, -lost, lost)


MEASURES = {
    measure.name: measure
    for measure in (
        Measure("jaccard", Text("共有占全部之比", "shared out of all (Jaccard)"), On.SETS, jaccard, _jaccard_parts),
        Measure(
            "weighted-jaccard",
            Text("共有占全部之比，越少见的越重", "shared out of all, the rare weighs more (weighted Jaccard)"),
            On.SETS,
            jaccard,
            _jaccard_parts,
            informed=True,
        ),
        Measure(
            "overlap",
            Text("共有占较小一方之比", "shared out of the smaller (overlap)"),
            On.SETS,
            overlap,
            _overlap_parts,
        ),
        Measure("cosine", Text("方向相近程度", "same direction (cosine)"), On.VECTORS, cosine, _cosine_parts),
        Measure(
            "euclidean", Text("距离相近程度", "short distance (Euclidean)"), On.VECTORS, euclidean, _euclidean_parts
        ),
    )
}


def named(name: str) -> Measure:
    """Return a measure by its name; raises `UnknownName` with the nearest ones."""
    if name not in MEASURES:
        raise UnknownName(Text("相似度量", "measure"), name, MEASURES)
    return MEASURES[name]
