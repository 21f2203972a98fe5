"""An activity that is to happen, as arrays: rooms, slots, and the people who could lead, help or take part.

The score of a bundle is a sum: what the room adds, what the slot adds, what the lead adds there, and the means of what
the helpers and the participants add there. Weights are already in the parts, so they add up to at most 1 in all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from graph.model.errors import ProblemUnfit
from graph.model.text import Text
from matching.problem import Floats, Ints, Mask

NEVER = -np.inf


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """Who could take a role; rows sorted by id, so that ties go to the smaller one.

    `person` numbers the human being: equal in two pools for the same one, never twice within a pool; `free` people x slots; `own` what
    each feature of somebody adds wherever it is held, (people,) each; `near` what closeness adds, people x venues,
    `NEVER` where somebody cannot come.
    """

    ids: tuple[str, ...]
    person: Ints
    free: Mask
    own: Mapping[str, Floats]
    near: Floats

    def __len__(self) -> int:
        return len(self.ids)

    def values(self) -> Floats:
        """Return what each person adds at each venue, people x venues."""
        return self.near + sum(self.own.values(), np.zeros(len(self)))[:, None]


@dataclass(frozen=True, slots=True, eq=False)
class Event:
    """One activity with everything it could be made of.

    `hours` are the half hours of the week that each slot takes, slots x 336; `open_at` venues x slots says that the room
    is open, unbooked and admitted by the rules; `guests` come with whoever asked and need places, no invitation;
    `venue_parts` and `slot_parts` name what a room or a slot adds.
    """

    name: str
    venues: tuple[str, ...]
    slots: tuple[str, ...]
    hours: Mask
    open_at: Mask
    capacity: Ints
    venue_parts: Mapping[str, Floats]
    slot_parts: Mapping[str, Floats]
    leads: Pool
    helpers: Pool
    people: Pool
    helpers_needed: int = 0
    people_needed: int = 0
    guests: int = 0

    def __post_init__(self) -> None:
        _check(self)

    @property
    def heads(self) -> int:
        """Everybody who will be in the room."""
        return 1 + self.helpers_needed + self.people_needed + self.guests

    @property
    def roles(self) -> tuple[tuple[str, Pool, int], ...]:
        """The roles with who could take them and how many are needed."""
        return (
            ("lead", self.leads, 1),
            ("helpers", self.helpers, self.helpers_needed),
            ("people", self.people, self.people_needed),
        )

    def venue_values(self) -> Floats:
        """Return what each room adds."""
        return sum(self.venue_parts.values(), np.zeros(len(self.venues)))

    def slot_values(self) -> Floats:
        """Return what each slot adds."""
        return sum(self.slot_parts.values(), np.zeros(len(self.slots)))


@dataclass(frozen=True, slots=True)
class Bundle:
    """A room, a slot and people, as rows of the event; `bound`: no bundle of the event scores more."""

    venue: int
    slot: int
    lead: int
    helpers: tuple[int, ...]
    people: tuple[int, ...]
    score: float
    bound: float

    @property
    def gap(self) -> float:
        """The relative distance of score and bound, 0 when nothing better can exist."""
        apart = self.bound - self.score
        return 0.0 if apart <= 1e-9 else apart / max(abs(self.score), 1e-12)

    def rows(self, role: str) -> tuple[int, ...]:
        """Return who takes a role, as rows of its pool."""
        return {"lead": (self.lead,), "helpers": self.helpers, "people": self.people}[role]


def parts(event: Event, bundle: Bundle) -> dict[str, float]:
    """Return what every feature adds to the score of a bundle, by `group.feature`; they sum to the score."""
    found = {f"venue.{k}": float(v[bundle.venue]) for k, v in event.venue_parts.items()}
    found |= {f"slot.{k}": float(v[bundle.slot]) for k, v in event.slot_parts.items()}
    for role, pool, count in event.roles:
        rows = list(bundle.rows(role))
        if count:
            found |= {f"{role}.{k}": float(v[rows].sum()) / count for k, v in pool.own.items()}
            found[f"{role}.near"] = float(pool.near[rows, bundle.venue].sum()) / count
    return found


def overlap(one: Event, other: Event) -> Mask:
    """Return which slots of two events share a half hour, slots x slots."""
    return one.hours.astype(np.int64) @ other.hours.T.astype(np.int64) > 0


def _check(event: Event) -> None:
    if min(event.helpers_needed, event.people_needed, event.guests) < 0:
        raise _unfit("人数不能为负", "a head count is below zero")
    if not event.venues or not event.slots:
        raise _unfit(
            "没有场地可选" if not event.venues else "没有时段可选", "there is no room, or no slot, to choose from"
        )
    shape = len(event.venues), len(event.slots)
    whole = event.open_at.shape == shape and event.capacity.shape == shape[:1] and len(event.hours) == shape[1]
    for _, pool, _ in event.roles:
        whole &= pool.free.shape == (len(pool), shape[1]) and pool.near.shape == (len(pool), shape[0])
        if len(np.unique(pool.person)) < len(pool):
            raise _unfit("同一人在一张名单里出现两次", "somebody stands twice in one list")
    if not whole:
        raise _unfit("各表的行数不一致", "the tables do not have the same rows")


def _unfit(zh: str, en: str) -> ProblemUnfit:
    return ProblemUnfit(Text(zh, en), Text("改正后再试", "Mend it and try again"))
