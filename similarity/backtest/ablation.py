"""What a group of features is worth: the lift with and without it, over the same trials, and the paired difference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from graph.model.text import Text
from similarity.backtest.curve import curve
from similarity.backtest.figure import AtLength, Figure
from similarity.backtest.found import Found
from similarity.metrics import paired_difference


@dataclass(frozen=True, slots=True)
class Cost:
    """What leaving something out costs in lift, at several list lengths (the one asked for first).

    `difference` is the lift with it minus the lift without it, paired by positive; an interval that holds 0 says that
    the trials cannot tell whether it helps.
    """

    left_out: Text
    kept: tuple[AtLength, ...]
    without: tuple[AtLength, ...]
    difference: tuple[Figure, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the cost as a JSON value; each figure is [value, low, high]."""
        rows = sorted(zip(self.kept, self.without, self.difference, strict=True), key=lambda row: row[0].k)
        lengths = [
            {"k": a.k, "lift": a.lift.to_json(), "lift_without": b.lift.to_json(), "difference": d.to_json()}
            for a, b, d in rows
        ]
        return {"left_out": {"zh": self.left_out.zh, "en": self.left_out.en}, "lengths": lengths}

    def sentences(self) -> list[Text]:
        """Return one sentence a list length, shortest list first."""
        rows = sorted(zip(self.kept, self.without, self.difference, strict=True), key=lambda row: row[0].k)
        return [_line(self.left_out, a, without=b, difference=d) for a, b, d in rows]


def cost(left_out: Text, whole: Found, *, without: Found, lengths: Sequence[int]) -> Cost:
    """Compare two rankings of the same trials, `without` learned on less; differences are paired by positive."""
    with_it, less = curve(left_out, whole), curve(left_out, without)
    return Cost(
        left_out,
        tuple(with_it.at(k) for k in lengths),
        tuple(less.at(k) for k in lengths),
        tuple(_difference(whole, without, k=k) for k in lengths),
    )


def _difference(whole: Found, without: Found, *, k: int) -> Figure:
    """Return the difference in lift in the first `k`: that in recall, times candidates by list length."""
    return Figure(*paired_difference(whole.chances(k), without.chances(k))).times(whole.candidates / k)


def _line(left_out: Text, kept: AtLength, *, without: AtLength, difference: Figure) -> Text:
    unsure = difference.low <= 0 <= difference.high
    tail = Text("，看不出差别", ": no difference can be told") if unsure else Text("", "")
    text = Text(
        "不用“{zh}”：前 {k} 个提升 {b:.1f} 倍（用时 {a:.1f}），相差 {d:.1f}（95% 区间 {low:.1f} 至 {high:.1f}）",
        "without {en}: lift {b:.1f} in the first {k} ({a:.1f} with it), difference {d:.1f} "
        "(95 % interval {low:.1f} to {high:.1f})",
    )
    facts = {"a": kept.lift.value, "b": without.lift.value, "d": difference.value}
    facts |= {"low": difference.low, "high": difference.high}
    shown = {name: round(value, 1) + 0.0 for name, value in facts.items()}  # never "-0.0"
    return text.fill(zh=left_out.zh, en=left_out.en, k=kept.k, **shown) + tail
