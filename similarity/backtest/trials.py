"""How far to trust a look-alike list: what it would have found, beside chance and naive rules.

Two designs. *Time-ordered*: learn on the positives dated before a day, look for the later ones among all rows that
were not yet positives. *Splits*: hide a part of the positives in turn, so that each is hidden once in every repeat.
Every feature must be known before the first hidden event; the guard raises `TableUnfit` otherwise.

Figures are means over the hidden positives. Intervals (95 %): Wilson's for hits (of `min(k, hidden)` possible ones),
from which recall, precision and lift follow; percentile bootstrap over the positives for area and average precision.
Repeats steady a figure but do not narrow its interval: the number of positives stays what it is. Expected hits are
counts seen on past cases, never a probability for one row.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from graph.model.errors import TableUnfit
from graph.model.text import Text
from similarity import metrics
from similarity.backtest.card import BackTest, Figure, Outcome
from similarity.features import Features, Floats, Mask
from similarity.lookalike.additive import LookAlike
from similarity.lookalike.design import Design
from similarity.reasons import rounded

LOOKALIKE, CENTROID, CHANCE = (
    Text("相似推荐", "look-alike"),
    Text("与样本均值的余弦", "cosine to the mean of the positives"),
    Text("随机", "random"),
)

UNCHECKED = Text(
    "特征的日期未经核对：若有事后才知的列，数字会偏高",
    "dates of the features were not checked: a column known only afterwards would flatter these figures",
)


@dataclass(frozen=True, slots=True)
class Plan:
    """How to test: list length (default: as many as are hidden), other rankings beside, and the seed of all draws.

    `rankings` gives one score for each row of the stock under the name of its rule (height, share of the old).
    """

    k: int | None = None
    rankings: Mapping[Text, Floats] = field(default_factory=dict)
    seed: int = 0
    folds: int = 2
    repeats: int = 10
    shrinkage: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class _Trial:
    """One question: learn on `known`, find `hidden` among `candidates` (masks over the stock)."""

    known: Mask
    hidden: Mask
    candidates: Mask


def time_ordered(
    features: Features,
    dates: Mapping[str, dt.date],
    *,
    before: dt.date,
    plan: Plan | None = None,
    exclude: Collection[str] = (),
) -> BackTest:
    """Learn on the positives dated before a day and look for those dated on it or later.

    `dates` gives the day of each positive; rows in `exclude` are no candidates. Raises `TableUnfit` when a feature may
    hold facts from `before` on, or when there is nothing to learn from or to look for.
    """
    features.check_before(before)
    plan = plan or Plan()
    known = features.mask(i for i, day in dates.items() if day < before)
    hidden = features.mask(i for i, day in dates.items() if day >= before)
    _check(known, hidden)
    candidates = ~known & ~(features.mask(exclude) & ~hidden)
    title = Text("{d} 前学习，之后检验", "learned before {d}, tested after").fill(d=before)
    return _card(features, [_Trial(known, hidden, candidates)], plan=plan, title=title)


def splits(
    features: Features,
    positives: Collection[str],
    *,
    known_before: dt.date | None = None,
    plan: Plan | None = None,
    exclude: Collection[str] = (),
) -> BackTest:
    """Hide a part of the positives in turn (`plan.folds` parts, `plan.repeats` times) and look for them.

    `known_before` is the day of the first event; features that may hold facts from it on raise `TableUnfit`. Without
    it the card says that dates were not checked.
    """
    if known_before is None:
        features = replace(features, notes=(*features.notes, UNCHECKED))
    else:
        features.check_before(known_before)
    plan, marked = plan or Plan(), features.mask(positives)
    _check_enough(marked)
    away = features.mask(exclude) & ~marked
    trials = [_Trial(marked & ~hidden, hidden, ~(marked & ~hidden) & ~away) for hidden in _hidden(marked, plan)]
    folds = min(plan.folds, int(marked.sum()))
    title = Text("{f} 份轮流隐藏，重复 {r} 次", "{f} parts hidden in turn, {r} times").fill(f=folds, r=plan.repeats)
    return _card(features, trials, plan=plan, title=title)


def _check_enough(marked: Mask) -> None:
    if marked.sum() < 2 or marked.all():
        raise TableUnfit(
            Text("回测至少要有两个已知样本和一个其他行", "a back-test needs two positives and one other row"),
            Text("标出更多已知样本", "Mark more positives"),
        )


def _hidden(marked: Mask, plan: Plan) -> Iterator[Mask]:
    """Yield the mask of each hidden part; every positive is hidden once in each repeat."""
    rng = np.random.Generator(np.random.PCG64(plan.seed))
    rows = np.flatnonzero(marked)
    for _ in range(plan.repeats):
        for part in np.array_split(rng.permutation(rows), min(plan.folds, len(rows))):
            mask = np.zeros_like(marked)
            mask[part] = True
            yield mask


def _check(known: Mask, hidden: Mask) -> None:
    if not known.any():
        raise TableUnfit(
            Text("该日之前没有已知样本", "no positive is dated before that day"),
            Text("改用较晚的日期", "Choose a later day"),
        )
    if not hidden.any():
        raise TableUnfit(
            Text("该日之后没有可检验的样本", "no positive is dated on that day or later"),
            Text("改用较早的日期", "Choose an earlier day"),
        )


def _card(features: Features, trials: Sequence[_Trial], *, plan: Plan, title: Text) -> BackTest:
    design = Design(features)
    hidden = float(np.mean([t.hidden.sum() for t in trials]))
    rows = float(np.mean([t.candidates.sum() for t in trials]))
    k = min(plan.k or round(hidden), int(rows))
    model = LookAlike(plan.shrinkage)
    scores = [rounded(model.fit(design, t.known).contributions(design).sum(1)) for t in trials]
    outcomes = [_outcome(LOOKALIKE, trials, scores=scores, k=k, seed=plan.seed)]
    for rule, given in plan.rankings.items():
        outcomes.append(_outcome(rule, trials, scores=[_filled(given)] * len(trials), k=k, seed=plan.seed))
    box = boxed(design)
    outcomes.append(_outcome(CENTROID, trials, scores=[cosine(box, t.known) for t in trials], k=k, seed=plan.seed))
    outcomes.append(_chance(round(rows), round(hidden), k=k, seed=plan.seed))
    positives = int(np.any([t.hidden for t in trials], axis=0).sum())
    return BackTest(title, k, rows, hidden, positives, tuple(outcomes), features.notes + design.notes + _few(positives))


def _outcome(rule: Text, trials: Sequence[_Trial], *, scores: Sequence[Floats], k: int, seed: int) -> Outcome:
    """Judge one rule; `scores` has one array over the stock for each trial."""
    hit, place, precision = _by_positive(trials, scores, k=k)
    hidden = float(np.mean([t.hidden.sum() for t in trials]))
    rows = float(np.mean([t.candidates.sum() for t in trials]))
    possible = min(k, hidden)  # the most hits that a list of k can have
    share, seen = min(float(hit.mean()) * hidden / possible, 1.0), len(hit) * possible / hidden
    hits = Figure(share, *metrics.wilson(share * seen, seen)).times(possible)
    return Outcome(
        rule,
        hits,
        hits.times(1 / hidden),
        hits.times(1 / k),
        hits.times(rows / (hidden * k)),
        Figure(float(place.mean()), *metrics.bootstrap_mean(place, seed=seed)),
        Figure(float(precision.mean()), *metrics.bootstrap_mean(precision, seed=seed)),
    )


def _by_positive(trials: Sequence[_Trial], scores: Sequence[Floats], *, k: int) -> Floats:
    """Return for each positive, averaged over the trials that hid it: in the first k, placement, precision; (3, m)."""
    sums, times = np.zeros((3, len(trials[0].hidden))), np.zeros(len(trials[0].hidden))
    for trial, all_scores in zip(trials, scores, strict=True):
        mine, wanted = all_scores[trial.candidates], trial.hidden[trial.candidates]
        sums[0, trial.hidden] += metrics.hit_chances(mine, wanted, k=k)
        sums[1, trial.hidden] += metrics.placements(mine, wanted)
        sums[2, trial.hidden] += metrics.precisions(mine, wanted)
        times += trial.hidden
    return np.asarray(sums[:, times > 0] / times[times > 0])


def _chance(rows: int, hidden: int, *, k: int, seed: int) -> Outcome:
    """Return what a random order gives: the hypergeometric distribution, exactly."""
    expected = k * hidden / rows
    low, high = metrics.chance_hits(rows, hidden, k=k)
    hits = Figure(expected, float(low), float(high))
    spread = metrics.Z95 * float(np.sqrt((rows + 1) / (12 * hidden * max(rows - hidden, 1))))  # Mann and Whitney 1947
    area = Figure(0.5, max(0.0, 0.5 - spread), min(1.0, 0.5 + spread))
    precision = Figure(*metrics.chance_precision(rows, hidden, seed=seed))
    recall, lift = hits.times(1 / hidden), hits.times(rows / (hidden * k))
    return Outcome(CHANCE, hits, recall, hits.times(1 / k), lift, area, precision)


def _few(positives: int) -> tuple[Text, ...]:
    if positives >= 10:
        return ()
    return (
        Text(
            f"只有 {positives} 个样本可检验，区间仅供参考",
            f"only {positives} positives could be tested: take the intervals as a hint",
        ),
    )


def _filled(scores: Floats) -> Floats:
    """Put rows without a value last."""
    return np.where(np.isnan(scores), -np.inf, scores)


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
