"""Assignment with capacities as a minimum-cost flow: needs -> resources -> pools -> sink, one unit a need.

Exact for needs that all take the same number of places (a person, a visit). What stays unmet flows past the resources
at a price above any saving, so the most important needs are met first and only then the cost counts. A floor of a group
is a limit on what may flow past in that group, a quota an arc behind its pool: both keep the network a network, so the
optimum is whole by itself (total unimodularity; Ahuja, Magnanti and Orlin 1993, chapter 11).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from graph.model.errors import ProblemUnfit
from graph.model.text import Text
from matching.assign.pricing import generated
from matching.assign.scaling import ROOM, Scaled, scaled
from matching.problem import Floats, Ints, Mask, Pairs, Plan, Problem, cost, priority_unmet

FLOW = Text("最小费用流（精确）", "minimum-cost flow (exact)")
MOST = 2**40  # an arc's units: more places than people
LOW = 8  # times the largest cost: enough to pay for most chains of moves
MANY, MOST_PRICED = 200_000, 3_000
"""Pairs from which the flow is solved on its good pairs first, and resources up to which pricing them is cheap."""


def fits(problem: Problem) -> bool:
    """Tell whether the problem is a flow: equal sizes, no fixed costs, and dividing would gain nothing."""
    size = problem.pairs.size
    if (
        problem.fixed_cost.any()
        or problem.most_used
        or size.min(initial=np.inf) < size.max(initial=0)
        or _size(problem) <= 0
    ):
        return False
    places = np.concatenate([problem.capacity, np.array(list(problem.quotas.values()), float)]) / _size(problem)
    return not problem.split or bool((places == np.floor(places)).all())


@dataclass(frozen=True, slots=True, eq=False)
class _Arcs:
    tail: Ints
    head: Ints
    capacity: Ints
    cost: Ints


def solve(problem: Problem) -> Plan:
    """Return the optimal plan; raises `ProblemUnfit` when a floor cannot be reached."""
    costs, unmet = _prices(problem)
    low = np.full(len(problem.needs), LOW * int(np.abs(costs.values).max(initial=0)) + 1)
    for price in (low, unmet):  # a flow at low prices is quick, and optimal when it happens to leave nobody out
        taken = _cheapest(problem, costs.values, np.minimum(price, unmet))
        if len(taken) == len(problem.needs):
            break
    return _plan(problem, taken, costs=costs)


def _cheapest(problem: Problem, costs: Ints, unmet: Ints) -> Ints:
    if problem.floors or problem.quotas or len(problem.pairs) <= MANY or len(problem.resources) > MOST_PRICED:
        return _taken(problem, costs, unmet)

    def among(kept: Mask) -> Ints:
        at = np.flatnonzero(kept)
        return np.asarray(at[_taken(_only(problem, at), costs[at], unmet)])

    places = _whole(problem.capacity / _size(problem))
    return generated(problem, costs, unmet, places=places, solve=among)


def _only(problem: Problem, at: Ints) -> Problem:
    pairs = problem.pairs
    return replace(problem, pairs=Pairs(pairs.need[at], pairs.resource[at], pairs.cost[at], pairs.size[at]))


def _taken(problem: Problem, costs: Ints, unmet: Ints) -> Ints:
    """Return the pairs that carry flow in an optimal flow."""
    from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

    arcs, nodes = _network(problem, costs, unmet)
    solver = SimpleMinCostFlow()
    made = solver.add_arcs_with_capacity_and_unit_cost(arcs.tail, arcs.head, arcs.capacity, arcs.cost)
    supplies = np.zeros(nodes, np.int64)
    supplies[: len(problem.needs)], supplies[-1] = 1, -len(problem.needs)
    solver.set_nodes_supplies(np.arange(nodes), supplies)
    if solver.solve() != solver.OPTIMAL:
        raise _floors_out_of_reach(problem)
    return np.flatnonzero(solver.flows(made[: len(problem.pairs)]))


def _plan(problem: Problem, taken: Ints, *, costs: Scaled) -> Plan:
    draft = Plan(taken, np.ones(len(taken)), 0.0, 0.0, FLOW)
    total, left = cost(problem, draft), priority_unmet(problem, draft)
    loss = 0.0 if costs.exact else len(problem.needs) / costs.scale  # each arc was rounded by half a unit at most
    objective, bound = problem.sign * total, problem.sign * (total - loss)
    return Plan(taken, draft.share, objective, bound, FLOW, left, left)


def _prices(problem: Problem) -> tuple[Scaled, Ints]:
    """Return integer costs of the pairs, and the price of each need that is not met (above any saving)."""
    needs, weights = len(problem.needs), scaled(problem.priority, largest=1e4)
    nodes = needs + len(problem.resources) + len(problem.floors) + len(problem.quotas) + 2
    room = ROOM / nodes / max(1, int(weights.values.max())) / (needs + 1)
    costs = scaled(problem.pairs.cost, largest=max(room / 2, 1.0))
    spread = int(np.abs(costs.values).max(initial=0)) * 2 + 1
    return costs, np.maximum(weights.values, 1) * spread * needs


def _network(problem: Problem, costs: Ints, unmet: Ints) -> tuple[_Arcs, int]:
    """Return the arcs (those of the pairs first) and the number of nodes; the sink is the last node."""
    needs, resources, pools = len(problem.needs), len(problem.resources), list(problem.quotas)
    size = _size(problem)
    first_pool = needs + resources
    first_group = first_pool + len(pools)
    sink = first_group + len(problem.floors)
    behind = np.full(resources, sink)
    for k, pool in enumerate(pools):
        behind[[p == pool for p in problem.pool]] = first_pool + k
    past, limits = np.full(needs, sink), []
    for k, (group, floor) in enumerate(problem.floors.items()):
        rows = np.array([g == group for g in problem.group])
        past[rows] = first_group + k
        limits.append(int(rows.sum()) - math.ceil(floor * rows.sum() - 1e-9))
    places = _whole(problem.capacity / size)
    quotas = _whole(np.array(list(problem.quotas.values()), float) / size)
    tail = [problem.pairs.need, np.arange(needs), np.arange(needs, first_pool), np.arange(first_pool, sink)]
    head = [problem.pairs.resource + needs, past, behind, np.full(sink - first_pool, sink)]
    capacity = [np.ones(len(problem.pairs) + needs, np.int64), places, quotas, np.array(limits, np.int64)]
    prices = [costs, unmet, np.zeros(resources + sink - first_pool, np.int64)]
    joined = (np.concatenate(part).astype(np.int64) for part in (tail, head, capacity, prices))
    return _Arcs(*joined), sink + 1


def _size(problem: Problem) -> float:
    return float(problem.pairs.size[0]) if len(problem.pairs) else 1.0


def _whole(places: Floats) -> Ints:
    return np.floor(np.minimum(places, MOST) + 1e-9).astype(np.int64)


def _floors_out_of_reach(problem: Problem) -> ProblemUnfit:
    names = "、".join(f"{g} {f:.0%}" for g, f in problem.floors.items())
    return ProblemUnfit(
        Text(f"各组下限（{names}）不能同时满足", f"the floors ({names}) cannot be met together"),
        Text("降低下限，或增加容量", "Lower the floors, or add capacity"),
    )
