"""Coverage: the most people within reach of p points (Church and ReVelle 1974), or the fewest points that reach all.

Cells that the same sites reach are one row, so the programme has one column a site and one a distinct row. Swaps give a
plan, the programme (HiGHS) the bound and, in time, the optimum. Where sites have capacities, `limited` answers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.model.errors import ProblemUnfit
from graph.model.text import Text
from matching.budget import Budget
from matching.problem import Floats, Ints, Mask
from matching.siting.cover import cover
from matching.siting.interchange import greedy, improve
from matching.siting.limited import fewest_served, most_served
from matching.siting.places import Places, Siting, check_count

COVERAGE = Text("最大覆盖（交换与整数规划）", "maximal coverage (swaps and integer programming)")
FEWEST = Text("集合覆盖（交换与整数规划）", "set cover (swaps and integer programming)")


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """Distinct sets of sites that reach some cells, with the weight of those cells."""

    reach: Mask
    weight: Floats


def most_covered(places: Places, count: int, radius: float, *, budget: Budget) -> Siting:
    """Choose `count` sites that cover the most weight within `radius` metres. Raises `ProblemUnfit`."""
    check_count(places, count)
    if places.limited:
        return most_served(places, count, radius, budget=budget)
    rows = _rows(places, radius)
    closed = np.zeros(len(places.sites), bool)
    cost = np.where(rows.reach, 0.0, rows.weight[:, None])
    start = greedy(cost, count, fixed=places.fixed, closed=closed)
    chosen, uncovered = improve(cost, start, fixed=places.fixed, closed=closed)
    total = float(rows.weight.sum())
    best, bound = _programme(rows, places.fixed, count=count, budget=budget)
    if best is not None and total - _covered(rows, best) < uncovered - 1e-9:
        chosen = best
    objective = _covered(rows, chosen)
    return _siting(places, chosen, radius=radius, bound=max(objective, min(total, bound)), method=COVERAGE)


def fewest(places: Places, radius: float, *, budget: Budget) -> Siting:
    """Choose the fewest sites (the fixed ones among them) that reach every cell; objective and bound count sites.

    Raises `ProblemUnfit` naming a cell that no site reaches.
    """
    rows = _rows(places, radius)
    alone = np.flatnonzero(~(places.metres <= radius).any(1))
    if len(alone):
        raise ProblemUnfit(
            Text(
                f"{len(alone)} 个需求点在 {radius:g} 米内没有候选点，例如 {places.demand[alone[0]]}",
                f"no site lies within {radius:g} metres of {len(alone)} cells of demand, {places.demand[alone[0]]} for one",
            ),
            Text("加大半径，或增加候选点", "Raise the radius, or add sites"),
        )
    asked = rows.reach[rows.weight > 0] if places.limited else rows.reach  # who takes no places asks for no room
    chosen, bound = cover(asked, places.fixed, budget=budget)
    if places.limited:
        return fewest_served(places, radius, least=bound, budget=budget)
    found = _siting(places, chosen, radius=radius, bound=0.0, method=FEWEST)
    return Siting(chosen, found.serves, float(len(chosen)), bound, FEWEST, 0.0)


def _rows(places: Places, radius: float) -> _Rows:
    reach, at = np.unique(places.metres <= radius, axis=0, return_inverse=True)
    return _Rows(reach, np.bincount(at.ravel(), places.weight, minlength=len(reach)).astype(np.float64))


def _covered(rows: _Rows, chosen: Ints) -> float:
    return float(rows.weight[rows.reach[:, chosen].any(1)].sum())


def _programme(rows: _Rows, fixed: Mask, *, count: int, budget: Budget) -> tuple[Ints | None, float]:
    """Return sites and a bound on the weight covered: columns are sites, then rows covered (z <= sum of its sites)."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array, eye_array, hstack

    sites, kinds = len(fixed), len(rows.weight)
    reach = csr_array(rows.reach.astype(np.float64))
    within = LinearConstraint(csr_array(hstack([-reach, eye_array(kinds)])), -np.inf, 0)
    number = LinearConstraint(np.concatenate([np.ones(sites), np.zeros(kinds)])[None], count, count)
    low = np.concatenate([fixed.astype(float), np.zeros(kinds)])
    found = milp(
        -np.concatenate([np.zeros(sites), rows.weight]),
        integrality=np.repeat([1, 0], [sites, kinds]),
        bounds=Bounds(low, 1),
        constraints=[within, number],
        options={"time_limit": budget.left, "mip_rel_gap": 1e-9},
    )
    bound = float("inf") if found.mip_dual_bound is None else -float(found.mip_dual_bound)
    if found.x is None:
        return None, bound
    return np.flatnonzero(found.x[:sites] > 0.5).astype(np.int64), bound


def _siting(places: Places, chosen: Ints, *, radius: float, bound: float, method: Text) -> Siting:
    """Give each covered cell to its nearest chosen site."""
    near = places.metres[:, chosen]
    reached = near.min(1) <= radius
    serves = np.zeros(near.shape)
    serves[np.flatnonzero(reached), near.argmin(1)[reached]] = 1.0
    covered = float(places.weight[reached].sum())
    return Siting(chosen, serves, covered, bound, method, float(places.weight.sum()) - covered)
