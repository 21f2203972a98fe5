"""A plan at once, whatever the limits: needs one after the other, each where it is cheapest among what is still free.

Floors come first: of each group as many needs as its floor asks for, the smallest first. Then two orders are tried, the
one that leaves little unmet where places are short (most priority a place) and the one that packs well where they are
not (largest first). A place of a resource with a fixed cost bears its part of it.
"""

from __future__ import annotations

import math

import numpy as np

from matching.problem import Floats, Ints, Mask, Problem

NOWHERE = -1


def plan(problem: Problem) -> Ints | None:
    """Return the pairs of a plan of whole needs; None where the floors were not reached so (they may be all the same)."""
    least = smallest(problem)
    density = problem.priority / np.maximum(least, 1e-12)
    first = _owed(problem, least)
    orders = (np.lexsort((least, -density, ~first)), np.lexsort((-problem.priority, -least, ~first)))
    opened = _usable(problem)
    found = [taken for order in orders if (taken := _placed(problem, order, opened)) is not None]
    kept = [taken for taken in found if _floors_kept(problem, taken)]
    return min(kept, key=lambda taken: _worth(problem, taken)) if kept else None


def smallest(problem: Problem) -> Floats:
    """Return the least size that each need has anywhere, infinite without a pair; shape (needs,)."""
    least = np.full(len(problem.needs), np.inf)
    np.minimum.at(least, problem.pairs.need, problem.pairs.size)
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


def _placed(problem: Problem, order: Ints, opened: Mask) -> Ints:
    pairs, spans = problem.pairs, problem.pairs.spans(len(problem.needs))
    part = problem.fixed_cost / np.maximum(problem.capacity, 1e-12)
    price = pairs.cost + part[pairs.resource] * pairs.size
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
