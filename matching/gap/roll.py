"""What all ledgers of a day share: the people of a scope, what happened to them, and how they can be reached."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from graph.model.errors import OptionInvalid
from graph.model.records import EPOCH
from graph.model.text import Text
from graph.snapshot.evaluate import in_force
from matching.gap import events as happened
from matching.gap.events import UNDATED, Events
from matching.gap.persons import Persons, persons
from matching.gap.reach import TRIES, Reach, reach
from matching.rules.policy import read_policy
from matching.rules.refused import refusals

if TYPE_CHECKING:
    from graph.snapshot.columns import Ints, Mask, Snapshot

YEAR = 365
QUIET = 14
"""Days after an attempt in which nobody is called again (a choice of ours, a parameter)."""
CENTURY, MOST_TRIES = 36_525, 1_000
"""Beyond these a number of days or attempts is a slip of the hand."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What counts: `since` begins the round (None: everything known), the rest are days and a number of attempts."""

    since: dt.date | None = None
    silent_days: int = YEAR
    quiet_days: int = QUIET
    tries: int = TRIES

    def __post_init__(self) -> None:
        for name, value, low, high in (
            ("--silent", self.silent_days, 1, CENTURY),
            ("--quiet", self.quiet_days, 0, CENTURY),
            ("--tries", self.tries, 1, MOST_TRIES),
        ):
            if not low <= value <= high:
                why = Text(f"应不小于 {low}，不大于 {high}", f"it must be at least {low} and at most {high}")
                raise OptionInvalid(name, str(value), why)


@dataclass(frozen=True, eq=False)
class Roll:
    """The people of a scope on a day (not slotted: homes are found once). `events` are those of `people`."""

    snapshot: Snapshot
    as_of: dt.date
    terms: Terms
    people: Persons
    events: Events
    reach: Reach

    @property
    def day(self) -> int:
        """The day of the question, days since 1970-01-01."""
        return (self.as_of - EPOCH).days

    @cached_property
    def last_event(self) -> Ints:
        """The day of each person's last event about whatever programme, below `UNDATED` without any."""
        return self.events.last(np.ones(len(self.events), bool), len(self.people.row))

    @cached_property
    def last_try(self) -> Ints:
        """The day of the last contact about whatever programme with each person, or with whose number is theirs.

        Below `UNDATED` without any.
        """
        own, caller = self.events.last(self.events.heard > 0, len(self.people.row)), self.reach.caller
        return np.where(caller >= 0, np.maximum(own, own[caller]), own)

    @cached_property
    def home(self) -> Ints:
        """The dwelling in which each person lives on the day, -1 without one; the first of several."""
        edges = self.snapshot.edges("Resident-LIVES_IN-Dwelling")
        holds = np.flatnonzero(in_force(edges, self.as_of))
        found = np.full(len(self.people.row), -1, np.int32)
        person = self.people.row[edges.starts[holds]]
        known = person >= 0
        found[person[known][::-1]] = edges.indices[holds][known][::-1]
        return found

    @cached_property
    def unit(self) -> Ints:
        """The stairwell group in which each person lives, -1 where unknown."""
        return np.append(self.snapshot.edges("Dwelling-IN-Unit").first(), -1).astype(np.int32)[self.home]

    @cached_property
    def quiet(self) -> Mask:
        """Who was contacted in the quiet period: on the day or fewer than `quiet_days` before."""
        return self.last_try > self.day - self.terms.quiet_days

    @cached_property
    def unasked(self) -> Mask:
        """Whose tags, or those of whoever answers for them, ask not to be contacted (the policy of matching names them)."""
        said = np.zeros(len(self.people.row), bool)
        said[list(refusals(self.snapshot, self.as_of, read_policy().unasked))] = True
        own, caller = self.people.any(said), self.reach.caller
        return own | ((caller >= 0) & own[caller])


def roll(snapshot: Snapshot, as_of: dt.date, seen: Mask, *, terms: Terms | None = None) -> Roll:
    """Read the people that are seen and what happened to them until the day.

    Raises `OptionInvalid` for a day before the first record of these people on which no programme had opened, and
    for a round that begins after the day.
    """
    settled = terms or Terms()
    if settled.since is not None and settled.since > as_of:
        why = Text(f"晚于统计日期 {as_of}", f"it is after the day of the question, {as_of}")
        raise OptionInvalid("--since", settled.since.isoformat(), why)
    people = persons(snapshot.nodes("Resident"), seen)
    own = happened.read(snapshot, as_of).of(people.row)
    if not len(own):
        _check_day(snapshot, as_of, people)
    return Roll(snapshot, as_of, settled, people, own, reach(snapshot, people, own, as_of=as_of, tries=settled.tries))


def _check_day(snapshot: Snapshot, as_of: dt.date, people: Persons) -> None:
    """Refuse a day on which nothing was on record yet although something is today."""
    opened = snapshot.nodes("Programme").numbers("opens_on")
    later = happened.read(snapshot, dt.date.max).of(people.row).day
    dated = later[later > UNDATED]
    if not len(dated) or (opened <= (as_of - EPOCH).days).any():
        return
    first = EPOCH + dt.timedelta(days=int(dated.min()))
    why = Text(f"最早的报名和联系记录在 {first}", f"the first enrolments and contacts on record are of {first}")
    raise OptionInvalid("--as-of", as_of.isoformat(), why)
