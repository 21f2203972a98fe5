from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import hypergeom
from sklearn.metrics import average_precision_score, roc_auc_score

from similarity import metrics
from tests.unit.similarity.tables import relaxed

cases = st.lists(st.tuples(st.integers(0, 6), st.booleans()), min_size=2, max_size=60).filter(
    lambda rows: 0 < sum(y for _, y in rows) < len(rows)
)


@relaxed
@given(cases)
def test_area_and_average_precision_agree_with_scikit_learn(rows: list[tuple[int, bool]]) -> None:
    scores, labels = np.array([s for s, _ in rows], float), np.array([y for _, y in rows])
    assert metrics.area_under_curve(scores, labels) == pytest.approx(roc_auc_score(labels, scores))
    assert metrics.average_precision(scores, labels) == pytest.approx(average_precision_score(labels, scores))


@relaxed
@given(cases, st.integers(1, 60))
def test_hit_chances_are_the_mean_over_random_orders_of_ties(rows: list[tuple[int, bool]], k: int) -> None:
    scores, labels = np.array([s for s, _ in rows], float), np.array([y for _, y in rows])
    k = min(k, len(rows))
    everything = metrics.hit_chances(scores, labels, k=k).sum() + metrics.hit_chances(scores, ~labels, k=k).sum()
    assert everything == pytest.approx(k)


@relaxed
@given(st.integers(1, 200), st.data())
def test_chance_hits_is_the_hypergeometric_range(rows: int, data: st.DataObject) -> None:
    positives, k = data.draw(st.integers(0, rows)), data.draw(st.integers(1, rows))
    low, high = metrics.chance_hits(rows, positives, k=k)
    law = hypergeom(rows, positives, k)
    assert law.cdf(low) >= 0.025 - 1e-9
    assert law.cdf(low - 1) <= 0.025 + 1e-9
    assert law.cdf(high) >= 0.975 - 1e-9
    assert law.cdf(high - 1) <= 0.975 + 1e-9


@relaxed
@given(st.integers(0, 50), st.integers(1, 50))
def test_wilson_holds_the_share_and_stays_inside(successes: int, trials: int) -> None:
    successes = min(successes, trials)
    low, high = metrics.wilson(successes, trials)
    assert 0 <= low <= successes / trials <= high <= 1


def test_wilson_without_trials_knows_nothing() -> None:
    assert metrics.wilson(0, 0) == (0.0, 1.0)


def test_the_expected_precision_of_chance_is_exact() -> None:
    rng = np.random.default_rng(0)
    labels = np.arange(30) < 4
    drawn = np.mean([metrics.average_precision(rng.permutation(30.0 + np.arange(30)), labels) for _ in range(4000)])
    expected, low, high = metrics.chance_precision(30, 4, seed=0)
    assert expected == pytest.approx(drawn, abs=0.01)
    assert low < expected < high


def test_the_bootstrap_is_seeded_and_holds_the_mean() -> None:
    values = np.random.default_rng(1).random(40)
    low, high = metrics.bootstrap_mean(values, seed=3)
    assert (low, high) == metrics.bootstrap_mean(values, seed=3)
    assert low < values.mean() < high
