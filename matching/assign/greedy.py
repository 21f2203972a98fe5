"""A plan at once, whatever the limits: needs one after the other, each where it is cheapest among what is still free.

Floors come first: of each group as many needs as its floor asks for, the smallest first. Then three orders are tried:
most priority a place first, largest first, and largest first among those that are worth most a place and fit in all.
A place of a resource with a fixed cost bears its part of it; where a need's size depends on the resource, each order is
tried with the smallest size in place of the least cost too.
"""

from __future__ import annotations

import math

import numpy as np

from matching.problem import Floats, Ints, Mask, Problem

NOWHERE = -1
MANY = 20_000  # needs above which one order must do: it takes a second for each 50,000


def plan(problem: Problem) -> Ints | None:
    """Return the pairs of a plan of whole needs; None where the floors were not reached so (they may be all the same)."""
    opened, found = _usable(problem), []
    for order in _orders(problem):
        for price in _prices(problem):
            taken = _placed(problem, order, opened, price=price)
            if _floors_kept(problem, taken):
                found.append(taken)
    return min(found, key=lambda taken: _worth(problem, taken)) if found else None


def _orders(problem: Problem) -> list[Ints]:
    least = smallest(problem)
    density = problem.priority / np.maximum(least, 1e-12)
    first = _owed(problem, least)
    dense = np.lexsort((least, -density, ~first))
    if len(least) > MANY:
        return [dense]
    fits = np.zeros(len(least), bool)
    fits[dense] = np.cumsum(least[dense]) <= problem.capacity.sum()
    return [dense, np.lexsort((-problem.priority, -least, ~first)), np.lexsort((-least, ~fits, ~first))]


def _prices(problem: Problem) -> list[Floats]:
    pairs = problem.pairs
    part = problem.fixed_cost / np.maximum(problem.capacity, 1e-12)
    price = pairs.cost + part[pairs.resource] * pairs.size
    same = np.array_equal(pairs.size, smallest(problem)[pairs.need])
    return [price] if same or len(problem.needs) > MANY else [price, pairs.size]


def smallest(problem: Problem) -> Floats:
    """Return the least size that each need has where it fits, infinite if nowhere; shape (needs,)."""
    pairs, least = problem.pairs, np.full(len(problem.needs), np.inf)
    fitting = pairs.size <= problem.capacity[pairs.resource]
    np.minimum.at(least, pairs.need[fitting], pairs.size[fitting])
    return least


def _worth(problem: Problem, taken: Ints) -> tuple[float, float]:
    pairs = problem.pairs
    used = np.union1d(pairs.resource[taken], np.array(problem.always, np.int64))
    met = float(problem.priority[pairs.need[taken]].sum())
    return -round(met, 9), float(pairs.cost[taken].sum() + problem.fixed_cost[used].sum())


def _owed(problem: Problem, least: Floats) -> Mask:
    """Return the needs that fill the floors of their groups with the fewest places."""
    owed = np.zeros(len(least), bool)
    for name, floor in problem.floors.items():
        rows = np.flatnonzero([g == name for g in problem.group])
        owed[rows[np.argsort(least[rows], kind="stable")][: math.ceil(floor * len(rows) - 1e-9)]] = True
    return owed


def _usable(problem: Problem) -> Mask:
    """Return the resources that may be used: of all, those with most places where their number is limited."""
    if not problem.most_used:
        return np.ones(len(problem.resources), bool)
    rank = np.argsort(-problem.capacity, kind="stable")
    always = np.isin(rank, problem.always)
    opened = np.zeros(len(rank), bool)
    opened[np.concatenate([rank[always], rank[~always]])[: problem.most_used]] = True
    return opened


def _placed(problem: Problem, order: Ints, opened: Mask, *, price: Floats) -> Ints:
    pairs, spans = problem.pairs, problem.pairs.spans(len(problem.needs))
    room = np.where(opened, problem.capacity, -1.0)
    pools = sorted(problem.quotas)
    within = np.array([[own == pool for own in problem.pool] for pool in pools], bool)
    quota = np.array([problem.quotas[pool] for pool in pools])
    at = np.full(len(problem.needs), NOWHERE)
    for need in order.tolist():
        span = slice(spans[need], spans[need + 1])
        resource, size = pairs.resource[span], pairs.size[span]
        free = size <= room[resource]
        if pools:
            free &= ~(within[:, resource] & (size > quota[:, None])).any(0)
        if free.any():
            best = int(np.argmin(np.where(free, price[span], np.inf)))
            at[need] = spans[need] + best
            room[resource[best]] -= size[best]
            if pools:
                quota -= np.where(within[:, resource[best]], size[best], 0.0)
    return np.sort(at[at != NOWHERE])


def _floors_kept(problem: Problem, taken: Ints) -> bool:
    met = np.zeros(len(problem.needs), bool)
    met[problem.pairs.need[taken]] = True
    return all(met[[g == name for g in problem.group]].mean() >= floor - 1e-9 for name, floor in problem.floors.items())
