"""Cohorts: exact without deaths, monotone in the rates, equal to a plain reckoning by hand, and honest about births."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from graph.model.errors import ProblemUnfit
from matching.problem import Floats
from matching.siting.cohort import Assumptions, implied_fertility, project
from matching.siting.rates import MEN, OLDEST, WOMEN, expectancy, published

STILL = Assumptions(mortality=0.0, fertility=0.0)
PEOPLE = arrays(np.float64, (3, 3, OLDEST + 1), elements=st.integers(0, 9).map(float), fill=st.just(0.0))


@given(PEOPLE, st.integers(0, 30))
@settings(max_examples=25, deadline=None)
def test_without_deaths_births_and_moves_everybody_just_ages(counts: Floats, years: int) -> None:
    (later,) = project(counts, [years], start=2021, assumed=STILL)
    assert later[:, :, :years].sum() == 0
    np.testing.assert_array_equal(later[:, :, years:OLDEST], counts[:, :, : OLDEST - years])
    assert later.sum() == counts.sum()


@given(PEOPLE, st.floats(0, 3), st.floats(0, 0.2))
@settings(max_examples=25, deadline=None)
def test_more_deaths_or_leaving_never_leave_more_people(counts: Floats, mortality: float, leave: float) -> None:
    one = Assumptions(mortality=mortality, fertility=0.0)
    more = project(counts, [10], start=2021, assumed=one)
    assert (project(counts, [10], start=2021, assumed=replace(one, leave=leave)) <= more + 1e-9).all()
    assert (project(counts, [10], start=2021, assumed=replace(one, mortality=mortality + 0.5)) <= more + 1e-9).all()


@given(PEOPLE, PEOPLE)
@settings(max_examples=15, deadline=None)
def test_two_towns_together_are_the_sum_of_both(one: Floats, other: Floats) -> None:
    assumed = Assumptions(fertility=1.1, leave=0.02)
    apart = project(one, [5], start=2021, assumed=assumed) + project(other, [5], start=2021, assumed=assumed)
    np.testing.assert_allclose(project(one + other, [5], start=2021, assumed=assumed), apart, atol=1e-9)


def test_survival_is_that_of_the_table_year_by_year() -> None:
    counts = np.zeros((1, 3, OLDEST + 1))
    counts[0, WOMEN, 68] = 1000
    table = published()
    alive = 1000.0
    for passed in range(10):
        deaths = table.in_year(2021 + passed)[0][WOMEN] * 0.8
        alive *= np.exp(-deaths[68 + passed] / 2) * np.exp(-deaths[69 + passed] / 2)
    (later,) = project(counts, [10], start=2021, assumed=Assumptions(mortality=0.8, fertility=0.0))
    assert later[0, WOMEN, 78] == pytest.approx(alive, rel=1e-12)
    assert later.sum() == pytest.approx(alive, rel=1e-12)


def test_arrivals_are_the_stated_share_of_today_and_of_the_moving_ages() -> None:
    counts = np.zeros((2, 3, OLDEST + 1))
    counts[0, MEN, 30], counts[1, WOMEN, 80] = 100, 300
    assumed = replace(STILL, arrive=0.01, arrive_from=25, arrive_to=35)
    one, five = project(counts, [1, 5], start=2021, assumed=assumed)
    assert five.sum((1, 2)) == pytest.approx([105, 315])
    assert one[1, MEN, 30] == pytest.approx(3)


def test_children_give_back_the_fertility_that_they_were_born_at() -> None:
    counts = np.zeros((1, 3, OLDEST + 1))
    counts[0, WOMEN, 15:50] = 100
    (later,) = project(counts, [5], start=2021, assumed=Assumptions(mortality=0.0, fertility=1.3))
    assert implied_fertility(later, published(), start=2026) == pytest.approx(1.3, rel=0.06)
    assert 0.48 < later[0, WOMEN, :5].sum() / later[0, :, :5].sum() < 0.49
    assert implied_fertility(np.zeros_like(counts), published(), start=2026) == 0.0


def test_the_tables_are_those_of_their_source() -> None:
    table = published()
    np.testing.assert_allclose(table.births.sum(0), 1.0)
    assert expectancy(table, 2020) == pytest.approx(77.4, abs=0.3)  # World Population Prospects 2019, China, 2020-2025
    assert expectancy(table, 2020, mortality=Assumptions().mortality) == pytest.approx(83.67, abs=0.15)
    assert (table.deaths[MEN, 20:90] > table.deaths[WOMEN, 20:90]).all()


@pytest.mark.parametrize("years", [[-1], [31], []])
def test_impossible_years_are_refused(years: list[int]) -> None:
    with pytest.raises(ProblemUnfit, match="years"):
        project(np.zeros((1, 3, OLDEST + 1)), years, start=2021, assumed=STILL)


@pytest.mark.parametrize(
    "wrong", [{"mortality": -1.0}, {"leave": 1.5}, {"arrive": float("nan")}, {"fertility": 99.0}, {"arrive_from": 60}]
)
def test_impossible_assumptions_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ProblemUnfit):
        Assumptions(**wrong)  # type: ignore[arg-type]
