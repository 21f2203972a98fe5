"""Published optima of OR-Library, met exactly."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from matching.assign.solve import solve
from matching.budget import Budget
from matching.check import check
from matching.siting.median import solve as solve_median
from tests.unit.matching import or_library

FOLDER = Path(os.environ.get("LINLI_OPEN_DATA", "")) / "or-library"
pytestmark = [
    pytest.mark.open_data,
    pytest.mark.skipif(
        not os.environ.get("LINLI_OPEN_DATA"), reason="NOT RUN: LINLI_OPEN_DATA does not name open data"
    ),
]
CAP = ("cap61", "cap62", "cap63", "cap64", "cap71", "cap72", "cap73", "cap74")


def test_assignment() -> None:
    problem = or_library.assignment(FOLDER)
    plan = solve(problem, Budget.of(60))
    assert plan.objective == or_library.optima(FOLDER)["assign"]["assign500"]
    assert check(problem, plan) == []


@pytest.mark.parametrize("name", ["gap1", "gap2"])
def test_generalised_assignment(name: str) -> None:
    problems = list(or_library.generalised(FOLDER, name))
    plans = [solve(problem, Budget.of(60)) for problem in problems]
    assert [round(plan.objective) for plan in plans] == or_library.optima(FOLDER)["gap"][name]
    for problem, plan in zip(problems, plans, strict=True):
        assert check(problem, plan) == []
        assert plan.proven


@pytest.mark.parametrize("name", CAP)
def test_warehouses(name: str) -> None:
    problem = or_library.warehouses(FOLDER, name)
    plan = solve(problem, Budget.of(60))
    assert plan.objective == pytest.approx(or_library.optima(FOLDER)["cap"][name], abs=0.01)
    assert check(problem, plan) == []
    assert plan.proven


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5, 7, 8, 9, 13])
def test_median(number: int) -> None:
    matrix, count = or_library.median(FOLDER, number)
    none = np.zeros(len(matrix), bool)
    found = solve_median(matrix, count, Budget.of(60), limits=(none, none))
    assert found.cost == found.bound == or_library.optima(FOLDER)["pmed"][f"pmed{number}"]["optimum"]
