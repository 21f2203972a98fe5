from __future__ import annotations

import datetime as dt

import numpy as np

from graph.model.text import Text
from similarity.backtest.drift import between_waves, unlike_the_stock
from similarity.features import Feature, FeatureKind, Features, from_matrix

CUT = dt.date(2021, 6, 1)


def table(shift: float, *, seed: int = 0) -> tuple[Features, dict[str, dt.date]]:
    """Sixty positives among 300 rows; the later half lies `shift` higher in the first of 40 columns."""
    x = np.random.default_rng(seed).normal(size=(300, 40))
    x[:30, 0] += shift
    dates = {str(i): CUT if i < 30 else dt.date(2020, 6, 1) for i in range(60)}
    return from_matrix(x), dates


def test_waves_that_differ_are_named_by_feature() -> None:
    features, dates = table(2.5)
    (warning,) = between_waves(features, dates, before=CUT)
    assert "1 features: x0" in warning.en
    assert "x0" in warning.zh


def test_waves_that_are_alike_give_no_warning_however_many_features_are_compared() -> None:
    assert sum(len(between_waves(*table(0.0, seed=s), before=CUT)) for s in range(40)) <= 4


def test_positives_of_another_kind_are_pointed_out() -> None:
    features, dates = table(0.0)
    values = features.column("x0").values.copy()
    values[:60] += 4
    title = Text("建成年份", "year built")
    columns = (Feature("built_year", title, FeatureKind.NUMERIC, values, observed="fixed"), *features.columns)
    changed = Features(features.ids, columns)
    (warning,) = unlike_the_stock(changed, list(dates), names=["built_year"])
    assert "year built" in warning.en
    assert unlike_the_stock(changed, list(dates), names=["x1"]) == ()


def test_a_feature_that_nobody_knows_says_nothing() -> None:
    features = from_matrix(np.full((20, 1), np.nan))
    assert unlike_the_stock(features, ["0", "1"], names=["x0"]) == ()
    assert between_waves(features, {"0": CUT, "1": dt.date(2020, 1, 1)}, before=CUT) == ()
