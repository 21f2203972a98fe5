"""Who takes the roles once rooms and slots are fixed: exact, and everybody in one role only.

Where the best of each role are different people, they are the answer. Where somebody is wanted twice it is an
assignment of places to persons (Jonker and Volgenant 1987, in scipy), or with many places a minimum-cost flow from roles
to persons; for it the best `places` of each role are enough, because whoever stands lower can be exchanged for one of
them who is not used.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matching.bundle.event import NEVER, Event
from matching.problem import Floats, Ints

DENSE = 60_000  # places times persons up to which the assignment is quicker than the flow
FINE = 2.0**40  # steps of a flow's whole costs in 1: a sum of some thousand values stays exact to 9 digits and more


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
    persons = np.unique(np.concatenate([r.person for r in roles]))
    places = sum(r.count for r in roles)
    if len(persons) < places:
        return None
    return _assigned(roles, persons) if places * len(persons) <= DENSE else _flown(roles, persons)


def _assigned(roles: Sequence[Role], persons: Ints) -> Crew | None:
    from scipy.optimize import linear_sum_assignment

    places = np.repeat(np.arange(len(roles)), [r.count for r in roles])
    cost = np.full((len(roles), len(persons)), np.inf)
    for at, role in enumerate(roles):
        cost[at, np.searchsorted(persons, role.person)] = -role.values
    try:
        row, column = linear_sum_assignment(cost[places])
    except ValueError:  # scipy's way to say that no complete assignment exists
        return None
    taken = [persons[column[places[row] == at]] for at in range(len(roles))]
    return _crew(roles, [np.flatnonzero(np.isin(r.person, t)) for r, t in zip(roles, taken, strict=True)])


def _flown(roles: Sequence[Role], persons: Ints) -> Crew | None:
    """Solve the same as a flow: as much as is needed leaves each role, one at most reaches each person."""
    from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

    sizes, sink = [len(r.rows) for r in roles], len(roles) + len(persons)
    person = np.searchsorted(persons, np.concatenate([r.person for r in roles]))
    cost = np.rint(-np.concatenate([r.values for r in roles]) * FINE).astype(np.int64)
    flow = SimpleMinCostFlow()
    tail, one = np.repeat(np.arange(len(roles)), sizes), np.ones(len(cost), np.int64)
    made = flow.add_arcs_with_capacity_and_unit_cost(tail, person + len(roles), one, cost)
    ends = np.arange(len(roles), sink)
    flow.add_arcs_with_capacity_and_unit_cost(
        ends, np.full(len(ends), sink), np.ones(len(ends), np.int64), np.zeros(len(ends), np.int64)
    )
    supply = np.zeros(sink + 1, np.int64)
    supply[: len(roles)], supply[sink] = [r.count for r in roles], -sum(r.count for r in roles)
    flow.set_nodes_supplies(np.arange(sink + 1), supply)
    if flow.solve() != flow.OPTIMAL:
        return None
    taken = np.split(flow.flows(made) > 0, np.cumsum(sizes)[:-1])
    return _crew(roles, [np.flatnonzero(t) for t in taken])


def thresholds(roles: Sequence[Role], found: Crew) -> Floats:
    """Return the least value that somebody must add to be taken by each role: the duals of the assignment.

    Nobody is worth more than the threshold of a role to it, less the best that another role would miss without them.
    They are the mean of the lowest and the highest: longest paths between roles, an arc being the most that a role would
    gain by a person of the other (Ahuja, Magnanti and Orlin 1993, chapter 9).
    """
    worth, held = _table(roles, found)
    moves = np.full((len(roles), len(roles)), NEVER)
    high = np.empty(len(roles))
    for at in range(len(roles)):
        own = worth[:, held == at]
        high[at], moves[:, at] = own[at].min(), (own - own[at]).max(1)
    low = np.maximum(worth[:, held < 0].max(1, initial=NEVER), -1.0 - np.abs(high).max())
    for _ in roles:
        low = np.maximum(low, (moves + low).max(1))
        high = np.minimum(high, (high[:, None] - moves).min(0))
    return np.asarray((low + high) / 2)


def _table(roles: Sequence[Role], found: Crew) -> tuple[Floats, Ints]:
    """Return what everybody adds to each role, roles x persons, and the role that everybody takes (-1: none)."""
    persons = np.unique(np.concatenate([r.person for r in roles]))
    worth, held = np.full((len(roles), len(persons)), NEVER), np.full(len(persons), -1)
    for at, (role, rows) in enumerate(found.chosen):
        column = np.searchsorted(persons, role.person)
        worth[at, column] = role.values
        held[column[np.isin(role.rows, rows)]] = at
    return worth, held


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
