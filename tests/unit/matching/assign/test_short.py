"""Too few places, odd figures and little time: bounds hold under brute force, and plans come in time."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.assign import facility, generalised, greedy, incumbent, integer, kernel, knapsacks, located, nobody, units
from matching.assign.solve import solve
from matching.budget import Budget
from matching.check import check
from matching.problem import Floats, Pairs, Problem
from tests.unit.matching.drawn import assignment, location
from tests.unit.matching.problems import best_by_trying, problems

relaxed = settings(deadline=None, max_examples=40)
CLOSE = 1e-6


def _thinner(problem: Problem) -> Problem:
    """Make sizes 0 to 3 of sizes 1 to 4: some needs then take no place."""
    return replace(problem, pairs=replace(problem.pairs, size=problem.pairs.size - 1))


def _best(problem: Problem) -> tuple[float, float]:
    best = best_by_trying(problem)
    assert best is not None
    return best


def _added_holds(problem: Problem, value: float, added: Floats, *, unmet: float) -> None:
    """Where all needs are met, a plan that takes a pair costs at least the bound and what the pair adds."""
    pairs = problem.pairs
    for pair in range(len(pairs)) if not unmet else ():
        need, resource = pairs.need[pair], pairs.resource[pair]
        rows = np.flatnonzero((pairs.need != need) | (np.arange(len(pairs)) == pair))
        forced = Pairs(pairs.need[rows], pairs.resource[rows], pairs.cost[rows], pairs.size[rows])
        left, cost = _best(replace(problem, pairs=forced))
        if not left:
            assert value + added[need, resource] <= cost + CLOSE


@relaxed
@given(problems(sized=True, fixed=True), st.booleans())
def test_prices_bound_plans_that_leave_needs_out(problem: Problem, thin: bool) -> None:
    drawn = _thinner(problem) if thin else problem
    unmet, optimum = _best(drawn)
    only = located.Table.of(drawn).only_unmet()
    least = located.raised(only, drawn.priority.sum(), Budget.of(5), prices=located.density_prices(only)).value
    assert least <= unmet + CLOSE
    assert incumbent.least_on_grid(drawn, least) <= unmet + CLOSE
    table = located.Table.of(drawn).allowing(unmet)
    bound = located.raised(table, optimum + 5, Budget.of(5), prices=located.first_prices(table))
    assert bound.value <= optimum + CLOSE
    _added_holds(drawn, bound.value, bound.added(table), unmet=unmet)
    price = bound.limit(table)
    sacks = knapsacks.Knapsacks.of(drawn)
    sacks = replace(sacks, leaving=price * drawn.priority) if unmet else sacks
    priced = knapsacks.raised(sacks, bound.prices[:-1], optimum + price * unmet + 5, budget=Budget.of(5))
    assert priced.value - price * unmet <= optimum + CLOSE
    if not unmet:
        assert priced.value >= bound.value - 1e-3 * max(1.0, abs(optimum))


@relaxed
@given(problems(sized=True, fixed=True), st.integers(0, 2))
def test_pairs_that_are_left_hold_every_better_plan(problem: Problem, most: int) -> None:
    limited = replace(problem, most_used=most)
    plan = integer.solve(limited, Budget.of(10))
    known = greedy.plan(limited)
    assert known is not None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("matching.assign.exchange.STEPS", 50)
        start = facility.start(limited, incumbent.of_taken(limited, known), budget=Budget.of(5))
    assert start is not None
    found = incumbent.of_share(limited, start.share)
    assert start.least <= plan.unmet + CLOSE
    if found.unmet > plan.unmet + CLOSE:
        return
    optimum = limited.sign * plan.objective
    assert start.bound <= optimum + CLOSE
    if optimum < found.cost - CLOSE:
        assert start.kept[plan.chosen].all()
        assert (start.floor + start.extra[plan.chosen] <= optimum + CLOSE).all()


@relaxed
@given(problems(sized=True, fixed=True), st.booleans(), st.booleans())
def test_nobody_takes_what_is_left_out(problem: Problem, thin: bool, fixed: bool) -> None:
    drawn = _thinner(problem) if thin else problem
    asked = drawn if fixed else replace(drawn, fixed_cost=0.0 * drawn.fixed_cost)
    large = nobody.extended(asked, nobody.price(asked))
    unmet, cost = _best(large)
    assert unmet == 0
    wanted = _best(asked)
    assert cost == pytest.approx(wanted[1] + nobody.price(asked) * wanted[0])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(facility, "LEAST_PAIRS", 0)
        patch.setattr(generalised, "QUICK", 0)
        patch.setattr(kernel, "KERNEL", 1)
        patch.setattr("matching.assign.exchange.STEPS", 50)
        plan = integer.solve(asked, Budget.of(10))
    assert check(asked, plan) == []
    assert (plan.unmet, asked.sign * plan.objective) == pytest.approx(wanted)
    assert plan.proven


@relaxed
@given(problems(sized=True, fixed=True, floors=True))
def test_a_plan_at_once_breaks_nothing(problem: Problem) -> None:
    floored = replace(problem, floors=dict.fromkeys(set(problem.group), 0.5))
    taken = greedy.plan(floored)
    best = best_by_trying(floored)
    if taken is None:
        return
    assert best is not None
    found = incumbent.of_taken(floored, taken)
    assert (found.unmet, found.cost) >= (best[0] - CLOSE, -np.inf)
    draft = integer._plan(floored, found, units=units.Units(1.0, 1.0))
    assert check(floored, draft) == []


@relaxed
@given(problems(sized=True, fixed=True), st.sampled_from([1e-9, 1e-4, 1e9]), st.sampled_from([1e-6, 1 / 3, 1e7]))
def test_figures_of_any_unit(problem: Problem, money: float, place: float) -> None:
    pairs = replace(problem.pairs, cost=problem.pairs.cost * money, size=problem.pairs.size * place)
    other = replace(problem, pairs=pairs, fixed_cost=problem.fixed_cost * money, capacity=problem.capacity * place)
    one, two = integer.solve(problem, Budget.of(10)), integer.solve(other, Budget.of(10))
    assert two.unmet == pytest.approx(one.unmet)
    assert two.objective == pytest.approx(one.objective * money, rel=1e-6, abs=1e-6 * money)


@pytest.mark.parametrize("split", [True, False])
def test_too_few_places_end_in_time(split: bool) -> None:
    problem = location(100, 1000, split=split)
    short = replace(problem, capacity=np.floor(problem.capacity * 0.15))
    begun = time.monotonic()
    plan = solve(short, Budget.of(1.5))
    assert time.monotonic() - begun < 4  # the limit and ten percent where nothing else runs
    assert check(short, plan) == []
    assert 0 < plan.least_unmet <= plan.unmet <= 2 * plan.least_unmet
    assert np.isfinite(plan.bound)


def test_needs_that_fit_nowhere_do_not_hide_the_rest() -> None:
    problem = assignment("c", 60, 5)
    pairs = problem.pairs
    size = np.where(pairs.need < 2, 1e4, pairs.size)
    plan = solve(replace(problem, pairs=Pairs(pairs.need, pairs.resource, pairs.cost, size)), Budget.of(3))
    assert plan.unmet == 2
    assert plan.least_unmet == 2


def test_the_door_is_told_how_far_the_gap_is() -> None:
    heard: list[str] = []
    solve(assignment("d", 60, 6), Budget.of(1, lambda step, done, total: heard.append(step)))
    assert any("%" in step for step in heard)
