"""The reasons of a score: parts that add up exactly, each with a sentence that is true of the data.

A score is counted from the average row of the stock, which has score 0; a part says how far one feature moves the row
from there. Scores leave rounded to 9 digits; the parts are rounded to the same billionths by largest remainders, so
they sum to the rounded score exactly (as decimals; within 1e-9 as floats), whatever number of them is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from graph.model.text import Text
from similarity.features import Feature, FeatureKind, Floats, Form, Ints, Mask

DIGITS = 9
NANO = 10**DIGITS
OTHERS = "*"
"""The name under which the features that are not shown one by one stand together."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One part of a score: the feature, what it adds, and the sentence for the reader."""

    feature: str
    contribution: float
    text: Text

    def to_json(self) -> dict[str, Any]:
        """Return the reason as a JSON value."""
        return {"feature": self.feature, "contribution": self.contribution, "zh": self.text.zh, "en": self.text.en}


def rounded(scores: Floats) -> Floats:
    """Round scores to 9 digits; -0.0 becomes 0.0, so that equal values are equal bytes."""
    return np.round(scores, DIGITS) + 0.0


def apportion(parts: Floats, total: float) -> Ints:
    """Round parts to billionths so that they sum to `total` (itself rounded) exactly, by largest remainders.

    >>> apportion(np.array([0.1, 0.2]), 0.3).tolist()
    [100000000, 200000000]
    """
    exact = parts * NANO
    whole = np.floor(exact).astype(np.int64)
    each, rest = divmod(round(total * NANO) - int(whole.sum()), max(len(whole), 1))
    whole += each
    whole[np.argsort(whole - exact, kind="stable")[:rest]] += 1
    return whole


def strongest(parts: Floats, total: float, *, most: int) -> tuple[list[tuple[int, float]], float]:
    """Return the columns of the largest parts with the parts, and what the others add together.

    Columns that add nothing are never shown; ties go to the earlier column.
    """
    nano = apportion(parts, total)
    order = np.argsort(-np.abs(nano), kind="stable")[:most]
    shown = [(int(j), int(nano[j]) / NANO) for j in order if nano[j]]
    rest = round(total * NANO) - sum(int(nano[j]) for j, _ in shown)
    return shown, rest / NANO


def others(count: int, contribution: float) -> Reason:
    """Return the reason that stands for the `count` features that are not shown."""
    text = Text("其余 {n} 项特征合计", "the other {n} features together").fill(n=count)
    return Reason(OTHERS, contribution, text)


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usual among the positives and in the whole stock: medians of a number, shares of any other value."""

    positives: float
    stock: float


def usual(feature: Feature, row: int, *, chosen: Mask, median: float) -> Usual:
    """Compare the value in `row` with the positives (`chosen`); `median` is that of a number in the stock."""
    value = feature.values[row]
    among = feature.values[chosen]
    among = among[~np.isnan(among)]
    if not len(among) or np.isnan(value):
        return Usual(float("nan"), median)
    if feature.kind is FeatureKind.NUMERIC:
        return Usual(float(np.median(among)), median)
    known = feature.values[~np.isnan(feature.values)]
    return Usual(float((among == value).mean()), float((known == value).mean()))


def sentence(feature: Feature, value: float, *, usual: Usual, subject: Text, adds: bool) -> Text:
    """Say what the row has, how it stands to the positives, and what is usual among them and in the stock.

    "Like the positives" is said only where the value lies nearer to what is usual among them than in the stock.
    """
    if np.isnan(value):
        head = Text(f"{feature.title.zh}未知", f"{feature.title.en} not known")
        return head + (Text("，加分", ", counts in favour") if adds else Text("，减分", ", counts against"))
    head = Text(f"{feature.title.zh} ", f"{feature.title.en} ") + written(feature, value)
    if feature.kind is FeatureKind.NUMERIC:
        nearer = abs(value - usual.positives) < abs(value - usual.stock)
    else:
        nearer = usual.positives > usual.stock
    return head + _relation(adds, nearer=bool(nearer), subject=subject) + _figures(feature, usual)


def _relation(adds: bool, *, nearer: bool, subject: Text) -> Text:
    match adds, nearer:
        case True, True:
            return _with(subject, "相近", "like")
        case False, False:
            return _with(subject, "不同", "unlike")
        case True, False:
            return Text("，与其他特征合看时加分", ", counts in favour beside the other features")
        case _:
            return Text("，与其他特征合看时减分", ", counts against beside the other features")


def _with(subject: Text, zh: str, en: str) -> Text:
    return Text(f"，与{subject.zh}{zh}", f", {en} {subject.en}")


def _figures(feature: Feature, usual: Usual) -> Text:
    if np.isnan(usual.positives):
        return Text("", "")
    if feature.kind is FeatureKind.NUMERIC:
        a, b = written(feature, usual.positives), written(feature, usual.stock)
        return Text(f"（其中位数 {a.zh}，全体 {b.zh}）", f" (their median {a.en}, all rows {b.en})")
    a_share, b_share = usual.positives, usual.stock
    return Text(
        f"（占其中 {a_share:.0%}，占全体 {b_share:.0%}）", f" ({a_share:.0%} of them, {b_share:.0%} of all rows)"
    )


def written(feature: Feature, value: float) -> Text:
    """Write one known value for a reader, with its unit.

    >>> from graph.model.text import Text
    >>> lit = Feature("x", Text("占比", "share"), FeatureKind.NUMERIC, np.array([0.25]), form=Form.SHARE)
    >>> written(lit, 0.25).en
    '25.0 %'
    """
    match feature.kind, feature.form:
        case FeatureKind.CATEGORICAL, _:
            level = feature.levels[int(value)]
            return feature.level_titles[int(value)] if feature.level_titles else Text(level, level)
        case FeatureKind.BOOLEAN, _:
            return Text("是", "yes") if value > 0.5 else Text("否", "no")
        case _, Form.SHARE:
            plain = f"{value * 100:.1f} %"
        case _, Form.YEAR:
            plain = f"{value:.0f}"
        case _, Form.DAY:
            plain = str(np.datetime64(0, "D") + int(np.clip(round(value), -719162, 2932896)))
        case _:
            plain = f"{value:.4g}" if abs(value) < 1e4 else f"{value:.6g}"
    unit = feature.unit
    return Text(plain + unit.zh, f"{plain} {unit.en}".strip())
