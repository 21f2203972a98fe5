"""Bands of a ranked list, cut where the back-test's precision falls, with the hits to be expected in each.

A band is a stretch of the list with a count on past cases, never a probability of one row. With too little evidence,
or a ranking that chance explains, there is one band and its reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np

from graph.model.text import Text
from similarity.backtest.figure import Figure
from similarity.backtest.found import Found
from similarity.features import Floats
from similarity.metrics import wilson
from similarity.readiness import cuts

SHORT = Text("名单不到 100 行，不分档", "the list has fewer than 100 rows: one band")
LEAST = 10  # below so many tested positives no cut can be told from chance
MOST_CUTS = 2


class BandName(StrEnum):
    """The stretches of a list, best first; `WHOLE` is a list that could not be cut."""

    READY = "ready"
    TALK = "talk"
    LATER = "later"
    WHOLE = "whole"


TITLES = {
    BandName.READY: Text("条件成熟", "ready"),
    BandName.TALK: Text("值得一谈", "worth talking to"),
    BandName.LATER: Text("暂缓", "later"),
    BandName.WHOLE: Text("不分档", "one band"),
}
NAMES = {0: (BandName.WHOLE,), 1: (BandName.READY, BandName.LATER), 2: (BandName.READY, BandName.TALK, BandName.LATER)}


@dataclass(frozen=True, slots=True)
class Band:
    """The rows `first` to `last` of a list (1 is its top), with the hits to be expected in them.

    `hits` are of as many as were hidden in the back-test; `lift` is their multiple of a stretch chosen at random.
    """

    name: BandName
    first: int
    last: int
    hits: Figure
    lift: Figure

    @property
    def title(self) -> Text:
        """The name for a reader."""
        return TITLES[self.name]

    def to_json(self) -> dict[str, Any]:
        """Return the band as a JSON value; each figure is [value, low, high]."""
        place = {"name": self.name.value, "zh": self.title.zh, "en": self.title.en}
        return place | {
            "first": self.first,
            "last": self.last,
            "hits": self.hits.to_json(),
            "lift": self.lift.to_json(),
        }


@dataclass(frozen=True, slots=True)
class Bands:
    """The bands of one list, best first; `reason` says why there is only one, `hidden` of how many the hits are."""

    bands: tuple[Band, ...]
    hidden: float
    positives: int
    reason: Text | None = None

    def of(self, place: int) -> Band:
        """Return the band of a place in the list (1 is its top)."""
        return next((b for b in self.bands if place <= b.last), self.bands[-1])

    def named(self, name: str) -> Band | None:
        """Return the band of that name, None where the list has no such band."""
        return next((b for b in self.bands if b.name == name), None)

    def least_score(self, name: str, scores: Sequence[float] | Floats) -> float | None:
        """Return the lowest score in a band; `scores` are those of the list, falling. None where there is no such band."""
        band = self.named(name)
        return None if band is None else float(scores[band.last - 1])

    def to_json(self) -> dict[str, Any]:
        """Return the bands as a JSON value."""
        reason = self.reason and {"zh": self.reason.zh, "en": self.reason.en}
        facts = {"hidden": self.hidden, "positives": self.positives, "reason": reason}
        return {"bands": [b.to_json() for b in self.bands], **facts}

    def sentences(self) -> list[Text]:
        """Return one sentence a band, and what the counts are."""
        lines = [self._line(band) for band in self.bands]
        return [*lines, self.reason] if self.reason else [*lines, self._footing()]

    def _line(self, band: Band) -> Text:
        return Text(
            "{zh}：第 {first} 至 {last} 名，预期命中 {v:.1f}（95% 区间 {low:.1f} 至 {high:.1f}），提升 {lift:.1f} 倍",
            "{en}: places {first} to {last}, {v:.1f} hits to be expected (95 % interval {low:.1f} to {high:.1f}), "
            "lift {lift:.1f}",
        ).fill(
            zh=band.title.zh,
            en=band.title.en,
            first=band.first,
            last=band.last,
            v=band.hits.value,
            low=band.hits.low,
            high=band.hits.high,
            lift=band.lift.value,
        )

    def _footing(self) -> Text:
        return Text(
            "按回测计：若再有 {h:g} 个，预计这样分布（依据 {m} 个已知样本；是以往的计数，不是某一行的概率）",
            "counted in the back-test: of the next {h:g}, so many are to be expected in each band "
            "(from {m} known cases; counts on past cases, not a probability of any one row)",
        ).fill(h=self.hidden, m=self.positives)


def bands(found: Found, *, candidates: int, seed: int = 0) -> Bands:
    """Cut a list of `candidates` rows where the back-test's precision falls; the same seed gives the same bands."""
    if found.positives < LEAST:
        return _whole(found, candidates, _too_few(found.positives))
    if min(candidates, int(found.candidates)) * cuts.GRID[0] < 1:
        return _whole(found, candidates, SHORT)
    lengths = np.append(np.round(cuts.GRID * int(found.candidates)), int(found.candidates)).astype(np.int64)
    chances = np.column_stack([found.chances(int(k)) for k in lengths])
    chances[:, -1] = 1.0
    kept = cuts.choose(chances.sum(0), most=MOST_CUTS, seed=seed)
    if not kept:
        return _whole(found, candidates, _level(found.positives))
    made = _made(found, kept, shares=cuts.shares(chances, kept, seed=seed), candidates=candidates)
    return Bands(made, found.hidden, found.positives)


def _made(found: Found, kept: cuts.Cuts, *, shares: Floats, candidates: int) -> tuple[Band, ...]:
    places = np.array([0.0, *cuts.GRID[list(kept)], 1.0])
    ends, made = np.round(places * candidates).astype(np.int64).tolist(), []
    for i, name in enumerate(NAMES[len(kept)]):
        part = Figure(float(shares[i]), *wilson(float(shares[i]) * found.positives, found.positives))
        hits, lift = part.times(found.hidden), part.times(1 / float(places[i + 1] - places[i]))
        made.append(Band(name, ends[i] + 1, ends[i + 1], hits, lift))
    return tuple(made)


def _whole(found: Found, candidates: int, reason: Text) -> Bands:
    hits = Figure(found.hidden, found.hidden, found.hidden)
    return Bands(
        (Band(BandName.WHOLE, 1, candidates, hits, Figure(1.0, 1.0, 1.0)),), found.hidden, found.positives, reason
    )


def _too_few(positives: int) -> Text:
    return Text(
        f"只检验了 {positives} 个样本（至少要 {LEAST} 个），不足以分档",
        f"only {positives} positives were tested ({LEAST} are needed): too few to cut the list into bands",
    )


def _level(positives: int) -> Text:
    return Text(
        f"{positives} 个样本的回测中，名单前后的命中差别不超出偶然，不分档",
        f"in a back-test of {positives} positives the top of the list held no more than chance explains: one band",
    )
