"""Several activities at once: no room twice at a time, nobody asked twice, and how far from the best it can be.

Everybody is asked once only in a set that is planned together: that caps anyone's load, spreads invitations, and makes
the people of fixed rooms and slots one assignment, which is exact. Rooms and slots are searched in the order of a bound:
the sum of what each event could have alone, with prices on persons and hours of rooms that several of them
want (see `prices`). The search begins with the events planned one after
another; it ends when no bound is higher than the best plan found, which is then proven, or after a limit, with the gap
that is left.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from matching.bundle.best import LEAST
from matching.bundle.cells import bounds
from matching.bundle.crew import Crew, crew, roles_at
from matching.bundle.event import NEVER, Bundle, Event, overlap
from matching.bundle.prices import priced
from matching.bundle.sequence import improved, one_after_another, scarcest_first
from matching.problem import Floats, Mask

MOST_PLANS = 400
"""Sets of rooms and slots looked into before the search ends with a gap: some seconds with five events of forty."""
MOST_STEPS = 60_000
"""Sets taken from the queue at most; sets that want one room twice cost a step, no assignment."""


@dataclass(frozen=True, slots=True)
class Together:
    """One bundle for each event, or none at all; `bound`: no plan for all of them scores more in sum.

    Without bundles and with a bound of `NEVER` it is proven that not all of them can happen.
    """

    bundles: tuple[Bundle, ...]
    bound: float

    @property
    def score(self) -> float:
        """The sum of the scores."""
        return _sum(self.bundles)

    @property
    def gap(self) -> float:
        """The relative distance of score and bound, 0 when nothing better can exist."""
        apart = self.bound - self.score
        return 0.0 if apart <= 1e-9 else apart / max(abs(self.score), 1e-12)


def plan(events: Sequence[Event], *, most_plans: int = MOST_PLANS) -> Together:
    """Return the bundles of all events with the highest sum of scores that was found.

    Events share `person` numbers and names of rooms; their slots may differ, what counts is whether they share half
    hours.
    """
    if any((bounds(e) == NEVER).all() for e in events):
        return Together((), NEVER)
    found = _first(events)
    cells, prices = priced(events, _sum(found))
    if _sum(found) < sum(float(c.max()) for c in cells) + prices - LEAST:
        found = max(found, _by_prices(events, cells), key=_sum)
    top = NEVER  # the highest bound of the sets that were not looked into
    for tried, (bound, at) in enumerate(_in_order(events, cells)):
        top = bound + prices
        if (found and top <= _sum(found) + LEAST) or tried >= most_plans or not at:
            break
        one = held(events, at)
        if one and (not found or _sum(one) > _sum(found) + LEAST):
            found = one
        top = NEVER
    return Together(tuple(found), max(_sum(found), top) if found else top)


def _first(events: Sequence[Event]) -> list[Bundle]:
    """Return a plan to begin with, empty when planning one after another places not all of them."""
    for order in (scarcest_first(events), range(len(events))):
        placed, left = one_after_another(events, order)
        if not left:
            better = improved(events, placed)
            at = [(better[k].venue, better[k].slot) for k in range(len(events))]
            return held(events, at)  # with rooms and slots fixed, the people are shared out exactly
    return []


def _by_prices(events: Sequence[Event], cells: Sequence[Floats]) -> list[Bundle]:
    """Return a plan in which each event takes the best priced cell that is left, then improved; empty without one."""
    at: dict[int, tuple[int, int]] = {}
    for k in scarcest_first(events):
        left = cells[k].copy()
        for j, (venue, slot) in at.items():
            same = np.array([name == events[j].venues[venue] for name in events[k].venues])
            left[np.ix_(same, overlap(events[k], events[j])[:, slot])] = NEVER
        at[k] = divmod(int(np.argmax(left)), left.shape[1])
        if left[at[k]] == NEVER:
            return []
    first = held(events, [at[k] for k in range(len(events))])
    if not first:
        return []
    better = improved(events, dict(enumerate(first)))
    return held(events, [(better[k].venue, better[k].slot) for k in range(len(events))])


def _sum(bundles: Sequence[Bundle]) -> float:
    return sum(b.score for b in bundles)


def held(events: Sequence[Event], at: Sequence[tuple[int, int]]) -> list[Bundle]:
    """Return the best bundles of all events with their rooms and slots fixed; empty when the people do not suffice."""
    places = sum(1 + e.helpers_needed + e.people_needed for e in events)
    roles = [
        role
        for number, (event, (venue, slot)) in enumerate(zip(events, at, strict=True))
        for role in roles_at(event, venue, slot, number=number, most=places)
    ]
    found = crew(roles)
    if found is None:
        return []
    return [
        _bundle(event, number, cell=c, found=found) for number, (event, c) in enumerate(zip(events, at, strict=True))
    ]


def _bundle(event: Event, number: int, *, cell: tuple[int, int], found: Crew) -> Bundle:
    venue, slot = cell
    people = sum(float(r.values[np.isin(r.rows, rows)].sum()) for r, rows in found.chosen if r.event == number)
    score = float(event.venue_values()[venue] + event.slot_values()[slot]) + people
    lead = found.rows(number, "lead")[0]
    return Bundle(venue, slot, lead, found.rows(number, "helpers"), found.rows(number, "people"), score, score)


def _in_order(events: Sequence[Event], cells: Sequence[Floats]) -> Iterator[tuple[float, list[tuple[int, int]]]]:
    """Yield sets of cells by falling sum of their bounds, without those that want one room twice at a time.

    Ends, when the steps are used up, with the bound of what is left and no cells.
    """
    clash = {(a, b): overlap(events[a], events[b]) for a, b in combinations(range(len(events)), 2)}
    order = [np.argsort(-c, axis=None, kind="stable")[: int((c > NEVER).sum())] for c in cells]
    value = [c.ravel()[o] for c, o in zip(cells, order, strict=True)]
    start = (0,) * len(cells)
    queue, seen = [(-_total(value, start), start)], {start}
    for _ in range(MOST_STEPS // len(cells)):
        if not queue:
            return
        bound, places = heapq.heappop(queue)
        at = [divmod(int(o[p]), c.shape[1]) for o, p, c in zip(order, places, cells, strict=True)]
        if not _twice(events, at, clash=clash):
            yield -bound, at
        for following in _following(places, value):
            if following not in seen:
                seen.add(following)
                heapq.heappush(queue, (-_total(value, following), following))
    if queue:
        yield -queue[0][0], []


def _total(value: Sequence[Floats], places: Sequence[int]) -> float:
    return sum(float(v[p]) for v, p in zip(value, places, strict=True))


def _following(places: tuple[int, ...], value: Sequence[Floats]) -> Iterator[tuple[int, ...]]:
    """Yield the sets in which one event takes its next cell."""
    for k, place in enumerate(places):
        if place + 1 < len(value[k]):
            yield (*places[:k], place + 1, *places[k + 1 :])


def _twice(events: Sequence[Event], at: Sequence[tuple[int, int]], *, clash: dict[tuple[int, int], Mask]) -> bool:
    """Say whether two events want one room at once."""
    return any(
        events[a].venues[at[a][0]] == events[b].venues[at[b][0]] and bool(shared[at[a][1], at[b][1]])
        for (a, b), shared in clash.items()
    )
