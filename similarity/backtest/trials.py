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
from dataclasses import replace
from itertools import pairwise

import numpy as np

from graph.model.errors import TableUnfit
from graph.model.text import Text
from similarity.backtest.card import BackTest
from similarity.backtest.drift import shifts, unlike_the_stock, warned
from similarity.backtest.found import Trial
from similarity.backtest.judge import judge
from similarity.backtest.plan import Plan
from similarity.backtest.rules import CENTROID, CHANCE, LOOKALIKE
from similarity.features import Features, Mask

__all__ = ["CENTROID", "CHANCE", "LOOKALIKE", "Plan", "each_wave", "splits", "time_ordered"]

UNCHECKED = Text(
    "特征的日期未经核对：若有事后才知的列，数字会偏高",
    "dates of the features were not checked: a column known only afterwards would flatter these figures",
)


def time_ordered(
    features: Features,
    dates: Mapping[str, dt.date],
    *,
    before: dt.date,
    known_before: dt.date | None = None,
    plan: Plan | None = None,
) -> BackTest:
    """Learn on the positives dated before a day and look for those dated on it or later.

    `dates` gives the day of each positive. `known_before` is the day before which every feature must end: that of the
    first decision among the hidden ones where decisions come before the dates (votes before installations); `before`
    by default, and never later. Raises `TableUnfit` when a feature may hold facts from that day on, or when there is
    nothing to learn from or to look for.
    """
    features.check_before(min(known_before or before, before))
    plan = plan or Plan()
    known = features.mask(i for i, day in dates.items() if day < before)
    hidden = features.mask(i for i, day in dates.items() if day >= before)
    _check(known, hidden)
    candidates = ~known & ~(features.mask(plan.exclude) & ~hidden)
    title = Text("{d} 前学习，之后检验", "learned before {d}, tested after").fill(d=before)
    card = judge(features, [Trial(known, hidden, candidates)], plan=plan, title=title)
    found = shifts(features, dates, before=before)
    warnings = _unlike(features, dates, plan) + warned(found, before=before)
    return replace(card, shifts=found, warnings=warnings + card.warnings)


def each_wave(
    features: Features,
    dates: Mapping[str, dt.date],
    *,
    starts: Sequence[dt.date],
    known_before: dt.date | None = None,
    plan: Plan | None = None,
) -> tuple[BackTest, ...]:
    """Return one time-ordered card for every wave but the first: learned on all earlier waves, tested on that one.

    `starts` are the first days of the waves. A unit of a later wave counts as any other candidate, as it would have
    on that day; each card names the features in which its wave differs from the earlier ones. Raises `TableUnfit`.
    """
    days = sorted(set(starts))
    cards = []
    for start, end in pairwise([*days[1:], dt.date.max]):
        so_far = {i: day for i, day in dates.items() if day < end}
        cards.append(time_ordered(features, so_far, before=start, known_before=known_before, plan=plan))
    return tuple(cards)


def splits(
    features: Features,
    positives: Collection[str],
    *,
    known_before: dt.date | None = None,
    plan: Plan | None = None,
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
    away = features.mask(plan.exclude) & ~marked
    trials = [Trial(marked & ~hidden, hidden, ~(marked & ~hidden) & ~away) for hidden in _hidden(marked, plan)]
    folds = min(plan.folds, int(marked.sum()))
    title = Text("{f} 份轮流隐藏，重复 {r} 次", "{f} parts hidden in turn, {r} times").fill(f=folds, r=plan.repeats)
    card = judge(features, trials, plan=plan, title=title)
    return replace(card, warnings=_unlike(features, positives, plan) + card.warnings)


def _unlike(features: Features, positives: Collection[str], plan: Plan) -> tuple[Text, ...]:
    return unlike_the_stock(features, positives, names=[n for n in plan.checked if n in features.names])


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
