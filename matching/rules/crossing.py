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
from matching.rules.policy import Policy
from matching.rules.tables import Dictionary, Needs, Resources, Stock, Times
from matching.rules.week import HALF_HOUR, Bits, open_week, shared, stacked, taken_week

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
        """Whether both lie in the same committee."""
        return np.asarray(self.needs.area[:, None] == self.resources.area[None, :], bool)

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
    def open_share(self) -> Floats:
        """The share of the wanted slots in which the resource is open or available for long enough (1: none wanted)."""
        return self._share(self._weeks(free=False))

    @cached_property
    def free_share(self) -> Floats:
        """The same, without what is booked."""
        if not any(busy for _, _, busy in self.resources.times.values):
            return self.open_share
        return self._share(self._weeks(free=True))

    def _weeks(self, *, free: bool) -> Bits:
        times = self.resources.times.values
        return many_weeks(times, free=free) if len(times) > FEW else stacked_hours(times, free=free)

    def _share(self, weeks: Bits) -> Floats:
        wants, times = self.needs.slots, self.resources.times
        timed = np.array([label in self.policy.hours for label, _, _ in times.values] or [False])
        share = np.ones((max(len(wants.values), 1), max(len(times.values), 1)))
        rows = [row for row, slots in enumerate(wants.values) if slots]
        if timed.any() and rows:
            counts = np.array([len(wants.values[row]) for row in rows])
            asked = stacked(taken_week([slot]) for row in rows for slot in wants.values[row])
            enough = shared(asked, weeks) >= np.minimum(asked.sum(1)[:, None], self.least_halves()[None, :])
            first = np.cumsum(counts) - counts
            met = np.add.reduceat(enough, first, axis=0, dtype=np.float64) / counts[:, None]
            share[rows] = np.where(timed, met, 1.0)
        return share[wants.at][:, times.at]

    def least_halves(self) -> npt.NDArray[np.float64]:
        """Return the half hours of one slot that each distinct time must offer."""
        hours = self.policy.hours
        return np.array([np.ceil(hours.get(label, 0) / HALF_HOUR) for label, _, _ in self.resources.times.values])


def open_hours(hours: tuple[str, ...] | None, busy: tuple[str, ...]) -> Bits:
    """Return the half hours in which somebody or something is there and not booked."""
    week = open_week(hours or ())
    return week * (1 - taken_week(busy)) if busy else week


def stacked_hours(times: tuple[Times, ...], *, free: bool) -> Bits:
    """Return the weeks of distinct times, without what is booked where `free`; shape (times, 336)."""
    return stacked(open_hours(hours, busy if free else ()) for _, hours, busy in times)


@lru_cache(maxsize=4)
def many_weeks(times: tuple[Times, ...], *, free: bool) -> Bits:
    """Return the same of a long list, kept: the same resources meet block after block of needs."""
    weeks = stacked_hours(times, free=free)
    weeks.flags.writeable = False
    return weeks
