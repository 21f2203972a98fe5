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
    sorted_plans, area = edges.indices[order], _areas(snapshot)
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
        found.append(_ballot(snapshot, (row, int(units[row])), area, answers=answers))
    return found


def _by_plan(snapshot: Snapshot) -> Ints:
    return np.argsort(snapshot.edges("Dwelling-VOTED-Plan").indices, kind="stable")


def _areas(snapshot: Snapshot) -> Ints:
    """Return the floor area of each dwelling in hundredths of a square metre, 0 where none is on record."""
    area = np.nan_to_num(snapshot.nodes("Dwelling").numbers("floor_area"), nan=0.0)
    return np.round(np.clip(area, 0.0, LARGEST) * HUNDREDTHS).astype(np.int64)


def _ballot(
    snapshot: Snapshot, case: tuple[int, int], area: Ints, *, answers: Iterable[tuple[dt.date, int, Choice]]
) -> Ballot:
    """Put the answers to a plan, oldest first, beside the dwellings of its unit; `case` holds the rows of both."""
    nodes, (plan, unit) = snapshot.nodes("Dwelling"), case
    said: dict[int, tuple[dt.date, Choice]] = {}
    refused: set[int] = set()
    for day, home, choice in answers:
        said[home] = day, choice
        if choice is Choice.REFUSED:
            refused.add(home)
    homes = []
    for row in sorted(snapshot.edges("Dwelling-IN-Unit").starts_of(unit).tolist()):
        at, choice = said.pop(row, (None, Choice.UNREACHED))
        homes.append(Home(nodes.id_of(row), int(area[row]), choice, row in refused, at))
    homes.sort(key=lambda h: h.id)
    unmeasured = tuple(h.id for h in homes if not h.area)
    ids = snapshot.nodes("Plan").id_of(plan), snapshot.nodes("Unit").id_of(unit)
    return Ballot(*ids, tuple(homes), unmeasured, len(said))


def refused_before(snapshot: Snapshot, plan: int, as_of: dt.date) -> frozenset[str]:
    """Return the homes that said no to an earlier plan of the same unit: a new plan may ask them again."""
    unit = int(snapshot.edges("Plan-OF-Unit").first()[plan])
    all_plans = plans(snapshot, as_of).get(unit, [])
    earlier = all_plans[: all_plans.index(plan)] if plan in all_plans else []
    return frozenset(h.id for ballot in ballots(snapshot, earlier, as_of) for h in ballot.homes if h.refused)


def _day(as_of: dt.date) -> int:
    return (as_of - EPOCH).days
