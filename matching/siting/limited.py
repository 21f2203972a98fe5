"""Coverage where sites have capacities: weight in reach counts only where some chosen site has room for it.

The choice is a flow with one whole number a site (see `served`); who goes where is then the least walking that serves as
much. The fewest sites are found by halving: a number is enough when it serves everybody, and too small when the bound of
its programme says so.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from graph.model.errors import ProblemUnfit
from graph.model.text import Text
from matching.assign import integer
from matching.budget import Budget
from matching.problem import Floats, Ints, Pairs, Problem
from matching.siting.places import Places, Siting
from matching.siting.served import Chosen, Reach, choose_served

COVERAGE = Text("有容量的最大覆盖（整数规划）", "maximal coverage with capacities (integer programming)")
FEWEST = Text("有容量的集合覆盖（整数规划）", "set cover with capacities (integer programming)")
CLOSE = 1e-6  # HiGHS satisfies rows to 1e-7 of their size
PART = 0.3  # of the time left goes into one number of sites; halving needs a few


def most_served(places: Places, count: int, radius: float, *, budget: Budget) -> Siting:
    """Choose `count` sites that serve the most weight within `radius` metres and their capacities."""
    chosen = _choose(places, count, radius, budget=budget.part(0.8))
    serves = shares(places, chosen.points, radius, budget=budget)
    served = float(places.weight @ serves.sum(1))
    total = float(places.weight.sum())
    bound = max(served, min(total, chosen.bound))
    sites = np.array(chosen.points, np.int64)
    return Siting(sites, serves, served, _snapped(bound, served), COVERAGE, max(0.0, total - served))


def fewest_served(places: Places, radius: float, *, least: float, budget: Budget) -> Siting:
    """Choose the fewest sites that serve everybody within their capacities; `least` is a number known to be needed.

    Raises `ProblemUnfit` when all sites together do not serve everybody.
    """
    total, sites = float(places.weight.sum()), len(places.sites)
    every = _choose(places, sites, radius, budget=budget.part(PART))
    if every.served < total * (1 - CLOSE):
        raise ProblemUnfit(
            Text(
                f"全部候选点在 {radius:g} 米内只能服务 {every.served:.10g}，共需 {total:.10g}",
                f"all sites together serve {every.served:.10g} of {total:.10g} within {radius:g} metres",
            ),
            Text("增加容量、候选点或半径", "Add capacity or sites, or raise the radius"),
        )
    best, low, high = every, _floor(places, least), sites
    bound = low
    while low < high:
        middle = (low + high) // 2
        tried = _choose(places, middle, radius, budget=budget.part(PART))
        if tried.served >= total * (1 - CLOSE):
            best, high = tried, middle
        else:
            low = middle + 1
            bound = low if tried.bound < total * (1 - CLOSE) else bound  # fewer sites serve no more
    serves = shares(places, best.points, radius, budget=budget)
    return Siting(np.array(best.points, np.int64), serves, float(len(best.points)), float(bound), FEWEST, 0.0)


def _floor(places: Places, least: float) -> int:
    """Return the fewest sites whose capacities together hold all weight, or `least` where that is more."""
    ordered = np.sort(places.capacity)[::-1].cumsum()
    enough = int(np.searchsorted(ordered, places.weight.sum() * (1 - CLOSE))) + 1
    return min(max(enough, int(least), int(places.fixed.sum()), 1), len(places.sites))


def _choose(places: Places, count: int, radius: float, *, budget: Budget) -> Chosen:
    reach = Reach.of(places.metres, radius)
    opened = (places.fixed, ~places.fixed, count - int(places.fixed.sum()))
    return choose_served(reach, places.weight, places.capacity, opened=opened, seconds=budget.left)


def shares(places: Places, sites: tuple[int, ...], radius: float, *, budget: Budget) -> Floats:
    """Return the share of each cell that each site serves: as much as can be, with the least walking."""
    at: Ints = np.array(sites, np.int64)
    near = places.metres[:, at]
    cells, columns = np.nonzero((near <= radius) & np.isfinite(near) & (places.weight > 0)[:, None])
    serves = np.zeros(near.shape)
    if not len(cells):
        return serves
    cost = places.weight[cells] * near[cells, columns]
    pairs = Pairs.of(cells, columns, cost=cost, size=places.weight[cells])
    room = np.minimum(places.capacity[at], places.weight.sum())
    problem = Problem.of(places.demand, tuple(places.sites[i] for i in sites), pairs, capacity=room)
    plan = integer.solve(replace(problem, split=True, priority=np.maximum(places.weight, CLOSE)), budget)
    serves[pairs.need[plan.chosen], pairs.resource[plan.chosen]] = plan.share
    return serves


def _snapped(bound: float, served: float) -> float:
    """Return the figure served where the bound is nearer than the precision of the solver."""
    return served if bound - served <= CLOSE * max(1.0, served) else bound
