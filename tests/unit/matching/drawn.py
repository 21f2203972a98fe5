"""Large problems of assignment and of location, drawn as the literature draws them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from matching.problem import Pairs, Problem


def assignment(kind: str, needs: int, resources: int, *, seed: int = 1) -> Problem:
    """Draw generalised assignment of type c, d or e of Chu and Beasley (1997) and Laguna et al. (1995)."""
    rng = np.random.default_rng(seed)
    shape = needs, resources
    if kind == "c":
        size, cost = rng.integers(5, 26, shape).astype(float), rng.integers(10, 51, shape).astype(float)
    elif kind == "d":
        size = rng.integers(1, 101, shape).astype(float)
        cost = 111 - size + rng.integers(-10, 11, shape)
    else:
        size = np.maximum(1.0, np.round(1 - 10 * np.log(1 - rng.random(shape))))
        cost = np.round(1000 / size - 10 * rng.random(shape))
    need, resource = np.indices(shape).reshape(2, -1)
    pairs = Pairs.of(need, resource, cost=cost.ravel(), size=size.ravel())
    names = [f"n{i}" for i in range(needs)], [f"r{i}" for i in range(resources)]
    return Problem.of(*names, pairs, capacity=np.floor(0.8 * size.sum() / resources / resources))


def location(count: int, needs: int, *, split: bool, seed: int = 5) -> Problem:
    """Draw sites with places and fixed costs after Cornuejols, Sridharan and Thizy (1991)."""
    rng = np.random.default_rng(seed)
    site, home = rng.random((count, 2)), rng.random((needs, 2))
    metres = np.hypot(*(home[:, None] - site[None]).transpose(2, 0, 1))
    size = rng.integers(5, 35, needs).astype(float)
    places = np.floor(rng.integers(10, 160, count) * size.sum() / count / 17)
    fixed = np.round((rng.integers(0, 90, count) + rng.integers(100, 110, count) * np.sqrt(places)) / 4)
    need, resource = np.indices((needs, count)).reshape(2, -1)
    cost = np.round(10 * metres * size[:, None], 2)
    pairs = Pairs.of(need, resource, cost=cost.ravel(), size=np.repeat(size, count))
    names = [f"n{i}" for i in range(needs)], [f"r{i}" for i in range(count)]
    return replace(Problem.of(*names, pairs, capacity=places), fixed_cost=fixed, split=split)
