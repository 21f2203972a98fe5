"""The best bundle of an event, proven: cells in the order of their bounds, until no bound is higher than what is found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from graph.model.text import Text
from matching.bundle.cells import bounds
from matching.bundle.crew import crew, roles_at
from matching.bundle.event import NEVER, Bundle, Event, overlap
from matching.problem import Floats, Mask

MOST_CELLS = 4000
"""Cells looked into before the search ends with a gap: about two seconds where every cell needs an assignment."""
LEAST = 1e-12  # scores closer than this are equal: noise of sums in another order


@dataclass(frozen=True, slots=True)
class Alternative:
    """A bundle beside the best one, the best that differs in `axis`; `differs` names all that is different."""

    bundle: Bundle
    axis: str
    differs: tuple[str, ...]


AXES = {"venue": Text("另一场地", "another room"), "slot": Text("另一时段", "another time"),
        "lead": Text("另一骨干", "another lead")}  # fmt: skip


def best(event: Event, *, most_cells: int = MOST_CELLS) -> Bundle | None:
    """Return the bundle with the highest score, or None when there is none.

    Ties go to the earlier room, then the earlier slot. The bound equals the score unless `most_cells` cells were looked
    into without a proof.
    """
    return _best(event, bounds(event), most_cells=most_cells)


def alternatives(event: Event, first: Bundle, *, count: int = 3) -> list[Alternative]:
    """Return up to `count` other bundles: in turn the best with another room, at another time, with another lead.

    Each differs in its axis from all that stand before it; a time differs when no half hour is shared.
    """
    shown, found = [first], []
    for at in range(count):
        axis = tuple(AXES)[at % len(AXES)]
        other = best(_without(event, axis, shown))
        if other is not None:
            shown.append(other)
            found.append(Alternative(other, axis, differences(event, first, other)))
    return found


def differences(event: Event, one: Bundle, other: Bundle) -> tuple[str, ...]:
    """Return the axes in which two bundles differ."""
    leads = event.leads.person
    same = {"venue": one.venue == other.venue, "slot": one.slot == other.slot}
    same["lead"] = leads[one.lead] == leads[other.lead]
    return tuple(axis for axis in AXES if not same[axis])


def cell(event: Event, venue: int, slot: int) -> Bundle | None:
    """Return the best bundle of one cell; its bound is that of the cell."""
    places = 1 + event.helpers_needed + event.people_needed
    found = crew(roles_at(event, venue, slot, most=places))
    if found is None:
        return None
    score = float(event.venue_values()[venue] + event.slot_values()[slot]) + found.value
    lead = found.rows(0, "lead")[0]
    return Bundle(venue, slot, lead, found.rows(0, "helpers"), found.rows(0, "people"), score, score)


def _best(event: Event, bound: Floats, *, most_cells: int) -> Bundle | None:
    order = np.argsort(-bound, axis=None, kind="stable")
    found: Bundle | None = None
    top = NEVER  # the highest bound of the cells that were not looked into
    for step, at in enumerate(order):
        top = float(bound.flat[at])
        if top == NEVER or (found is not None and (top <= found.score + LEAST or step >= most_cells)):
            break
        venue, slot = divmod(int(at), bound.shape[1])
        one = cell(event, venue, slot)
        if one is not None and (found is None or one.score > found.score + LEAST):
            found = one
        top = NEVER
    return None if found is None else replace(found, bound=max(found.score, top))


def _without(event: Event, axis: str, shown: Sequence[Bundle]) -> Event:
    if axis == "lead":
        out = np.isin(event.leads.person, [event.leads.person[b.lead] for b in shown])
        return replace(event, leads=replace(event.leads, free=event.leads.free & ~out[:, None]))
    barred: Mask = np.zeros(event.open_at.shape, bool)
    if axis == "venue":
        barred[[b.venue for b in shown], :] = True
    else:
        barred[:, overlap(event, event)[[b.slot for b in shown]].any(0)] = True
    return replace(event, open_at=event.open_at & ~barred)
