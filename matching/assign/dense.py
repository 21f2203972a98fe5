"""Assignment one to one over a full matrix: the shortest augmenting path algorithm (Jonker and Volgenant 1987)."""

from __future__ import annotations

import numpy as np

from graph.model.text import Text
from matching.problem import Plan, Problem, cost, priority_unmet

DENSE = Text("匈牙利法（精确）", "Hungarian method (exact)")
MOST = 3_000
"""Rows or columns above which a sparse flow is the better way."""


def fits(problem: Problem) -> bool:
    """Tell whether every pair is allowed, every need alike, and every resource has one place."""
    needs, resources = len(problem.needs), len(problem.resources)
    full = len(problem.pairs) == needs * resources and max(needs, resources) <= MOST
    plain = not (problem.split or problem.floors or problem.quotas or problem.most_used or problem.fixed_cost.any())
    return (
        full
        and plain
        and bool((problem.pairs.size == 1).all() and (problem.capacity == 1).all())
        and (needs <= resources or bool((problem.priority == problem.priority[0]).all()))
    )


def solve(problem: Problem) -> Plan:
    """Return the optimal plan of a full matrix; as many needs as there are places are met."""
    from scipy.optimize import linear_sum_assignment

    matrix = problem.pairs.cost.reshape(len(problem.needs), len(problem.resources))
    rows, columns = linear_sum_assignment(matrix)
    chosen = np.sort(rows * matrix.shape[1] + columns).astype(np.int64)
    draft = Plan(chosen, np.ones(len(chosen)), 0.0, 0.0, DENSE)
    total, left = problem.sign * cost(problem, draft), priority_unmet(problem, draft)
    return Plan(chosen, draft.share, total, total, DENSE, left, left)
