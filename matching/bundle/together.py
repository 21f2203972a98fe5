"""Several activities at once: no room twice at a time, nobody asked twice, and how far from the best it can be.

Everybody is asked once only in a set that is planned together: that caps anyone's load, spreads invitations, and makes
the people of fixed rooms and slots one assignment, which is exact. Rooms and slots are searched under prices on persons
and hours of rooms that several events want (see `search`). It ends when no bound is higher than the best plan found,
which is then proven, or when the time or the work that it stands for is used up, with the gap that is left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matching.budget import Budget
from matching.bundle.crew import Crew, Role, crew, roles_at, thresholds
from matching.bundle.event import NEVER, Bundle, Event
from matching.bundle.prices import Priced, Prices
from matching.bundle.search import Search
from matching.bundle.sequence import one_after_another, scarcest_first
from matching.bundle.shortlist import PERSONS_EACH, PERSONS_MORE, Numbers
from matching.bundle.trials import Cells, Effort, Trials

SECONDS = 20.0
STEPS_A_SECOND = 2_500
"""Steps of one event that a second stands for: on a machine that is not busy the work is used up before the time."""
LONGER = 4  # times as many persons of each role where some who are not listed could matter
SPARED = 10  # of what is left where there is no plan yet: the rest would rarely find one, and others can be planned
LEAST = 1e-9


@dataclass(frozen=True, slots=True)
class Together:
    """One bundle for each event, or none at all; `bound`: no plan for all of them scores more in sum.

    Without bundles and with a bound of `NEVER` it is proven that not all of them can happen. `timed` says that the time
    ended the search before its work was done, so that another run may end elsewhere.
    """

    bundles: tuple[Bundle, ...]
    bound: float
    timed: bool = False

    @property
    def score(self) -> float:
        """The sum of the scores."""
        return sum(b.score for b in self.bundles)

    @property
    def gap(self) -> float:
        """The relative distance of score and bound, 0 when nothing better can exist."""
        apart = self.bound - self.score
        return 0.0 if apart <= 1e-9 else apart / max(abs(self.score), 1e-12)


def plan(events: Sequence[Event], budget: Budget | None = None, *, work: int | None = None) -> Together:
    """Return the bundles of all events with the highest sum of scores that was found within the budget.

    Events share `person` numbers and names of rooms; their slots may differ, what counts is whether they share half
    hours. `work` is counted in steps of one event (None: what the seconds of the budget stand for).
    """
    budget = budget or Budget.of(SECONDS)
    numbers = Numbers.of(events)
    if any((c == NEVER).all() for c in numbers.cells) or not _enough(events, numbers):
        return Together((), NEVER)
    effort = Effort(int(STEPS_A_SECOND * (budget.until - budget.begun)) if work is None else work, budget)
    trials = Trials(numbers, effort, sum(map(_lowest, events)) - 3 * LEAST)
    search = Search(trials, lambda cells: _scored(held(events, cells)))
    lists = [numbers.shortlist(event, k) for k, event in enumerate(events)]
    trials.offer(lists, Priced.at(Prices.none(numbers), lists))
    if not trials.cells:
        _begun(events, trials)
        effort.left = effort.left if trials.cells else effort.left // SPARED
    root = search.root(events, numbers, lists)
    bound = search.branch(root)
    bundles = tuple(held(events, trials.cells)) if trials.cells else ()
    timed = effort.left > 0 and budget.over and bound > trials.known + LEAST
    return Together(bundles, max(bound, sum(b.score for b in bundles)) if bundles else bound, timed)


def _enough(events: Sequence[Event], numbers: Numbers) -> bool:
    """Say whether there are persons for all places, wherever and whenever each event is: if not, no plan is possible.

    A role that more persons could take than there are places in all is filled last, so it is left out.
    """
    places = sum(1 + e.helpers_needed + e.people_needed for e in events)
    scarce = []
    for k, (event, cells) in enumerate(zip(events, numbers.cells, strict=True)):
        for name, pool, count in event.roles:
            there = pool.free.astype(np.float32) @ (cells > NEVER).T.astype(np.float32) > 0
            rows = np.flatnonzero((there & np.isfinite(pool.near)).any(1))
            if count and len(rows) < places:
                scarce.append(Role(k, name, rows, pool.person[rows], np.zeros(len(rows)), count))
    return not scarce or crew(scarce) is not None


def _lowest(event: Event) -> float:
    """Return a score that no bundle of an event is below: the least that each part can add."""
    parts = [event.venue_values().min(), event.slot_values().min()]
    for _, pool, count in event.roles:
        worth = pool.values()
        parts += [worth[np.isfinite(worth)].min(initial=0.0)] if count else []
    return float(sum(parts))


def _begun(events: Sequence[Event], trials: Trials) -> None:
    """Try the plan of one event after another: a plan to begin with tells how far prices have to go."""
    for order in (scarcest_first(events), range(len(events))):
        placed, left = one_after_another(events, order)
        if not left:
            cells = tuple((placed[k].venue, placed[k].slot) for k in range(len(events)))
            trials.take(cells, _scored(held(events, cells)))
            return


def _scored(bundles: Sequence[Bundle]) -> float:
    return sum(b.score for b in bundles) if bundles else NEVER


def held(events: Sequence[Event], at: Cells) -> list[Bundle]:
    """Return the best bundles of all events with their rooms and slots fixed; empty when the people do not suffice.

    Short lists of persons are enough when the duals show that nobody beyond them would be taken; else they are
    lengthened.
    """
    places, times = sum(1 + e.helpers_needed + e.people_needed for e in events), 1
    while True:
        roles, whole = _roles(events, at, times=times, places=places)
        found = crew(roles)
        if whole or (found is not None and _sure(roles, found)):
            break
        times *= LONGER
    if found is None:
        return []
    return [
        _bundle(event, number, cell=c, found=found) for number, (event, c) in enumerate(zip(events, at, strict=True))
    ]


def _roles(events: Sequence[Event], at: Cells, *, times: int, places: int) -> tuple[list[Role], bool]:
    """Return the roles with their best persons, and whether those are all that could ever matter."""
    found, whole = [], True
    for number, (event, (venue, slot)) in enumerate(zip(events, at, strict=True)):
        needed = max(1, event.helpers_needed, event.people_needed)
        most = min(places, times * (PERSONS_EACH * needed + PERSONS_MORE))
        roles = roles_at(event, venue, slot, number=number, most=most)
        whole &= most == places or all(len(r.rows) < most for r in roles)
        found += roles
    return found, whole


def _sure(roles: Sequence[Role], found: Crew) -> bool:
    """Say whether nobody below the end of a list could be worth taking."""
    least = thresholds(roles, found)
    return all(float(r.values[-1]) <= t + LEAST / len(roles) for r, t in zip(roles, least.tolist(), strict=True))


def _bundle(event: Event, number: int, *, cell: tuple[int, int], found: Crew) -> Bundle:
    venue, slot = cell
    people = sum(float(r.values[np.isin(r.rows, rows)].sum()) for r, rows in found.chosen if r.event == number)
    score = float(event.venue_values()[venue] + event.slot_values()[slot]) + people
    lead = found.rows(number, "lead")[0]
    return Bundle(venue, slot, lead, found.rows(number, "helpers"), found.rows(number, "people"), score, score)
