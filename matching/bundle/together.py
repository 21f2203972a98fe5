"""Several activities at once: no room twice at a time, nobody asked twice, and how far from the best it can be.

Everybody is asked once only in a set that is planned together: that caps anyone's load, spreads invitations, and makes
the people of fixed rooms and slots one assignment, which is exact. Rooms and slots are searched in the order of a bound:
the sum of what each event could have alone, with a price on every person whom several of them want (Lagrangian
relaxation; any prices give a valid bound, good ones a tight bound). The search ends when no bound is higher than the
best plan found, which is then proven, or after a limit, with the gap that is left.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from matching.bundle.best import LEAST
from matching.bundle.cells import bounds
from matching.bundle.crew import Crew, crew, roles_at
from matching.bundle.event import NEVER, Bundle, Event, Pool, overlap
from matching.problem import Floats, Ints, Mask

MOST_PLANS = 400
"""Sets of rooms and slots looked into before the search ends with a gap: some seconds with five events of forty."""
MOST_STEPS = 60_000
"""Sets taken from the queue at most; sets that want one room twice cost a step, no assignment."""
ROUNDS = 40
"""Steps of the prices; more moved the bound by less than 1e-4 on random sets of three events."""


@dataclass(frozen=True, slots=True)
class Together:
    """One bundle for each event; `bound`: no plan for all of them scores more in sum."""

    bundles: tuple[Bundle, ...]
    bound: float

    @property
    def score(self) -> float:
        """The sum of the scores."""
        return sum(b.score for b in self.bundles)

    @property
    def gap(self) -> float:
        """The relative distance of score and bound, 0 when nothing better can exist."""
        apart = self.bound - self.score
        return 0.0 if apart <= 1e-9 else apart / max(abs(self.score), 1e-12)


def plan(events: Sequence[Event], *, most_plans: int = MOST_PLANS) -> Together | None:
    """Return the bundles of all events with the highest sum of scores, None when no plan was found.

    Events share `person` numbers and ids of rooms; their slots may differ, what counts is whether they share half hours.
    """
    cells, prices = _priced(events)
    if any((c == NEVER).all() for c in cells):
        return None
    clash = {(a, b): overlap(events[a], events[b]) for a, b in combinations(range(len(events)), 2)}
    found: list[Bundle] | None = None
    top = NEVER  # the highest bound of the sets that were not looked into
    for tried, (bound, at) in enumerate(_in_order(events, cells, clash=clash)):
        top = bound + prices
        if found is not None and (top <= _sum(found) + LEAST or tried >= most_plans):
            break
        if not at:
            break
        one = _held(events, at)
        if one is not None and (found is None or _sum(one) > _sum(found) + LEAST):
            found = one
        top = NEVER
    return None if found is None else Together(tuple(found), max(_sum(found), top))


def _sum(bundles: Sequence[Bundle]) -> float:
    return sum(b.score for b in bundles)


def _held(events: Sequence[Event], at: Sequence[tuple[int, int]]) -> list[Bundle] | None:
    """Return the best bundles of all events with their rooms and slots fixed."""
    places = sum(1 + e.helpers_needed + e.people_needed for e in events)
    roles = [
        role
        for number, (event, (venue, slot)) in enumerate(zip(events, at, strict=True))
        for role in roles_at(event, venue, slot, number=number, most=places)
    ]
    found = crew(roles)
    if found is None:
        return None
    return [
        _bundle(event, number, cell=c, found=found) for number, (event, c) in enumerate(zip(events, at, strict=True))
    ]


def _bundle(event: Event, number: int, *, cell: tuple[int, int], found: Crew) -> Bundle:
    venue, slot = cell
    people = sum(float(r.values[np.isin(r.rows, rows)].sum()) for r, rows in found.chosen if r.event == number)
    score = float(event.venue_values()[venue] + event.slot_values()[slot]) + people
    lead = found.rows(number, "lead")[0]
    return Bundle(venue, slot, lead, found.rows(number, "helpers"), found.rows(number, "people"), score, score)


def _in_order(
    events: Sequence[Event], cells: Sequence[Floats], *, clash: dict[tuple[int, int], Mask]
) -> Iterator[tuple[float, list[tuple[int, int]]]]:
    """Yield sets of cells by falling sum of their bounds, without those that want one room twice at a time.

    Ends, when the steps are used up, with the bound of what is left and no cells.
    """
    order = [np.argsort(-c, axis=None, kind="stable")[: int((c > NEVER).sum())] for c in cells]
    value = [c.ravel()[o] for c, o in zip(cells, order, strict=True)]
    start = (0,) * len(cells)
    queue, seen = [(-sum(float(v[0]) for v in value), start)], {start}
    for _ in range(MOST_STEPS):
        if not queue:
            return
        bound, places = heapq.heappop(queue)
        at = [divmod(int(o[p]), c.shape[1]) for o, p, c in zip(order, places, cells, strict=True)]
        if not _twice(events, at, clash=clash):
            yield -bound, at
        for k, place in enumerate(places):
            following = (*places[:k], place + 1, *places[k + 1 :])
            if place + 1 < len(order[k]) and following not in seen:
                seen.add(following)
                total = sum(float(v[p]) for v, p in zip(value, following, strict=True))
                heapq.heappush(queue, (-total, following))
    if queue:
        yield -queue[0][0], []


def _twice(events: Sequence[Event], at: Sequence[tuple[int, int]], *, clash: dict[tuple[int, int], Mask]) -> bool:
    return any(
        events[a].venues[at[a][0]] == events[b].venues[at[b][0]] and bool(shared[at[a][1], at[b][1]])
        for (a, b), shared in clash.items()
    )


def _priced(events: Sequence[Event]) -> tuple[list[Floats], float]:
    """Return the bounds of all cells under the best prices found, and the sum of these prices.

    Subgradient steps: whoever several events want in their best cells becomes dearer, whoever is dear and unwanted
    cheaper; the step falls as 1 / round.
    """
    persons = np.unique(np.concatenate([pool.person for e in events for _, pool, _ in e.roles]))
    price = np.zeros(len(persons))
    best, chosen = np.inf, [bounds(e) for e in events]
    cost = 0.0
    for step in range(ROUNDS if len(events) > 1 else 1):
        dear = [_dearer(e, persons, price) for e in events] if step else list(events)
        cells = [bounds(e) for e in dear] if step else chosen
        if any((c == NEVER).all() for c in cells):
            break
        total = sum(float(c.max()) for c in cells) + float(price.sum())
        if total < best:
            best, chosen, cost = total, cells, float(price.sum())
        wanted = sum((_wanted(e, c, persons) for e, c in zip(dear, cells, strict=True)), np.zeros(len(persons)))
        if (wanted <= 1).all() and not (price * (wanted < 1)).any():
            break
        length = 0.05 * total / len(events) / (step + 1) / max(float(((wanted - 1) ** 2).sum()), 1.0)
        price = np.maximum(0.0, price + length * len(events) * (wanted - 1))
    return chosen, cost


def _dearer(event: Event, persons: Ints, price: Floats) -> Event:
    def pool(one: Pool, count: int) -> Pool:
        return replace(one, own={**one.own, "price": -price[np.searchsorted(persons, one.person)] * count})

    leads, helpers, people = (pool(p, count) for _, p, count in event.roles)
    return replace(event, leads=leads, helpers=helpers, people=people)


def _wanted(event: Event, cells: Floats, persons: Ints) -> Floats:
    """Count how often each person stands among the best of a role in the event's best cell."""
    venue, slot = divmod(int(np.argmax(cells)), cells.shape[1])
    count = np.zeros(len(persons))
    for role in roles_at(event, venue, slot, most=1 + event.helpers_needed + event.people_needed):
        count[np.searchsorted(persons, role.person[: role.count])] += 1
    return count
