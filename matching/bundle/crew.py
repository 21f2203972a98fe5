"""Who takes the roles once rooms and slots are fixed: exact, and everybody in one role only.

Where the best of each role are different people, they are the answer. Where somebody is wanted twice it is an
assignment of places to persons (Jonker and Volgenant 1987, in scipy); for it the best `places` of each role are
enough, because whoever stands lower can be exchanged for one of them who is not used.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matching.bundle.event import Event
from matching.problem import Floats, Ints


@dataclass(frozen=True, slots=True, eq=False)
class Role:
    """A role at a fixed room and slot: who could take it, best first, what each adds, and how many are needed.

    `event` and `name` say whose role it is; `values` are already divided by `count`, because a role adds a mean.
    """

    event: int
    name: str
    rows: Ints
    person: Ints
    values: Floats
    count: int


@dataclass(frozen=True, slots=True, eq=False)
class Crew:
    """Who was chosen for each role, as rows of its pool in ascending order, and what they add together."""

    chosen: tuple[tuple[Role, Ints], ...]
    value: float

    def rows(self, event: int, name: str) -> tuple[int, ...]:
        """Return the rows chosen for a role of an event (none for a role that nobody is needed for)."""
        found = [rows for role, rows in self.chosen if (role.event, role.name) == (event, name)]
        return tuple(int(r) for r in found[0]) if found else ()


def roles_at(event: Event, venue: int, slot: int, *, number: int = 0, most: int) -> list[Role]:
    """Return the roles of an event held there and then, each with its `most` best persons (ties by row)."""
    found = []
    for name, pool, count in event.roles:
        if count:
            value = pool.near[:, venue] + sum(pool.own.values(), np.zeros(len(pool)))
            rows = leading(np.where(pool.free[:, slot], -value, np.inf), most)
            found.append(Role(number, name, rows, pool.person[rows], value[rows] / count, count))
    return found


def crew(roles: Sequence[Role]) -> Crew | None:
    """Fill every place of the roles with different persons at the highest value; None when that cannot be."""
    if any(len(r.rows) < r.count for r in roles):
        return None
    best = np.concatenate([r.person[: r.count] for r in roles])
    if len(np.unique(best)) == len(best):
        return _crew(roles, [np.arange(r.count) for r in roles])
    return _assigned(roles)


def _assigned(roles: Sequence[Role]) -> Crew | None:
    from scipy.optimize import linear_sum_assignment

    persons = np.unique(np.concatenate([r.person for r in roles]))
    places = np.repeat(np.arange(len(roles)), [r.count for r in roles])
    if len(persons) < len(places):
        return None
    cost = np.full((len(roles), len(persons)), np.inf)
    for at, role in enumerate(roles):
        cost[at, np.searchsorted(persons, role.person)] = -role.values
    try:
        row, column = linear_sum_assignment(cost[places])
    except ValueError:  # scipy's way to say that no complete assignment exists
        return None
    taken = [persons[column[places[row] == at]] for at in range(len(roles))]
    return _crew(roles, [np.flatnonzero(np.isin(r.person, t)) for r, t in zip(roles, taken, strict=True)])


def _crew(roles: Sequence[Role], at: Sequence[Ints]) -> Crew:
    chosen = tuple((r, np.sort(r.rows[a])) for r, a in zip(roles, at, strict=True))
    return Crew(chosen, float(sum(r.values[a].sum() for r, a in zip(roles, at, strict=True))))


def leading(cost: Floats, most: int) -> Ints:
    """Return the positions of the `most` least costs in ascending order, ties by position; infinite ones never.

    >>> leading(np.array([3.0, 1.0, np.inf, 1.0]), 3).tolist()
    [1, 3, 0]
    """
    near = np.flatnonzero(cost < np.inf)
    if len(near) > 4 * most:
        near = near[cost[near] <= np.partition(cost[near], most - 1)[most - 1]]
    return near[np.argsort(cost[near], kind="stable")][:most]
