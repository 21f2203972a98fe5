"""Seeded draws: every topic has a stream of its own, so that a change in one topic moves no other."""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Words = NDArray[np.object_]


def stream(seed: int, topic: str) -> np.random.Generator:
    """Return the generator of one topic, the same for the same seed and topic on every machine."""
    digest = hashlib.sha256(f"{seed}:{topic}".encode()).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest[:16], "big")))


def pick(rng: np.random.Generator, weights: Floats, count: int) -> Ints:
    """Draw `count` different rows, one after the other, each with odds `weights` among those left; sorted by row.

    The Gumbel trick: adding standard Gumbel noise to the log weights and taking the largest is successive sampling
    without replacement (Yellott 1977). Rows of weight 0 are never drawn.
    """
    possible = np.flatnonzero(weights > 0)
    count = min(count, len(possible))
    keys = np.log(weights[possible]) + rng.gumbel(size=len(possible))
    return np.sort(possible[np.argsort(-keys, kind="stable")[:count]])


def choose(rng: np.random.Generator, shares: dict[str, float], count: int) -> Words:
    """Draw `count` words independently with the given shares (any positive scale)."""
    words, weights = np.array(list(shares), object), np.array(list(shares.values()), float)
    return np.asarray(words[np.searchsorted(np.cumsum(weights / weights.sum())[:-1], rng.random(count), side="right")])


def parts(shares: Floats, total: int) -> Ints:
    """Divide `total` into whole numbers proportional to `shares` (largest remainders, ties to the first)."""
    exact = shares / shares.sum() * total
    whole = np.floor(exact).astype(np.int64)
    rest = np.argsort(-(exact - whole), kind="stable")[: total - int(whole.sum())]
    whole[rest] += 1
    return whole
