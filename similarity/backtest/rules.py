"""The rules that a back-test sets side by side: the look-alike (or any scikit-learn estimator) and the naive ones.

A rule sees the known positives of one trial and nothing of the hidden ones; whatever it has to choose (a method, a
shrinkage) it chooses from them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np

from graph.model.text import Text
from similarity.backtest.figure import AtLength, Figure
from similarity.backtest.found import Found, Trial
from similarity.features import Floats, Mask
from similarity.lookalike.design import Design
from similarity.lookalike.estimator import LookAlike, one_thread
from similarity.metrics import Z95, chance_hits, chance_precision
from similarity.reasons import rounded

LOOKALIKE, CENTROID, CHANCE = (
    Text("相似推荐", "look-alike"),
    Text("与样本均值的余弦", "cosine to the mean of the positives"),
    Text("随机", "random"),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one rule found: figures at several list lengths (the one asked for first), and the quality of the order."""

    rule: Text
    lengths: tuple[AtLength, ...]
    area: Figure
    average_precision: Figure

    @property
    def hits(self) -> Figure:
        """Hits in the list that was asked for."""
        return self.lengths[0].hits

    @property
    def recall_at_k(self) -> Figure:
        """The share of the hidden positives in that list."""
        return self.lengths[0].recall

    @property
    def precision_at_k(self) -> Figure:
        """The share of that list that are hidden positives."""
        return self.lengths[0].precision

    @property
    def lift(self) -> Figure:
        """Hits in that list as a multiple of those of a random one."""
        return self.lengths[0].lift

    def at(self, k: int) -> AtLength:
        """Return the figures of one of the lengths."""
        return next(a for a in self.lengths if a.k == k)

    def to_json(self) -> dict[str, Any]:
        """Return the outcome as a JSON value; each figure is [value, low, high]."""
        whole = {"area": self.area.to_json(), "average_precision": self.average_precision.to_json()}
        lengths = [a.to_json() for a in sorted(self.lengths, key=lambda a: a.k)]
        rule = {"zh": self.rule.zh, "en": self.rule.en}
        return {"rule": rule, **self.lengths[0].to_json(), **whole, "lengths": lengths}


def model_scores(
    model: Any, design: Design, trials: Sequence[Trial], *, threads: int
) -> tuple[list[Floats], Counter[str]]:
    """Fit a fresh copy of `model` in every trial; returns scores over the stock and how often each method was chosen.

    `model` is a `LookAlike`, or any scikit-learn estimator of two classes (it is given the standardised design).
    Trials do not touch each other: some run side by side, with one thread of linear algebra each, and the scores are
    the same on any number of threads.
    """
    fresh = [type(model)(**model.get_params(deep=False)) for _ in trials]
    with one_thread(), ThreadPoolExecutor(threads) as pool:
        scores = list(pool.map(lambda one, trial: _scored(one, design, trial.known), fresh, trials))
    methods = Counter(str(getattr(one, "method_", "")) for one in fresh)
    del methods[""]
    return scores, methods


def _scored(model: Any, design: Design, known: Mask) -> Floats:
    if isinstance(model, LookAlike):
        return model.fit(design, known).decision_function(design)
    model.fit(design.matrix.T, known)
    return rounded(_decision(model, design.matrix.T))


def _decision(fitted: Any, rows: Floats) -> Floats:
    if hasattr(fitted, "decision_function"):
        return np.asarray(fitted.decision_function(rows), np.float64)
    return np.asarray(fitted.predict_proba(rows)[:, 1], np.float64)


def centroid_scores(design: Design, trials: Sequence[Trial]) -> Iterator[Floats]:
    """Yield the cosine to the mean of the known positives on [0, 1] features: the textbook's look-alike."""
    box = boxed(design)
    for trial in trials:
        with one_thread():
            scores = cosine(box, trial.known)
        yield scores


def boxed(design: Design) -> Floats:
    """Return the features on [0, 1] (the textbook's min-max; gaps by medians, one column a level); shape (n, p)."""
    columns = [np.empty((0, len(design.features)))]
    for encoder, column in zip(design.encoders, design.features.columns, strict=True):
        if encoder is not None:
            columns.append(encoder.rows(column)[0] if encoder.levels else encoder.filled(column)[None])
    raw = np.concatenate(columns)
    low, high = raw.min(1, keepdims=True), raw.max(1, keepdims=True)
    return ((raw - low) / (high - low)).T


def cosine(box: Floats, known: Mask) -> Floats:
    """Return the cosine of each row to the mean of the known positives."""
    centre = box[known].mean(0)
    size = np.linalg.norm(box, axis=1) * np.linalg.norm(centre)
    return rounded(box @ centre / np.where(size > 0, size, 1.0))


def chance(found: Found, lengths: Sequence[int], *, seed: int) -> Outcome:
    """Return what a random order gives: the hypergeometric distribution, exactly (its range is no interval of a mean).

    `found` says how many positives are hidden among how many candidates.
    """
    rows, hidden = round(found.candidates), round(found.hidden)
    spread = Z95 * float(np.sqrt((rows + 1) / (12 * hidden * max(rows - hidden, 1))))  # Mann and Whitney 1947
    area = Figure(0.5, max(0.0, 0.5 - spread), min(1.0, 0.5 + spread))
    at = tuple(_chance_at(k, rows=rows, hidden=hidden) for k in lengths)
    return Outcome(CHANCE, at, area, Figure(*chance_precision(rows, hidden, seed=seed)))


def _chance_at(k: int, *, rows: int, hidden: int) -> AtLength:
    low, high = chance_hits(rows, hidden, k=k)
    hits = Figure(k * hidden / rows, float(low), float(high))
    return AtLength(
        k,
        hits,
        recall=hits.times(1 / hidden),
        precision=hits.times(1 / k),
        lift=hits.times(rows / (hidden * k)),
    )
