"""The best plan so far and what is known about better ones: less unmet first, then less cost."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from matching.assign.scaling import scaled
from matching.budget import Budget
from matching.problem import Floats, Ints, Mask, Problem

EVEN = 1e-6
"""Figures nearer than this are one figure: solvers satisfy rows to about 1e-7."""


@dataclass(frozen=True, slots=True, eq=False)
class Incumbent:
    """The share of each pair, the priority left unmet and the cost, and a bound on each.

    No plan leaves less than `least` unmet; none that leaves as little unmet as this one costs less than `bound`.
    """

    share: Floats
    unmet: float
    cost: float
    least: float = 0.0
    bound: float = -np.inf

    @property
    def least_left(self) -> bool:
        """Whether no plan leaves less unmet."""
        return self.unmet <= self.least + EVEN

    @property
    def proven(self) -> bool:
        """Whether no better plan exists, to the precision of the solvers."""
        return self.least_left and self.cost - self.bound <= EVEN * max(1.0, abs(self.cost))

    def raised(self, *, least: float = -np.inf, bound: float = -np.inf) -> Incumbent:
        """Take bounds that hold for this plan, where they are better."""
        return replace(
            self, least=min(self.unmet, max(self.least, least)), bound=min(self.cost, max(self.bound, bound))
        )

    def or_better(self, other: Incumbent | None) -> Incumbent:
        """Return the better plan of the two, with what both know: a bound holds for every plan with less unmet."""
        if other is None:
            return self
        least = max(self.least, other.least)
        worth, others = (round(self.unmet, 6), self.cost), (round(other.unmet, 6), other.cost)
        best, rest = (self, other) if worth <= others else (other, self)
        bound = rest.bound if rest.unmet >= best.unmet - EVEN else -np.inf
        return best.raised(least=least, bound=bound)

    def tell(self, budget: Budget) -> None:
        """Tell the door how far the plan may be from the best."""
        budget.tell_gap(self.cost, self.bound if np.isfinite(self.bound) else 0.0)


def measured(problem: Problem, share: Floats) -> tuple[Mask, float, float]:
    """Return the resources that the shares of pairs use (or `always` are), the priority left unmet and the cost."""
    pairs = problem.pairs
    opened = np.bincount(pairs.resource, share, minlength=len(problem.resources)) > 0
    opened[list(problem.always)] = True
    met = np.bincount(pairs.need, share, minlength=len(problem.needs))
    unmet = float(problem.priority @ np.clip(1.0 - met, 0.0, 1.0))
    return opened, unmet, float(pairs.cost @ share + problem.fixed_cost[opened].sum())


def of_share(problem: Problem, share: Floats) -> Incumbent:
    """Return the plan given by the shares of its pairs."""
    _, unmet, cost = measured(problem, share)
    return Incumbent(share, 0.0 if unmet < EVEN / 1000 else unmet, cost)


def of_taken(problem: Problem, taken: Ints) -> Incumbent:
    """Return the plan that takes some pairs whole."""
    share = np.zeros(len(problem.pairs))
    share[taken] = 1.0
    return of_share(problem, share)


def least_on_grid(problem: Problem, least: float) -> float:
    """Round a bound on what whole plans leave unmet up to the next sum of priorities."""
    units = scaled(problem.priority, largest=1e9)
    if problem.split or not units.exact:
        return max(0.0, least)
    step = float(np.gcd.reduce(units.values)) / units.scale
    return max(0.0, float(np.ceil(least / step - 1e-5) * step))
