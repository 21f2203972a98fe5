"""The rooms and slots of an event that can matter in a plan with others, each with the persons who can.

A cell is a room and a slot. Prices only lower what it is worth, so cells of low bounds, and persons who add little, are
left out as long as what they could be worth at most is kept (`beyond`): every bound made from a shortlist holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matching.bundle.cells import bounds
from matching.bundle.crew import Role, leading
from matching.bundle.event import NEVER, Event
from matching.problem import Floats, Ints, Mask

FIRST_CELLS, MOST_CELLS = 64, 2048
"""Cells listed at first, and at most when prices make all listed ones worth less than what is beyond."""
PERSONS_EACH, PERSONS_MORE = 3, 64
"""Persons listed for each place of a role, and beside them: more than the other events of a week take away."""


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Who could take a role in the listed cells, best first; arrays are cells x persons.

    `rows` are rows of the role's pool, `who` numbers persons from 0 over all events, `value` is what each adds (`NEVER`
    where there are fewer), `beyond` the value of the best who is not listed, (cells,).
    """

    name: str
    count: int
    rows: Ints
    person: Ints
    who: Ints
    value: Floats
    beyond: Floats

    def at(self, cells: Ints) -> Candidates:
        """Return the same for some of the cells."""
        columns = (self.rows[cells], self.person[cells], self.who[cells], self.value[cells], self.beyond[cells])
        return Candidates(self.name, self.count, *columns)


@dataclass(frozen=True, slots=True, eq=False)
class Shortlist:
    """The best cells of an event by falling bound; `beyond` is the bound of the best cell that is not listed.

    `room` numbers rooms from 0 over all events, `hours` are the half hours that each cell takes, cells x 336.
    """

    venue: Ints
    slot: Ints
    room: Ints
    hours: Mask
    base: Floats
    roles: tuple[Candidates, ...]
    beyond: float

    def __len__(self) -> int:
        return len(self.venue)

    @property
    def settled(self) -> bool:
        """Whether one cell is left."""
        return len(self) == 1 and self.beyond == NEVER

    def kept(self, cells: Ints, beyond: float) -> Shortlist:
        """Return the list with some of its cells; `beyond` is for those that are not listed."""
        roles = tuple(role.at(cells) for role in self.roles)
        return Shortlist(
            self.venue[cells], self.slot[cells], self.room[cells], self.hours[cells], self.base[cells], roles, beyond
        )

    def roles_of(self, cell: int, event: int) -> list[Role]:
        """Return the roles in a cell, as those of event number `event`."""
        found = []
        for one in self.roles:
            able = one.value[cell] > NEVER
            columns = (one.rows[cell][able], one.person[cell][able], one.value[cell][able])
            found.append(Role(event, one.name, *columns, one.count))
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Numbers:
    """The persons (sorted) and the rooms of several events, numbered from 0; `cells` are the bounds of each event."""

    persons: Ints
    rooms: dict[str, int]
    cells: tuple[Floats, ...]

    @classmethod
    def of(cls, events: Sequence[Event]) -> Numbers:
        """Give numbers to all persons and rooms of the events."""
        persons = np.unique(np.concatenate([pool.person for e in events for _, pool, _ in e.roles]))
        rooms = {name: at for at, name in enumerate(dict.fromkeys(v for e in events for v in e.venues))}
        return cls(persons, rooms, tuple(bounds(e) for e in events))

    def shortlist(self, event: Event, k: int, most: int = FIRST_CELLS) -> Shortlist:
        """Return the best `most` cells of event `k`; there is one at least, or the event cannot be."""
        bound = self.cells[k].ravel()
        order = np.argsort(-bound, kind="stable")[: int((bound > NEVER).sum())]
        venue, slot = (at.astype(np.int64) for at in np.divmod(order[:most], self.cells[k].shape[1]))
        return Shortlist(
            venue,
            slot,
            np.array([self.rooms[event.venues[v]] for v in venue.tolist()], np.int64),
            event.hours[slot],
            event.venue_values()[venue] + event.slot_values()[slot],
            tuple(self._candidates(event, role, (venue, slot)) for role in range(3) if event.roles[role][2]),
            float(bound[order[most]]) if len(order) > most else NEVER,
        )

    def _candidates(self, event: Event, role: int, cells: tuple[Ints, Ints]) -> Candidates:
        name, pool, count = event.roles[role]
        most = min(len(pool), PERSONS_EACH * count + PERSONS_MORE)
        rows, value = np.zeros((len(cells[0]), most), np.int64), np.full((len(cells[0]), most), NEVER)
        beyond, each = np.full(len(cells[0]), NEVER), pool.values()
        for at, (venue, slot) in enumerate(zip(*(c.tolist() for c in cells), strict=True)):
            worth = np.where(pool.free[:, slot], each[:, venue], NEVER)
            found = leading(-worth, most + 1)
            beyond[at] = worth[found[most]] / count if len(found) > most else NEVER
            rows[at, : len(found[:most])] = found[:most]
            value[at, : len(found[:most])] = worth[found[:most]] / count
        person = pool.person[rows]
        return Candidates(name, count, rows, person, np.searchsorted(self.persons, person), value, beyond)
