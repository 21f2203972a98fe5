"""A problem as a mixed-integer programme: the shares of pairs, the resources that are used, the needs left unmet.

Minimise `cost . x + fixed . y` subject to

- sum of x over the pairs of a need, + u = 1
- sum of size x over the pairs of a resource <= capacity (times y where it has a fixed cost)
- x <= y for each pair of a resource with a fixed cost (redundant, and what makes the bound tight)
- sum of size x over a pool <= its quota
- sum of u over a group <= what its floor leaves

with x in [0, 1] (whole unless needs may be divided), y in {0, 1}, u in [0, 1].
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array

from matching.problem import Floats, Ints, Problem


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """Columns are x (pairs), y (resources with a fixed cost), u (needs); rows as in the module's head.

    `matrix` x columns lies between `low` and `high`; `whole` marks columns that must be integers; `paying` are the
    rows of the resources that have a column y. A column lies between `least` and 1.
    """

    matrix: csr_array
    low: Floats
    high: Floats
    cost: Floats
    unmet: Floats
    least: Floats
    whole: Ints
    pairs: int
    paying: Ints

    def priced(self, *, lexicographic: bool) -> Floats:
        """Return the objective: the cost, or (the first of the two) the priority left unmet."""
        return self.unmet if lexicographic else self.cost


def build(problem: Problem) -> Model:
    """Write a problem down as a programme; its size is linear in the number of pairs."""
    pairs, needs = problem.pairs, len(problem.needs)
    paying = np.flatnonzero((problem.fixed_cost != 0) | bool(problem.most_used))
    column = np.full(len(problem.resources), -1)
    column[paying] = len(pairs) + np.arange(len(paying))
    first_unmet = len(pairs) + len(paying)
    columns = first_unmet + needs
    blocks = [
        _meet(problem, first_unmet),
        _capacity(problem, column),
        *_strong(problem, column),
        *_quotas(problem),
        *_floors(problem, first_unmet),
        *_count(problem, column),
    ]
    rows = np.cumsum([0, *(b.rows for b in blocks)])
    at = np.concatenate([b.row + shift for b, shift in zip(blocks, rows, strict=False)])
    entries = (np.concatenate([b.value for b in blocks]), (at, np.concatenate([b.column for b in blocks])))
    matrix = csr_array(coo_array(entries, shape=(int(rows[-1]), columns)))
    low, high = (np.concatenate([getattr(b, side) for b in blocks]) for side in ("low", "high"))
    cost = np.concatenate([pairs.cost, problem.fixed_cost[paying], np.zeros(needs)])
    unmet = np.concatenate([np.zeros(first_unmet), problem.priority])
    whole = np.ones(columns, np.int64)
    if problem.split:
        whole[: len(pairs)] = 0
    whole[first_unmet:] = 0  # whole by itself when the shares are
    least = np.zeros(columns)
    least[[column[r] for r in problem.always if column[r] >= 0]] = 1.0
    return Model(matrix, low, high, cost, unmet, least, whole, len(pairs), paying)


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """Some rows of the matrix as entries, between `low` and `high`."""

    row: Ints
    column: Ints
    value: Floats
    low: Floats
    high: Floats

    @property
    def rows(self) -> int:
        return len(self.low)


def _meet(problem: Problem, first_unmet: int) -> _Rows:
    needs, pairs = len(problem.needs), len(problem.pairs)
    row = np.concatenate([problem.pairs.need, np.arange(needs)])
    column = np.concatenate([np.arange(pairs), first_unmet + np.arange(needs)])
    return _Rows(row, column, np.ones(len(row)), np.ones(needs), np.ones(needs))


def _capacity(problem: Problem, column: Ints) -> _Rows:
    paying = np.flatnonzero(column >= 0)
    row = np.concatenate([problem.pairs.resource, paying])
    at = np.concatenate([np.arange(len(problem.pairs)), column[paying]])
    value = np.concatenate([problem.pairs.size, -problem.capacity[paying]])
    high = np.where(column >= 0, 0.0, problem.capacity)
    return _Rows(row, at, value, np.full(len(high), -np.inf), high)


def _strong(problem: Problem, column: Ints) -> list[_Rows]:
    at = np.flatnonzero(column[problem.pairs.resource] >= 0)
    if not len(at):
        return []
    row = np.tile(np.arange(len(at)), 2)
    columns = np.concatenate([at, column[problem.pairs.resource[at]]])
    value = np.repeat([1.0, -1.0], len(at))
    return [_Rows(row, columns, value, np.full(len(at), -np.inf), np.zeros(len(at)))]


def _quotas(problem: Problem) -> list[_Rows]:
    found = []
    for pool, quota in problem.quotas.items():
        inside = np.array([p == pool for p in problem.pool])
        at = np.flatnonzero(inside[problem.pairs.resource])
        value = problem.pairs.size[at]
        found.append(_Rows(np.zeros(len(at), np.int64), at, value, np.array([-np.inf]), np.array([float(quota)])))
    return found


def _floors(problem: Problem, first_unmet: int) -> list[_Rows]:
    found = []
    for group, floor in problem.floors.items():
        at = np.flatnonzero([g == group for g in problem.group])
        left = len(at) - (floor * len(at) if problem.split else math.ceil(floor * len(at) - 1e-9))
        row, one = np.zeros(len(at), np.int64), np.ones(len(at))
        found.append(_Rows(row, first_unmet + at, one, np.array([-np.inf]), np.array([float(left)])))
    return found


def _count(problem: Problem, column: Ints) -> list[_Rows]:
    if not problem.most_used:
        return []
    at = column[column >= 0]
    row, one = np.zeros(len(at), np.int64), np.ones(len(at))
    return [_Rows(row, at, one, np.array([-np.inf]), np.array([float(problem.most_used)]))]
