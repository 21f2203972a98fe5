"""The look-alike list of stairwell groups: each positive before its own vote, all others today, tested on the last wave."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from graph.model.errors import TableUnfit
from graph.model.text import Text

if TYPE_CHECKING:
    from graph.snapshot.columns import Snapshot
    from similarity.backtest.card import BackTest
    from similarity.backtest.plan import Plan
    from similarity.features import Features
    from similarity.feedback.joined import Joined
    from similarity.feedback.table import Outcomes
    from similarity.lookalike.ranking import Ranking
    from similarity.portraits.own_days import Portraits
    from similarity.portraits.units import Positives
    from similarity.readiness.bands import Bands

NAIVE = {
    "floors": Text("按层数", "by height"),
    "age_60_up": Text("按老人比例", "by share of the old"),
}
"""Naive rules that stand beside the look-alike list, by the feature they sort by."""

CHECKED = ("built_year", "floors")
"""Features in which positives of another kind of house would stand apart (new buildings, high-rises)."""

SWITCHES = {Text("党员身份", "party membership"): ("politics", "political_tags")}
"""What is left out in turn on every card, so that a reader sees what it costs to do without."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list is asked for: features left out or insisted on, and outcomes of earlier recommendations."""

    without: Collection[str] = ()
    force: Collection[str] = ()
    feedback: Outcomes | None = None


@dataclass(frozen=True, slots=True, eq=False)
class LiftList:
    """The list with all that says how far to trust it.

    `votes` holds the day before which the facts of each positive end, `known` the positives and refusals after the
    feedback, `portraits` what is known of the units on any day.
    """

    ranking: Ranking
    card: BackTest
    bands: Bands
    known: Joined
    votes: Mapping[str, dt.date]
    portraits: Portraits
    asked: Asked = field(default_factory=Asked)

    def model_card(self, as_of: dt.date) -> dict[str, Any]:
        """Return the card of the model as a JSON value (see `similarity.saved.card`)."""
        from similarity.saved.card import Origin, model_card

        origin = Origin(self.portraits.snapshot.digest, as_of, self.known.dates, as_of)
        more: dict[str, Any] = {"bands": self.bands.to_json(), "without": sorted(self.asked.without)}
        if self.asked.feedback is not None:
            more["feedback"] = self.known.to_json()
        return model_card(self.ranking.model, self.card, origin=origin, method=self.ranking.method, more=more)

    def saved(self, as_of: dt.date) -> bytes:
        """Return the fitted model with its card as the bytes of one file."""
        from similarity.saved.model import save

        positives = self.known.dates
        return save(self.ranking.model, positives, card=self.model_card(as_of), exclude=self.known.refused_all)


def rank_units(snapshot: Snapshot, as_of: dt.date, asked: Asked | None = None) -> LiftList:
    """Rank the units without a lift by their likeness to those that were given one, with its back-test.

    The facts of a positive end before its own vote, so nothing that came of a lift can be in them; those of all others
    end before `as_of`. Units that refused are no candidates. Raises `TableUnfit`, and `UnknownName` for a feature.
    """
    from similarity.lookalike.ranking import rank
    from similarity.portraits.units import SUBJECT, unit_positives
    from similarity.readiness.bands import bands

    asked, record = asked or Asked(), unit_positives(snapshot, as_of)
    known = _known(record, as_of, asked)
    votes = {unit: record.votes.get(unit, day) for unit, day in known.dates.items()}
    portraits = _portraits(snapshot, record, asked)
    card = _card(portraits, votes, last_wave(snapshot, record))
    features = portraits.at_own_days(as_of, votes)
    stock = set(features.ids)
    positives = [u for u in known.dates if u in stock]
    refused = [u for u in known.refused_all if u in stock]
    ranking = rank(features, positives, exclude=refused, subject=SUBJECT)
    found = bands(card.found, candidates=len(ranking))
    return LiftList(ranking, card, found, known, votes, portraits, asked)


def _known(record: Positives, as_of: dt.date, asked: Asked) -> Joined:
    """Join the installations on record and the feedback; raises `TableUnfit` where there is no positive at all."""
    from similarity.feedback.joined import joined
    from similarity.feedback.table import Outcomes

    known = joined(asked.feedback or Outcomes((), ()), record.dates, as_of=as_of, refused=record.refused)
    if not known.dates:
        raise TableUnfit(
            Text(f"到 {as_of} 为止没有加梯记录", f"no lift installation is on record up to {as_of}"),
            Text("先装载加梯记录", "Load the installations first"),
        )
    return known


def _portraits(snapshot: Snapshot, record: Positives, asked: Asked) -> Portraits:
    """Return the portraits of the stock: houses built with a lift say nothing about stairs.

    What the shipped actions can change is held even where it tells little, so that `ready` can always be asked.
    """
    from similarity.portraits.own_days import Portraits
    from similarity.readiness.actions import shipped

    keep = {effect["feature"] for action in shipped()["actions"] for effect in action["effects"]}
    return Portraits(snapshot, asked.without, keep, asked.force, record.built_in)


def last_wave(snapshot: Snapshot, record: Positives) -> tuple[str, ...]:
    """Return the units of the last wave among the positives; none when there is one wave only."""
    nodes = snapshot.nodes("Installation")
    wave = nodes.numbers("wave")
    unit = snapshot.edges("Installation-OF-Unit").first()
    ids = snapshot.nodes("Unit").ids.to_pylist()
    of: dict[str, float] = {}
    for row in np.flatnonzero((unit >= 0) & nodes.equals("outcome", "agreed") & ~np.isnan(wave)):
        name = ids[unit[row]]
        if name in record.dates:
            of[name] = min(float(wave[row]), of.get(name, np.inf))
    last = max(of.values(), default=np.nan)
    return tuple(sorted(u for u, w in of.items() if w == last)) if len(set(of.values())) > 1 else ()


def _card(portraits: Portraits, votes: Mapping[str, dt.date], hidden: Collection[str]) -> BackTest:
    """Test on the last wave as it would have been done on the day of its first vote; on one wave by repeated splits.

    Whoever decided on that day or later and is not of the last wave is left out: nobody knew of it then.
    """
    from similarity.backtest.trials import splits, time_ordered

    first = min(votes.values())
    cut = min((votes[u] for u in hidden), default=first)
    if cut == first:
        features = portraits.in_common(first)
        return splits(features, _within(features, votes), known_before=first, plan=_plan(features))
    known = {u: day for u, day in votes.items() if day < cut}
    features = portraits.at_own_days(cut, known)
    later = [u for u in _within(features, votes) if u not in known and u not in set(hidden)]
    features = features.leaving_out(later)
    dates = {u: votes[u] for u in _within(features, votes)}
    return time_ordered(features, dates, before=cut, plan=_plan(features))


def _within(features: Features, units: Collection[str]) -> list[str]:
    """Return the units that are rows of the table, in the order of `units`."""
    rows = set(features.ids)
    return [u for u in units if u in rows]


def _plan(features: Features) -> Plan:
    from similarity.backtest.plan import Plan

    there = set(features.names)
    naive = {title: features.column(name).values for name, title in NAIVE.items() if name in there}
    return Plan(rankings=naive, switches=SWITCHES, checked=[n for n in CHECKED if n in there])
