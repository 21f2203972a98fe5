"""Least walking: p sites that minimise metres times weight, with and without capacities."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from graph.model.text import Text
from matching.assign import integer
from matching.budget import Budget
from matching.problem import Floats, Ints, Pairs, Problem
from matching.siting import median
from matching.siting.limited import CLOSE, shares
from matching.siting.places import Places, Siting, check_count, reachable

MEDIAN = Text("p-中位（交换、拉格朗日界、分支定界）", "p-median (swaps, Lagrangian bound, branch and bound)")
LIMITED = Text("有容量的 p-中位（整数规划）", "p-median with capacities (integer programming)")


def least_walking(places: Places, count: int, budget: Budget) -> Siting:
    """Choose `count` sites; each cell goes to its nearest (or, with capacities, is divided at least cost).

    Cells that no site may serve are left out and counted in `left`. Raises `ProblemUnfit` for an impossible count.
    """
    check_count(places, count)
    if places.limited:
        return _limited(places, count, budget)
    cost, beyond = _costs(places)
    closed = np.zeros(len(places.sites), bool)
    found = median.solve(cost, count, budget, limits=(places.fixed, closed))
    near = places.metres[:, found.sites]
    served = np.isfinite(near.min(1))
    serves = np.zeros(near.shape)
    serves[np.flatnonzero(served), near.argmin(1)[served]] = 1.0
    objective = float((places.weight[served] * near.min(1)[served]).sum())
    left = float(places.weight[~served].sum())
    penalty = float((places.weight * beyond)[reachable(places) & ~served].sum())
    return Siting(found.sites, serves, objective, min(objective, found.bound - penalty), MEDIAN, left)


def _costs(places: Places) -> tuple[Floats, float]:
    """Return metres times weight; what may not be served costs more than any service, what never can be costs 0."""
    finite = np.isfinite(places.metres)
    most = float(places.metres[finite].max(initial=0.0))
    beyond = 2.0 * most * max(1.0, places.weight.sum() / places.weight[places.weight > 0].min()) + 1.0
    beyond = beyond if not finite[reachable(places)].all() else 0.0
    metres = np.where(finite, places.metres, beyond)
    metres[~reachable(places)] = 0.0
    return np.asarray(places.weight[:, None] * metres), beyond


def _limited(places: Places, count: int, budget: Budget) -> Siting:
    found = _programmed(places, count, budget.part(0.7))
    if found.gap == 0.0 or found.left > CLOSE * float(places.weight.sum()):
        return found
    return _beside_free(places, found, budget)


def _beside_free(places: Places, found: Siting, budget: Budget) -> Siting:
    """Compare with the problem without capacities: its bound holds here as well, and its sites may serve better."""
    unlimited = replace(places, capacity=np.full(len(places.sites), np.inf))
    free = least_walking(unlimited, len(found.chosen), budget.part(0.7))
    serves = shares(places, tuple(free.chosen.tolist()), np.inf, budget=budget)
    walked = np.where(serves > 0, places.metres[:, free.chosen], 0.0)
    objective, left = float(places.weight @ (serves * walked).sum(1)), float(places.weight @ (1 - serves.sum(1)))
    if left <= CLOSE * float(places.weight.sum()) and objective < found.objective:
        found = replace(found, chosen=free.chosen, serves=serves, objective=objective, left=max(0.0, left))
    return replace(found, bound=min(found.objective, max(found.bound, free.bound)))


def _programmed(places: Places, count: int, budget: Budget) -> Siting:
    cells, sites = np.nonzero(np.isfinite(places.metres) & (places.weight > 0)[:, None])
    cost = places.weight[cells] * places.metres[cells, sites]
    pairs = Pairs.of(cells, sites, cost=cost, size=places.weight[cells])
    capacity = np.minimum(places.capacity, places.weight.sum())
    problem = Problem.of(places.demand, places.sites, pairs, capacity=capacity)
    weighty = np.maximum(places.weight, 1e-9)
    problem = replace(
        problem, split=True, priority=weighty, most_used=count, always=tuple(np.flatnonzero(places.fixed))
    )
    plan = integer.solve(problem, budget)
    chosen = _chosen(problem, plan.chosen, places, count)
    serves = np.zeros((len(places.demand), len(chosen)))
    at = np.searchsorted(chosen, pairs.resource[plan.chosen])
    serves[pairs.need[plan.chosen], at] = plan.share
    left = float((places.weight * (1 - serves.sum(1))).sum())
    return Siting(chosen, serves, plan.objective, plan.bound, LIMITED, max(0.0, left))


def _chosen(problem: Problem, taken: Ints, places: Places, count: int) -> Ints:
    """Return the sites in use and the fixed ones, filled up to `count` by the first unused (they serve nobody)."""
    used = set(problem.pairs.resource[taken].tolist()) | set(np.flatnonzero(places.fixed).tolist())
    spare = [s for s in range(len(places.sites)) if s not in used][: count - len(used)]
    return np.array(sorted(used | set(spare)), np.int64)
