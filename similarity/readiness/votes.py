"""Votes on plans as the snapshot holds them: the plan in force of a stairwell, and what each of its homes said last.

A plan belongs to one stairwell; the newest one that was proposed by the day is in force, and a home starts afresh with
each plan. The last answer of a home counts; a home without any answer was not reached.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow.compute as pc

from graph.model.records import EPOCH
from graph.snapshot.columns import Edges, Snapshot
from similarity.features import Ints, Mask
from similarity.readiness.consent import Choice, Home

HUNDREDTHS = 100
"""Areas are counted in hundredths of a square metre, the precision of a title deed."""

LARGEST = 1e6
"""No home is larger, in square metres: a slip of the decimal point must not overflow."""


@dataclass(frozen=True, slots=True)
class Ballot:
    """The vote on a plan: its homes by id; `unmeasured` have no floor area on record and weigh nothing by area.

    `strangers` counts answers of dwellings that are not in the stairwell; they are left out.
    """

    plan: str
    unit: str
    homes: tuple[Home, ...]
    unmeasured: tuple[str, ...] = ()
    strangers: int = 0


@dataclass(frozen=True, slots=True)
class Said:
    """The last answer of a home; `refused` tells that one of its answers was no."""

    at: dt.date | None
    choice: Choice
    refused: bool


@dataclass(frozen=True, slots=True)
class Votes:
    """The plans and votes of a snapshot as they stand on a day; plans and units are named by their rows."""

    snapshot: Snapshot
    as_of: dt.date

    def plans(self) -> dict[int, list[int]]:
        """Return the plans of each unit that were proposed by the day, oldest first; undated plans are the oldest."""
        nodes = self.snapshot.nodes("Plan")
        unit = self.snapshot.edges("Plan-OF-Unit").first()
        proposed = np.nan_to_num(nodes.numbers("proposed_on"), nan=-np.inf)
        version = np.nan_to_num(nodes.numbers("version"), nan=0.0)
        order = np.lexsort((np.arange(len(nodes)), version, proposed))
        found: dict[int, list[int]] = {}
        for row in order[(unit[order] >= 0) & (proposed[order] <= self._day)].tolist():
            found.setdefault(int(unit[row]), []).append(row)
        return found

    def taken(self, plan: int) -> bool:
        """Tell whether votes on a plan are still taken on the day; a plan without an end stays open."""
        return not self.snapshot.nodes("Plan").numbers("closes_on")[plan] < self._day

    def under_way(self, inside: Mask) -> list[int]:
        """Return the plans in force on which votes are taken, for the units in the mask, in the order of units."""
        last = sorted((unit, rows[-1]) for unit, rows in self.plans().items() if inside[unit])
        return [row for _, row in last if self.taken(row)]

    def ballots(self, plans: Sequence[int]) -> list[Ballot]:
        """Return the vote on each of some plans."""
        edges = self.snapshot.edges("Dwelling-VOTED-Plan")
        order = np.argsort(edges.indices, kind="stable")
        sorted_plans, area = edges.indices[order], _areas(self.snapshot)
        found = []
        for plan in plans:
            first, end = np.searchsorted(sorted_plans, [plan, plan + 1])
            said = _last(edges, order[first:end], as_of=self.as_of)
            found.append(_ballot(self.snapshot, plan, area=area, said=said))
        return found

    def refused_before(self, plan: int) -> frozenset[str]:
        """Return the homes that said no to an earlier plan of the same unit: a new plan may ask them again."""
        own = self.plans().get(int(self.snapshot.edges("Plan-OF-Unit").first()[plan]), [])
        earlier = own[: own.index(plan)] if plan in own else []
        return frozenset(h.id for ballot in self.ballots(earlier) for h in ballot.homes if h.refused)

    @property
    def _day(self) -> int:
        return (self.as_of - EPOCH).days


def _last(edges: Edges, places: Ints, *, as_of: dt.date) -> dict[int, Said]:
    """Return the last answer of each dwelling by the day, and whether it ever said no."""
    days = edges.property("at").take(places).to_pylist()
    choices = pc.cast(edges.property("choice").take(places), "string").to_pylist()
    answers = sorted(
        (day, home, Choice(choice))
        for day, home, choice in zip(days, edges.starts[places].tolist(), choices, strict=True)
        if day is not None and day <= as_of and choice is not None
    )
    said: dict[int, Said] = {}
    for day, home, choice in answers:
        refused = choice is Choice.REFUSED or (home in said and said[home].refused)
        said[home] = Said(day, choice, refused)
    return said


def _areas(snapshot: Snapshot) -> Ints:
    """Return the floor area of each dwelling in hundredths of a square metre, 0 where none is on record."""
    area = np.nan_to_num(snapshot.nodes("Dwelling").numbers("floor_area"), nan=0.0)
    return np.round(np.clip(area, 0.0, LARGEST) * HUNDREDTHS).astype(np.int64)


def _ballot(snapshot: Snapshot, plan: int, *, area: Ints, said: dict[int, Said]) -> Ballot:
    """Put what was said to a plan beside the dwellings of its unit; who said nothing was not reached."""
    nodes, unit = snapshot.nodes("Dwelling"), int(snapshot.edges("Plan-OF-Unit").first()[plan])
    own = set(snapshot.edges("Dwelling-IN-Unit").starts_of(unit).tolist())
    homes = []
    for row in own:
        answer = said.get(row, Said(None, Choice.UNREACHED, False))
        homes.append(Home(nodes.id_of(row), int(area[row]), answer.choice, answer.refused, answer.at))
    homes.sort(key=lambda h: h.id)
    unmeasured = tuple(h.id for h in homes if not h.area)
    ids = snapshot.nodes("Plan").id_of(plan), snapshot.nodes("Unit").id_of(unit)
    return Ballot(*ids, tuple(homes), unmeasured, len(said.keys() - own))
