"""Choose the method that is exact for a problem, and solve it."""

from __future__ import annotations

from graph.model.errors import ProblemTooLarge
from graph.model.text import Text
from matching.assign import dense, flow, integer
from matching.budget import Budget
from matching.problem import Plan, Problem

MOST_PAIRS = {"flow": 20_000_000, "integer": 2_000_000}
"""Pairs above which memory would pass about four gigabytes (200 bytes a pair in a flow, 2,000 in a programme)."""


def solve(problem: Problem, budget: Budget) -> Plan:
    """Return a plan: Hungarian method where the matrix is full, a flow where sizes are equal, else a programme.

    Raises `ProblemUnfit` (floors that cannot be met), `ProblemTooLarge`.
    """
    pairs = len(problem.pairs)
    budget.tell("assign", 0, pairs)
    if dense.fits(problem):
        plan = dense.solve(problem)
    elif flow.fits(problem):
        _check_size(pairs, "flow")
        plan = flow.solve(problem)
    else:
        _check_size(pairs, "integer")
        plan = integer.solve(problem, budget)
    budget.tell("assign", pairs, pairs)
    return plan


def _check_size(pairs: int, kind: str) -> None:
    if pairs > MOST_PAIRS[kind]:
        raise ProblemTooLarge(
            Text("配对", "pairs"), pairs, limit=MOST_PAIRS[kind], setting="matching.assign.solve.MOST_PAIRS"
        )
