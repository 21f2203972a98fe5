"""The look-alike list of stairwell groups: features before the first vote, a back-test on the last wave."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import TYPE_CHECKING

import numpy as np

from graph.model.errors import TableUnfit
from graph.model.text import Text

if TYPE_CHECKING:
    from graph.snapshot.columns import Snapshot
    from similarity.backtest.card import BackTest
    from similarity.features import Features
    from similarity.lookalike.additive import Ranking
    from similarity.portraits.units import Positives

NAIVE = {
    "floors": Text("按层数", "by height"),
    "age_60_up": Text("按老人比例", "by share of the old"),
}
"""Naive rules that stand beside the look-alike list, by the feature they sort by."""

CHECKED = ("built_year", "floors")
"""Features in which positives of another kind of house would stand apart (new buildings, high-rises)."""


def rank_units(
    snapshot: Snapshot, as_of: dt.date, *, without: Collection[str] = (), force: Collection[str] = ()
) -> tuple[Ranking, BackTest, tuple[Text, ...]]:
    """Rank the units without a lift by their likeness to those that were given one: list, back-test card, warnings.

    The portraits end before the first vote, so nothing that came of a lift can be in them. Two dated waves are tested
    in order (learn on the earlier, look for the last); a single wave by repeated splits. Raises `TableUnfit`.
    """
    from similarity.backtest.drift import between_waves, unlike_the_stock
    from similarity.lookalike.additive import rank
    from similarity.portraits.units import SUBJECT, unit_features, unit_positives

    positives = unit_positives(snapshot, as_of)
    if positives.decided is None:
        raise TableUnfit(
            Text(f"到 {as_of} 为止没有加梯记录", f"no lift installation is on record up to {as_of}"),
            Text("先装载加梯记录", "Load the installations first"),
        )
    portraits = unit_features(snapshot, positives.decided, without=without, force=force)
    features = portraits.leaving_out(positives.built_in)  # houses built with a lift say nothing about stairs
    cut = last_wave(snapshot, positives)
    card = _card(features, positives, cut)
    warnings = unlike_the_stock(features, positives.ids, names=[n for n in CHECKED if n in features.names])
    if cut is not None:
        warnings += between_waves(features, positives.dates, before=cut)
    ranking = rank(features, positives.ids, subject=SUBJECT)
    return ranking, card, warnings


def last_wave(snapshot: Snapshot, positives: Positives) -> dt.date | None:
    """Return the first day of the last wave among the positives, None when there is one wave only."""
    records = snapshot.nodes("Installation")
    wave = records.numbers("wave")
    unit = snapshot.edges("Installation-OF-Unit").first()
    ids = snapshot.nodes("Unit").ids.to_pylist()
    days: dict[float, list[dt.date]] = {}
    for row in np.flatnonzero((unit >= 0) & records.equals("outcome", "agreed")):
        day = positives.dates.get(ids[unit[row]])
        if day is not None and not np.isnan(wave[row]):
            days.setdefault(wave[row], []).append(day)
    return min(days[max(days)]) if len(days) > 1 else None


def _card(features: Features, positives: Positives, cut: dt.date | None) -> BackTest:
    from similarity.backtest.trials import Plan, splits, time_ordered

    rankings = {
        title: np.nan_to_num(features.column(name).values) for name, title in NAIVE.items() if name in features.names
    }
    plan = Plan(rankings=rankings)
    if cut is not None:
        return time_ordered(features, positives.dates, before=cut, plan=plan)
    return splits(features, positives.ids, known_before=positives.decided, plan=plan)
