"""Real numbers as integers, for solvers that work in integers; exact wherever decimals allow it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.problem import Floats, Ints

DECIMALS = 9
"""Figures leave linli with at most nine digits after the point; so many are tried before a scale is rounded."""
ROOM = 2**58
"""Integers of the solvers are 64 bits wide; a cost-scaling flow multiplies them by a few times the number of nodes."""
HUGE = 1e300
"""Figures so small that no scale in reach makes them whole numbers are as good as zero."""
NOISE = 4 * np.finfo(np.float64).eps
"""A decimal that was multiplied is off by this share at most."""


@dataclass(frozen=True, slots=True, eq=False)
class Scaled:
    """Integers `values` = round(numbers x `scale`); `exact` when nothing was lost."""

    values: Ints
    scale: float
    exact: bool


def scaled(numbers: Floats, *, largest: float) -> Scaled:
    """Multiply by a power of ten that makes integers, or by the largest scale under which none exceeds `largest`.

    >>> scaled(np.array([1.5, 2.25]), largest=1e6)
    Scaled(values=array([150, 225]), scale=100.0, exact=True)
    """
    top = float(np.abs(numbers).max(initial=0.0))
    for digits in range(DECIMALS + 1):
        scale = 10.0**digits
        if top * scale > largest:
            break
        values = np.round(numbers * scale)
        lost, size = np.abs(numbers * scale - values), np.abs(values)
        if (lost <= np.minimum(1e-6, 1e-9 * size) + NOISE * size).all():
            return Scaled(values.astype(np.int64), scale, True)
    scale = min(largest / top, HUGE) if top else 1.0
    return Scaled(np.round(numbers * scale).astype(np.int64), scale, False)
