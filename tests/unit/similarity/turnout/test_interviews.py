"""Interviews: intervals that cover, finite populations, and the number that decides, against counting and simulation."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, hypergeom

from similarity.turnout.interviews import POWER, effective, interval, more_interviews


def test_the_interval_of_184_of_200() -> None:
    assert [round(100 * x, 1) for x in interval(184, 200)] == [87.4, 95.0]


@pytest.mark.parametrize("asked", [60, 120, 200, 400])
def test_the_interval_covers_the_truth_in_93_to_97_of_100_surveys(asked: int) -> None:
    """Exact coverage: the binomial chances of all counts whose interval holds the truth, averaged over shares near it."""
    for centre in np.arange(0.1, 0.91, 0.1):
        shares = centre + np.linspace(-0.02, 0.02, 41)
        counts = np.arange(asked + 1)
        ends = np.array([interval(k, asked) for k in counts])
        held = [binom.pmf(counts, asked, p)[(ends[:, 0] <= p) & (p <= ends[:, 1])].sum() for p in shares]
        assert 0.93 <= np.mean(held) <= 0.97


@pytest.mark.parametrize(("population", "asked"), [(300, 150), (1000, 200), (217, 120)])
def test_the_corrected_interval_covers_in_simulated_surveys_of_small_populations(population: int, asked: int) -> None:
    rng = np.random.Generator(np.random.PCG64(4))
    inside = []
    for share in (0.3, 0.5, 0.7, 0.85):
        yes = round(share * population)
        heard = hypergeom.rvs(population, yes, asked, size=4000, random_state=rng)
        ends = {int(k): interval(int(k), asked, population=population) for k in np.unique(heard)}
        inside.append(np.mean([ends[int(k)][0] <= yes / population <= ends[int(k)][1] for k in heard]))
    assert 0.93 <= np.mean(inside) <= 0.97


@given(st.integers(1, 500), st.data())
def test_a_known_population_narrows_and_asking_everybody_decides(asked: int, data: st.DataObject) -> None:
    agreed = data.draw(st.integers(0, asked))
    population = asked + data.draw(st.integers(0, 1000))
    low, high = interval(agreed, asked, population=population)
    wide_low, wide_high = interval(agreed, asked)
    assert wide_low - 1e-12 <= low <= agreed / asked <= high <= wide_high + 1e-12
    assert interval(agreed, asked, population=asked) == (agreed / asked, agreed / asked)
    assert effective(asked, population) >= asked - 1e-9


def test_nobody_asked_says_nothing() -> None:
    assert interval(0, 0) == (0.0, 1.0)
    found = more_interviews(0, 0, threshold=0.5)
    assert (found.decided, found.unchanged, found.planned) == (False, None, None)


@given(st.integers(5, 300), st.floats(0.05, 0.95), st.data())
def test_decided_means_that_the_interval_does_not_hold_the_threshold(
    asked: int, threshold: float, data: st.DataObject
) -> None:
    agreed = data.draw(st.integers(0, asked))
    low, high = interval(agreed, asked)
    found = more_interviews(agreed, asked, threshold=threshold)
    assert found.decided == (not low <= threshold <= high)
    if found.decided:
        assert found.unchanged == found.planned == 0


@pytest.mark.parametrize(("agreed", "asked", "threshold"), [(62, 120, 0.5), (30, 100, 0.35), (71, 120, 0.55)])
def test_unchanged_answers_decide_exactly_from_that_number_on(agreed: int, asked: int, threshold: float) -> None:
    found = more_interviews(agreed, asked, threshold=threshold)
    assert found.unchanged is not None

    def decides(more: int) -> bool:
        low, high = interval(agreed / asked * (asked + more), asked + more)
        return not low <= threshold <= high

    assert decides(found.unchanged)
    assert not decides(found.unchanged - 1)


@pytest.mark.parametrize("population", [None, 900, 3000])
@pytest.mark.parametrize(("agreed", "asked", "threshold"), [(68, 120, 0.5), (30, 100, 0.38)])
def test_the_planned_number_decides_in_eight_of_ten_simulated_surveys(
    agreed: int, asked: int, threshold: float, population: int | None
) -> None:
    found = more_interviews(agreed, asked, threshold=threshold, population=population)
    assert found.planned is not None
    rng = np.random.Generator(np.random.PCG64(7))

    def power(more: int) -> float:
        if population is None:
            later = rng.binomial(more, agreed / asked, 20_000)
        else:
            left = population - asked
            yes = round(agreed / asked * population) - agreed
            later = rng.hypergeometric(yes, left - yes, more, 20_000)
        counts, times = np.unique(agreed + later, return_counts=True)
        ends = [interval(int(k), asked + more, population=population) for k in counts]
        beyond = [low > threshold if agreed / asked > threshold else high < threshold for low, high in ends]
        return float(times[beyond].sum() / times.sum())

    assert power(found.planned) > POWER - 0.012
    assert power(round(found.planned * 0.7)) < POWER - 0.02


@pytest.mark.parametrize(("agreed", "population"), [(70, None), (68, 700)])
def test_the_planned_number_is_the_least_that_lasts(agreed: int, population: int | None) -> None:
    """Brute force over every number of interviews, with the counts that decide found by their intervals."""
    asked, threshold = 120, 0.5
    found = more_interviews(agreed, asked, threshold=threshold, population=population)
    fails = 0
    for more in range(1, 560):
        counts = np.arange(agreed, agreed + more + 1)
        beyond = np.array([interval(int(k), asked + more, population=population)[0] > threshold for k in counts])
        first = int(np.argmax(beyond)) if beyond.any() else more + 1
        if population is None:
            chance = binom.sf(first - 1, more, agreed / asked)
        else:
            yes = round(agreed / asked * population) - agreed
            chance = hypergeom.sf(first - 1, population - asked, yes, more)
        fails = more if chance < POWER else fails
    assert found.planned == fails + 1


def test_a_share_on_the_threshold_is_never_decided_by_more_of_the_same() -> None:
    found = more_interviews(60, 120, threshold=0.5)
    assert (found.unchanged, found.planned) == (None, None)
