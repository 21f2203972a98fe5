"""Costs and sizes in units that solvers of programmes like: their tolerances are absolute, 1e-7 of whatever comes."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from matching.problem import Floats, Problem

GOOD = (1.0, 1e6)
"""Largest figures between these are left as they are."""


@dataclass(frozen=True, slots=True)
class Units:
    """What costs and sizes are multiplied by, powers of ten."""

    cost: float
    size: float

    @classmethod
    def of(cls, problem: Problem) -> Units:
        """Choose units for a problem."""
        costs = np.append(problem.pairs.cost, problem.fixed_cost)
        return cls(_factor(costs), _factor(problem.pairs.size))

    def applied(self, problem: Problem) -> Problem:
        """Return the problem in these units."""
        if self.cost == self.size == 1.0:
            return problem
        pairs = replace(problem.pairs, cost=problem.pairs.cost * self.cost, size=_even(problem.pairs.size * self.size))
        return replace(
            problem,
            pairs=pairs,
            capacity=_even(problem.capacity * self.size),
            fixed_cost=problem.fixed_cost * self.cost,
            quotas={pool: quota * self.size for pool, quota in problem.quotas.items()},
        )


def _factor(figures: Floats) -> float:
    top = float(np.abs(figures).max(initial=0.0))
    if top == 0.0 or GOOD[0] <= top <= GOOD[1]:
        return 1.0
    return float(10.0 ** (3 - math.floor(math.log10(top))))


def _even(figures: Floats) -> Floats:
    """Write 10 for 9.999999999: a decimal that was multiplied."""
    rounded = np.round(figures)
    return np.where(np.abs(figures - rounded) <= 1e-12 * np.abs(rounded), rounded, figures)
