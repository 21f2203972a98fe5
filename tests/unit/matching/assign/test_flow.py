"""Flows with priorities and costs that do not fit together into whole numbers: still the optimum, and proven."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.assign import flow
from matching.assign.scaling import scaled
from matching.assign.solve import solve
from matching.budget import Budget
from matching.check import check
from matching.problem import Pairs, Problem
from tests.unit.matching.problems import best_by_trying

relaxed = settings(deadline=None, max_examples=150)

Draw = Callable[[np.random.Generator, int], npt.NDArray[Any]]
COSTS: dict[str, Draw] = {
    "tiny": lambda rng, n: rng.random(n) * 1e-6,
    "real": lambda rng, n: rng.random(n) * 100,
    "money": lambda rng, n: np.round(rng.random(n) * 1e6, 2),
    "signed": lambda rng, n: rng.integers(-9, 9, n).astype(float),
}
PRIORITIES: dict[str, Draw] = {
    "near": lambda rng, n: 1e6 + rng.integers(0, 5, n),
    "wide": lambda rng, n: 10.0 ** rng.integers(0, 9, n),
    "real": lambda rng, n: rng.random(n) + 0.01,
    "one": lambda rng, n: np.ones(n),
}


@relaxed
@given(st.sampled_from(sorted(COSTS)), st.sampled_from(sorted(PRIORITIES)), st.integers(0, 10_000), st.booleans())
def test_priorities_of_any_scale_come_before_costs_of_any_scale(
    costs: str, priorities: str, seed: int, pools: bool
) -> None:
    rng = np.random.default_rng(seed)
    needs, resources = int(rng.integers(1, 6)), int(rng.integers(1, 4))
    need, resource = np.nonzero(rng.random((needs, resources)) < 0.7)
    size = float(rng.choice([1.0, 0.3, 2.0]))
    pairs = Pairs.of(need, resource, cost=COSTS[costs](rng, len(need)), size=np.full(len(need), size))
    names = [f"n{i}" for i in range(needs)], [f"r{i}" for i in range(resources)]
    problem = Problem.of(*names, pairs, capacity=rng.integers(0, 3, resources), maximise=bool(rng.integers(2)))
    problem = replace(problem, priority=np.asarray(PRIORITIES[priorities](rng, needs), np.float64))
    if pools:
        problem = replace(
            problem, pool=tuple("ab"[i % 2] for i in range(resources)), quotas={"a": float(rng.integers(3))}
        )
    assert flow.fits(problem)
    plan = flow.solve(problem)
    best = best_by_trying(problem)
    assert best is not None
    assert check(problem, plan) == []
    assert plan.unmet == plan.least_unmet == pytest.approx(best[0], rel=1e-12)
    assert problem.sign * plan.objective == pytest.approx(best[1], rel=1e-6, abs=1e-9)
    assert problem.sign * plan.bound <= best[1] * (1 + np.sign(best[1]) * 1e-9) + 1e-12


def test_a_floor_beside_priorities_that_are_no_small_numbers_is_not_left_to_rounding() -> None:
    pairs = Pairs.of([0, 1, 2], [0, 0, 0], cost=[1, 1, 1])
    problem = Problem.of(["a", "b", "c"], ["r"], pairs, capacity=[2])
    close = replace(problem, priority=np.array([1.00000001, 1.0, 1.00000002]), group=("x", "x", "y"), floors={"x": 0.5})
    assert flow.fits(replace(close, priority=np.array([1, 1, 2.0])))
    assert not flow.fits(close)
    assert solve(close, Budget.of(10)).least_unmet == pytest.approx(1.0)


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=6), st.sampled_from([1.0, 1e-9, 1e-15]))
def test_what_is_called_exact_is(numbers: list[float], unit: float) -> None:
    given_ = np.array(numbers) * unit
    found = scaled(given_, largest=1e15)
    if found.exact:
        assert found.values / found.scale == pytest.approx(given_, rel=2e-9, abs=0)
    assert np.abs(found.values).max() <= 1e15 + 1
