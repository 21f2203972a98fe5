"""The back-test card: the figures of a look-alike list beside chance and naive rules, as data and as sentences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from graph.model.text import Text, joined


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its 95 % interval."""

    value: float
    low: float
    high: float

    def times(self, factor: float) -> Figure:
        """Return the figure in another unit."""
        return Figure(self.value * factor, self.low * factor, self.high * factor)

    def to_json(self) -> list[float]:
        """Return value, low end and high end, rounded to 6 digits."""
        return [round(x, 6) for x in (self.value, self.low, self.high)]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one ranking rule found: hits in the first k, and the quality of the whole order."""

    rule: Text
    hits: Figure
    recall_at_k: Figure
    precision_at_k: Figure
    lift: Figure
    area: Figure
    average_precision: Figure

    def to_json(self) -> dict[str, Any]:
        """Return the outcome as a JSON value; each figure is [value, low, high]."""
        names = ("hits", "recall_at_k", "precision_at_k", "lift", "area", "average_precision")
        return {"rule": {"zh": self.rule.zh, "en": self.rule.en}} | {n: getattr(self, n).to_json() for n in names}


@dataclass(frozen=True, slots=True)
class BackTest:
    """A back-test card: its design, the length of list and stock, and one outcome a rule (look-alike first).

    `hidden` is how many positives were looked for at a time, `rows` among how many candidates (their mean where
    splits differ by one); `positives` how many distinct ones the figures rest on.
    """

    design: Text
    k: int
    rows: float
    hidden: float
    positives: int
    outcomes: tuple[Outcome, ...]
    notes: tuple[Text, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the card as a JSON value."""
        facts = {"k": self.k, "rows": self.rows, "hidden": self.hidden, "positives": self.positives}
        texts = {"design": {"zh": self.design.zh, "en": self.design.en}}
        notes = [{"zh": n.zh, "en": n.en} for n in self.notes]
        return texts | facts | {"outcomes": [o.to_json() for o in self.outcomes], "notes": notes}

    def sentences(self) -> list[Text]:
        """Return the card as sentences for a door."""
        head = Text(
            "{design}：{rows:g} 个候选中藏有 {hidden:g} 个，取前 {k} 个",
            "{design}: {hidden:g} hidden among {rows:g} candidates, the first {k} counted",
        )
        facts = {"rows": self.rows, "hidden": self.hidden, "k": self.k}
        opening = Text(head.zh.format(design=self.design.zh, **facts), head.en.format(design=self.design.en, **facts))
        lines = [opening, *(_line(o) for o in self.outcomes)]
        return [*lines, self._expectation(), *self._beaten(), *self.notes]

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


def _line(outcome: Outcome) -> Text:
    text = Text(
        "{rule}：命中 {hits:.1f}，召回率 {recall:.1%}，精确率 {precision:.1%}，提升 {lift:.1f} 倍"
        "（95% 区间 {low:.1f} 至 {high:.1f}），AUC {area:.3f}，平均精确率 {ap:.3f}",
        "{rule}: {hits:.1f} hits, recall {recall:.1%}, precision {precision:.1%}, lift {lift:.1f} "
        "(95 % interval {low:.1f} to {high:.1f}), AUC {area:.3f}, average precision {ap:.3f}",
    )
    facts = {
        "hits": outcome.hits.value,
        "recall": outcome.recall_at_k.value,
        "precision": outcome.precision_at_k.value,
        "lift": outcome.lift.value,
        "low": outcome.lift.low,
        "high": outcome.lift.high,
        "area": outcome.area.value,
        "ap": outcome.average_precision.value,
    }
    return Text(text.zh.format(rule=outcome.rule.zh, **facts), text.en.format(rule=outcome.rule.en, **facts))
