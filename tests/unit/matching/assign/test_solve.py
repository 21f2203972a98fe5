"""Every solver against brute force, against `check`, and under changes that must not matter."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.model.errors import ProblemUnfit, SettingInvalid
from matching.assign import dense, flow, integer, pricing
from matching.assign.solve import solve
from matching.budget import Budget
from matching.check import check
from matching.problem import Pairs, Problem
from tests.unit.matching.problems import best_by_trying, problems

relaxed = settings(deadline=None, max_examples=60)


def _proven(problem: Problem) -> tuple[float, float]:
    """Return what a plan that can happen and is proven leaves unmet, and its internal cost."""
    plan = solve(problem, Budget.of(20))
    assert check(problem, plan) == []
    assert plan.proven
    return plan.unmet, problem.sign * plan.objective


@relaxed
@given(problems())
def test_a_flow_is_the_optimum(problem: Problem) -> None:
    assert _proven(problem) == pytest.approx(best_by_trying(problem))


@relaxed
@given(problems(sized=True))
def test_sizes_are_the_optimum(problem: Problem) -> None:
    assert _proven(problem) == pytest.approx(best_by_trying(problem))


@relaxed
@given(problems(sized=True, fixed=True))
def test_fixed_costs_are_the_optimum(problem: Problem) -> None:
    assert _proven(problem) == pytest.approx(best_by_trying(problem))


@relaxed
@given(problems(floors=True), st.sampled_from([0.0, 0.4, 0.5, 1.0]), st.booleans())
def test_floors_and_quotas_are_the_optimum_or_refused(problem: Problem, floor: float, programme: bool) -> None:
    floored = replace(problem, floors=dict.fromkeys(set(problem.group), floor))
    best = best_by_trying(floored)
    if not len(problem.pairs) and programme:
        return
    make = (lambda: integer.solve(floored, Budget.of(20))) if programme else (lambda: flow.solve(floored))
    if not len(problem.pairs):
        make = lambda: solve(floored, Budget.of(20))  # noqa: E731
    if best is None:
        with pytest.raises(ProblemUnfit):
            make()
        return
    plan = make()
    assert check(floored, plan) == []
    assert (plan.unmet, floored.sign * plan.objective) == pytest.approx(best)


@relaxed
@given(problems(sized=True, fixed=True))
def test_dividing_never_costs_more(problem: Problem) -> None:
    whole, parts = solve(problem, Budget.of(20)), solve(replace(problem, split=True), Budget.of(20))
    assert check(replace(problem, split=True), parts) == []
    assert parts.unmet <= whole.unmet + 1e-6
    if parts.unmet == pytest.approx(whole.unmet):
        assert problem.sign * parts.objective <= problem.sign * whole.objective + 1e-6


@relaxed
@given(problems(), st.randoms())
def test_the_order_of_rows_does_not_matter(problem: Problem, random: object) -> None:
    order = np.argsort([hash((name, id(random))) for name in problem.needs])
    place = np.argsort(order)
    pairs = Pairs.of(
        place[problem.pairs.need], problem.pairs.resource, cost=problem.pairs.cost, size=problem.pairs.size
    )
    turned = replace(
        problem, needs=tuple(problem.needs[i] for i in order), pairs=pairs, priority=problem.priority[order]
    )
    one, other = solve(problem, Budget.of(20)), solve(turned, Budget.of(20))
    assert (one.objective, one.unmet) == pytest.approx((other.objective, other.unmet))


@relaxed
@given(problems(sized=True), st.integers(0, 30))
def test_another_resource_never_makes_it_worse(problem: Problem, price: int) -> None:
    wider = replace(
        problem,
        resources=(*problem.resources, "new"),
        capacity=np.append(problem.capacity, 2.0),
        fixed_cost=np.append(problem.fixed_cost, 0.0),
        pairs=Pairs.of(
            np.append(problem.pairs.need, 0),
            np.append(problem.pairs.resource, len(problem.resources)),
            cost=np.append(problem.pairs.cost, float(price)),
            size=np.append(problem.pairs.size, 1.0),
        ),
    )
    before, after = solve(problem, Budget.of(20)), solve(wider, Budget.of(20))
    assert (after.unmet, problem.sign * after.objective) <= (before.unmet + 1e-6, np.inf)
    if after.unmet == pytest.approx(before.unmet):
        assert problem.sign * after.objective <= problem.sign * before.objective + 1e-6


@given(st.integers(1, 8), st.integers(1, 8), st.integers(0, 99))
@relaxed
def test_hungarian_and_flow_agree(needs: int, resources: int, seed: int) -> None:
    matrix = np.random.default_rng(seed).integers(0, 50, (needs, resources)) / 4
    problem = Problem.of([f"n{i}" for i in range(needs)], [f"r{i}" for i in range(resources)], Pairs.dense(matrix))
    assert dense.fits(problem)
    one, other = dense.solve(problem), flow.solve(problem)
    assert check(problem, one) == []
    assert (one.objective, one.unmet) == pytest.approx((other.objective, other.unmet))


def test_costs_that_no_decimal_writes_are_bounded_honestly() -> None:
    rng = np.random.default_rng(3)
    cost = rng.random((40, 6)) * 1e9 / 3
    pairs = replace(Pairs.dense(cost), size=np.ones(240))
    problem = Problem.of([f"n{i}" for i in range(40)], [f"r{i}" for i in range(6)], pairs, capacity=7)
    plan = flow.solve(problem)
    assert plan.bound <= plan.objective <= plan.bound + 1e-3 * abs(plan.bound)
    assert check(problem, plan) == []


@pytest.mark.parametrize("seconds", [0.0, -1.0, float("inf"), float("nan")])
def test_a_time_that_is_none_is_refused(seconds: float) -> None:
    with pytest.raises(SettingInvalid):
        Budget.of(seconds)


def test_nothing_to_plan_is_refused() -> None:
    pairs = Pairs.of([], [], cost=[])
    for needs, resources in (([], ["r"]), (["n"], [])):
        with pytest.raises(ProblemUnfit):
            Problem.of(needs, resources, pairs)
    for capacity in (-1.0, float("nan"), float("inf")):
        with pytest.raises(ProblemUnfit):
            Problem.of(["n"], ["r"], pairs, capacity=capacity)
    with pytest.raises(ProblemUnfit):
        Pairs.of([0, 0], [0, 0], cost=[1, 2])


def test_no_pair_at_all_leaves_every_need_unmet() -> None:
    problem = Problem.of(["a", "b"], ["r"], Pairs.of([], [], cost=[]))
    plan = solve(problem, Budget.of(5))
    assert (len(plan.chosen), plan.unmet, plan.least_unmet, plan.objective) == (0, 2.0, 2.0, 0.0)


@relaxed
@given(problems())
def test_pricing_finds_the_optimum_of_all_pairs(problem: Problem) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flow, "MANY", 0)
        patch.setattr(pricing, "CHEAPEST", 1)
        plan = flow.solve(problem)
    assert check(problem, plan) == []
    assert (plan.unmet, problem.sign * plan.objective) == pytest.approx(best_by_trying(problem))


@relaxed
@given(st.integers(5, 40), st.integers(2, 6), st.integers(0, 999))
def test_pricing_agrees_with_the_whole_flow(needs: int, resources: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    listed = rng.random((needs, resources)) < 0.8
    cost = rng.integers(-30, 90, (needs, resources))
    pairs = Pairs.of(*np.nonzero(listed), cost=cost[listed])
    names = [f"n{i}" for i in range(needs)], [f"r{i}" for i in range(resources)]
    problem = Problem.of(*names, pairs, capacity=rng.integers(0, 1 + 2 * needs // resources, resources))
    problem = replace(problem, priority=rng.integers(1, 4, needs).astype(float))
    whole = flow.solve(problem)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flow, "MANY", 0)
        patch.setattr(pricing, "CHEAPEST", 2)
        plan = flow.solve(problem)
    assert (plan.unmet, plan.objective) == pytest.approx((whole.unmet, whole.objective))
