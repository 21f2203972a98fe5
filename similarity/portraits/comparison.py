"""A group against everybody in the scope: which figures stand out, by how much, and whether luck would explain it.

`z` asks how far the group would stray if it were drawn from everybody at random, without putting anybody back: the
variance of its mean is S²/n (1 - n/N), S² = p (1 - p) N/(N - 1) for a share (Cochran, Sampling Techniques, 2.6 and
3.2). Many figures are compared at once, so a figure stands out beyond Bonferroni's bound for all of them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

from graph.model.cells import PUBLISHED_CELL
from graph.model.text import Lang, Text
from similarity.features import Feature, Features, Form
from similarity.metrics import Z95, wilson
from similarity.portraits.crowd import Mean, Share
from similarity.portraits.spread import Spread

LEVEL = 0.05
"""The chance that luck alone makes any of the figures of one portrait stand out."""
DIGITS = 9
SENTENCES: dict[bool, dict[Lang, str]] = {
    True: {
        "zh": "{title} {value}（n = {n}），全体 {base}（n = {base_n}），高 {gap}",
        "en": "{title}: {value} (n = {n}), everybody {base} (n = {base_n}), {gap} higher",
    },
    False: {
        "zh": "{title} {value}（n = {n}），全体 {base}（n = {base_n}），低 {gap}",
        "en": "{title}: {value} (n = {n}), everybody {base} (n = {base_n}), {gap} lower",
    },
}
"""How a comparison is said, by whether the group is higher."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A figure of a group beside that of everybody and that of the others.

    `n`, `base_n` and `rest_n` are the people (or homes) of whom it is known; `low` and `high` the ends of the 95 %
    interval of the group's own value (Wilson's for shares); `ratio` is None over a base of zero.
    """

    feature: Feature
    value: float
    n: int
    low: float
    high: float
    base: float
    base_n: int
    rest: float
    rest_n: int
    z: float

    @property
    def difference(self) -> float:
        """The group's value less that of everybody."""
        return self.value - self.base

    @property
    def ratio(self) -> float | None:
        """The group's value over that of everybody."""
        return self.value / self.base if self.base else None

    @property
    def text(self) -> Text:
        """The comparison as a sentence."""
        gap, higher = abs(self.difference), self.difference > 0
        zh, en = (
            said.format(
                title=self.feature.title.of(lang),
                value=written(self.feature, self.value).of(lang),
                base=written(self.feature, self.base).of(lang),
                gap=written(self.feature, gap, points=True).of(lang),
                n=self.n,
                base_n=self.base_n,
            )
            for lang, said in SENTENCES[higher].items()
        )
        return Text(zh, en)

    def to_json(self) -> dict[str, Any]:
        """Return the comparison as JSON values, numbers rounded to nine digits."""
        names = ("value", "n", "low", "high", "base", "base_n", "rest", "rest_n", "difference", "ratio", "z")
        numbers = {name: _rounded(getattr(self, name)) for name in names}
        return {**_named(self.feature), **numbers, "text": {"zh": self.text.zh, "en": self.text.en}}


@dataclass(frozen=True, slots=True)
class Shape:
    """A figure without a chance of its own (a quartile, an entropy) beside that of everybody."""

    feature: Feature
    value: float
    n: int
    base: float

    def to_json(self) -> dict[str, Any]:
        """Return the figure as JSON values."""
        return {**_named(self.feature), "value": _rounded(self.value), "n": self.n, "base": _rounded(self.base)}


@dataclass(frozen=True, slots=True)
class Portrait:
    """What is known about one group: its size, figures by how much they stand out, its spread, and what was withheld.

    `residents` is None where nothing may be said of the group; `hidden` counts the figures under the limit; `bound` is
    the `z` beyond which a figure stands out among all that were compared (None: nothing was).
    """

    residents: int | None
    base_residents: int
    standings: tuple[Standing, ...]
    shapes: tuple[Shape, ...]
    hidden: int
    bound: float | None
    notes: tuple[Text, ...]

    def stands_out(self, found: Standing) -> bool:
        """Tell whether a figure lies beyond the bound."""
        return self.bound is not None and abs(found.z) > self.bound

    @property
    def outstanding(self) -> tuple[Standing, ...]:
        """The figures beyond the bound, the farthest first."""
        return tuple(s for s in self.standings if self.stands_out(s))


def portrait(features: Features, base: Features, group: int, *, least: int = PUBLISHED_CELL) -> Portrait:
    """Compare row `group` of a table of groups with everybody; `base` holds the same columns of all as one group.

    Nothing is said about a group of fewer than `least` people, nor about one that lacks fewer than `least` of everybody:
    it and everybody would give them away. A figure is hidden when the people with it or without it, in the group or
    outside it, are fewer than `least`; of figures that count the same people the first is shown.
    """
    residents = features.column("residents").values
    own, everybody = int(residents[group]), int(residents.sum())
    why = _withheld(own, everybody, least)
    if why is not None:
        return Portrait(None, everybody if everybody >= least else 0, (), (), 0, None, (why, *features.notes))
    compared = _distinct([c for c in features.columns if isinstance(c, Share | Mean)])
    found = [standing(c, group) for c in compared if open_to_view(c, group, least=least)]
    shapes, hidden = _shapes(features, base, group, least=least)
    bound = NormalDist().inv_cdf(1 - LEVEL / (2 * max(len(found), 1)))
    ranked = sorted(found, key=lambda s: (-round(abs(s.z), DIGITS), s.feature.name))
    notes = (*features.notes, *_whole(own, everybody))
    return Portrait(own, everybody, tuple(ranked), shapes, len(compared) - len(found) + hidden, bound, notes)


def _distinct(columns: list[Share | Mean]) -> list[Share | Mean]:
    """Leave out shares that count the same people as an earlier one in every group (a rule tag of an age band)."""
    kept: dict[bytes, Share | Mean] = {}
    for column in columns:
        match column:
            case Share(counts=counts, among=among):
                kept.setdefault(counts.tobytes() + among.tobytes(), column)
            case _:
                kept[column.name.encode()] = column
    return list(kept.values())


def _withheld(own: int, everybody: int, least: int) -> Text | None:
    """Say why nothing can be shown of a group, None where something can."""
    if everybody == 0:
        return Text("范围内当时没有居民记录", "nobody is on record in the scope on that day")
    if own < least:
        return Text(
            f"该群体不足 {least} 人，不显示任何数字", f"the group has fewer than {least} people: no figure is shown"
        )
    if 0 < everybody - own < least:
        return Text(
            f"该群体与全体相差不足 {least} 人，两者相减会暴露个人，不显示",
            f"the group lacks fewer than {least} people of everybody: the two together would give them away",
        )
    return None


def _whole(own: int, everybody: int) -> tuple[Text, ...]:
    return (
        (Text("该群体即全体，无可对照", "the group is everybody: nothing to compare with"),) if own == everybody else ()
    )


def open_to_view(feature: Share | Mean, group: int, *, least: int) -> bool:
    """Tell whether every cell behind a comparison holds at least `least` people (an empty rest is no cell)."""
    n, total = feature.among[group], feature.among.sum()
    if isinstance(feature, Mean):
        return bool(n >= least and (total == n or total - n >= least))
    count, everyone = feature.counts[group], feature.counts.sum()
    cells = [count, n - count]
    if total > n:
        cells += [everyone - count, total - n - everyone + count]
    return bool(min(cells) >= least)


def standing(feature: Share | Mean, group: int) -> Standing:
    """Compare one figure of a group with everybody; the group has known values."""
    n, total = float(feature.among[group]), float(feature.among.sum())
    if isinstance(feature, Share):
        own, everyone = float(feature.counts[group]), float(feature.counts.sum())
        low, high = wilson(own, n)
        share = everyone / total
        spread = share * (1 - share) * total
    else:
        own, everyone = float(feature.total[group]), float(feature.total.sum())
        half = Z95 * math.sqrt(float(feature.squares[group]) / max(n - 1, 1) / n)
        low, high = max(own / n - half, 0.0), own / n + half  # of ages, years and counts none is below zero
        spread = _squares(feature)
    variance = spread / max(total - 1, 1) / n * (1 - n / total)
    value, base, rest_n = own / n, everyone / total, total - n
    rest = (everyone - own) / rest_n if rest_n else math.nan
    z = (value - base) / math.sqrt(variance) if variance > 0 else 0.0
    return Standing(feature, value, int(n), low, high, base, int(total), rest, int(rest_n), z)


def _squares(feature: Mean) -> float:
    """Return the squared deviations of all values from the mean of all: those in the groups and those between."""
    known = feature.among > 0
    n, total = feature.among[known], feature.total[known]
    mean = total.sum() / n.sum()
    return float(feature.squares[known].sum() + (n * (total / n - mean) ** 2).sum())


def _shapes(features: Features, base: Features, group: int, *, least: int) -> tuple[tuple[Shape, ...], int]:
    """Return the spreads that may be shown, and the number of those that may not."""
    everybody = {c.name: c for c in base.columns}
    found, hidden = [], 0
    for c in features.columns:
        if isinstance(c, Spread) and not math.isnan(c.values[group]):
            n, total = c.among[group], c.among.sum()
            if n >= least and (n == total or total - n >= least):
                found.append(Shape(c, float(c.values[group]), int(n), float(everybody[c.name].values[0])))
            else:
                hidden += 1
    return tuple(found), hidden


def _named(feature: Feature) -> dict[str, Any]:
    return {"feature": feature.name, "title": {"zh": feature.title.zh, "en": feature.title.en}, "group": feature.group}


def _rounded(value: float | None) -> float | int | None:
    if value is None or isinstance(value, int):
        return value
    return round(value, DIGITS) if math.isfinite(value) else None


def written(feature: Feature, value: float, *, points: bool = False) -> Text:
    """Return a value as a reader sees it: shares in per cent (differences in points), a dash where it is unknown."""
    if math.isnan(value):
        return Text("-", "-")
    if feature.form is Form.SHARE:
        number = f"{100 * value:.1f}"
        return Text(f"{number} 个百分点", f"{number} points") if points else Text(f"{number} %", f"{number} %")
    unit = feature.unit
    return Text(f"{value:.2f}{unit.zh}", f"{value:.2f} {unit.en}".rstrip())
