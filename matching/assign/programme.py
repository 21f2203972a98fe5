"""The calls of the solver of programmes: the linear relaxation, and branch and bound over the columns that are free."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

import numpy as np

from matching.assign.model import Model
from matching.assign.scaling import scaled
from matching.budget import Budget
from matching.problem import Floats, Mask, Problem

WHOLE = 1e-6
CLOSE = 1e-6  # HiGHS satisfies rows to 1e-7: figures nearer than this are one figure
GOOD, MOST_CUT = 0.02, 4_000
"""Gap and columns up to which a row over all columns is worth it: on more it delays the solver past its time."""
RELATIVE = 1e-9  # HiGHS stops at a relative gap of 1e-4 unless told otherwise: that is not proven


SOLVED, IMPOSSIBLE = 0, 2  # how scipy says so


class Missing(Enum):
    """Why a programme brought nothing: nothing satisfies it, or it was stopped (by the time, or by its numbers)."""

    IMPOSSIBLE = 1
    STOPPED = 2


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """Values of the columns with their objective, and a bound under which no plan lies."""

    values: Floats
    objective: float
    bound: float

    @property
    def proven(self) -> bool:
        """Whether no better values exist, to the precision of the solver."""
        return self.objective - self.bound <= CLOSE * max(1.0, abs(self.objective))


@dataclass(frozen=True, slots=True, eq=False)
class Relaxed:
    """The linear relaxation: values, objective, reduced costs of the columns, and prices of the rows of equality."""

    values: Floats
    bound: float
    reduced: Floats
    prices: Floats

    def within(self, model: Model, gap: float) -> Mask:
        """Return the columns that a plan nearer than `gap` to the relaxation may use."""
        return (model.whole == 0) | (self.reduced <= gap + CLOSE * max(1.0, abs(gap)))


def relaxed(model: Model, free: Mask, objective: Floats, *, budget: Budget) -> Relaxed | Missing:
    """Return the relaxation over the free columns (the others are 0), or why there is none."""
    from scipy.optimize import linprog

    if budget.over:
        return Missing.STOPPED
    at = np.flatnonzero(free)
    equal = model.low == model.high
    matrix = model.matrix[:, at]
    found = linprog(  # type: ignore[call-overload]  # its stubs know neither sparse matrices nor arrays of bounds
        objective[at],
        A_ub=matrix[~equal],
        b_ub=model.high[~equal],
        A_eq=matrix[equal],
        b_eq=model.high[equal],
        bounds=np.column_stack([model.least[at], np.ones(len(at))]),
        method="highs",
        options={"time_limit": budget.left},
    )
    if found.status != SOLVED:
        return Missing.IMPOSSIBLE if found.status == IMPOSSIBLE else Missing.STOPPED
    values, reduced = np.zeros(len(free)), np.zeros(len(free))
    values[at], reduced[at] = found.x, found.lower.marginals
    return Relaxed(values, float(objective @ values), reduced, np.asarray(found.eqlin.marginals))


def is_whole(model: Model, values: Floats) -> bool:
    """Tell whether the columns that must be whole are."""
    inside = values[model.whole > 0]
    return bool((np.abs(inside - np.round(inside)) <= WHOLE).all())


def branch(model: Model, objective: Floats, free: Mask, *, budget: Budget, loose: bool = False) -> Stage | Missing:
    """Branch and bound over the free columns; returns the best plan found in the time, or why there is none."""
    found = _branched(model, objective, free, budget=budget, loose=loose)
    if not isinstance(found, Missing) and not len(found.values):
        return Missing.STOPPED
    return found


def _branched(model: Model, objective: Floats, free: Mask, *, budget: Budget, loose: bool = False) -> Stage | Missing:
    """Do the work of `branch`; where there was time for a bound only, the plan has no values."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    if budget.over:
        return Missing.STOPPED
    at = np.flatnonzero(free)
    found = milp(
        objective[at],
        integrality=model.whole[at],
        bounds=Bounds(model.least[at], 1),
        constraints=LinearConstraint(model.matrix[:, at], model.low, model.high),
        options={"time_limit": budget.left, "mip_rel_gap": 1e-3 if loose else RELATIVE},
    )
    dual = found.mip_dual_bound
    if found.x is None:
        if found.status == IMPOSSIBLE or dual is None or not np.isfinite(dual):
            return Missing.IMPOSSIBLE if found.status == IMPOSSIBLE else Missing.STOPPED
        return Stage(np.zeros(0), np.inf, float(dual))
    values = np.zeros(len(free))
    values[at] = found.x
    total = float(objective @ values)
    return Stage(values, total, total if dual is None else float(dual))  # None: settled before branching


def first_plan(model: Model, objective: Floats, free: Mask, *, values: Floats, budget: Budget) -> Stage | Missing:
    """Keep the pairs that the relaxation takes whole, and place the other needs by a small programme."""
    kept = values[: model.pairs] > 1 - WHOLE
    met = np.zeros(model.matrix.shape[0], bool)
    entries = model.matrix[:, np.flatnonzero(kept)].tocoo()
    met[entries.coords[0]] = True
    needs = len(model.cost) - model.pairs - len(model.paying)
    touched = model.matrix[:needs, : model.pairs].tocoo()
    settled = met[:needs][touched.coords[0]]
    fixed = np.zeros(len(free), bool)
    fixed[touched.coords[1][settled]] = True
    fixed[: model.pairs] &= ~kept
    return branch(model, objective, free & ~fixed, budget=budget, loose=True)


def found_or_none(found: Stage | Missing) -> Stage | None:
    """Forget why there is nothing."""
    return None if isinstance(found, Missing) else found


def narrowed(model: Model, objective: Floats, free: Mask, *, known: Stage, budget: Budget) -> Stage:
    """Search columns that hold every better plan than a known one; returns the better of the two with its bound.

    Where the known plan is good, a row says that only better ones count.
    """
    near = known.objective - known.bound <= GOOD * abs(known.objective)
    good = near and int(free.sum()) <= MOST_CUT
    better = _only_better(model, objective, known.objective) if good else model
    found = _branched(better, objective, free | (known.values > WHOLE), budget=budget)
    if found is Missing.IMPOSSIBLE and good:
        return replace(known, bound=known.objective)
    if isinstance(found, Missing):
        return known
    bound = max(known.bound, min(found.bound, found.objective, known.objective))
    best = found if found.objective < known.objective else known
    return Stage(best.values, best.objective, min(bound, best.objective))


def _only_better(model: Model, objective: Floats, cost: float) -> Model:
    """Add the row that a plan costs less than a known one, by the least step that costs can make."""
    from scipy.sparse import csr_array, vstack

    step = max(_step(model, objective), CLOSE / 2 * max(1.0, abs(cost)))
    matrix = csr_array(vstack([model.matrix, csr_array(objective[None])]))
    return replace(
        model, matrix=matrix, low=np.append(model.low, -np.inf), high=np.append(model.high, cost - step + CLOSE / 10)
    )


def _step(model: Model, objective: Floats) -> float:
    """Return the unit of which every cost of a plan is a multiple, 0 where shares or decimals allow any cost."""
    if objective[model.whole == 0].any():
        return 0.0
    units = scaled(objective, largest=1e9)
    return float(np.gcd.reduce(units.values)) / units.scale if units.exact else 0.0


def on_grid(problem: Problem, bound: float) -> float:
    """Round a bound on whole plans up to the next cost that a plan can have, where all costs are multiples of a unit."""
    costs = np.concatenate([problem.pairs.cost, problem.fixed_cost])
    units = scaled(costs, largest=1e9)
    if problem.split or not units.exact:
        return bound
    return float(np.ceil(bound * units.scale - 1e-5) / units.scale)
