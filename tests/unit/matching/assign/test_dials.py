"""The fairness dial, few changes against yesterday, and why a need is left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.model.errors import ProblemUnfit, SettingInvalid
from matching.assign.fairness import curve, floored, group_shares
from matching.assign.solve import solve
from matching.assign.stability import keeping
from matching.assign.unmet import Block, unmet
from matching.budget import Budget
from matching.check import check
from matching.problem import Pairs, Problem
from tests.unit.matching.problems import problems

relaxed = settings(deadline=None, max_examples=40)
few = settings(deadline=None, max_examples=15)


@few
@given(problems(sized=True, floors=True))
def test_the_curve_is_monotone_and_begins_at_the_optimum(problem: Problem) -> None:
    dial = curve(problem, Budget.of(30))
    free = solve(problem, Budget.of(10))
    steps = dial.steps
    assert steps[0].floor == 0
    assert (steps[0].plan.unmet, steps[0].plan.objective) == pytest.approx((free.unmet, free.objective))
    order = [(s.plan.unmet, problem.sign * s.plan.objective) for s in steps]
    assert all(a[0] <= b[0] + 1e-9 for a, b in pairwise(order))
    assert all(a[1] <= b[1] + 1e-6 for a, b in pairwise(order) if abs(a[0] - b[0]) < 1e-9)
    for step in steps:
        assert min(group_shares(problem, step.plan).values()) >= step.floor - 1e-9
        assert step.worst_share == min(group_shares(problem, step.plan).values())
        assert check(floored(problem, step.floor), step.plan) == []
    assert (dial.end is None) == (steps[-1].worst_share > 1 - 1e-9)


@few
@given(problems(sized=True, floors=True), st.integers(0, 100))
def test_any_percent_is_answered_by_the_step_below_it(problem: Problem, percent: int) -> None:
    floor = percent / 100
    dial = curve(problem, Budget.of(30))
    held = [s for s in dial.steps if s.floor <= floor + 1e-9 and floor <= s.worst_share + 1e-9]
    if not held:
        with pytest.raises(ProblemUnfit):
            solve(floored(problem, floor), Budget.of(10))
        return
    alone = solve(floored(problem, floor), Budget.of(10))
    assert (held[0].plan.unmet, held[0].plan.objective) == pytest.approx((alone.unmet, alone.objective))


def test_a_floor_costs_met_need_where_a_group_is_dear() -> None:
    pairs = Pairs.of([0, 1, 2], [0, 0, 0], cost=[0, 0, 5], size=[1, 1, 2])
    problem = replace(Problem.of(["a", "b", "c"], ["r"], pairs, capacity=2), group=("x", "x", "y"))
    dial = curve(problem, Budget.of(10))
    assert [(s.floor, s.needs_met, s.worst_group, s.worst_share) for s in dial.steps] == [(0.0, 2.0, "y", 0.0)]
    assert dial.end is not None
    assert dial.end.en == "no plan reaches a floor above 0%"
    roomier = replace(problem, capacity=np.array([3.0]))
    dial = curve(roomier, Budget.of(10))
    assert [(s.floor, s.needs_met, s.worst_share) for s in dial.steps] == [(0.0, 2.0, 0.0), (0.01, 2.0, 0.5)]


def test_floors_of_groups_stay_under_the_dial() -> None:
    problem = Problem.of(["a", "b"], ["r"], Pairs.of([0, 1], [0, 0], cost=[0, 1]), capacity=2)
    problem = replace(problem, group=("x", "y"), floors={"y": 0.8})
    assert floored(problem, 0.5).floors == {"x": 0.5, "y": 0.8}
    assert floored(problem, 0.0).floors == {"y": 0.8}


def test_a_dial_without_groups_is_refused() -> None:
    with pytest.raises(ProblemUnfit):
        curve(Problem.of(["a"], ["r"], Pairs.of([0], [0], cost=[1])), Budget.of(5))


@relaxed
@given(problems(), st.integers(0, 99))
def test_no_change_that_is_not_worth_it(problem: Problem, seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = [n for n in problem.needs if rng.random() < 0.7] or [problem.needs[0]]
    yesterday = [(n, problem.resources[rng.integers(len(problem.resources))]) for n in rows]
    free, frozen = (keeping(problem, yesterday, worth, budget=Budget.of(20)) for worth in (0.0, 1e6))
    assert free.price == pytest.approx(0)
    assert frozen.changes <= free.changes
    assert frozen.price >= -1e-6
    assert free.before == len(rows)
    for kept in (free, frozen):
        assert check(problem, kept.plan) == []


def test_yesterday_is_left_only_for_a_saving() -> None:
    problem = Problem.of(["a"], ["r", "s"], Pairs.of([0, 0], [0, 1], cost=[10, 7]))
    stayed = keeping(problem, [("a", "r")], 5.0, budget=Budget.of(5))
    assert (stayed.before, stayed.changes, stayed.price) == (1, 0, 3.0)
    moved = keeping(problem, [("a", "r")], 2.0, budget=Budget.of(5))
    assert (moved.changes, moved.plan.objective) == (1, 7.0)
    with pytest.raises(SettingInvalid):
        keeping(problem, [("a", "r")], -1.0, budget=Budget.of(5))


def test_what_is_gone_since_yesterday_is_passed_over_but_not_all_of_it() -> None:
    problem = Problem.of(["a", "b"], ["r", "s"], Pairs.of([0, 1], [0, 1], cost=[1, 1]))
    kept = keeping(problem, [("a", "left"), ("b", "s"), ("moved away", "r")], 1.0, budget=Budget.of(5))
    assert (kept.before, kept.changes, kept.price) == (2, 1, 0.0)
    with pytest.raises(ProblemUnfit):
        keeping(problem, [("a", "left"), ("gone", "s")], 1.0, budget=Budget.of(5))


@relaxed
@given(problems(sized=True, floors=True))
def test_the_least_change_admits_the_need(problem: Problem) -> None:
    plan = solve(problem, Budget.of(10))
    left = unmet(problem, plan)
    assert len(left) == len(problem.needs) - len(plan.chosen)
    for one in left:
        if one.block is Block.NO_PAIR:
            assert problem.needs.index(one.need) not in set(problem.pairs.need)
            continue
        after = solve(_with_places(problem, one.change), Budget.of(10))
        assert after.unmet <= plan.unmet - problem.priority[problem.needs.index(one.need)] + 1e-6


def _with_places(problem: Problem, change: Mapping[str, float]) -> Problem:
    quotas = {pool: quota + change.get(pool, 0.0) for pool, quota in problem.quotas.items()}
    added = np.array([change.get(name, 0.0) for name in problem.resources])
    return replace(problem, quotas=quotas, capacity=problem.capacity + added)


def test_each_block_has_its_name() -> None:
    pairs = Pairs.of([0, 1, 1, 3], [0, 0, 1, 0], cost=[1, 1, 1, 9], size=[1, 1, 1, 5])
    problem = Problem.of(["a", "b", "c", "d"], ["r", "s"], pairs, capacity=[2, 0])
    found = {u.need: u.block for u in unmet(problem, solve(problem, Budget.of(5)))}
    assert found == {"c": Block.NO_PAIR, "d": Block.TOO_SMALL}
