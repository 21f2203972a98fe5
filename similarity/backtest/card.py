"""The back-test card: the figures of a look-alike list beside chance and naive rules, as data and as sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graph.model.text import Text, joined
from similarity.backtest.ablation import Cost
from similarity.backtest.curve import Curve
from similarity.backtest.drift import Shift
from similarity.backtest.figure import AtLength, Figure
from similarity.backtest.found import Found
from similarity.backtest.rules import Outcome

__all__ = ["AtLength", "BackTest", "Figure", "Outcome"]


@dataclass(frozen=True, slots=True, eq=False)
class BackTest:
    """A back-test card: its design, the length of list and stock, and one outcome a rule (look-alike first).

    `hidden` is how many positives were looked for at a time, `rows` among how many candidates (their mean where
    splits differ by one); `positives` how many distinct ones the figures rest on. `found` holds the places of the
    look-alike, `curves` the hits of every rule at every list length, `costs` what each switched-off group costs,
    `shifts` the features in which two waves differ, `methods` how often the model chose which method by itself.
    """

    design: Text
    k: int
    rows: float
    hidden: float
    positives: int
    outcomes: tuple[Outcome, ...]
    found: Found
    curves: tuple[Curve, ...]
    costs: tuple[Cost, ...] = ()
    shifts: tuple[Shift, ...] = ()
    methods: Mapping[str, int] = field(default_factory=dict)
    warnings: tuple[Text, ...] = ()
    notes: tuple[Text, ...] = ()

    @property
    def lengths(self) -> tuple[int, ...]:
        """The list lengths that the card counts, shortest first."""
        return tuple(sorted(a.k for a in self.outcomes[0].lengths))

    def to_json(self) -> dict[str, Any]:
        """Return the card as a JSON value, without the curves (see `Curve.to_json`)."""
        facts = {"k": self.k, "rows": self.rows, "hidden": self.hidden, "positives": self.positives}
        texts = {"design": {"zh": self.design.zh, "en": self.design.en}}
        lists: dict[str, Any] = {"outcomes": [o.to_json() for o in self.outcomes]}
        lists |= {"costs": [c.to_json() for c in self.costs], "shifts": [s.to_json() for s in self.shifts]}
        lists |= {"warnings": _texts(self.warnings), "notes": _texts(self.notes)}
        return texts | facts | lists | {"methods": dict(self.methods)}

    def sentences(self) -> list[Text]:
        """Return the card as sentences for a door."""
        facts = {"rows": self.rows, "hidden": self.hidden, "k": self.k}
        head = Text(
            "{zh}：{rows:g} 个候选中藏有 {hidden:g} 个，取前 {k} 个",
            "{en}: {hidden:g} hidden among {rows:g} candidates, the first {k} counted",
        )
        opening = head.fill(zh=self.design.zh, en=self.design.en, **facts)
        lines = [opening, *(_line(o) for o in self.outcomes), *self._lengths(), self._expectation(), *self._beaten()]
        costs = [sentence for cost in self.costs for sentence in cost.sentences()]
        return [*lines, *costs, *self._chosen(), *self.warnings, *self.notes]

    def remarks(self) -> list[Text]:
        """Return what a reader must know beside the figures: what to expect, simpler rules that won, warnings, notes."""
        return [self._expectation(), *self._beaten(), *self._chosen(), *self.warnings, *self.notes]

    def _lengths(self) -> list[Text]:
        """Say what longer and shorter lists would have found."""
        others = sorted((a for a in self.outcomes[0].lengths if a.k != self.k), key=lambda a: a.k)
        return [_length_line(a, self.rows) for a in others]

    def _beaten(self) -> list[Text]:
        """Say which simpler rules found more than the look-alike: the reader should then prefer them."""
        best = self.outcomes[0].hits.value
        better = [o.rule for o in self.outcomes[1:] if o.hits.value > best]
        if not better:
            return []
        names = joined(better, "、", ", ")
        return [
            Text(
                f"注意：更简单的规则“{names.zh}”在前 {self.k} 个中命中更多",
                f"Note: a simpler rule ({names.en}) found more in the first {self.k}",
            )
        ]

    def _expectation(self) -> Text:
        hits = self.outcomes[0].hits
        return Text(
            "照此，前 {k} 个中预期命中约 {v:.1f} 个（95% 区间 {a:.1f} 至 {b:.1f}）；这是以往的计数，不是某一行的概率",
            "So about {v:.1f} hits are to be expected in the first {k} (95 % interval {a:.1f} to {b:.1f}): "
            "a count on past cases, not a probability of any one row",
        ).fill(k=self.k, v=hits.value, a=hits.low, b=hits.high)

    def _chosen(self) -> list[Text]:
        """Say which methods the model chose, where it had a choice: in each trial from the known positives only."""
        if len(self.methods) < 2:
            return []
        counted = ", ".join(f"{name} {count}" for name, count in sorted(self.methods.items()))
        return [
            Text(f"各次检验所选方法（次数）：{counted}", f"methods chosen inside the trials (times): {counted}"),
        ]


def _texts(texts: tuple[Text, ...]) -> list[dict[str, str]]:
    return [{"zh": t.zh, "en": t.en} for t in texts]


def _length_line(at: AtLength, rows: float) -> Text:
    return Text(
        "前 {k} 个（占名单 {share:.1%}）：命中 {hits:.1f}，召回率 {recall:.1%}，精确率 {precision:.1%}，"
        "提升 {lift:.1f} 倍（95% 区间 {low:.1f} 至 {high:.1f}）",
        "the first {k} ({share:.1%} of the list): {hits:.1f} hits, recall {recall:.1%}, precision {precision:.1%}, "
        "lift {lift:.1f} (95 % interval {low:.1f} to {high:.1f})",
    ).fill(share=at.k / rows, **_facts(at))


def _facts(at: AtLength) -> dict[str, float]:
    ends = {"low": at.lift.low, "high": at.lift.high}
    values = {"hits": at.hits.value, "recall": at.recall.value, "precision": at.precision.value}
    return {"k": at.k, "lift": at.lift.value} | ends | values


def _line(outcome: Outcome) -> Text:
    text = Text(
        "{zh}：命中 {hits:.1f}，召回率 {recall:.1%}，精确率 {precision:.1%}，提升 {lift:.1f} 倍"
        "（95% 区间 {low:.1f} 至 {high:.1f}），AUC {area:.3f}，平均精确率 {ap:.3f}",
        "{en}: {hits:.1f} hits, recall {recall:.1%}, precision {precision:.1%}, lift {lift:.1f} "
        "(95 % interval {low:.1f} to {high:.1f}), AUC {area:.3f}, average precision {ap:.3f}",
    )
    quality = {"area": outcome.area.value, "ap": outcome.average_precision.value}
    return text.fill(zh=outcome.rule.zh, en=outcome.rule.en, **_facts(outcome.lengths[0]), **quality)
