"""Benchmarks of matching: published optima, assignment of a whole sub-district, the p-median with its bound.

Peers run as processes of their own in `.venv-peers` (`make peers`), on the same numbers, with the same time limit.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from matching.assign import flow
from matching.assign.solve import solve
from matching.budget import Budget
from matching.check import check
from matching.problem import Floats, Pairs, Plan, Problem
from matching.siting import median
from tests.bench.figures import Figure
from tests.bench.peer import peer
from tests.unit.matching import drawn, or_library

PEOPLE, VENUES, NEAREST = 80_000, 1_000, 50
CELLS, SITES, COUNTS, TOWNS, LIMIT, SHORT = 1_800, 300, (4, 7, 10), 5, 20.0, 10.0
PATIENCE = 4


def figures() -> Iterator[Figure]:
    """Return every figure of assignment and siting; published problems only where LINLI_OPEN_DATA names them."""
    folder = os.environ.get("LINLI_OPEN_DATA")
    if folder:
        yield from _published(Path(folder) / "or-library")
    yield from _dense()
    yield from _district()
    yield from _medians()
    yield from _large()


def _published(folder: Path) -> Iterator[Figure]:
    known = or_library.optima(folder)
    plan = solve(or_library.assignment(folder), Budget.of(60))
    away = [abs(plan.objective - _number(known["assign"]["assign500"]))]
    for name in ("gap1", "gap2"):
        wanted = known["gap"][name]
        assert isinstance(wanted, list)
        plans = [solve(p, Budget.of(60)) for p in or_library.generalised(folder, name)]
        away += [abs(p.objective - w) for p, w in zip(plans, wanted, strict=True)]
    for name in ("cap61", "cap62", "cap63", "cap64", "cap71", "cap72", "cap73", "cap74"):
        found = solve(or_library.warehouses(folder, name), Budget.of(60))
        away.append(abs(found.objective - _number(known["cap"][name])))
    yield Figure("assign500, gap1-2, cap61-64, cap71-74: farthest from a published optimum", max(away), "", 0.01)
    gaps, proven, seconds = [], [], []
    for number in range(1, 21):
        matrix, count = or_library.median(folder, number)
        none = np.zeros(len(matrix), bool)
        begun = time.perf_counter()
        one = median.solve(matrix, count, Budget.of(120), limits=(none, none))
        seconds.append(time.perf_counter() - begun)
        optimum = known["pmed"][f"pmed{number}"]
        assert isinstance(optimum, dict)
        gaps.append(one.cost / optimum["optimum"] - 1)
        proven.append((one.cost - one.bound) / one.cost)
    yield Figure("pmed1-20: mean gap to the published optimum", 100 * float(np.mean(gaps)), "%", 0.1)
    yield Figure("pmed1-20: largest gap between plan and proven bound", 100 * max(proven), "%", 0.1)
    yield Figure("pmed1-20: slowest", max(seconds), "s")


def _number(value: object) -> float:
    assert isinstance(value, int | float)
    return float(value)


def _dense() -> Iterator[Figure]:
    matrix = np.random.default_rng(0).integers(1, 1000, (300, 300)).astype(float)
    names = [str(i) for i in range(300)]
    problem = Problem.of(names, names, Pairs.dense(matrix))
    solve(problem, Budget.of(10))
    times = [_timed(lambda: solve(problem, Budget.of(10)))[0] for _ in range(15)]
    yield Figure("assignment 300 x 300, dense", 1000 * float(np.median(times)), "ms", 15)


def _timed(work: object) -> tuple[float, Plan]:
    assert callable(work)
    begun = time.perf_counter()
    plan = work()
    return time.perf_counter() - begun, plan


def district(people: int, venues: int) -> Problem:
    """Return people with their nearest venues, capacities a little above what is wanted."""
    from scipy.spatial import cKDTree

    rng = np.random.default_rng(7)
    homes, rooms = rng.random((people, 2)) * 3_000, rng.random((venues, 2)) * 3_000
    near = min(NEAREST, venues)
    metres, venue = cKDTree(rooms).query(homes, near)
    pairs = Pairs.of(np.repeat(np.arange(people), near), venue.ravel(), cost=np.round(metres.ravel(), 1))
    places = np.full(venues, np.ceil(1.1 * people / venues))
    return Problem.of([str(i) for i in range(people)], [str(i) for i in range(venues)], pairs, capacity=places)


def _district() -> Iterator[Figure]:
    problem = district(PEOPLE, VENUES)
    seconds, plan = _timed(lambda: flow.solve(problem))
    if check(problem, plan) or not plan.proven:
        raise RuntimeError("the plan of the district breaks a rule")
    yield Figure("80,000 people to 1,000 venues, 50 nearest each: exact", seconds, "s", 15)
    cost, left = greedy(problem)
    yield Figure("  greedy beside it: cost against the optimum", cost / plan.objective, "times")
    yield Figure("  greedy beside it: people left out (the optimum leaves none)", left, "people")
    small = district(1_000, 20)
    ours, best = _timed(lambda: flow.solve(small))
    theirs = peer("networkx_assignment", _arrays(small))
    if theirs is not None:
        if abs(theirs["cost"] - best.objective) > 1e-6 * best.objective:
            raise RuntimeError("networkx found another optimum")
        yield Figure("  1,000 people to 20 venues: times faster than networkx", theirs["seconds"] / ours, "times")


def greedy(problem: Problem) -> tuple[float, int]:
    """Give the cheapest pairs first; returns the cost and the people left out."""
    room, done = problem.capacity.copy(), np.zeros(len(problem.needs), bool)
    total = 0.0
    for at in np.argsort(problem.pairs.cost, kind="stable"):
        need, venue = problem.pairs.need[at], problem.pairs.resource[at]
        if not done[need] and room[venue] >= 1:
            done[need], total = True, total + problem.pairs.cost[at]
            room[venue] -= 1
    return float(total), int((~done).sum())


def _arrays(problem: Problem) -> dict[str, Floats]:
    pairs = problem.pairs
    return {
        "need": pairs.need.astype(float),
        "resource": pairs.resource.astype(float),
        "cost": pairs.cost,
        "capacity": problem.capacity,
    }


def town(seed: int) -> Floats:
    """Return weighted metres of 1,800 cells to 300 sites of a drawn town."""
    rng = np.random.default_rng(seed)
    cells = rng.random((CELLS, 2)) * 3_000
    sites = cells[rng.choice(CELLS, SITES, replace=False)] + rng.normal(0, 20, (SITES, 2))
    people = rng.integers(10, 120, CELLS)
    metres = np.hypot(cells[:, None, 0] - sites[None, :, 0], cells[:, None, 1] - sites[None, :, 1])
    return np.asarray(np.round(people[:, None] * metres * 1.3))


def _medians() -> Iterator[Figure]:
    none, gaps, seconds = np.zeros(SITES, bool), [], []
    for seed in range(TOWNS):
        for count in COUNTS:
            cost = town(seed)
            begun = time.perf_counter()
            found = median.solve(cost, count, Budget.of(LIMIT), limits=(none, none))
            seconds.append(time.perf_counter() - begun)
            gaps.append(100 * (found.cost - found.bound) / found.cost)
    yield Figure("p-median 1,800 x 300, p = 4, 7, 10, five towns: largest proven gap", max(gaps), "%", 0.1)
    yield Figure("  slowest of the fifteen", max(seconds), "s", LIMIT)
    for name in ("spopt_median", "milp_median"):
        yield from _beside_median(name)


def _beside_median(name: str) -> Iterator[Figure]:
    """Give a rival one of the towns (p = 10) and the same limit; one that ignores it is ended after four of them."""
    short, none = name.split("_", maxsplit=1)[0], np.zeros(SITES, bool)
    try:
        theirs = peer(
            name, {"cost": town(0), "count": np.array([10.0]), "limit": np.array([LIMIT])}, seconds=PATIENCE * LIMIT
        )
    except subprocess.TimeoutExpired:
        yield Figure(f"  {short} on one of them (p = 10, same limit): no plan yet, ended after", PATIENCE * LIMIT, "s")
        return
    if theirs is None:
        return
    best = median.solve(town(0), 10, Budget.of(LIMIT), limits=(none, none)).cost
    above = 100 * (theirs["cost"] / best - 1) if theirs["cost"] else float("nan")
    yield Figure(f"  {short} on one of them (p = 10, same limit): above our plan", above, "%")
    yield Figure(f"  {short}: seconds", theirs["seconds"], "s")


def _large() -> Iterator[Figure]:
    """Yield the proven gaps of problems that no programme ends: generalised assignment, sites with places and costs."""
    for kind, needs, resources, bar in (
        ("c", 400, 40, 0.1),
        ("d", 400, 20, None),
        ("d", 1_000, 40, 0.2),
        ("e", 400, 40, 0.2),
    ):
        plan = _checked(drawn.assignment(kind, needs, resources), LIMIT)
        yield Figure(
            f"assignment with sizes, type {kind}, {needs:,} x {resources}: proven gap", 100 * plan.gap, "%", bar
        )
    for split, bar in ((True, 0.5), (False, 1.0)):
        plan = _checked(drawn.location(100, 1_000, split=split), 1.5 * LIMIT)
        how = "divided" if split else "whole"
        yield Figure(f"100 sites, 1,000 needs, places and fixed costs, {how}: proven gap", 100 * plan.gap, "%", bar)
    yield from _beside()
    yield from _short()


def _beside() -> Iterator[Figure]:
    """Yield our cost and bound over those of the same problem as a plain programme (HiGHS) in the same time."""
    for what, problem in (
        ("type d, 400 x 20", drawn.assignment("d", 400, 20, seed=3)),
        ("type e, 1,000 x 40", drawn.assignment("e", 1_000, 40, seed=3)),
        ("50 sites, 50 needs, whole", drawn.location(50, 50, split=False, seed=3)),
        ("100 sites, 1,000 needs, whole", drawn.location(100, 1_000, split=False, seed=3)),
    ):
        theirs = peer("milp_plan", _tables(problem, SHORT))
        if theirs is not None:
            plan = _checked(problem, SHORT)
            cost, bound = theirs["cost"] or float("nan"), theirs["bound"] or 0.0
            yield Figure(f"{what}, {SHORT:g} s: proven gap", 100 * plan.gap, "%")
            yield Figure("  plain HiGHS: plan above ours", 100 * (cost / plan.objective - 1), "%", 0.0, at_most=False)
            yield Figure("  plain HiGHS: gap", 100 * (1 - bound / cost), "%", round(100 * plan.gap, 4), at_most=False)


def _tables(problem: Problem, limit: float) -> dict[str, Floats]:
    shape = len(problem.needs), len(problem.resources)
    pairs = problem.pairs
    return {
        "cost": pairs.cost.reshape(shape),
        "size": pairs.size.reshape(shape),
        "capacity": problem.capacity,
        "fixed": problem.fixed_cost,
        "whole": np.array([float(not problem.split)]),
        "limit": np.array([limit]),
    }


def _short() -> Iterator[Figure]:
    """Yield what becomes of problems whose places are too few, and whether they end in their time."""
    for split in (True, False):
        drawn_one = drawn.location(300, 1_500, split=split)
        share = 0.8 * drawn_one.pairs.size[:: len(drawn_one.resources)].sum() / drawn_one.capacity.sum()
        seconds, plan = _timed(
            partial(solve, replace(drawn_one, capacity=np.floor(drawn_one.capacity * share)), Budget.of(SHORT))
        )
        how = "divided" if split else "whole"
        yield Figure(f"places for 80 % of 1,500 needs at 300 sites, {how}: seconds of {SHORT:g}", seconds, "s", 11)
        yield Figure("  left unmet, over the least that any plan must leave", plan.unmet / plan.least_unmet, "times")
        yield Figure("  proven gap of the cost", 100 * plan.gap, "%")


def _checked(problem: Problem, seconds: float) -> Plan:
    plan = solve(problem, Budget.of(seconds))
    if check(problem, plan) or plan.unmet > 1e-6:
        raise RuntimeError("a plan of a large problem breaks a rule")
    return plan
