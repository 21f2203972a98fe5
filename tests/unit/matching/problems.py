"""Small random problems, and the optimum by trying everything."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
from hypothesis import strategies as st

from matching.problem import Pairs, Plan, Problem, cost, met, priority_unmet, used


@st.composite
def problems(draw: st.DrawFn, *, sized: bool = False, fixed: bool = False, floors: bool = False) -> Problem:
    """Draw a problem of up to 5 needs and 4 resources; sizes, fixed costs, floors and quotas as asked for."""
    needs, resources = draw(st.integers(1, 5)), draw(st.integers(1, 4))
    cells = [(n, r) for n in range(needs) for r in range(resources)]
    listed = draw(st.lists(st.sampled_from(cells), min_size=0 if not sized else 1, max_size=len(cells), unique=True))
    count = len(listed)
    costs = draw(st.lists(st.integers(-20, 40), min_size=count, max_size=count))
    sizes = draw(st.lists(st.integers(1, 4), min_size=count, max_size=count)) if sized else [1] * count
    pairs = Pairs.of([n for n, _ in listed], [r for _, r in listed], cost=costs, size=sizes)
    capacity = draw(st.lists(st.integers(0, 5), min_size=resources, max_size=resources))
    maximise = draw(st.booleans())
    names = [f"n{i}" for i in range(needs)], [f"r{i}" for i in range(resources)]
    problem = Problem.of(*names, pairs, capacity=capacity, maximise=maximise)
    problem = replace(
        problem, priority=np.array(draw(st.lists(st.integers(1, 3), min_size=needs, max_size=needs)), float)
    )
    if fixed:
        paid = draw(st.lists(st.integers(0, 30), min_size=resources, max_size=resources))
        problem = replace(problem, fixed_cost=np.array(paid, float))
    if floors:
        group = tuple(draw(st.lists(st.sampled_from("ab"), min_size=needs, max_size=needs)))
        pool = tuple(draw(st.lists(st.sampled_from("xy"), min_size=resources, max_size=resources)))
        quotas = {"x": float(draw(st.integers(0, 6)))} if "x" in pool else {}
        problem = replace(problem, group=group, pool=pool, quotas=quotas)
    return problem


def best_by_trying(problem: Problem) -> tuple[float, float] | None:
    """Return the least priority unmet and the least internal cost of whole plans; None when nothing is allowed."""
    spans = problem.pairs.spans(len(problem.needs))
    options = [[-1, *range(spans[i], spans[i + 1])] for i in range(len(problem.needs))]
    found = []
    for chosen in product(*options):
        at = np.array([c for c in chosen if c >= 0], np.int64)
        plan = Plan(at, np.ones(len(at)), 0.0, 0.0, None)  # type: ignore[arg-type]
        if (used(problem, plan) > problem.capacity + 1e-9).any() or not _groups(problem, plan):
            continue
        found.append((priority_unmet(problem, plan), cost(problem, plan)))
    return min(found) if found else None


def _groups(problem: Problem, plan: Plan) -> bool:
    taken, share = used(problem, plan), met(problem, plan)
    pools = all(taken[[p == n for p in problem.pool]].sum() <= q + 1e-9 for n, q in problem.quotas.items())
    rows = {g: np.array([x == g for x in problem.group]) for g in problem.floors}
    return pools and all(share[rows[g]].mean() >= f - 1e-9 for g, f in problem.floors.items())
