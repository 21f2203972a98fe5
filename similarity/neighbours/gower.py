"""The mixed measure: numbers, categories, sets and places together, a weight for each, unknown values left out.

    s(x, y) = sum of w_j s_j(x, y) / sum of w_j, over the features j that are known of both

J. C. Gower (1971), A general coefficient of similarity and some of its properties, Biometrics 27, 857-871. A feature
unknown on either side leaves numerator and denominator; with nothing known of both the similarity is NaN.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from graph.model.errors import ArgumentInvalid, UnknownName
from graph.model.text import Text
from similarity.features import FEATURE, Floats
from similarity.neighbours.measures import Parts, ratio
from similarity.neighbours.traits import Trait

MIXED = "mixed"
TITLE = Text("逐项相近程度的加权平均", "weighted mean of the likeness of each feature (Gower)")


def weighed(standard: Mapping[str, float], given: Mapping[str, float]) -> dict[str, float]:
    """Return the weights of features: the standard ones, those in `given` replaced.

    Raises `UnknownName` for a feature that does not exist (nearest named), `ArgumentInvalid` for a weight that is
    negative or no number, and when no weight is above 0.

    >>> weighed({"age": 1.0, "sex": 1.0, "politics": 0.0}, {"sex": 0.0})
    {'age': 1.0}
    """
    for name, weight in given.items():
        if name not in standard:
            raise UnknownName(FEATURE, name, standard)
        if not (math.isfinite(weight) and weight >= 0):
            raise ArgumentInvalid(
                "weight", f"{name}={weight}", Text("权重应为不小于 0 的数", "a weight is a number of at least 0")
            )
    weights = {name: float(given.get(name, weight)) for name, weight in standard.items()}
    if not any(weights.values()):
        said = ", ".join(f"{name}={weight:g}" for name, weight in given.items())
        raise ArgumentInvalid("weight", said, Text("权重不能全为 0", "not all weights can be 0"))
    return {name: weight for name, weight in weights.items() if weight > 0}


def likenesses(traits: Sequence[Trait], row: int) -> Floats:
    """Return the likeness of one row to each row by each trait, (traits, rows), NaN where it cannot be told."""
    return np.array([trait.likeness(row) for trait in traits])


def score(likeness: Floats, weights: Floats) -> Floats:
    """Return the similarities, (rows,), from likenesses (traits, rows) and weights (traits,).

    >>> score(np.array([[1.0, np.nan], [0.5, np.nan]]), np.array([1.0, 3.0])).tolist()
    [0.625, nan]
    """
    known = _known(likeness, weights)
    total = known.sum(axis=0)
    added = (known * np.nan_to_num(likeness)).sum(axis=0)
    return np.where(total > 0, np.clip(ratio(added, total), 0.0, 1.0), np.nan)


def parts(likeness: Floats, weights: Floats) -> Parts:
    """Return what each trait adds to the similarities and what it takes away, (traits, rows)."""
    known = _known(likeness, weights)
    total, near = known.sum(axis=0), np.nan_to_num(likeness)
    return Parts(0.0, ratio(known * near, total), ratio(known * (1 - near), total))


def _known(likeness: Floats, weights: Floats) -> Floats:
    return np.where(np.isnan(likeness), 0.0, weights[:, None])
