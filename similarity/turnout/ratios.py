"""Rate ratios of observed to expected counts, drawn towards 1 as far as their noise demands (empirical Bayes).

A group with `n` visits where `e` were expected has the raw ratio n / e. Ratios of groups are taken as a gamma
distribution with mean m and variance A, both from the data (the moment estimator of Marshall 1991, the model of
Clayton and Kaldor 1987); the ratio that leaves here is the posterior mean (n + m b) / (e + b), b = m / A.
"""

from __future__ import annotations

import numpy as np

from similarity.features import Floats

LEAST = 0.02  # the least ratio that is believed: log stays finite where nobody ever came
MOST_PRIOR = 1e6  # expected visits; where groups do not differ beyond noise, the prior outweighs everything


def prior(counts: Floats, expected: Floats, *, mean: float | None = None) -> tuple[float, float]:
    """Return the mean m of the ratios and the weight b of the prior, in expected visits; a mean that is known stays.

    >>> prior(np.array([10.0, 10.0]), np.array([10.0, 10.0]))
    (1.0, 1000000.0)
    """
    total = float(expected.sum())
    if total <= 0:
        return 1.0, MOST_PRIOR
    mean = float(counts.sum()) / total if mean is None else mean
    known = expected > 0
    n, e = counts[known], expected[known]
    spread = float((e * (n / e - mean) ** 2).sum()) / total
    variance = spread - mean * len(e) / total  # len(e) / total is one over the mean expectation
    return mean, MOST_PRIOR if variance * MOST_PRIOR <= mean else mean / variance


def shrunk(counts: Floats, expected: Floats, *, mean: float | None = None) -> Floats:
    """Return the shrunk ratio of each group relative to the mean of all, at least `LEAST`.

    Groups that are not everybody (the holders of tags) are compared with a `mean` of 1: what was expected holds for all.
    """
    found, weight = prior(counts, expected, mean=mean)
    return posterior(counts, expected, mean=found, weight=weight)


def posterior(counts: Floats, expected: Floats, *, mean: float, weight: float) -> Floats:
    """Return (n + m b) / (e + b) / m, at least `LEAST`; 1 where nothing at all was counted (m = 0)."""
    if mean <= 0:
        return np.ones_like(counts)
    return np.maximum((counts + mean * weight) / ((expected + weight) * mean), LEAST)


def by_kind(counts: Floats, expected: Floats) -> Floats:
    """Return ratios of groups in each kind of activity; shape (kinds, groups).

    A group's ratio in one kind is drawn towards its ratio in all kinds, and that towards 1.
    """
    overall = shrunk(counts.sum(0), expected.sum(0))
    within = np.stack([shrunk(n, e * overall) for n, e in zip(counts, expected, strict=True)])
    return np.maximum(within * overall, LEAST)
