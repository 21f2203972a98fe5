"""Columns of mixed kinds as one standardised design: the arithmetic under the additive discriminant.

Every feature gives one or more design rows of two sorts:

- R, its level: normal scores `ndtri((average rank - 0.5) / n)` when it has more than 10 values, else the values
  themselves; z-scores, clipped at 2.5;
- H, its shape: piecewise-linear hats with knots at minimum, median and maximum (one hat a value for 3 to 6 values, a
  two-valued column as itself); z-scores, clipped at 4, times 0.3.

Categories become one two-valued column a level, gaps the median, constant columns nothing. The numbers come from a
comparison of methods on real buildings of four cities; they are not fitted to any table of the user.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property, lru_cache
from statistics import NormalDist

import numpy as np

from graph.model.text import Text
from similarity.features import Feature, FeatureKind, Features, Floats, Ints, Mask
from similarity.lookalike.shrunk import Shrunk, shrunk_covariance, shrunk_rows, wide

LEVEL_CLIP, SHAPE_CLIP, SHAPE_WEIGHT = 2.5, 4.0, 0.3
FEW, SHORT = 10, 6  # more than FEW values are ranked; 3 to SHORT values get a hat each
HUGE = 1e100  # larger numbers are cut here, so that no square overflows


@dataclass(frozen=True, slots=True)
class Encoder:
    """How one feature becomes design rows: learned on a stock, usable on other rows.

    `knots` are the distinct values, `scores` their normal scores (empty when the values speak for themselves),
    `hats` the knots of the shape, `levels` the levels of a category that have a column.
    """

    fill: float
    knots: Floats
    scores: Floats
    hats: Floats
    levels: tuple[str, ...]

    def rows(self, feature: Feature) -> tuple[Floats, Floats]:
        """Return the raw level rows and the raw shape rows; shapes (a, n) and (b, n)."""
        if feature.kind is FeatureKind.CATEGORICAL:
            dummies = self._dummies(feature)
            return dummies, dummies
        values = self.filled(feature)
        level = np.interp(values, self.knots, self.scores) if len(self.scores) else values
        return level[None], self.shape_rows(values)

    def filled(self, feature: Feature) -> Floats:
        """Return the values with the gaps filled; shape (n,)."""
        return _tamed(feature.values, self.fill)

    def shape_rows(self, values: Floats) -> Floats:
        """Return one hat a knot, or the values themselves where there are two; shape (knots, n)."""
        if len(self.knots) <= 2:
            return values[None]
        if len(self.hats) == 3:
            return _three_hats(values, self.hats)
        return np.stack([np.interp(values, self.hats, h) for h in np.eye(len(self.hats))])

    def _dummies(self, feature: Feature) -> Floats:
        position = {level: i for i, level in enumerate(self.levels)}
        translate = np.array([position.get(level, -1) for level in feature.levels] + [-1])
        codes = translate[np.where(np.isnan(feature.values), -1, feature.values).astype(np.int64)]
        return (codes == np.arange(len(self.levels))[:, None]).astype(np.float64)


def _three_hats(values: Floats, knots: Floats) -> Floats:
    """Return the hats at three knots: most columns have these, and two clips are quicker than three interpolations."""
    low, middle, high = knots
    hats = np.empty((3, len(values)))
    np.divide(np.clip(middle - values, 0.0, middle - low), middle - low, out=hats[0])  # clipped first: no overflow
    np.divide(np.clip(values - middle, 0.0, high - middle), high - middle, out=hats[2])
    hats[1] = 1.0 - hats[0] - hats[2]
    return hats


def _tamed(values: Floats, fill: float) -> Floats:
    return np.clip(np.where(np.isnan(values), fill, values), -HUGE, HUGE)


def learn(feature: Feature) -> tuple[Encoder, Floats, Floats] | None:
    """Learn the encoder of one feature, with the raw level and shape rows of the stock itself.

    None when the feature is constant or wholly unknown.
    """
    known = feature.values[~np.isnan(feature.values)]
    if not len(known):
        return None
    if feature.kind is FeatureKind.CATEGORICAL:
        return _learn_levels(feature, np.bincount(known.astype(np.int64), minlength=len(feature.levels)))
    knots, inverse, counts = np.unique(_tamed(known, 0.0), return_inverse=True, return_counts=True)
    fill = float(known.mean() > 0.5) if feature.kind is FeatureKind.BOOLEAN else _median(knots, counts)
    values = _tamed(feature.values, fill)
    if len(known) < len(values):
        knots, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    if len(knots) < 2:
        return None
    ends = np.array([knots[0], fill, knots[-1]])  # gaps filled by the median leave it where it was
    hats = knots if len(knots) <= SHORT else np.array(sorted(set(ends.tolist())))
    scores = normal_scores(counts) if len(knots) > FEW else np.empty(0)
    encoder = Encoder(fill, knots, scores, hats, ())
    level = scores[inverse] if len(scores) else values
    return encoder, level[None], encoder.shape_rows(values)


def _median(knots: Floats, counts: Ints) -> float:
    """Return the median of distinct values in rising order, each occurring `counts` times."""
    last = np.cumsum(counts)
    low, high = np.searchsorted(last, [(last[-1] + 1) // 2, last[-1] // 2 + 1])
    return float((knots[low] + knots[high]) / 2)


def _learn_levels(feature: Feature, counts: Ints) -> tuple[Encoder, Floats, Floats] | None:
    varying = np.flatnonzero((counts > 0) & (counts < len(feature.values)))
    if not len(varying):
        return None
    none = np.empty(0)
    encoder = Encoder(0.0, none, none, none, tuple(feature.levels[i] for i in varying))
    return encoder, *encoder.rows(feature)


def normal_scores(counts: Ints) -> Floats:
    """Return the normal score of each distinct value, in rising order, from how often it occurs.

    `ndtri((average rank - 0.5) / n)`; the standard library's inverse (Wichura's AS 241) saves the import of scipy,
    which costs more than the whole fit in a cold start.

    >>> normal_scores(np.array([1, 2, 1])).round(3).tolist()
    [-1.15, 0.0, 1.15]
    """
    last = np.cumsum(counts)
    return _quantiles(int(last[-1]))[2 * last - counts - 1]


@lru_cache(maxsize=4)
def _quantiles(n: int) -> Floats:
    """Return the normal quantile of i / (2 n) for i = 1 … 2 n - 1: all that an average rank among n can give."""
    inverse = NormalDist().inv_cdf
    upper = np.array([inverse(i / (2 * n)) for i in range(n + 1, 2 * n)])
    return np.concatenate((-upper[::-1], [0.0], upper))


@dataclass(frozen=True, slots=True)
class Scale:
    """The mean, spread, clip, weight and centre of every design row; each of shape (p, 1)."""

    mean: Floats
    spread: Floats
    clip: Floats
    weight: Floats
    centre: Floats


class Design:
    """A stock prepared for any set of positives: nothing here depends on labels.

    `matrix` has shape (p, n), rows of mean zero; `owner[j]` is the column of `features` to which row `j` belongs.
    Factors of the shrunk covariance are kept, so that another set of positives costs milliseconds.
    """

    def __init__(self, features: Features) -> None:
        self.features = features
        self.encoders, self.owner, raw, shape = _learned(features)
        self.matrix, self.scale = _standardise(raw, shape)
        self._factors: dict[float, Shrunk] = {}

    @cached_property
    def dropped(self) -> tuple[str, ...]:
        """The names of the features that say nothing here (constant, or wholly unknown)."""
        pairs = zip(self.features.columns, self.encoders, strict=True)
        return tuple(column.name for column, encoder in pairs if encoder is None)

    @cached_property
    def notes(self) -> tuple[Text, ...]:
        """What a reader must know about the columns: those left out, and those known for less than half."""
        sparse = [
            c.name
            for c, e in zip(self.features.columns, self.encoders, strict=True)
            if e is not None and np.isnan(c.values).mean() > 0.5
        ]
        notes = []
        if self.dropped:
            notes.append(named(Text("没有差别或全空，未用", "constant or empty, left out"), self.dropped))
        if sparse:
            notes.append(named(Text("过半为空，以中位数代替", "over half unknown, filled by the median"), sparse))
        return tuple(notes)

    def transform(self, features: Features) -> Floats:
        """Encode other rows with the same columns in the scale of this stock; shape (p, n of `features`)."""
        pairs = zip(self.features.names, self.encoders, strict=True)
        raw = [e.rows(features.column(name)) for name, e in pairs if e is not None]
        rows = np.concatenate([rows for both in raw for rows in both]) if raw else np.empty((0, len(features)))
        z = (rows - self.scale.mean) / self.scale.spread
        return np.clip(z, -self.scale.clip, self.scale.clip) * self.scale.weight - self.scale.centre

    @cached_property
    def covariance(self) -> Floats:
        """The covariance of the design rows; shape (p, p). Both halves of the work are done at the same time."""
        found = np.empty((len(self.matrix), len(self.matrix)))
        half = len(found) // 2
        top, bottom = self.matrix[:half], self.matrix[half:]
        with ThreadPoolExecutor(1) as beside:
            corner = beside.submit(np.matmul, top, bottom.T, out=found[:half, half:])
            np.matmul(top, top.T, out=found[:half, :half])
            np.matmul(bottom, bottom.T, out=found[half:, half:])
            corner.result()
        found[half:, :half] = found[:half, half:].T
        found /= self.matrix.shape[1]
        return found

    def solve(self, target: Floats, shrinkage: float) -> Floats:
        """Return `M^-1 target` with `M = (1 - shrinkage) C + shrinkage (trace C / p) I`, C the covariance."""
        if not len(target):
            return target
        self.prepare(shrinkage)
        return self._factors[shrinkage].solve(target)

    def prepare(self, shrinkage: float) -> None:
        """Work out the factor that `solve` needs, once; after this `solve` may be called from several threads."""
        if shrinkage not in self._factors and len(self.owner):
            self._factors[shrinkage] = self.shrunk(shrinkage)

    def shrunk(self, shrinkage: float, scale: Floats | None = None) -> Shrunk:
        """Factor the shrunk covariance, of the design rows times `scale` (p,) when that is given."""
        if wide(self.matrix):
            return shrunk_rows(self.matrix if scale is None else self.matrix * scale[:, None], shrinkage)
        if scale is None:
            return shrunk_covariance(self.covariance.copy(), shrinkage)
        scaled = self.covariance * scale
        scaled *= scale[:, None]
        return shrunk_covariance(scaled, shrinkage)


def _learned(features: Features) -> tuple[tuple[Encoder | None, ...], Ints, Floats, Mask]:
    """Return the encoders, the feature of each design row, the raw rows, and whether a row is of the shape sort.

    The rows of a feature go to their place at once: tens of megabytes in small pieces would cost as much as learning.
    """
    raw = np.empty((sum(_most_rows(c) for c in features.columns), len(features)))
    encoders: list[Encoder | None] = []
    owner, shape = np.empty(len(raw), np.int64), np.zeros(len(raw), bool)
    at = 0
    for j, column in enumerate(features.columns):
        encoder, *sorts = learn(column) or (None,)
        encoders.append(encoder)
        for sort, rows in enumerate(sorts):
            part = slice(at, at + len(rows))
            raw[part], owner[part], shape[part] = rows, j, bool(sort)
            at = part.stop
    return tuple(encoders), owner[:at], raw[:at], shape[:at]


def _most_rows(column: Feature) -> int:
    """Return how many design rows a feature has at most."""
    return 2 * len(column.levels) if column.kind is FeatureKind.CATEGORICAL else 1 + SHORT


def _standardise(raw: Floats, shape: Mask) -> tuple[Floats, Scale]:
    """Return the design (in the memory of `raw`) and the scale that other rows need."""
    rows = max(raw.shape[1], 1)
    mean = raw.sum(1, keepdims=True) / rows
    np.subtract(raw, mean, out=raw)
    spread: Floats = np.sqrt(np.einsum("ij,ij->i", raw, raw) / rows)[:, None]
    spread[spread == 0] = 1.0
    np.divide(raw, spread, out=raw)
    clip = np.where(shape, SHAPE_CLIP, LEVEL_CLIP)[:, None]
    weight = np.where(shape, SHAPE_WEIGHT, 1.0)[:, None]
    np.clip(raw, -clip, clip, out=raw)
    np.multiply(raw, weight, out=raw)
    centre = raw.sum(1, keepdims=True) / rows
    np.subtract(raw, centre, out=raw)
    return raw, Scale(mean, spread, clip, weight, centre)


def named(what: Text, names: tuple[str, ...] | list[str], *, most: int = 8) -> Text:
    """Return a note that counts columns and names the first few of them."""
    shown, more = names[:most], len(names) - most
    zh, en = "、".join(shown), ", ".join(shown)
    tail = Text(f" 等 {len(names)} 列", f" and {more} more") if more > 0 else Text("", "")
    return Text(f"{what.zh}：{zh}{tail.zh}", f"{what.en}: {en}{tail.en}")
