"""Results of made-up back-tests: places of hidden positives, without a model."""

from __future__ import annotations

import numpy as np

from similarity.backtest.found import Found
from similarity.features import Floats


def placed(shares: Floats, *, candidates: int = 1500) -> Found:
    """Return a single trial in which each hidden positive stands at a share of the list (0 is its top)."""
    above = np.minimum(np.floor(np.asarray(shares) * candidates), candidates - 1.0)
    m = len(above)
    return Found(np.arange(m), above, np.ones(m), 1 - shares, np.ones(m), float(candidates), float(m))


def drawn(rng: np.random.Generator, m: int, *, top: float = 0.1, share: float = 0.5) -> Floats:
    """Draw places of which `share` fall evenly into the first `top` of the list, the others evenly below it."""
    inside = rng.binomial(m, share)
    return np.concatenate((rng.random(inside) * top, top + (1 - top) * rng.random(m - inside)))
