"""Are the positives what the stock is, and is a later wave like the earlier one? Read this before trusting a list.

In one city four in five "first lifts" were new buildings, and every method then fell to chance: the positives were
not of the kind that was looked for. Both checks compare one feature at a time by the area under the curve (Mann and
Whitney 1947) and speak only beyond chance for the number of features that were compared (Bonferroni, 5 %).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np

from graph.model.text import Text
from similarity.features import Feature, FeatureKind, Features, Mask
from similarity.metrics import area_under_curve

FAR = 0.25  # an area this far from one half: three in four pairs lie the same way


@dataclass(frozen=True, slots=True)
class Shift:
    """A feature in which two groups differ: `area` is the chance that a row of the later one has the higher value.

    `before` and `after` are the medians of the earlier and of the later group.
    """

    feature: str
    title: Text
    area: float
    before: float
    after: float

    def to_json(self) -> dict[str, Any]:
        """Return the shift as a JSON value."""
        figures = {"area": self.area, "before": self.before, "after": self.after}
        names = {"feature": self.feature, "zh": self.title.zh, "en": self.title.en}
        return names | {name: round(value, 6) + 0.0 for name, value in figures.items()}


def unlike_the_stock(features: Features, positives: Collection[str], *, names: Collection[str]) -> tuple[Text, ...]:
    """Warn where the positives lie far from the rest of the stock in one of the named features (the year built)."""
    chosen = features.mask(positives)
    found = []
    for name in names:
        column = features.column(name)
        if _differs(column, chosen, other=~chosen, compared=len(names)):
            found.append(
                Text(
                    f"样本与其余行在“{column.title.zh}”上差别很大：核对样本是否属于要找的那一类",
                    f"the positives differ much from the other rows in {column.title.en}: are they of the kind looked for?",
                )
            )
    return tuple(found)


def shifts(features: Features, dates: Mapping[str, dt.date], *, before: dt.date) -> tuple[Shift, ...]:
    """Return the features in which positives dated before a day and those from then on differ, the farthest first."""
    early = features.mask(i for i, day in dates.items() if day < before)
    late = features.mask(i for i, day in dates.items() if day >= before)
    numbers = [c for c in features.columns if c.kind is not FeatureKind.CATEGORICAL]
    found = [_shift(c, late, other=early) for c in numbers if _differs(c, late, other=early, compared=len(numbers))]
    return tuple(sorted(found, key=lambda s: (-abs(s.area - 0.5), s.feature)))


def warned(found: Sequence[Shift], *, before: dt.date, most: int = 5) -> tuple[Text, ...]:
    """Say in one sentence that two waves differ, and in which features most; nothing when they do not."""
    if not found:
        return ()
    zh, en = ("、".join(s.title.zh for s in found[:most]), ", ".join(s.title.en for s in found[:most]))
    return (
        Text(
            f"{before} 前后两批样本在 {len(found)} 项特征上不同：{zh}",
            f"the positives before and after {before} differ in {len(found)} features: {en}",
        ),
    )


def between_waves(
    features: Features, dates: Mapping[str, dt.date], *, before: dt.date, most: int = 5
) -> tuple[Text, ...]:
    """Warn where positives dated before a day and those from then on differ; names the features that differ most."""
    return warned(shifts(features, dates, before=before), before=before, most=most)


def _shift(column: Feature, late: Mask, *, other: Mask) -> Shift:
    early, later = (float(np.nanmedian(column.values[rows])) for rows in (other, late))
    return Shift(column.name, column.title, _area(column, late, other=other), early, later)


def _area(column: Feature, one: Mask, *, other: Mask) -> float:
    known = ~np.isnan(column.values)
    rows = known & (one | other)
    return area_under_curve(column.values[rows], one[rows])


def _differs(column: Feature, one: Mask, *, other: Mask, compared: int) -> bool:
    """Tell whether the area lies far from one half, and further than chance alone would take it."""
    known = ~np.isnan(column.values)
    m, n = int((one & known).sum()), int((other & known).sum())
    if not m or not n:
        return False
    chance = NormalDist().inv_cdf(1 - 0.025 / max(compared, 1)) * float(np.sqrt((m + n + 1) / (12 * m * n)))
    return abs(_area(column, one, other=other) - 0.5) > max(FAR, chance)
