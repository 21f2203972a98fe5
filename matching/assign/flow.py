"""Assignment with capacities as a minimum-cost flow: needs -> resources -> pools -> sink, one unit a need.

Exact for needs that all take the same number of places (a person, a visit). What stays unmet flows past the resources;
the most important needs are met first and only then the cost counts. A floor of a group is a limit on what may flow past
in that group, a quota an arc behind its pool: both keep the network a network, so the optimum is whole by itself (total
unimodularity; Ahuja, Magnanti and Orlin 1993, chapter 11).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from graph.model.errors import ProblemUnfit
from graph.model.text import Text
from matching.assign.pricing import generated
from matching.assign.scaling import ROOM, Scaled, scaled
from matching.problem import Floats, Ints, Mask, Pairs, Plan, Problem, cost, priority_unmet

FLOW = Text("最小费用流（精确）", "minimum-cost flow (exact)")
MOST_WEIGHT = 1e4  # priorities with more digits beside floors go to the programme
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
        or (problem.floors and not _weights(problem).exact)
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
    weights = _weights(problem).values
    if not problem.floors:
        costs = scaled(problem.pairs.cost, largest=_room(problem) / (2 * LOW))
        return _plan(problem, _in_turn(problem, costs.values, weights), costs=costs)
    costs = scaled(problem.pairs.cost, largest=_room(problem) / 2 / (int(weights.max()) * (len(weights) + 1)))
    unmet = weights * (int(np.abs(costs.values).max(initial=0)) * 2 + 1) * len(weights)
    return _plan(problem, _taken(problem, costs.values, unmet, past=_floor_limits(problem)), costs=costs)


def _in_turn(problem: Problem, costs: Ints, weights: Ints) -> Ints:
    """Meet the most priority first, then at the least cost: two flows, where one price for both would round the costs.

    The needs that can be met together are a matroid, in which all best sets hold as many needs of each priority; with
    those numbers as limits the second flow needs no price for leaving somebody out. A flow at low prices is quick, and
    optimal when it happens to leave nobody out.
    """
    if _whole(problem.capacity / _size(problem)).sum() >= len(weights):
        low = np.full(len(weights), LOW * int(np.abs(costs).max(initial=0)) + 1)
        taken = _cheapest(problem, costs, low)
        if len(taken) == len(weights):
            return taken
    first = _taken(problem, np.zeros_like(costs), weights)
    left = np.ones(len(weights), bool)
    left[problem.pairs.need[first]] = False
    past = [(weights == rank, int(left[weights == rank].sum())) for rank in np.unique(weights).tolist()]
    return _taken(problem, costs, np.zeros_like(weights), past=past)


def _cheapest(problem: Problem, costs: Ints, unmet: Ints) -> Ints:
    if problem.quotas or len(problem.pairs) <= MANY or len(problem.resources) > MOST_PRICED:
        return _taken(problem, costs, unmet)

    def among(kept: Mask) -> Ints:
        at = np.flatnonzero(kept)
        return np.asarray(at[_taken(_only(problem, at), costs[at], unmet)])

    places = _whole(problem.capacity / _size(problem))
    return generated(problem, costs, unmet, places=places, solve=among)


def _only(problem: Problem, at: Ints) -> Problem:
    pairs = problem.pairs
    return replace(problem, pairs=Pairs(pairs.need[at], pairs.resource[at], pairs.cost[at], pairs.size[at]))


def _taken(problem: Problem, costs: Ints, unmet: Ints, *, past: Sequence[tuple[Mask, int]] = ()) -> Ints:
    """Return the pairs that carry flow in an optimal flow; `past` limits how many of some needs may be left out."""
    from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

    arcs, nodes = _network(problem, costs, unmet, past=past)
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


def _room(problem: Problem) -> float:
    """Return the largest cost of an arc for which no sum of the solver leaves 64 bits."""
    needs = len(problem.needs)
    return ROOM / (2 * needs + len(problem.resources) + len(problem.floors) + len(problem.quotas) + 2)


def _weights(problem: Problem) -> Scaled:
    """Return the priorities as whole numbers: their ranks, which give the same best sets, unless there are floors.

    The needs that can be met together are a matroid, whose best sets depend on the order of the weights alone (Edmonds
    1971); a floor takes that away.
    """
    if problem.floors:
        found = scaled(problem.priority, largest=MOST_WEIGHT)
        return Scaled(found.values, found.scale, found.exact and bool((found.values >= 1).all()))
    return Scaled(np.unique(problem.priority, return_inverse=True)[1].ravel().astype(np.int64) + 1, 1.0, True)


def _floor_limits(problem: Problem) -> list[tuple[Mask, int]]:
    """Return the needs of each group with a floor, and how many of them may be left out."""
    groups = np.array(problem.group)
    found = ((np.asarray(groups == group), floor) for group, floor in problem.floors.items())
    return [(rows, int(rows.sum()) - math.ceil(floor * rows.sum() - 1e-9)) for rows, floor in found]


def _network(problem: Problem, costs: Ints, unmet: Ints, *, past: Sequence[tuple[Mask, int]]) -> tuple[_Arcs, int]:
    """Return the arcs (those of the pairs first) and the number of nodes; the sink is the last node."""
    needs, resources, pools = len(problem.needs), len(problem.resources), list(problem.quotas)
    first_pool = needs + resources
    first_past = first_pool + len(pools)
    sink = first_past + len(past)
    behind, around = np.full(resources, sink), np.full(needs, sink)
    for k, pool in enumerate(pools):
        behind[[p == pool for p in problem.pool]] = first_pool + k
    for k, (rows, _) in enumerate(past):
        around[rows] = first_past + k
    places = _whole(problem.capacity / _size(problem))
    quotas = _whole(np.array(list(problem.quotas.values()), float) / _size(problem))
    limits = np.array([limit for _, limit in past], np.int64)
    tail = [problem.pairs.need, np.arange(needs), np.arange(needs, first_pool), np.arange(first_pool, sink)]
    head = [problem.pairs.resource + needs, around, behind, np.full(sink - first_pool, sink)]
    capacity = [np.ones(len(problem.pairs) + needs, np.int64), places, quotas, limits]
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
