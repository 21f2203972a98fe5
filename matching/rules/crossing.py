"""Needs crossed with resources: the quantities that several rules and scores share, each computed once.

Every array has the shape (needs, resources). Equal wants are computed once (`Coded`), so a thousand needs cost little
more than their distinct wants.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

from matching.problem import Floats, Mask
from matching.rules.policy import LABELS, Policy
from matching.rules.tables import Dictionary, Needs, Resources, Stock, Times
from matching.rules.week import HALF_HOUR, Bits, Packed, open_week, packed, shared, stacked, taken_week

PROVIDERS = ("Organisation", "ServicePoint")
"""Labels that offer service items."""
FEW = 64
"""Distinct times that are quicker to read anew than to look up."""


@dataclass(frozen=True, eq=False)
class Crossing:
    """Needs, resources and the policy under which they meet. Not slotted: shared quantities are kept."""

    needs: Needs
    resources: Resources
    words: Dictionary
    policy: Policy

    @classmethod
    def of(cls, stock: Stock, policy: Policy) -> Crossing:
        """Cross all needs with all resources of a stock."""
        return cls(stock.needs, stock.resources, stock.words, policy)

    @property
    def shape(self) -> tuple[int, int]:
        """Needs, resources."""
        return len(self.needs), len(self.resources)

    def labelled(self, *labels: str) -> Mask:
        """Return which resources carry one of the labels; shape (resources,)."""
        if labels not in self._labelled:
            label = self.resources.label
            self._labelled[labels] = np.array([value in labels for value in label.values] or [False])[label.at]
        return self._labelled[labels]

    @cached_property
    def _labelled(self) -> dict[tuple[str, ...], Mask]:
        return {}

    def by_label(self, values: dict[str, float], *, other: float) -> Floats:
        """Return a number of the policy for each resource, by its label; shape (resources,)."""
        label = self.resources.label
        return np.array([values.get(value, other) for value in label.values] or [other])[label.at]

    @cached_property
    def walk(self) -> Floats:
        """Walking metres: the straight line times the policy's detour factor; NaN where a position is unknown."""
        here, there = self.needs.place, self.resources.place
        east, north = here[:, None, 0] - there[None, :, 0], here[:, None, 1] - there[None, :, 1]
        return np.asarray(np.sqrt(east * east + north * north) * self.policy.detour)

    def walk_of(self, *, need: int | None = None, resource: int | None = None) -> Floats:
        """Return the walking metres of one need to every resource, or of one resource to every need."""
        if need is not None:
            away = self.resources.place - self.needs.place[need]
        else:
            away = self.needs.place - self.resources.place[resource]
        return np.asarray(np.hypot(away[:, 0], away[:, 1]) * self.policy.detour)

    @cached_property
    def limit(self) -> Floats:
        """The farthest walk that the policy allows each resource; shape (resources,)."""
        return self.by_label(dict(self.policy.distance), other=np.inf)

    @cached_property
    def same_area(self) -> Mask:
        """Whether both lie in the same committee; unknown is never the same."""
        same = np.zeros(self.shape, bool)
        for area in {area for area in self.needs.area.tolist() if area is not None}:
            same[np.ix_(self.needs.area == area, self.resources.area == area)] = True
        return same

    @cached_property
    def admitted(self) -> tuple[tuple[int, ...], ...]:
        """The wanted items of each need that are meant for somebody of the asker's age; kinds asked for others pass."""
        needs = self.needs
        return tuple(
            needs.items[i]
            if needs.kind[i] in self.policy.spoken_for
            else tuple(item for item in needs.items[i] if self.meant_for(item, needs.ages[i]))
            for i in range(len(needs))
        )

    def meant_for(self, item: int, ages: Sequence[int]) -> bool:
        """Say whether an item is meant for one of the ages (or none is known)."""
        low, high = self.words.item_ages[item]
        return not ages or any(low <= age <= high for age in ages)

    @cached_property
    def offered(self) -> Floats:
        """How many a resource can serve of a wanted item, the best of several; 0 where it offers none."""
        return self._best_offer([self.needs.items[i] for i in range(len(self.needs))])

    @cached_property
    def supply(self) -> Floats:
        """The same, of the items that are meant for the asker."""
        return self._best_offer(self.admitted)

    def _best_offer(self, wants: Sequence[tuple[int, ...]]) -> Floats:
        distinct = list(dict.fromkeys(wants))
        best = np.zeros((max(len(distinct), 1), len(self.resources)))
        for row, items in enumerate(distinct):
            if items:
                best[row] = self.resources.offer[:, list(items)].max(1)
        place = {items: row for row, items in enumerate(distinct)}
        return best[np.array([place[items] for items in wants], np.int64)]

    @cached_property
    def held(self) -> Floats:
        """The level of a wanted skill that a volunteer holds well enough, the best of several; 0 where none is."""
        wants, level = self.needs.skills, self.resources.level
        best = np.zeros((max(len(wants.values), 1), len(self.resources)))
        for row, skills in enumerate(wants.values):
            for skill, least in skills:
                has = level[:, skill]
                enough = has >= max(least or self.policy.least_level, 1)
                best[row] = np.maximum(best[row], np.where(enough, has, 0))
        return best[wants.at]

    @cached_property
    def weeks(self) -> Weeks:
        """The distinct times of the resources as half hours."""
        times = self.resources.times.values
        return many_weeks(times) if len(times) > FEW else read_weeks(times)

    @cached_property
    def open_share(self) -> Floats:
        """The share of the wanted slots in which the resource is open or available for long enough (1: none wanted)."""
        return self._share(self.weeks.open)

    @cached_property
    def free_share(self) -> Floats:
        """The same, without what is booked."""
        return self.open_share if self.weeks.free is None else self._share(self.weeks.free)

    def _share(self, weeks: Packed) -> Floats:
        wants, hours = self.needs.slots, self.policy.hours
        timed = np.array([label in hours for label in LABELS])[self.weeks.label]
        share = np.ones((max(len(wants.values), 1), max(weeks.shape[1], 1)))
        rows = [row for row, slots in enumerate(wants.values) if slots]
        if timed.any() and rows:
            counts = np.array([len(wants.values[row]) for row in rows])
            asked = stacked(taken_week([slot]) for row in rows for slot in wants.values[row])
            enough = shared(packed(asked), weeks) >= np.minimum(asked.sum(1)[:, None], self.least_halves()[None, :])
            first = np.cumsum(counts) - counts
            met = np.add.reduceat(enough, first, axis=0, dtype=np.float64) / counts[:, None]
            share[rows] = np.where(timed, met, 1.0)
        return share[wants.at][:, self.resources.times.at]

    def least_halves(self) -> Floats:
        """Return the half hours of one slot that each distinct time must offer."""
        least = np.array([np.ceil(self.policy.hours.get(label, 0) / HALF_HOUR) for label in LABELS])
        return np.asarray(least[self.weeks.label])


@dataclass(frozen=True, slots=True, eq=False)
class Weeks:
    """Distinct times as half hours: the place of each label in `LABELS`, open hours, and what of them is not booked.

    `free` is None where nothing is booked.
    """

    label: npt.NDArray[np.int64]
    open: Packed
    free: Packed | None


def open_hours(hours: tuple[str, ...] | None, busy: tuple[str, ...]) -> Bits:
    """Return the half hours in which somebody or something is there and not booked."""
    week = open_week(hours or ())
    return week * (1 - taken_week(busy)) if busy else week


def read_weeks(times: tuple[Times, ...]) -> Weeks:
    """Read distinct times into half hours."""
    label = np.array([LABELS.index(label) for label, _, _ in times] or [0], np.int64)
    there = stacked(open_hours(hours, ()) for _, hours, _ in times)
    booked = any(busy for _, _, busy in times)
    free = stacked(open_hours(hours, busy) for _, hours, busy in times) if booked else None
    return Weeks(label, packed(there), None if free is None else packed(free))


@lru_cache(maxsize=4)
def many_weeks(times: tuple[Times, ...]) -> Weeks:
    """Return the same of a long list, kept: the same resources meet block after block of needs."""
    return read_weeks(times)
