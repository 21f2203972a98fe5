"""A bound of the p-median: the rule that each demand is served once is priced instead of kept (Beasley 1985).

For prices l of the demands, `L(l) = sum l + the p least of rho_j`, `rho_j = sum_i min(0, c_ij - l_i)`, lies below every
plan. Steps along a mean of the last subgradients raise it (Held, Wolfe and Crowder 1974; the mean after Camerini,
Fratta and Maffioli 1975). With a plan of cost z, a site outside the p least whose `L + rho_j - rho_p` reaches z is in
no better plan, and one inside whose loss would reach z is in every better plan.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.problem import Floats, Ints, Mask
from matching.siting.interchange import blocks

PATIENCE = 12  # steps without a better bound before the step is halved
SMALLEST = 0.004  # at which the steps no longer matter
MEMORY = 0.7  # share of the last direction in the next one


@dataclass(frozen=True, slots=True, eq=False)
class Bound:
    """The best bound with its prices, what each site would earn under them, and the sites that they choose."""

    value: float
    prices: Floats
    worth: Floats
    sites: Ints


@dataclass(slots=True, eq=False)
class Relaxation:
    """The priced problem over the sites of a node; rows of `cost` are sites, `forced` those that must be open."""

    cost: Floats
    sites: int
    forced: Mask
    room: Floats

    @classmethod
    def of(cls, cost: Floats, sites: int, forced: Mask) -> Relaxation:
        """Lay out demand x sites for the many passes over it, a few rows at a time in one small buffer."""
        rows = np.ascontiguousarray(cost.T)
        height = max((part.stop - part.start for part in blocks(rows)), default=0)
        return cls(rows, sites, forced, np.empty((height, rows.shape[1])))

    def raised(self, prices: Floats, target: float, *, step: float = 1.0) -> Bound:
        """Raise the bound from some prices until it reaches `target` or the steps grow small."""
        best = current = self._at(prices)
        idle, course = 0, np.zeros(len(prices))
        while step > SMALLEST and best.value < target:
            slope = 1.0 - (self.cost[current.sites] < current.prices).sum(0)
            course = MEMORY * course + (1 - MEMORY) * slope
            length = float(course @ course)
            if not length or not slope.any():
                break  # every demand is served once: the bound is a plan
            move = step * (1.02 * target - current.value) / length
            current = self._at(current.prices + move * course)
            if current.value > best.value + 1e-12 * abs(best.value):
                best, idle = current, 0
            else:
                idle += 1
            if idle >= PATIENCE:
                step, idle, current, course = step / 2, 0, best, np.zeros(len(prices))
        return best

    def _at(self, prices: Floats) -> Bound:
        earned = np.empty(len(self.cost))
        for part in blocks(self.cost):
            room = self.room[: len(self.cost[part])]
            np.subtract(self.cost[part], prices, out=room)
            np.minimum(room, 0.0, out=room)
            room.sum(1, out=earned[part])
        keys = np.where(self.forced, -np.inf, earned)
        order = np.argpartition(keys, self.sites - 1)[: self.sites] if self.sites < len(keys) else np.arange(len(keys))
        chosen = np.sort(order)
        return Bound(float(prices.sum() + earned[chosen].sum()), prices, earned, chosen)

    def settled(self, bound: Bound, target: float) -> tuple[Mask, Mask]:
        """Return which sites every plan below `target` opens (the forced among them), and which none opens."""
        inside = np.zeros(len(bound.worth), bool)
        inside[bound.sites] = True
        last = bound.worth[inside & ~self.forced].max(initial=-np.inf)
        next_one = bound.worth[~inside].min(initial=np.inf)
        must = inside & ~self.forced & (bound.value - bound.worth + next_one >= target)
        never = ~inside & (bound.value + bound.worth - last >= target)
        return self.forced | must, never
