"""Rate ratios: bounded by what was counted and by 1, better than the raw ratio, exact where groups do not differ."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from similarity.turnout import ratios

COUNTS = st.lists(st.tuples(st.integers(0, 200), st.floats(0.1, 200)), min_size=1, max_size=30)


def _columns(pairs: list[tuple[int, float]]) -> tuple[np.ndarray, np.ndarray]:
    counts, expected = np.array(pairs, np.float64).T
    return counts, expected


@given(COUNTS)
def test_a_shrunk_ratio_lies_between_one_and_the_raw_ratio(pairs: list[tuple[int, float]]) -> None:
    counts, expected = _columns(pairs)
    mean, _ = ratios.prior(counts, expected)
    raw = counts / expected / mean if mean > 0 else np.ones(len(counts))
    found = ratios.shrunk(counts, expected)
    low, high = np.minimum(raw, 1.0), np.maximum(raw, 1.0)
    assert np.all((found >= np.minimum(low, ratios.LEAST) - 1e-9) & (found <= high + 1e-9))
    assert np.all(found >= ratios.LEAST)


@given(COUNTS, st.randoms(use_true_random=False))
def test_the_order_of_groups_does_not_matter(pairs: list[tuple[int, float]], luck: object) -> None:
    counts, expected = _columns(pairs)
    order = list(range(len(pairs)))
    luck.shuffle(order)  # type: ignore[attr-defined]
    found = ratios.shrunk(counts, expected)
    assert np.allclose(found[order], ratios.shrunk(counts[order], expected[order]), rtol=1e-6)


@given(COUNTS, st.floats(0.01, 100))
def test_the_level_of_what_was_expected_does_not_matter_for_the_mean(
    pairs: list[tuple[int, float]], level: float
) -> None:
    counts, expected = _columns(pairs)
    mean, _ = ratios.prior(counts, expected * level)
    assert np.isclose(mean * level, ratios.prior(counts, expected)[0])


def test_groups_that_differ_by_noise_alone_all_get_one() -> None:
    rng = np.random.Generator(np.random.PCG64(1))
    expected = np.full(400, 8.0)
    assert np.abs(ratios.shrunk(rng.poisson(expected).astype(float), expected) - 1).max() < 0.25


def test_shrinking_comes_nearer_to_the_truth_than_the_raw_ratio_and_than_one() -> None:
    rng = np.random.Generator(np.random.PCG64(2))
    truth = rng.gamma(4.0, 0.25, 500)
    expected = rng.uniform(0.5, 12, 500)
    counts = rng.poisson(truth * expected).astype(float)
    mean, weight = ratios.prior(counts, expected)
    assert 2.5 < weight / mean < 6.5  # the gamma's shape is 4
    error = ((ratios.shrunk(counts, expected) * mean - truth) ** 2).mean()
    assert error < 0.8 * min(((counts / expected - truth) ** 2).mean(), ((mean - truth) ** 2).mean())


def test_a_kind_without_visits_takes_the_ratio_of_all_kinds() -> None:
    counts, expected = np.array([[40.0, 160.0], [0.0, 0.0]]), np.array([[100.0, 100.0], [0.0, 0.0]])
    found = ratios.by_kind(counts, expected)
    assert np.allclose(found[1], ratios.shrunk(counts[0], expected[0]))


def test_without_any_visit_every_ratio_is_one() -> None:
    assert ratios.shrunk(np.zeros(3), np.zeros(3)).tolist() == [1.0, 1.0, 1.0]
    assert ratios.shrunk(np.zeros(3), np.ones(3)).tolist() == [1.0, 1.0, 1.0]


def test_a_single_group_that_is_not_everybody_keeps_its_ratio() -> None:
    counts, expected = np.array([400.0]), np.array([100.0])
    assert ratios.shrunk(counts, expected).tolist() == [1.0]
    assert ratios.shrunk(counts, expected, mean=1.0)[0] > 3.5
