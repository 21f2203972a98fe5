"""Prices on persons whom several events want, so that the sum of what each could have alone is a tight bound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from matching.bundle.cells import bounds
from matching.bundle.crew import roles_at
from matching.bundle.event import NEVER, Event, Pool
from matching.problem import Floats, Ints

ROUNDS, MOST_BOUNDS = 40, 200
"""Steps of the prices (more moved the bound by less than 1e-4 on random sets of three events), and bounds in all."""


def priced(events: Sequence[Event]) -> tuple[list[Floats], float]:
    """Return the bounds of all cells under the best prices found, and the sum of these prices.

    Subgradient steps: whoever several events want in their best cells becomes dearer, whoever is dear and unwanted
    cheaper; the step falls as 1 / round.
    """
    persons = np.unique(np.concatenate([pool.person for e in events for _, pool, _ in e.roles]))
    price = np.zeros(len(persons))
    best, chosen = np.inf, [bounds(e) for e in events]
    cost = 0.0
    for step in range(max(min(ROUNDS, MOST_BOUNDS // len(events)), 2) if len(events) > 1 else 1):
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
