"""Feature tables of every sort, for property tests."""

from __future__ import annotations

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st

from graph.model.text import Text
from similarity.features import FIXED, Feature, FeatureKind, Features

GAP = float("nan")

relaxed = settings(deadline=None)
"""Other work on the machine is no failure."""


@st.composite
def feature_tables(draw: st.DrawFn, *, fewest: int = 3, most: int = 40) -> Features:
    """Draw a table of numbers (ties, gaps, huge values), flags and categories; at least one column varies."""
    n = draw(st.integers(fewest, most))
    value = st.sampled_from([0.0, 1.0, 2.0, -3.5, GAP]) | st.floats(-1e120, 1e120) | st.floats(-10, 10)
    columns = [_column("x0", [float(i % 7) + i / 100 for i in range(n)], FeatureKind.NUMERIC)]
    for j in range(1, draw(st.integers(1, 6))):
        kind = draw(st.sampled_from(list(FeatureKind)))
        one = value if kind is FeatureKind.NUMERIC else st.sampled_from([0.0, 1.0, GAP])
        columns.append(_column(f"x{j}", draw(st.lists(one, min_size=n, max_size=n)), kind))
    return Features(tuple(f"r{i:03d}" for i in range(n)), tuple(columns))


def _column(name: str, values: list[float], kind: FeatureKind) -> Feature:
    levels = ("木", "砖") if kind is FeatureKind.CATEGORICAL else ()
    return Feature(name, Text(f"列{name}", f"column {name}"), kind, np.array(values), levels, FIXED)


def planted(n: int = 400, positives: int = 60, *, columns: int = 8, seed: int = 0) -> tuple[Features, list[str]]:
    """Return a table whose first column moves the chance to be a positive, and the positives."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, columns))
    ids = [f"u{i:04d}" for i in range(n)]
    order = np.argsort(-(2.5 * x[:, 0] + rng.gumbel(size=n)))
    made = tuple(_column(f"x{j}", x[:, j].tolist(), FeatureKind.NUMERIC) for j in range(columns))
    return Features(tuple(ids), made), sorted(ids[i] for i in order[:positives])
