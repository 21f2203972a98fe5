"""Plans that are tried while bounds are lowered: rooms by what they are worth under prices, persons shared out exactly.

A plan is moved on: the duals of its crew say how much a move of one event to another room or time can gain at most, so
only moves that may gain are tried.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from matching.budget import Budget
from matching.bundle.crew import Crew, crew, thresholds
from matching.bundle.event import NEVER
from matching.bundle.prices import LEAST, Priced, Prices
from matching.bundle.rooms import arranged, clashing
from matching.bundle.shortlist import Numbers, Shortlist

MOVES = 6  # moves tried from one plan before it counts as locally best
CREW = 4  # what a crew costs, in steps of prices

Cells = tuple[tuple[int, int], ...]
"""Room and slot of each event."""


@dataclass(slots=True)
class Effort:
    """Work that may still be done: counted in steps of one event, so that it ends the same way each time, and timed."""

    left: int
    budget: Budget

    @property
    def over(self) -> bool:
        """Whether the work must end."""
        return self.left <= 0 or self.budget.over


@dataclass(slots=True)
class Trials:
    """The best cells found with their score, and which were tried already.

    Without cells the score is one that every plan is above: a bound below it proves that there is none.
    """

    numbers: Numbers
    effort: Effort
    score: float
    cells: Cells = ()
    tried: set[Cells] = field(default_factory=set)

    @property
    def known(self) -> float:
        """The score of the best plan, `NEVER` without one."""
        return self.score if self.cells else NEVER

    def take(self, cells: Cells, score: float) -> None:
        """Keep a plan when it is better."""
        if score > self.score + LEAST:
            self.cells, self.score = cells, score

    def offer(self, lists: Sequence[Shortlist], priced: Priced) -> None:
        """Try the plan in which each event takes its dearest cell that is free, and plans near it."""
        at = arranged(lists, priced.worth)
        found = None if at is None else self._staffed(lists, at)
        if at is not None and found is not None:
            self._moved(lists, at, found)

    def _staffed(self, lists: Sequence[Shortlist], at: Sequence[int]) -> Crew | None:
        """Share out the persons for some cells; None when they do not suffice, or when it was tried."""
        cells = tuple((int(one.venue[c]), int(one.slot[c])) for one, c in zip(lists, at, strict=True))
        if cells in self.tried:
            return None
        self.tried.add(cells)
        self.effort.left -= CREW * len(lists)
        found = crew([role for k, (one, c) in enumerate(zip(lists, at, strict=True)) for role in one.roles_of(c, k)])
        if found is not None:
            self.take(cells, _score(lists, at, found))
        return found

    def _moved(self, lists: Sequence[Shortlist], at: list[int], found: Crew) -> None:
        """Move single events while that gains."""
        now, moves = _score(lists, at, found), self._moves(lists, at, found)
        while moves and not self.effort.over:
            k, cell = moves.pop(0)
            there = [*at[:k], cell, *at[k + 1 :]]
            one = self._staffed(lists, there)
            if one is not None and _score(lists, there, one) > now + LEAST:
                at, now, moves = there, _score(lists, there, one), self._moves(lists, there, one)

    def _moves(self, lists: Sequence[Shortlist], at: Sequence[int], found: Crew) -> list[tuple[int, int]]:
        """Return moves of one event (event, cell) by what they could gain at most, the highest first."""
        prices, gains = self._crew_prices(found), []
        for k, one in enumerate(lists):
            worth = prices.worth(one)
            gain = worth - worth[at[k]]
            gain[clashing(lists, at, k)] = NEVER
            gains += [(-float(gain[c]), k, int(c)) for c in np.flatnonzero(gain > LEAST)]
        return [(k, c) for _, k, c in sorted(gains)[:MOVES]]

    def _crew_prices(self, found: Crew) -> Prices:
        """Return the prices of persons under which everybody in a crew is where they are worth most."""
        roles, free = [role for role, _ in found.chosen], Prices.none(self.numbers)
        for role, least in zip(roles, thresholds(roles, found).tolist(), strict=True):
            who = np.searchsorted(self.numbers.persons, role.person)
            free.person[who] = np.maximum(free.person[who], role.values - least)
        return free


def _score(lists: Sequence[Shortlist], at: Sequence[int], found: Crew) -> float:
    return sum(float(one.base[c]) for one, c in zip(lists, at, strict=True)) + found.value
