"""Votes on plans as the snapshot holds them: the plan in force of a stairwell, and what each of its homes said last.

A plan belongs to one stairwell; the newest one that was proposed by the day is in force, and a home starts afresh with
each plan. The last answer of a home counts; a home without any answer was not reached.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow.compute as pc

from graph.model.records import EPOCH
from graph.snapshot.columns import Snapshot
from similarity.features import Ints, Mask
from similarity.readiness.consent import Choice, Home

HUNDREDTHS = 100
"""Areas are counted in hundredths of a square metre, the precision of a title deed."""


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


def plans(snapshot: Snapshot, as_of: dt.date) -> dict[int, list[int]]:
    """Return the plans of each unit that were proposed by the day, oldest first, as rows; undated plans are the oldest."""
    nodes = snapshot.nodes("Plan")
    unit = snapshot.edges("Plan-OF-Unit").first()
    proposed = np.nan_to_num(nodes.numbers("proposed_on"), nan=-np.inf)
    version = np.nan_to_num(nodes.numbers("version"), nan=0.0)
    order = np.lexsort((np.arange(len(nodes)), version, proposed))
    found: dict[int, list[int]] = {}
    for row in order[(unit[order] >= 0) & (proposed[order] <= _day(as_of))].tolist():
        found.setdefault(int(unit[row]), []).append(row)
    return found


def takes_votes(snapshot: Snapshot, plan: int, as_of: dt.date) -> bool:
    """Tell whether the period of a plan has not ended on the day (one without an end is open)."""
    return not snapshot.nodes("Plan").numbers("closes_on")[plan] < _day(as_of)


def deliberating(snapshot: Snapshot, as_of: dt.date, inside: Mask) -> list[int]:
    """Return the plans in force on which votes are still taken on the day, for units in the mask, as rows by unit."""
    last = sorted((unit, rows[-1]) for unit, rows in plans(snapshot, as_of).items() if inside[unit])
    return [row for _, row in last if takes_votes(snapshot, row, as_of)]


def ballots(snapshot: Snapshot, rows: Sequence[int], as_of: dt.date) -> list[Ballot]:
    """Return the vote on each of some plans as it stands on the day."""
    edges, order = snapshot.edges("Dwelling-VOTED-Plan"), _by_plan(snapshot)
    at, codes = edges.property("at"), edges.property("choice")
    units = snapshot.edges("Plan-OF-Unit").first()
    sorted_plans = edges.indices[order]
    found = []
    for row in rows:
        first, end = np.searchsorted(sorted_plans, [row, row + 1])
        own = order[first:end]
        days, said = at.take(own).to_pylist(), pc.cast(codes.take(own), "string").to_pylist()
        answers = sorted(
            (day, home, Choice(choice))
            for day, home, choice in zip(days, edges.starts[own].tolist(), said, strict=True)
            if day is not None and day <= as_of and choice is not None
        )
        found.append(_ballot(snapshot, row, int(units[row]), answers=answers))
    return found


def _by_plan(snapshot: Snapshot) -> Ints:
    return np.argsort(snapshot.edges("Dwelling-VOTED-Plan").indices, kind="stable")


def _ballot(snapshot: Snapshot, plan: int, unit: int, *, answers: Iterable[tuple[dt.date, int, Choice]]) -> Ballot:
    """Put the answers, oldest first, beside the dwellings of the unit."""
    nodes = snapshot.nodes("Dwelling")
    rows = sorted(snapshot.edges("Dwelling-IN-Unit").starts_of(unit).tolist())
    area = nodes.numbers("floor_area")
    said: dict[int, tuple[dt.date, Choice]] = {}
    refused: set[int] = set()
    for day, home, choice in answers:
        said[home] = day, choice
        if choice is Choice.REFUSED:
            refused.add(home)
    homes = []
    for row in rows:
        at, choice = said.pop(row, (None, Choice.UNREACHED))
        size = 0 if np.isnan(area[row]) else round(area[row] * HUNDREDTHS)
        homes.append(Home(nodes.id_of(row), size, choice, row in refused, at))
    unmeasured = tuple(nodes.id_of(row) for row in rows if np.isnan(area[row]))
    ids = snapshot.nodes("Plan").id_of(plan), snapshot.nodes("Unit").id_of(unit)
    return Ballot(*ids, tuple(sorted(homes, key=lambda h: h.id)), unmeasured, len(said))


def refused_before(snapshot: Snapshot, plan: int, as_of: dt.date) -> frozenset[str]:
    """Return the homes that said no to an earlier plan of the same unit: a new plan may ask them again."""
    unit = int(snapshot.edges("Plan-OF-Unit").first()[plan])
    all_plans = plans(snapshot, as_of).get(unit, [])
    earlier = all_plans[: all_plans.index(plan)] if plan in all_plans else []
    return frozenset(h.id for ballot in ballots(snapshot, earlier, as_of) for h in ballot.homes if h.refused)


def _day(as_of: dt.date) -> int:
    return (as_of - EPOCH).days
