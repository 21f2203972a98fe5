"""Which figures of people tell groups apart, and which differ between groups no more than chance alone makes them.

A share among forty neighbours always differs from stairwell to stairwell. Where the differences are no larger than
drawing the same people at random into the groups would give, the figure says nothing about a group, and hundreds of
such figures drown the few that do. Nothing here looks at positives: what tells groups apart is a matter of the stock.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import replace

from graph.model.text import Text
from similarity.features import Barred, Feature, Features
from similarity.portraits.crowd import Mean, Share

LEAST = 3.0  # standard deviations of the test statistic beyond its mean: chance alone passes one time in a thousand
NO_MORE_THAN_CHANCE = Text("各组之间的差别不超出偶然", "between the groups it differs no more than by chance")
SAME_AS = Text("每一组都与 {name} 相同", "it is the same as {name} in every group")

NOT_YET = Text("各组之间的差别到 {day} 为止还看不出", "up to {day} it did not tell the groups apart yet")


def telling(features: Features, *, keep: Collection[str] = ()) -> Features:
    """Bar the figures of people that differ between the rows no more than by chance, and those that repeat another.

    Features named in `keep` stay in any case.
    """
    first: dict[bytes, str] = {}
    columns, barred = [], []
    for column in features.columns:
        same = first.setdefault(column.values.tobytes(), column.name)
        if column.name in keep or (same == column.name and beyond_chance(column) >= LEAST):
            columns.append(column)
        else:
            why = NO_MORE_THAN_CHANCE if same == column.name else SAME_AS.fill(name=same)
            barred.append(Barred(column.name, why))
    return replace(features, columns=tuple(columns), barred=features.barred + tuple(barred))


def quiet(barred: Barred) -> bool:
    """Tell whether a feature was left out because it says nothing, not because it could hold the outcome."""
    return any(
        barred.why.zh.startswith(why.zh.split("{", maxsplit=1)[0]) for why in (NO_MORE_THAN_CHANCE, SAME_AS, NOT_YET)
    )


def beyond_chance(feature: Feature) -> float:
    """Return how many standard deviations the differences between the groups lie above what chance gives.

    Infinite for a figure that is not counted from people (a build year, a distance).
    """
    if isinstance(feature, Share):
        return _share(feature)
    return _mean(feature) if isinstance(feature, Mean) else math.inf


def _share(feature: Share) -> float:
    """Test that all groups have one share: Pearson's X² with its exact variance under the binomial (Haldane 1937).

    The variance is `sum(2 + (1 - 6 q) / (n q))` with `q = p (1 - p)`, which matters where a share is rare.
    """
    some = feature.among > 0
    n, count = feature.among[some], feature.counts[some]
    p = float(count.sum()) / max(float(n.sum()), 1.0)
    q = p * (1 - p)
    if q <= 0 or len(n) < 2:
        return 0.0
    statistic = float(((count - n * p) ** 2 / (n * q)).sum())
    spread = math.sqrt(max(float((2 + (1 - 6 * q) / (n * q)).sum()), 1e-12))
    return (statistic - (len(n) - 1)) / spread


def _mean(feature: Mean) -> float:
    """Test that all groups have one mean: the F ratio of a one-way analysis of variance (Fisher 1925).

    Its standard deviation is that of two independent mean squares, `sqrt(2 / between + 2 / within)`.
    """
    some = feature.among > 0
    n, total, squares = feature.among[some], feature.total[some], feature.squares[some]
    between, within = len(n) - 1, float(n.sum()) - len(n)
    if between < 1 or within < 1 or not squares.sum() > 0:
        return 0.0
    centre = float(total.sum() / n.sum())
    ratio = float((n * (total / n - centre) ** 2).sum()) / between / (float(squares.sum()) / within)
    return (ratio - 1) / math.sqrt(2 / between + 2 / within)
