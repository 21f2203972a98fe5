"""The nodes most like one node: exact, at most `top` of them, each with the parts of its score.

Scores are rounded to 9 digits before they are compared, so a tie is a tie on every machine and goes to the lower id;
the parts of a score are rounded with it and sum to it exactly (`similarity.reasons.apportion`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from graph.model.errors import ArgumentInvalid
from graph.model.text import Text
from similarity.features import Floats, Ints, Mask
from similarity.neighbours import gower
from similarity.neighbours.measures import Measure, On, Parts, Products, named
from similarity.neighbours.reading import Stock
from similarity.neighbours.subjects import traits
from similarity.neighbours.traits import Trait
from similarity.reasons import NANO, apportion, rounded

START = "*"
"""The name of the part from which a measure counts (cosine: a right angle, Euclidean: no distance)."""
_STARTS = {
    "cosine": Text("起点：互不相干", "start: a right angle"),
    "euclidean": Text("起点：没有距离", "start: no distance"),
}


@dataclass(frozen=True, slots=True)
class Part:
    """One feature of a pair: what it adds to the score, what it takes from 1, and how the two compare."""

    feature: str
    title: Text
    gained: float
    lost: float
    text: Text

    def to_json(self) -> dict[str, Any]:
        """Return the part as a JSON value."""
        said = {"zh": self.text.zh, "en": self.text.en}
        return {"feature": self.feature, "contribution": self.gained, "lost": self.lost, **said}


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A row of the snapshot, its similarity in [0, 1], and the parts that sum to it, in the order of the features."""

    row: int
    score: float
    parts: tuple[Part, ...]

    def shared(self) -> list[Part]:
        """Return what makes the two alike, the heaviest first."""
        return [p for p in sorted(self.parts, key=lambda p: -p.gained) if p.gained > 0]

    def differing(self) -> list[Part]:
        """Return what keeps the two apart, the heaviest first."""
        return [p for p in sorted(self.parts, key=lambda p: -p.lost) if p.lost > 0]


@dataclass(frozen=True, slots=True)
class Alike:
    """The neighbours of a node, best first; `total` counts all that reach the cutoff, `note` says why there are none.

    `compared` names the features in use: measures on sets leave numbers and places aside.
    """

    neighbours: tuple[Neighbour, ...]
    total: int
    compared: tuple[str, ...]
    note: Text | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Wanted:
    """What is asked for: the measure by its name, weights by feature, how many and how alike at least.

    `targets` is a mask over the stock (None: all of it). Raises `ArgumentInvalid` for a `top` below 1 or a `cutoff`
    outside [0, 1], `UnknownName` for an unknown measure.
    """

    weights: Mapping[str, float]
    measure: str = gower.MIXED
    top: int = 10
    cutoff: float = 0.0
    targets: Mask | None = None

    def __post_init__(self) -> None:
        if self.top < 1:
            raise ArgumentInvalid("top", str(self.top), Text("至少为 1", "it must be at least 1"))
        if not 0 <= self.cutoff <= 1:
            raise ArgumentInvalid("cutoff", str(self.cutoff), Text("应在 0 到 1 之间", "it lies between 0 and 1"))
        if self.measure != gower.MIXED:
            named(self.measure)


def similar(stock: Stock, row: int, wanted: Wanted) -> Alike:
    """Return the nodes of the stock most like the one in `row` (of the snapshot, inside the stock)."""
    at = int(np.searchsorted(stock.rows, row))
    pairs = _compared(stock, at, wanted)
    scores, compared = rounded(pairs.scores), tuple(trait.name for trait in pairs.traits)
    among = np.ones(len(stock), bool) if wanted.targets is None else wanted.targets.copy()
    among[at] = False
    found = np.flatnonzero(among & (scores > 0) & (scores >= wanted.cutoff))
    if not len(found):
        return Alike((), 0, compared, _why_none(scores, among, cutoff=wanted.cutoff))
    best = _best(stock, scores, among=found, top=wanted.top)
    return Alike(pairs.explained(stock, at, best, scores=scores[best]), len(found), compared)


def _best(stock: Stock, scores: Floats, *, among: Ints, top: int) -> Ints:
    """Return the positions of the best, ties by id."""
    if len(among) > top:
        least = np.partition(scores[among], len(among) - top)[len(among) - top]
        among = among[scores[among] >= least]
    ids = stock.ids.take(pa.array(among)).to_pylist()
    order = sorted(range(len(among)), key=lambda i: (-scores[among[i]], ids[i]))
    return among[order[:top]]


def _why_none(scores: Floats, among: Mask, *, cutoff: float) -> Text:
    if not among.any():
        return Text("可见范围内没有其他可比较的对象", "there is nothing else to compare with within sight")
    known = scores[among & ~np.isnan(scores)]
    if not len(known):
        return Text("没有双方都已知的特征可比较", "no feature is known of both it and any other")
    highest = float(known.max())
    if highest <= 0:
        return Text("没有一个与它有任何相近之处", "nothing has anything in common with it")
    return Text(
        f"没有一个达到 {cutoff:g}；最高为 {highest:.3f}", f"none reaches {cutoff:g}; the highest is {highest:.3f}"
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Pairs:
    """One node against the stock: traits in use, similarities, and likeness or products feature by feature."""

    traits: list[Trait]
    scores: Floats
    measure: Measure | None
    products: Products | None
    likeness: Floats
    weights: Floats

    def parts(self, chosen: Ints) -> Parts:
        """Take the scores of some pairs apart."""
        if self.measure is None or self.products is None:
            return gower.parts(self.likeness[:, chosen], self.weights)
        return self.measure.parts(self.products.take(chosen))

    def explained(self, stock: Stock, at: int, chosen: Ints, *, scores: Floats) -> tuple[Neighbour, ...]:
        """Return the chosen positions as neighbours with their parts."""
        parts = self.parts(chosen)
        start = _STARTS.get(self.measure.name if self.measure else "")
        neighbours = []
        for i, position in enumerate(chosen):
            score = float(scores[i])
            gained = apportion(np.append(parts.gained[:, i], parts.start), score) / NANO
            lost = apportion(parts.lost[:, i], 1 - score) / NANO
            each = [
                Part(trait.name, trait.title, float(gained[j]), float(lost[j]), trait.says(at, int(position)))
                for j, trait in enumerate(self.traits)
            ]
            first = [Part(START, start, float(gained[-1]), 0.0, start)] if start else []
            neighbours.append(Neighbour(int(stock.rows[position]), score, (*first, *each)))
        return tuple(neighbours)


def _compared(stock: Stock, at: int, wanted: Wanted) -> _Pairs:
    found = traits(stock, wanted.weights)
    if wanted.measure == gower.MIXED:
        weights = np.array([wanted.weights[trait.name] for trait in found])
        likeness = gower.likenesses(found, at)
        return _Pairs(found, gower.score(likeness, weights), None, None, likeness, weights)
    measure = named(wanted.measure)
    found = [trait for trait in found if measure.on is On.VECTORS or trait.counts]
    if not found:
        raise ArgumentInvalid(
            "measure", measure.name, Text("需要至少一个集合或类别特征", "it needs a set or a category to compare by")
        )
    weights = np.array([wanted.weights[trait.name] for trait in found])[:, None]
    inner = [trait.inner(at, informed=measure.informed) for trait in found]
    products = Products(*(np.array(side) * weights for side in zip(*inner, strict=True)))
    return _Pairs(found, measure.score(*products.total()), measure, products, np.empty((0, 0)), weights)
