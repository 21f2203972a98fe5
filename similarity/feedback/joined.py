"""Outcomes joined to what is known: who is a positive of the next fit, and who is no candidate.

A unit that agreed is a positive from that day on. A unit that refused is no candidate, and is counted by its reason;
an agreement that comes later overrides the refusal. An installation on record is stronger than any word.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from graph.model.text import Text
from similarity.backtest.figure import Figure
from similarity.feedback.table import Outcome, Outcomes, Verdict
from similarity.metrics import wilson


@dataclass(frozen=True, slots=True)
class Joined:
    """The positives with their days and the units that refused, after the feedback.

    `agreed`, `refused` and `open` are what the feedback says last of each unit in it; `reasons` counts the refusals by
    reason ("" where none is given); `share` is that of the agreed among the answered, with Wilson's interval.
    """

    dates: Mapping[str, dt.date]
    refused_all: tuple[str, ...]
    agreed: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    reasons: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[Text, ...] = ()

    @property
    def share(self) -> Figure | None:
        """The share of the agreed among those who answered, None when nobody did."""
        return self.share_of((*self.agreed, *self.refused))

    def share_of(self, recommended: Collection[str]) -> Figure | None:
        """Return the share of the agreed among the recommended units that answered, None when none did."""
        listed = frozenset(recommended)
        yes, no = (sum(u in listed for u in units) for units in (self.agreed, self.refused))
        return Figure(yes / (yes + no), *wilson(yes, yes + no)) if yes + no else None

    def to_json(self) -> dict[str, Any]:
        """Return what the feedback changed as a JSON value."""
        units = {"agreed": list(self.agreed), "refused": list(self.refused), "open": list(self.open)}
        share = {"share": self.share.to_json() if self.share else None}
        return units | share | {"reasons": dict(self.reasons), "notes": [{"zh": n.zh, "en": n.en} for n in self.notes]}

    def sentences(self) -> list[Text]:
        """Return what a card says of the feedback."""
        counted = Text(
            "反馈：{a} 个楼组同意，{r} 个不同意，{o} 个未定",
            "feedback: {a} units agreed, {r} refused, {o} are undecided",
        )
        lines = [counted.fill(a=len(self.agreed), r=len(self.refused), o=len(self.open))]
        if self.share is not None:
            lines[0] += Text(
                "；答复中同意占 {v:.0%}（95% 区间 {a:.0%} 至 {b:.0%}）",
                "; of those who answered {v:.0%} agreed (95 % interval {a:.0%} to {b:.0%})",
            ).fill(v=self.share.value, a=self.share.low, b=self.share.high)
        return [*lines, *self._reasons(), *self.notes]

    def _reasons(self) -> list[Text]:
        if not self.reasons:
            return []
        zh = "，".join(f"{why or '未写原因'} {n}" for why, n in self.reasons.items())
        en = ", ".join(f"{why or 'no reason given'} {n}" for why, n in self.reasons.items())
        return [Text(f"不同意的原因：{zh}", f"reasons for refusing: {en}")]


def joined(
    outcomes: Outcomes, dates: Mapping[str, dt.date], *, as_of: dt.date, refused: Collection[str] = ()
) -> Joined:
    """Join outcomes to the installations on record (`dates`) and the refusals on record; rows after `as_of` wait."""
    now = [o for o in outcomes.rows if o.day <= as_of]
    last, notes = {}, [*outcomes.notes, *_later(len(outcomes.rows) - len(now), as_of)]
    for unit, rows in groupby(now, key=lambda o: o.unit):
        final, said = _last(list(rows), built=dates.get(unit))
        notes += said
        if final is not None:
            last[unit] = final
    by = {v: tuple(u for u, o in last.items() if o.verdict is v) for v in Verdict}
    agreed = {u: last[u].day for u in by[Verdict.AGREED] if u not in dates}
    against = ({*refused} - {*by[Verdict.AGREED]} | {*by[Verdict.REFUSED]}) - {*dates}
    reasons = Counter(last[u].why for u in by[Verdict.REFUSED])
    return Joined(
        dict(sorted({**dates, **agreed}.items())),
        tuple(sorted(against)),
        by[Verdict.AGREED],
        by[Verdict.REFUSED],
        by[Verdict.OPEN],
        dict(sorted(reasons.items(), key=lambda item: (-item[1], item[0]))),
        tuple(notes),
    )


def _last(rows: Sequence[Outcome], *, built: dt.date | None) -> tuple[Outcome | None, list[Text]]:
    """Return what a unit said last, and the rows of it that contradict each other or the record."""
    firm = [o for o in rows if o.verdict is not Verdict.OPEN]
    notes = _torn(firm)
    torn = {o.day for a in firm for o in firm if o.day == a.day and o.verdict is not a.verdict}
    clear = [o for o in firm if o.day not in torn]
    if not clear:
        return (rows[-1] if not firm else None), notes
    final = _first_of_its_kind(clear)
    if built is not None and final.verdict is Verdict.REFUSED:
        return None, [*notes, _record(final, built)]
    if final.verdict is Verdict.REFUSED and any(o.verdict is Verdict.AGREED for o in clear):
        notes.append(_withdrawn(final, next(o for o in reversed(clear) if o.verdict is Verdict.AGREED)))
    return final, notes


def _first_of_its_kind(clear: Sequence[Outcome]) -> Outcome:
    """Return the row from which on a unit has said what it said last: an agreement dates from its first day."""
    changed = [i for i, o in enumerate(clear) if o.verdict is not clear[-1].verdict]
    return clear[changed[-1] + 1 if changed else 0]


def _torn(firm: Sequence[Outcome]) -> list[Text]:
    notes = []
    for day, same in groupby(firm, key=lambda o: o.day):
        rows = list(same)
        if len({o.verdict for o in rows}) > 1:
            at = "、".join(str(o.row) for o in sorted(rows, key=lambda o: o.row))
            unit = rows[0].unit
            notes.append(
                Text(
                    f"反馈第 {at} 行：楼组 {unit} 在 {day} 既同意又不同意，都不用",
                    f"feedback rows {at}: unit {unit} both agreed and refused on {day}; neither is used",
                )
            )
    return notes


def _record(final: Outcome, built: dt.date) -> Text:
    return Text(
        f"反馈第 {final.row} 行：楼组 {final.unit} 写不同意，但 {built} 已有加装记录，以记录为准",
        f"feedback row {final.row}: unit {final.unit} is said to refuse, but stands on record from {built}; the record holds",
    )


def _withdrawn(final: Outcome, agreed: Outcome) -> Text:
    return Text(
        f"反馈第 {agreed.row}、{final.row} 行：楼组 {final.unit} 先同意（{agreed.day}）后不同意（{final.day}），按后者",
        f"feedback rows {agreed.row} and {final.row}: unit {final.unit} agreed on {agreed.day} "
        f"and refused on {final.day}; the later counts",
    )


def _later(count: int, as_of: dt.date) -> list[Text]:
    if not count:
        return []
    return [
        Text(f"反馈中 {count} 行晚于 {as_of}，未用", f"{count} rows of the feedback are later than {as_of}: not used")
    ]
