"""Prices on persons and on hours of rooms that several events want.

They make the sum of what each event could have alone a tight bound for all of them together: Lagrangian relaxation, with
the steps of Held, Wolfe and Crowder (1974).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from matching.bundle.best import LEAST
from matching.bundle.cells import bounds
from matching.bundle.crew import roles_at
from matching.bundle.event import NEVER, Event, Pool
from matching.problem import Floats, Ints

ROUNDS, MOST_BOUNDS = 60, 600
"""Steps of the prices, and bounds of all events together: ten seconds with forty needs of a sub-district."""
PATIENCE = 4  # steps without a lower bound before the steps are halved


@dataclass(frozen=True, slots=True, eq=False)
class Prices:
    """What everybody, and each half hour of each room, costs whoever takes it; `room` is rooms x 336.

    `persons` are sorted, `place` is the row of each event's rooms.
    """

    persons: Ints
    place: tuple[Ints, ...]
    person: Floats
    room: Floats

    @property
    def sum(self) -> float:
        """All prices together: what is added to the events' own bounds."""
        return float(self.person.sum()) + float(self.room.sum())

    def cells(self, event: Event, k: int) -> Floats:
        """Return the bounds of event `k` when it pays these prices."""
        rent = np.einsum("vh,sh->vs", self.room[self.place[k]], event.hours)
        return np.asarray(bounds(self.paying(event)) - rent)

    def paying(self, event: Event) -> Event:
        """Return the event with the price of every person among what the person adds."""
        if not self.person.any():
            return event
        leads, helpers, people = (self._pool(pool, count) for _, pool, count in event.roles)
        return replace(event, leads=leads, helpers=helpers, people=people)

    def _pool(self, pool: Pool, count: int) -> Pool:
        price = -self.person[np.searchsorted(self.persons, pool.person)] * count
        return replace(pool, own={**pool.own, "price": price})


def free_of_charge(events: Sequence[Event]) -> Prices:
    """Return prices of zero for all persons and rooms of the events."""
    persons = np.unique(np.concatenate([pool.person for e in events for _, pool, _ in e.roles]))
    row = {name: at for at, name in enumerate(dict.fromkeys(v for e in events for v in e.venues))}
    place = tuple(np.array([row[v] for v in e.venues], np.int64) for e in events)
    return Prices(persons, place, np.zeros(len(persons)), np.zeros((len(row), events[0].hours.shape[1])))


def priced(events: Sequence[Event], enough: float) -> tuple[list[Floats], float]:
    """Return the bounds of all cells under the best prices found, and the sum of these prices.

    `enough` is the score of a plan (0 without one): no bound can be lower, and one that reaches it ends the search.
    """
    prices = free_of_charge(events)
    best, kept = np.inf, ([bounds(e) for e in events], 0.0)
    scale, since = 1.0, 0
    for _ in range(max(min(ROUNDS, MOST_BOUNDS // len(events)), 1)):
        cells = [prices.cells(e, k) for k, e in enumerate(events)]
        if any((c == NEVER).all() for c in cells):
            break
        total = sum(float(c.max()) for c in cells) + prices.sum
        since = 0 if total < best - LEAST else since + 1
        if total < best:
            best, kept = total, (cells, prices.sum)
        scale, since = (scale / 2, 0) if since >= PATIENCE else (scale, since)
        step = None if best <= enough + LEAST else _step(events, cells, prices)
        if step is None:
            break
        prices = _moved(prices, step, length=scale * (total - (enough or 0.98 * total)))
    return kept


def _step(events: Sequence[Event], cells: Sequence[Floats], prices: Prices) -> tuple[Floats, Floats] | None:
    """Return how much more than once each person and hour is wanted, None when nothing is and nothing is dear."""
    person, room = np.full(len(prices.person), -1.0), np.full(prices.room.shape, -1.0)
    for k, (event, cell) in enumerate(zip(events, cells, strict=True)):
        venue, slot = divmod(int(np.argmax(cell)), cell.shape[1])
        room[prices.place[k][venue]] += event.hours[slot]
        for role in roles_at(prices.paying(event), venue, slot, most=event.heads):
            person[np.searchsorted(prices.persons, role.person[: role.count])] += 1
    person[(prices.person == 0) & (person < 0)] = 0
    room[(prices.room == 0) & (room < 0)] = 0
    return (person, room) if person.any() or room.any() else None


def _moved(prices: Prices, step: tuple[Floats, Floats], *, length: float) -> Prices:
    person, room = step
    pace = length / float((person**2).sum() + (room**2).sum())
    person, room = (np.maximum(0.0, p + pace * s) for p, s in ((prices.person, person), (prices.room, room)))
    return replace(prices, person=person, room=room)
