"""Prices on persons and on hours of rooms that several events want.

They make the sum of what each event could have alone a tight bound for all of them together: Lagrangian relaxation, with
the steps of Held, Wolfe and Crowder (1974) along a mean of the last directions (Camerini, Fratta and Maffioli 1975).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matching.bundle.event import NEVER
from matching.bundle.shortlist import Candidates, Numbers, Shortlist
from matching.problem import Floats, Ints
from matching.rules.week import WEEK

LAST_STEP = 0.004  # at which steps no longer matter
PATIENCE = 15  # steps without a lower bound before the steps are halved
MEMORY = 0.5  # share of the last direction in the next one
FARTHEST = 0.05  # share of the bound that a step aims for at most: a target without a plan behind it lies far below
LEAST = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Prices:
    """What everybody, and each half hour of each room, costs whoever takes it; `room` is rooms x 336."""

    person: Floats
    room: Floats

    @classmethod
    def none(cls, numbers: Numbers) -> Prices:
        """Return prices of zero."""
        return cls(np.zeros(len(numbers.persons)), np.zeros((len(numbers.rooms), WEEK)))

    @property
    def sum(self) -> float:
        """All prices together: what is added to the events' own bounds."""
        return float(self.person.sum()) + float(self.room.sum())

    def worth(self, event: Shortlist) -> Floats:
        """Return what each listed cell of an event is worth when it pays these prices."""
        found = event.base
        if self.room.any():
            found = found - np.einsum("ch,ch->c", self.room[event.room], event.hours)
        for role in event.roles:
            best = role.value - self.person[role.who]
            if role.count < best.shape[1]:
                best = np.partition(best, best.shape[1] - role.count, axis=1)[:, -role.count :]
            found = found + np.maximum(best, role.beyond[:, None]).sum(1)
        return found

    def taken(self, role: Candidates, cell: int) -> Ints:
        """Return the persons whom a role takes in a cell at these prices."""
        worth = role.value[cell] - self.person[role.who[cell]]
        best = np.argsort(-worth, kind="stable")[: role.count]
        return role.who[cell][best[worth[best] >= role.beyond[cell]]]


@dataclass(frozen=True, slots=True, eq=False)
class Priced:
    """Prices, what the listed cells of each event are worth under them, and the bound that they give."""

    prices: Prices
    worth: tuple[Floats, ...]
    bound: float

    @classmethod
    def at(cls, prices: Prices, lists: Sequence[Shortlist]) -> Priced:
        """Work out what everything is worth at some prices."""
        worth = tuple(prices.worth(one) for one in lists)
        best = (max(float(w.max(initial=NEVER)), one.beyond) for w, one in zip(worth, lists, strict=True))
        return cls(prices, worth, sum(best) + prices.sum)


@dataclass(slots=True)
class Descent:
    """One run of steps that lower a bound: where it is, the best so far, and how long the next step is."""

    lists: Sequence[Shortlist]
    now: Priced
    best: Priced
    step: float
    idle: int = 0
    course: tuple[Floats, Floats] | None = None

    @classmethod
    def of(cls, lists: Sequence[Shortlist], start: Prices, step: float) -> Descent:
        """Begin at some prices."""
        first = Priced.at(start, lists)
        return cls(lists, first, first, step)

    def moved(self, target: float) -> bool:
        """Take one step towards `target` (a plan's score: no bound can be lower); False when there is no use in more."""
        slope = _slope(self.lists, self.now)
        if self.best.bound <= target + LEAST or self.step < LAST_STEP or not any(s.any() for s in slope):
            return False
        last = self.course or tuple(np.zeros_like(s) for s in slope)
        person, room = (MEMORY * old + (1 - MEMORY) * new for old, new in zip(last, slope, strict=True))
        length = float((person**2).sum() + (room**2).sum())
        aim = min(FARTHEST * abs(self.now.bound), self.now.bound - target)
        pace = self.step * max(aim, LEAST) / max(length, LEAST)
        prices = self.now.prices
        moved = Prices(np.maximum(0, prices.person + pace * person), np.maximum(0, prices.room + pace * room))
        self.now, self.course = Priced.at(moved, self.lists), (person, room)
        self._keep()
        return True

    def _keep(self) -> None:
        self.idle = 0 if self.now.bound < self.best.bound - LEAST else self.idle + 1
        if self.now.bound < self.best.bound:
            self.best = self.now
        if self.idle >= PATIENCE:
            self.now, self.course, self.step, self.idle = self.best, None, self.step / 2, 0


def _slope(lists: Sequence[Shortlist], priced: Priced) -> tuple[Floats, Floats]:
    """Return how much more than once each person and hour is wanted; 0 for what is free and not wanted twice."""
    prices = priced.prices
    person, room = np.full(len(prices.person), -1.0), np.full(prices.room.shape, -1.0)
    for one, worth in zip(lists, priced.worth, strict=True):
        if not len(worth):
            continue
        cell = int(np.argmax(worth))
        room[one.room[cell]] += one.hours[cell]
        for role in one.roles:
            person[prices.taken(role, cell)] += 1  # nobody stands twice in one list
    person[(prices.person == 0) & (person < 0)] = 0
    room[(prices.room == 0) & (room < 0)] = 0
    return person, room
