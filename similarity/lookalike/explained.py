"""Why a candidate stands where it stands: two levels of reasons, each of which sums exactly.

The first level has what the features add and what closeness to the positives adds; the second the features, and the
positives by id. Where the two speak against each other, the reader is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from graph.model.text import Text
from similarity import reasons
from similarity.features import Floats, Ints, Mask
from similarity.lookalike.design import Design
from similarity.reasons import Reason

FEATURES, CLOSENESS = "features", "closeness"
POSITIVE = "positive:"  # before the id of a positive, where a feature's name could stand
LEVELS = {
    FEATURES: Text("各项特征合计", "its features together"),
    CLOSENESS: Text("与各个样本的远近合计", "its closeness to single positives"),
}
DISAGREE = {
    True: Text(
        "特征本身减分，但与某些样本相近，两者相反，请看理由",
        "its features speak against it, closeness to single positives for it: read the reasons",
    ),
    False: Text(
        "特征本身加分，但与各个样本都不近，两者相反，请看理由",
        "its features speak for it, closeness to single positives against it: read the reasons",
    ),
}


@dataclass(frozen=True, slots=True)
class Level:
    """One part of a score with the reasons that sum to it exactly."""

    name: str
    contribution: float
    reasons: tuple[Reason, ...]

    @property
    def text(self) -> Text:
        """The name for a reader."""
        return LEVELS[self.name]

    def to_json(self) -> dict[str, Any]:
        """Return the part without its reasons as a JSON value."""
        return {"part": self.name, "contribution": self.contribution, "zh": self.text.zh, "en": self.text.en}


@dataclass(frozen=True, eq=False)
class Explainer:
    """What reasons need of a ranking.

    `chosen` masks the positives in the design, `rows` are those of the candidates, `scores` their scores with the
    parts by feature (n, F) and by positive (n, m); `subject` says what the positives are called.
    """

    design: Design
    chosen: Mask
    rows: Ints
    scores: tuple[Floats, Floats, Floats]
    subject: Text

    def levels(self, place: int, *, most: int) -> list[Level]:
        """Return the levels of the candidate in `place`, the stronger first."""
        features, near = self._sums(place)
        closest = min(max(most // 3, 1), most) if self.scores[2].shape[1] else 0
        found = [Level(FEATURES, features, self._by_feature(place, features, most=most - closest))]
        if closest:
            found.append(Level(CLOSENESS, near, self._by_positive(place, near, most=closest)))
        return sorted(found, key=lambda level: -abs(level.contribution))

    def groups(self, place: int, titles: Mapping[str, Text]) -> list[Reason]:
        """Return what each group of features adds, and closeness, the strongest first."""
        names, at = self._grouped
        sums = np.bincount(at, weights=self.scores[1][place], minlength=len(names)).astype(np.float64)
        if self.scores[2].shape[1]:
            names, sums = (*names, CLOSENESS), np.append(sums, self.scores[2][place].sum())
        shown, _ = reasons.strongest(sums, float(self.scores[0][place]), most=len(names))
        titled = LEVELS | dict(titles)
        return [Reason(names[j], part, titled.get(names[j], Text(names[j], names[j]))) for j, part in shown]

    def to_json(self, place: int, *, most: int) -> dict[str, Any]:
        """Return parts and reasons of the candidate in `place` as JSON values, with a note where the parts disagree."""
        levels = self.levels(place, most=most)
        told = [r.to_json() for level in levels for r in level.reasons]
        note = disagreement(levels)
        notes = [{"zh": note.zh, "en": note.en}] if note else []
        return {"parts": [level.to_json() for level in levels], "reasons": told, "notes": notes}

    def _sums(self, place: int) -> tuple[float, float]:
        total = float(self.scores[0][place])
        sums = np.array([self.scores[1][place].sum(), self.scores[2][place].sum()])
        if not self.scores[2].shape[1]:
            return total, 0.0
        nano = reasons.apportion(sums, total)
        return int(nano[0]) / reasons.NANO, int(nano[1]) / reasons.NANO

    def _by_feature(self, place: int, total: float, *, most: int) -> tuple[Reason, ...]:
        columns, row = self.design.features.columns, int(self.rows[place])
        shown, rest = reasons.strongest(self.scores[1][place], total, most=most)
        found = [Reason(columns[j].name, part, self._text(j, row, adds=part > 0)) for j, part in shown]
        left = len(self.design.encoders) - len(self.design.dropped) - len(found)
        return (*found, reasons.others(left, rest)) if left else tuple(found)

    def _by_positive(self, place: int, total: float, *, most: int) -> tuple[Reason, ...]:
        shown, rest = reasons.strongest(self.scores[2][place], total, most=most)
        found = [Reason(POSITIVE + self._positives[j], part, self._near(j, adds=part > 0)) for j, part in shown]
        left = len(self._positives) - len(found)
        others = Text("与其余 {n} 个样本的远近合计", "closeness to the other {n} together").fill(n=left)
        return (*found, Reason(POSITIVE + reasons.OTHERS, rest, others)) if left else tuple(found)

    def _near(self, at: int, *, adds: bool) -> Text:
        name, subject = self._positives[at], self.subject
        if adds:
            return Text(f"与{subject.zh} {name} 相近", f"close to {name} of {subject.en}")
        return Text(f"与{subject.zh} {name} 相去甚远", f"far from {name} of {subject.en}")

    def _text(self, column: int, row: int, *, adds: bool) -> Text:
        feature, encoder = self.design.features.columns[column], self.design.encoders[column]
        median = encoder.fill if encoder is not None else float("nan")
        usual = reasons.usual(feature, row, chosen=self.chosen, median=median)
        return reasons.sentence(feature, float(feature.values[row]), usual=usual, subject=self.subject, adds=adds)

    @cached_property
    def _positives(self) -> tuple[str, ...]:
        return tuple(self.design.features.ids[i] for i in np.flatnonzero(self.chosen))

    @cached_property
    def _grouped(self) -> tuple[tuple[str, ...], Ints]:
        groups = [c.group for c in self.design.features.columns]
        names = tuple(sorted(set(groups)))
        return names, np.array([names.index(g) for g in groups])


def disagreement(levels: list[Level]) -> Text | None:
    """Say that features and closeness speak against each other, None where they do not."""
    signs = {level.name: level.contribution for level in levels}
    if signs.get(FEATURES, 0.0) * signs.get(CLOSENESS, 0.0) >= 0:
        return None
    return DISAGREE[signs[CLOSENESS] > 0]
