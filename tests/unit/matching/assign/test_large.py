"""The parts of large assignment: bounds under brute force, plans over it, and the same answers by every way."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from matching.assign import (
    exchange,
    facility,
    generalised,
    integer,
    knapsacks,
    located,
    nobody,
    programme,
    sites,
    transport,
)
from matching.assign.model import build
from matching.assign.solve import solve
from matching.budget import Budget
from matching.check import check
from matching.problem import Pairs, Problem
from tests.unit.matching.drawn import assignment, location
from tests.unit.matching.problems import best_by_trying, problems

relaxed = settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.filter_too_much])
CLOSE = 1e-6


def _all_met(problem: Problem) -> float:
    best = best_by_trying(problem)
    assert best is not None
    assume(best[0] == 0)
    return best[1]


@relaxed
@given(
    st.lists(st.tuples(st.integers(1, 30), st.integers(0, 6)), max_size=7),
    st.integers(0, 15),
)
def test_a_knapsack_is_filled_best(items: list[tuple[int, int]], places: int) -> None:
    fitting = [i for i in items if i[1] <= places]
    gain, size = np.array([g for g, _ in fitting], float), np.array([s for _, s in fitting], np.int64)
    best, taken = knapsacks._filled(gain, size, places)
    sets = [np.array(c, bool) for c in product([False, True], repeat=len(fitting))]
    for room in range(places + 1):
        assert best[room] == max((gain[s].sum() for s in sets if size[s].sum() <= room), default=0.0)
    assert gain[taken].sum() == best[places]
    assert size[taken].sum() <= places


@relaxed
@given(problems(sized=True), st.lists(st.integers(-20, 40), min_size=5, max_size=5))
def test_knapsack_prices_bound_every_plan(problem: Problem, prices: list[int]) -> None:
    optimum = _all_met(problem)
    sacks = knapsacks.Knapsacks.of(problem)
    start = np.array(prices[: len(problem.needs)], float)
    priced = knapsacks.raised(sacks, start, optimum + 1, budget=Budget.of(5))
    assert priced.value <= optimum
    assert knapsacks.at(sacks, start).value <= priced.value + CLOSE
    for pair in range(len(problem.pairs)):
        need = problem.pairs.need[pair]
        others = np.flatnonzero((problem.pairs.need != need) | (np.arange(len(problem.pairs)) == pair))
        p = problem.pairs
        forced = Pairs(p.need[others], p.resource[others], p.cost[others], p.size[others])
        best = best_by_trying(replace(problem, pairs=forced))
        if best is not None and best[0] == 0:
            assert priced.value + priced.extra[pair] <= best[1] + CLOSE


@relaxed
@given(problems(sized=True, fixed=True), st.booleans(), st.integers(0, 3))
def test_prices_of_location_bound_every_plan(problem: Problem, split: bool, most: int) -> None:
    limited = replace(problem, most_used=most, split=split)
    plan = integer.solve(limited, Budget.of(10))
    assume(plan.unmet < CLOSE)
    optimum = problem.sign * plan.objective
    table = located.Table.of(limited)
    bound = located.raised(table, optimum + 5, Budget.of(5), prices=located.first_prices(table))
    assert bound.value <= optimum + CLOSE
    division = transport.Division(table, nobody.price(limited) * limited.priority, Budget.of(5))
    _, higher = sites.branched(division, bound, optimum + 1, shrinking=False, budget=Budget.of(5))
    assert bound.value - CLOSE <= higher <= optimum + 1
    if higher > optimum + CLOSE:
        assert higher == optimum + 1  # every node was closed by the cap
        return
    must, never = bound.settled(table, optimum)
    used = np.zeros(len(problem.resources), bool)
    used[problem.pairs.resource[plan.chosen]] = True
    assert not (must & never).any()
    cheapest = bound.value + bound.worth[never]
    assert (cheapest > optimum).all()


@relaxed
@given(problems(sized=True, fixed=True))
def test_no_site_that_a_better_plan_needs_is_settled_away(problem: Problem) -> None:
    optimum = _all_met(problem)
    table = located.Table.of(problem)
    bound = located.raised(table, optimum + 5, Budget.of(5), prices=located.first_prices(table))
    must, never = bound.settled(table, optimum + CLOSE)
    kept = np.flatnonzero(~never[problem.pairs.resource])
    p = problem.pairs
    left = Pairs(p.need[kept], p.resource[kept], p.cost[kept], p.size[kept])
    assert best_by_trying(replace(problem, pairs=left)) == pytest.approx((0, optimum))
    for site in np.flatnonzero(must):
        rest = np.flatnonzero(p.resource != site)
        without = Pairs(p.need[rest], p.resource[rest], p.cost[rest], p.size[rest])
        other = best_by_trying(replace(problem, pairs=without))
        assert other is not None
        assert other > (0, optimum + CLOSE)


@relaxed
@given(st.integers(1, 12), st.integers(1, 5), st.integers(0, 999))
def test_a_flow_and_a_programme_serve_at_one_cost(needs: int, count: int, seed: int) -> None:
    problem = location(count, needs, split=True, seed=seed)
    table = located.Table.of(problem)
    at = np.arange(count)
    division = transport.Division(table, nobody.price(problem) * problem.priority, Budget.of(5))
    assert division.is_flow
    totals = []
    for way in (division._flow, division._programme):
        share = way(at, *division._offered(at))
        assert share is not None
        assert ((share * table.size).sum(0) <= table.capacity + CLOSE).all()
        assert (share.sum(1) <= 1 + CLOSE).all()
        totals.append((share * table.cost).sum() + division.leaving @ (1 - share.sum(1)))
    assert totals[0] == pytest.approx(totals[1])


@relaxed
@given(problems(sized=True))
def test_exchanges_keep_the_limits(problem: Problem) -> None:
    optimum = _all_met(problem)
    pairs = len(problem.pairs)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exchange, "STEPS", 200)
        found = exchange.plan(problem, np.full(pairs, 0.5), np.zeros(pairs), budget=Budget.of(2))
    if found is not None:
        assert problem.pairs.need[found].tolist() == list(range(len(problem.needs)))
        load = np.bincount(problem.pairs.resource[found], problem.pairs.size[found], minlength=len(problem.resources))
        assert (load <= problem.capacity).all()
        assert problem.pairs.cost[found].sum() >= optimum


@relaxed
@given(problems(sized=True, fixed=True), st.booleans(), st.booleans())
def test_every_way_finds_the_optimum(problem: Problem, fixed: bool, split: bool) -> None:
    asked = replace(problem, split=split) if fixed else replace(problem, fixed_cost=0 * problem.fixed_cost)
    plain = integer.solve(asked, Budget.of(10))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(facility, "LEAST_PAIRS", 0)
        patch.setattr(generalised, "QUICK", 0)
        patch.setattr(exchange, "STEPS", 100)
        plan = integer.solve(asked, Budget.of(10))
    assert check(asked, plan) == []
    assert (plan.unmet, plan.objective) == pytest.approx((plain.unmet, plain.objective))
    assert problem.sign * plan.bound == pytest.approx(problem.sign * plain.bound, abs=1e-5)


@pytest.mark.parametrize(
    ("kind", "needs", "resources", "gap"), [("c", 100, 5, 0.01), ("d", 60, 6, 0.02), ("e", 60, 6, 0.02)]
)
def test_generated_assignment(kind: str, needs: int, resources: int, gap: float) -> None:
    problem = assignment(kind, needs, resources)
    plan = solve(problem, Budget.of(2.5))
    assert check(problem, plan) == []
    assert plan.unmet == 0
    assert plan.gap <= gap


@pytest.mark.parametrize("split", [True, False])
def test_generated_location(split: bool) -> None:
    problem = location(30, 150, split=split)
    plan = solve(problem, Budget.of(2))
    assert check(problem, plan) == []
    assert plan.unmet < CLOSE
    assert plan.gap <= 0.03


def test_a_bound_is_rounded_up_only_where_costs_have_a_unit() -> None:
    problem = assignment("d", 6, 2)
    assert programme.on_grid(problem, 10.2) == 11
    assert programme.on_grid(problem, 10.0000001) == 10
    cost = problem.pairs.cost * np.sqrt(2)
    assert programme.on_grid(replace(problem, pairs=replace(problem.pairs, cost=cost)), 10.2) == 10.2
    assert programme.on_grid(replace(problem, split=True), 10.2) == 10.2


def test_the_model_of_no_unmet_need_is_the_one_that_is_relaxed() -> None:
    problem = assignment("d", 20, 3)
    model = build(problem)
    free = np.ones(len(model.cost), bool)
    free[model.pairs :] = False
    linear = programme.relaxed(model, free, model.cost, budget=Budget.of(5))
    assert isinstance(linear, programme.Relaxed)
    sacks = knapsacks.Knapsacks.of(problem)
    assert knapsacks.at(sacks, linear.prices[:20]).value >= linear.bound - CLOSE * abs(linear.bound)
