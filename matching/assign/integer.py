"""Problems that a flow cannot say (sizes that differ, fixed costs, divided needs), by integer programming.

Two objectives in order: first the priority left unmet, then the cost. Each is solved as

    the linear relaxation       gives a bound, and what each column would cost beyond it
    a first plan                the pairs that the relaxation takes whole stay, a small programme places the rest
    reduced-cost fixing         a column whose reduced cost exceeds the gap cannot be in a better plan, and goes
    branch and bound            on the columns that are left (HiGHS), until the time is up

so that small problems are proven and large ones end with a plan and its gap (Dantzig, Fulkerson and Johnson 1954 for
fixing by reduced costs; Fisher 1981 for bounds of this kind).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from graph.model.errors import ProblemUnfit
from graph.model.text import Text
from matching.assign.model import Model, build
from matching.budget import Budget
from matching.problem import Floats, Mask, Plan, Problem, cost, priority_unmet

WHOLE = 1e-6
CLOSE = 1e-6  # HiGHS satisfies rows to 1e-7: figures nearer than this are one figure
EXACT = Text("整数规划（精确）", "integer programming (exact)")
BOUNDED = Text("整数规划（到时停止，附界）", "integer programming (stopped at the time limit, with its bound)")
LINEAR = Text("线性规划（精确）", "linear programming (exact)")
RELATIVE = 1e-9  # HiGHS stops at a relative gap of 1e-4 unless told otherwise: that is not proven


@dataclass(frozen=True, slots=True, eq=False)
class _Stage:
    """Values of the columns with their objective, and a bound under which no plan lies."""

    values: Floats
    objective: float
    bound: float


def solve(problem: Problem, budget: Budget) -> Plan:
    """Return the best plan found in the time, with its bound; raises `ProblemUnfit` when a floor is out of reach."""
    model = build(problem)
    all_met = _stage(model, model.cost, _none_unmet(model), budget=budget.part(0.5))
    if all_met is not None:
        return _plan(problem, all_met, least=0.0)
    free = np.ones(len(model.cost), bool)
    first = _stage(model, model.unmet, free, budget=budget.part(0.5))
    if first is None:
        raise _nothing(problem, budget)
    second = _stage(_keeping_unmet(model, first.objective), model.cost, free, budget=budget)
    return _plan(problem, first if second is None else second, least=first.bound)


def _nothing(problem: Problem, budget: Budget) -> ProblemUnfit:
    if budget.over and not problem.floors:
        return ProblemUnfit(
            Text("限时内没有找到任何方案", "no plan was found in the time"), Text("加大 --seconds", "Raise --seconds")
        )
    return ProblemUnfit(
        Text("各组下限或配额不能同时满足", "the floors and quotas cannot be met together"),
        Text("降低下限，或增加容量", "Lower the floors, or add capacity"),
    )


def _plan(problem: Problem, stage: _Stage, *, least: float) -> Plan:
    shares = stage.values[: len(problem.pairs)]
    shares = np.clip(shares if problem.split else np.round(shares), 0.0, 1.0)
    chosen = np.flatnonzero(shares > WHOLE)
    draft = Plan(chosen, shares[chosen], 0.0, 0.0, EXACT)
    total, left = cost(problem, draft), priority_unmet(problem, draft)
    bound = min(total, stage.bound)
    close = total - bound <= CLOSE * max(1.0, abs(total))
    bound = total if close else bound
    whole = not problem.split or problem.fixed_cost.any()
    method = (EXACT if whole else LINEAR) if close and left <= least + 1e-6 else BOUNDED
    least = left if left <= least + 1e-6 else least
    return replace(
        draft, objective=problem.sign * total, bound=problem.sign * bound, method=method, unmet=left, least_unmet=least
    )


def _none_unmet(model: Model) -> Mask:
    free = np.ones(len(model.cost), bool)
    free[model.pairs + len(model.paying) :] = False
    return free


def _keeping_unmet(model: Model, unmet: float) -> Model:
    """Add the row that no plan may leave more unmet than the first objective found."""
    from scipy.sparse import csr_array, vstack

    row = csr_array(model.unmet[None])
    matrix = csr_array(vstack([model.matrix, row]))
    low, high = np.append(model.low, -np.inf), np.append(model.high, round(unmet, 9))
    return replace(model, matrix=matrix, low=low, high=high)


def _stage(model: Model, objective: Floats, free: Mask, *, budget: Budget) -> _Stage | None:
    """Minimise one objective over the free columns (the others are 0); None when no plan exists or was found."""
    relaxed = _relaxed(model, free, objective)
    if relaxed is None:
        return None
    values, bound, reduced = relaxed
    if _is_whole(model, values):
        return _Stage(values, bound, bound)
    first = _first_plan(model, objective, free, values=values, budget=budget)
    rest = free
    if first is not None:
        gap = first.objective - bound
        rest = free & ((model.whole == 0) | (reduced <= gap + CLOSE * max(1.0, abs(gap))) | (first.values > WHOLE))
    best = _branch(model, objective, rest, budget=budget)
    if best is None or (first is not None and first.objective < best.objective):
        floor = bound if best is None else max(bound, best.bound)
        best = None if first is None else _Stage(first.values, first.objective, min(first.objective, floor))
    return best and _Stage(best.values, best.objective, max(bound, min(best.bound, best.objective)))


def _is_whole(model: Model, values: Floats) -> bool:
    inside = values[model.whole > 0]
    return bool((np.abs(inside - np.round(inside)) <= WHOLE).all())


def _relaxed(model: Model, free: Mask, objective: Floats) -> tuple[Floats, float, Floats] | None:
    """Return values, bound and reduced costs of the linear relaxation; None when nothing satisfies it."""
    from scipy.optimize import linprog

    at = np.flatnonzero(free)
    equal = model.low == model.high
    matrix = model.matrix[:, at]
    found = linprog(
        objective[at],
        A_ub=matrix[~equal],
        b_ub=model.high[~equal],
        A_eq=matrix[equal],
        b_eq=model.high[equal],
        bounds=[(low, 1.0) for low in model.least[at].tolist()],
        method="highs",
    )
    if found.status != 0:
        return None
    values, reduced = np.zeros(len(free)), np.zeros(len(free))
    values[at], reduced[at] = found.x, found.lower.marginals
    return values, float(objective @ values), reduced


def _first_plan(model: Model, objective: Floats, free: Mask, *, values: Floats, budget: Budget) -> _Stage | None:
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
    return _branch(model, objective, free & ~fixed, budget=budget.part(0.25), loose=True)


def _branch(model: Model, objective: Floats, free: Mask, *, budget: Budget, loose: bool = False) -> _Stage | None:
    """Branch and bound over the free columns; None when no plan was found in the time."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    at = np.flatnonzero(free)
    found = milp(
        objective[at],
        integrality=model.whole[at],
        bounds=Bounds(model.least[at], 1),
        constraints=LinearConstraint(model.matrix[:, at], model.low, model.high),
        options={"time_limit": budget.left, "mip_rel_gap": 1e-3 if loose else RELATIVE},
    )
    if found.x is None:
        return None
    values = np.zeros(len(free))
    values[at] = found.x
    total, dual = float(objective @ values), found.mip_dual_bound
    return _Stage(values, total, total if dual is None else float(dual))  # None: settled before branching
