"""The model card: data, dates, features with the day they were observed, weights, method, back-test, drift."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from graph.model.receipt import code_version
from graph.model.text import Text
from similarity.backtest.card import BackTest
from similarity.features import Feature, FeatureKind, Floats
from similarity.lookalike.design import HUGE, named
from similarity.lookalike.estimator import LookAlike


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a model comes from: the digest of its data, the day of the question, and the days of its positives."""

    data: str
    as_of: dt.date
    dates: Mapping[str, dt.date] = field(default_factory=dict)
    decided: dt.date | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the origin as a JSON value: days as ISO texts, None where nothing is dated."""
        days = sorted(self.dates.values())
        first, last = (days[0].isoformat(), days[-1].isoformat()) if days else (None, None)
        decided = self.decided.isoformat() if self.decided else None
        facts = {"data": self.data, "as_of": self.as_of.isoformat(), "features_before": decided}
        return facts | {"positives": {"count": len(days), "first": first, "last": last}}


def model_card(
    model: LookAlike, backtest: BackTest, *, origin: Origin, method: Text, more: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return the card of a fitted model as a JSON value; `more` adds bands, feedback and warnings to it.

    `influence` is the spread (standard deviation over the stock) of what a feature, a group, or all closeness to
    single positives adds to the score: how much it moves the rows apart, in the unit of the score. `direction` is the
    correlation of a number with what it adds: 1 where more of it counts for, -1 where against, near 0 where it bends.
    """
    features, parts = model.design_.features, model.contributions(model.design_)
    return {
        **origin.to_json(),
        "code": code_version(),
        "method": {"zh": method.zh, "en": method.en},
        "choice": model.choice_.to_json(),
        "closeness": _spread(model.closeness(model.design_).sum(1)),
        "features": [_feature(c, p) for c, p in zip(features.columns, parts.T, strict=True)],
        "groups": _groups(features.columns, parts),
        "barred": [{"name": b.name, "zh": b.why.zh, "en": b.why.en} for b in features.barred],
        "dropped": list(model.design_.dropped),
        "backtest": backtest.to_json(),
        **(more or {}),
    }


def _feature(column: Feature, part: Floats) -> dict[str, Any]:
    seen = column.observed
    words = {"name": column.name, "zh": column.title.zh, "en": column.title.en, "group": column.group}
    kinds = {"kind": column.kind.value, "observed": seen.isoformat() if isinstance(seen, dt.date) else seen}
    return words | kinds | {"influence": _spread(part), "direction": _direction(column, part)}


def _direction(column: Feature, part: Floats) -> float | None:
    """Return the correlation of the known values with what they add, None for categories and for what adds nothing."""
    known = ~np.isnan(column.values)
    values, added = np.clip(column.values[known], -HUGE, HUGE), part[known]
    if column.kind is FeatureKind.CATEGORICAL or not known.any() or not values.std() > 0 or not added.std() > 0:
        return None
    product = ((values - values.mean()) * (added - added.mean())).mean()
    return round(float(product / (values.std() * added.std())), 6) + 0.0


def _groups(columns: tuple[Feature, ...], parts: Floats) -> list[dict[str, Any]]:
    """Return the groups with how many features they have, the most influential first; ties by name."""
    names = sorted({c.group for c in columns})
    rows = []
    for name in names:
        mine = [j for j, c in enumerate(columns) if c.group == name]
        rows.append({"group": name, "features": len(mine), "influence": _spread(parts[:, mine].sum(1))})
    return sorted(rows, key=lambda row: (-row["influence"], row["group"]))


def _spread(values: Floats) -> float:
    return round(float(np.std(values)), 6) + 0.0


def card_sentences(card: Mapping[str, Any], *, groups: Mapping[str, Text] | None = None, most: int = 6) -> list[Text]:
    """Return a saved card as sentences: origin, method, features by group, what was barred, hits, warnings."""
    titles, seen = groups or {}, card["positives"]
    origin = Text(
        "数据 {data:.12}，截至 {as_of}；{n} 个已知样本（{first} 至 {last}）；特征均早于 {before}",
        "data {data:.12}, as of {as_of}; {n} known cases ({first} to {last}); features end before {before}",
    ).fill(
        data=card["data"],
        as_of=card["as_of"],
        n=seen["count"],
        first=seen["first"],
        last=seen["last"],
        before=card["features_before"],
    )
    method = Text("方法：", "method: ") + _read(card["method"])
    return [
        origin,
        method,
        _weights(card, titles, most=most),
        *_barred(card),
        _hits(card["backtest"]),
        *_warnings(card),
    ]


def _read(facts: Mapping[str, str]) -> Text:
    return Text(facts["zh"], facts["en"])


def _weights(card: Mapping[str, Any], titles: Mapping[str, Text], *, most: int) -> Text:
    shown = card["groups"][:most]
    names = [titles.get(row["group"], Text(row["group"] or "其他", row["group"] or "others")) for row in shown]
    zh = "，".join(f"{n.zh} {row['influence']:.2f}" for n, row in zip(names, shown, strict=True))
    en = ", ".join(f"{n.en} {row['influence']:.2f}" for n, row in zip(names, shown, strict=True))
    count = len(card["features"]) - len(card["dropped"])
    near = card["closeness"]
    tail = Text(f"；与各样本的远近 {near:.2f}", f"; of closeness to the positives {near:.2f}") if near else Text("", "")
    return Text(f"{count} 项特征；各组影响：{zh}", f"{count} features; influence by group: {en}") + tail


def _barred(card: Mapping[str, Any]) -> list[Text]:
    names = [row["name"] for row in card["barred"]]
    if not names:
        return []
    return [named(Text("不准用的特征", "barred features"), names)]


def _hits(backtest: Mapping[str, Any]) -> Text:
    best = backtest["outcomes"][0]
    value, low, high = best["lift"]
    return Text(
        "回测（{zh}）：前 {k} 个命中 {hits:.1f} 个，提升 {value:.1f} 倍（95% 区间 {low:.1f} 至 {high:.1f}）",
        "back-test ({en}): {hits:.1f} hits in the first {k}, lift {value:.1f} (95 % interval {low:.1f} to {high:.1f})",
    ).fill(**backtest["design"], k=best["k"], hits=best["hits"][0], value=value, low=low, high=high)


def _warnings(card: Mapping[str, Any]) -> list[Text]:
    return [_read(w) for w in card["backtest"]["warnings"]]
