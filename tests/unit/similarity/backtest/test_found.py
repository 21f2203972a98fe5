from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model.text import Text
from similarity.backtest.curve import curve
from similarity.backtest.found import Trial, find
from similarity.features import Floats
from similarity.metrics import hit_chances, paired_difference, wilson, wilson_ends
from tests.unit.similarity.tables import relaxed

RULE = Text("规则", "rule")


@st.composite
def trials(draw: st.DrawFn) -> tuple[list[Trial], list[Floats]]:
    """Draw some trials over one stock: each hides some rows among candidates, with scores full of ties."""
    n = draw(st.integers(4, 25))
    made, scores = [], []
    for _ in range(draw(st.integers(1, 4))):
        role = np.array(draw(st.lists(st.integers(0, 3), min_size=n, max_size=n)))
        role[0], role[1] = 1, 2  # one hidden and one other candidate at least
        made.append(Trial(role == 0, role == 1, role > 0))
        scores.append(np.array(draw(st.lists(st.integers(0, 5), min_size=n, max_size=n)), float))
    return made, scores


@relaxed
@given(trials())
def test_the_share_at_every_length_is_the_mean_chance_of_the_positives(case: tuple[list[Trial], list[Floats]]) -> None:
    made, scores = case
    found = find(made, scores)
    shares = found.shares()
    assert len(shares) == int(found.candidates)
    sums, times = np.zeros(len(made[0].hidden)), np.zeros(len(made[0].hidden))
    for k in range(1, len(shares) + 1):
        sums[:], times[:] = 0, 0
        for trial, all_scores in zip(made, scores, strict=True):
            wanted = trial.hidden[trial.candidates]
            sums[trial.hidden] += hit_chances(all_scores[trial.candidates], wanted, k=k)
            times += trial.hidden
        mean = (sums[times > 0] / times[times > 0]).mean()
        assert shares[k - 1] == pytest.approx(mean)
        assert found.chances(k).mean() == pytest.approx(mean)
    assert found.positives == int((times > 0).sum())


@relaxed
@given(trials())
def test_a_curve_rises_and_its_figures_hang_together(case: tuple[list[Trial], list[Floats]]) -> None:
    found = find(*case)
    line = curve(RULE, found)
    assert (np.diff(line.hits) >= -1e-9).all()
    assert (line.low <= line.hits + 1e-9).all()
    assert (line.hits <= line.high + 1e-9).all()
    for k in (1, len(line)):
        at = line.at(k)
        assert at.recall.value == pytest.approx(at.hits.value / found.hidden)
        assert at.precision.value == pytest.approx(at.hits.value / k)
        assert at.lift.value == pytest.approx(line.lift(line.hits)[k - 1])
    body = line.to_json()
    assert len(body["lift_low"]) == len(body["hits"]) == len(body["k"])


def test_one_trial_without_ties_counts_plainly() -> None:
    hidden = np.array([True, False, True, False, False])
    found = find([Trial(np.zeros(5, bool), hidden, np.ones(5, bool))], [np.array([5.0, 4, 3, 2, 1])])
    assert curve(RULE, found).hits.tolist() == [1, 1, 2, 2, 2]
    assert curve(RULE, found).at(1).lift.value == pytest.approx(2.5)


@relaxed
@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0.1, 500)), min_size=1, max_size=9))
def test_many_intervals_at_once_are_those_one_by_one(cases: list[tuple[float, float]]) -> None:
    trials_, successes = np.array([n for _, n in cases]), np.array([p * n for p, n in cases])
    ends = np.transpose(wilson_ends(successes, trials_))
    for (low, high), s, n in zip(ends, successes, trials_, strict=True):
        assert (low, high) == pytest.approx(wilson(s, n))


@relaxed
@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=50))
def test_a_paired_difference_changes_sign_with_its_sides(pairs: list[tuple[float, float]]) -> None:
    one, other = np.transpose(pairs)
    mean, low, high = paired_difference(one, other)
    assert low <= mean <= high
    assert paired_difference(other, one) == pytest.approx((-mean, -high, -low))
    assert low < high


def test_the_interval_of_a_paired_difference_covers_the_truth() -> None:
    rng, held = np.random.default_rng(0), 0
    for _ in range(1000):
        hard = rng.random(40) < 0.4
        one, other = hard | (rng.random(40) < 0.4), hard | (rng.random(40) < 0.2)
        _, low, high = paired_difference(one.astype(float), other.astype(float))
        held += low <= 0.6 * 0.2 <= high
    assert 930 <= held <= 985
