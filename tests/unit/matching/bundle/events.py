"""Small and large random events, and the best bundle by trying everything."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np

from matching.bundle.event import NEVER, Event, Pool
from matching.rules.week import WEEK, slots_of


def pool(draw: np.random.Generator, size: int, *, slots: int, venues: int, persons: int) -> Pool:
    """Return people who are free here and there; one in eight cannot come to a given room."""
    who = np.sort(draw.choice(max(persons, size), size, replace=False))
    near = np.where(draw.random((size, venues)) < 0.125, NEVER, draw.random((size, venues)).round(2))
    own = {"skill": draw.random(size).round(2), "interest": draw.random(size).round(2)}
    ids = tuple(f"p{p:05d}" for p in who)
    return Pool(ids, who.astype(np.int64), draw.random((size, slots)) < 0.7, own, near)


def event(
    seed: int,
    *,
    sizes: tuple[int, int, int] = (5, 5, 5),
    audience: int = 20,
    persons: int = 25,
    needed: tuple[int, int] = (1, 3),
    name: str = "e",
) -> Event:
    """Return an event of `sizes` rooms, slots and leads; people are drawn from `persons`, so roles want the same ones."""
    draw = np.random.Generator(np.random.PCG64(seed))
    venues, slots, leads = sizes
    hours = np.zeros((slots, WEEK), bool)
    starts = np.flatnonzero(np.arange(WEEK) % 48 <= 44)  # two hours that end before midnight
    for at, start in enumerate(np.sort(draw.choice(starts, slots, replace=False))):
        hours[at, start : start + 4] = True
    shape = {"slots": slots, "venues": venues, "persons": persons}
    return Event(
        name,
        tuple(f"v{v}" for v in range(venues)),
        tuple(slots_of(row.astype(np.float32))[0] for row in hours),
        hours,
        draw.random((venues, slots)) < 0.6,
        draw.integers(sum(needed) - 1, 3 * sum(needed), venues),
        {"fill": draw.random(venues).round(2)},
        {"spare": draw.random(slots).round(2)},
        pool(draw, leads, **shape),
        pool(draw, min(leads + 2, persons), **shape),
        pool(draw, audience, **shape),
        helpers_needed=needed[0],
        people_needed=needed[1],
    )


def by_brute_force(one: Event) -> float | None:
    """Return the highest score of all bundles that can be formed, None when none can."""
    best: float | None = None
    for venue, slot in product(range(len(one.venues)), range(len(one.slots))):
        if one.open_at[venue, slot] and one.capacity[venue] >= one.heads:
            score = _crew_by_brute_force(one, venue, slot)
            if score is not None and (best is None or score > best):
                best = score
    return best


def _crew_by_brute_force(one: Event, venue: int, slot: int) -> float | None:
    base = sum(float(v[venue]) for v in one.venue_parts.values()) + sum(float(v[slot]) for v in one.slot_parts.values())
    value, can = {}, {}
    for role, p, _ in one.roles:
        value[role] = {int(p.person[r]): p.near[r, venue] + sum(o[r] for o in p.own.values()) for r in range(len(p))}
        can[role] = [
            int(p.person[r]) for r in range(len(p)) if p.free[r, slot] and np.isfinite(value[role][int(p.person[r])])
        ]
    best: float | None = None
    for lead in can["lead"]:
        for helpers in combinations([h for h in can["helpers"] if h != lead], one.helpers_needed):
            rest = sorted(-value["people"][q] for q in can["people"] if q != lead and q not in helpers)
            if len(rest) >= one.people_needed:
                score = base + value["lead"][lead] - sum(rest[: one.people_needed]) / max(one.people_needed, 1)
                score += sum(value["helpers"][h] for h in helpers) / max(one.helpers_needed, 1)
                best = score if best is None or score > best else best
    return best
