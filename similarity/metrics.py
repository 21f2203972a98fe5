"""How good a ranking is: recall, precision and lift at k, area under the curve, average precision, with intervals.

Ties are never broken by luck: a row tied across the cut counts by the chance that it falls inside, tied pairs count
one half, and precision is taken at the end of a tie (as scikit-learn does).
"""

from __future__ import annotations

import math

import numpy as np

from similarity.features import Floats, Mask

Z95 = 1.959963984540054  # the 97.5 % point of the normal distribution


def hit_chances(scores: Floats, positives: Mask, *, k: int) -> Floats:
    """Return for each positive the chance to stand among the first `k` when ties fall in random order."""
    above, tied = above_and_tied(scores, positives)
    return np.clip((k - above) / tied, 0.0, 1.0)


def placements(scores: Floats, positives: Mask) -> Floats:
    """Return for each positive the share of the other rows that score lower, ties counting one half."""
    others = np.sort(scores[~positives])
    own = scores[positives]
    below = np.searchsorted(others, own, "left")
    return (below + np.searchsorted(others, own, "right")) / (2 * max(len(others), 1))


def precisions(scores: Floats, positives: Mask) -> Floats:
    """Return for each positive the precision of the list that ends with it (and with the rows tied to it)."""
    own = np.sort(scores[positives])
    at_least = len(own) - np.searchsorted(own, scores[positives], "left")
    above, tied = above_and_tied(scores, positives)
    return at_least / (above + tied)


def above_and_tied(scores: Floats, positives: Mask) -> tuple[Floats, Floats]:
    """Return for each positive how many rows score higher, and how many the same (itself included)."""
    rising, own = np.sort(scores), scores[positives]
    right = np.searchsorted(rising, own, "right")
    return (len(rising) - right).astype(np.float64), (right - np.searchsorted(rising, own, "left")).astype(np.float64)


def area_under_curve(scores: Floats, positives: Mask) -> float:
    """Return the chance that a positive scores higher than another row (NaN without both).

    >>> area_under_curve(np.array([3.0, 2.0, 1.0]), np.array([True, False, True]))
    0.5
    """
    if not positives.any() or positives.all():
        return float("nan")
    return float(placements(scores, positives).mean())


def average_precision(scores: Floats, positives: Mask) -> float:
    """Return the mean precision over the positives (NaN without any)."""
    return float(precisions(scores, positives).mean()) if positives.any() else float("nan")


def wilson(successes: float, trials: float, *, z: float = Z95) -> tuple[float, float]:
    """Return Wilson's interval of a proportion (1927; fractional counts are allowed), 95 % unless told otherwise.

    >>> [round(x, 3) for x in wilson(184, 200)]
    [0.874, 0.95]
    """
    if trials <= 0:
        return 0.0, 1.0
    p, z2 = successes / trials, z * z
    centre = (p + z2 / (2 * trials)) / (1 + z2 / trials)
    half = z * math.sqrt(max(p * (1 - p), 0.0) / trials + z2 / (4 * trials * trials)) / (1 + z2 / trials)
    return max(0.0, min(p, centre - half)), min(1.0, max(p, centre + half))


def wilson_ends(successes: Floats, trials: Floats) -> tuple[Floats, Floats]:
    """Return the low and the high ends of many of Wilson's 95 % intervals at once; every `trials` is above zero."""
    p, z2 = successes / trials, Z95 * Z95
    centre = (p + z2 / (2 * trials)) / (1 + z2 / trials)
    half = Z95 * np.sqrt(np.maximum(p * (1 - p), 0.0) / trials + z2 / (4 * trials * trials)) / (1 + z2 / trials)
    return np.maximum(0.0, np.minimum(p, centre - half)), np.minimum(1.0, np.maximum(p, centre + half))


def paired_difference(one: Floats, other: Floats) -> tuple[float, float, float]:
    """Return the mean of `one - other` over the same cases, with its 95 % interval; values lie in [0, 1].

    Bonett and Price (2012) for two proportions of one sample: one case is added for either side, so that equal
    answers on few cases do not give an interval of no width.
    """
    difference, n = one - other, len(one) + 2
    centre = float(difference.sum()) / n
    half = Z95 * math.sqrt(max((float((difference**2).sum()) + 2) / n - centre * centre, 0.0) / n)
    mean = float(difference.mean()) if len(one) else 0.0
    return mean, max(-1.0, min(mean, centre - half)), min(1.0, max(mean, centre + half))


def chance_hits(rows: int, positives: int, *, k: int) -> tuple[int, int]:
    """Return the central 95 % range of hits of a random list of `k` (the hypergeometric distribution).

    >>> chance_hits(1037, 37, k=37)
    (0, 4)
    """
    low, high = max(0, k + positives - rows), min(k, positives)
    chances = [_chance(h, rows=rows, positives=positives, k=k) for h in range(low, high + 1)]
    rising = np.cumsum(chances)
    return low + int(np.searchsorted(rising, 0.025)), low + min(int(np.searchsorted(rising, 0.975)), high - low)


def _chance(hits: int, *, rows: int, positives: int, k: int) -> float:
    return math.exp(_log_choose(positives, hits) + _log_choose(rows - positives, k - hits) - _log_choose(rows, k))


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def bootstrap_mean(values: Floats, *, seed: int, rounds: int = 2000) -> tuple[float, float]:
    """Return the percentile bootstrap 95 % interval of a mean (Efron 1979); resamples the values `rounds` times."""
    if not len(values):
        return float("nan"), float("nan")
    draws = np.random.Generator(np.random.PCG64(seed)).integers(len(values), size=(rounds, len(values)))
    low, high = np.quantile(values[draws].mean(1), [0.025, 0.975])
    return float(low), float(high)


def chance_precision(rows: int, positives: int, *, seed: int, rounds: int = 1000) -> tuple[float, float, float]:
    """Return the expected average precision of a random order, and its central 95 % range.

    The expectation is exact (Bestgen 2015); the range is drawn: before the h-th of m positives stand about
    `(rows - m) u` others, u the h-th of m sorted uniform numbers.
    """
    if rows < 2:
        return 1.0, 1.0, 1.0
    harmonic = float((1 / np.arange(1, rows + 1)).sum())
    expected = (harmonic + (positives - 1) / (rows - 1) * (rows - harmonic)) / rows
    uniform = np.sort(np.random.Generator(np.random.PCG64(seed)).random((rounds, positives)), axis=1)
    place = np.arange(1, positives + 1)
    low, high = np.quantile((place / (place + (rows - positives) * uniform)).mean(1), [0.025, 0.975])
    return expected, float(low), float(high)
