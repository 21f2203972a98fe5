from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from graph.model.errors import ModelUnusable
from graph.model.text import Text
from similarity.features import Feature, FeatureKind, Features
from similarity.lookalike.estimator import LookAlike
from similarity.lookalike.ranking import rank
from similarity.reasons import NANO
from similarity.saved.again import rank_again, with_positives
from similarity.saved.model import SavedModel, load, save

RNG = np.random.Generator(np.random.PCG64(4))
ROWS = 160
LEVELS = ("brick", "frame", "mixed")
TITLES = (Text("砖混", "brick"), Text("框架", "frame"), Text("混合", "mixed"))


def column(name: str, values: np.ndarray, kind: FeatureKind = FeatureKind.NUMERIC, **more: object) -> Feature:
    return Feature(name, Text(name, name), kind, values, observed=dt.date(2020, 1, 1), **more)  # type: ignore[arg-type]


def table(rng: np.random.Generator) -> Features:
    kinds = rng.integers(0, 3, ROWS).astype(float)
    columns = (
        column("x", rng.normal(size=ROWS)),
        column("y", rng.normal(size=ROWS)),
        column("kind", kinds, FeatureKind.CATEGORICAL, levels=LEVELS, level_titles=TITLES),
    )
    return Features(tuple(f"u{i:03d}" for i in range(ROWS)), columns)


STOCK = table(RNG)
POSITIVES = [STOCK.ids[i] for i in np.argsort(-STOCK.column("x").values)[::2][:30]]


@pytest.fixture(scope="module", params=["additive", "combined", "contrast"])
def saved(request: pytest.FixtureRequest) -> SavedModel:
    model = LookAlike(method=request.param).fit(STOCK, STOCK.mask(POSITIVES))
    return load(save(model, POSITIVES, card={}))


def test_its_own_stock_gives_the_list_that_was_saved(saved: SavedModel) -> None:
    first = rank(STOCK, POSITIVES, model=LookAlike(method=saved.model.method_))
    again = rank_again(saved)
    assert again.ids == first.ids
    assert again.scores.tobytes() == first.scores.tobytes()
    assert [again.reasons(i) for i in range(9)] == [first.reasons(i) for i in range(9)]


def test_the_same_rows_as_another_table_get_the_same_scores_and_reasons(saved: SavedModel) -> None:
    again, other = rank_again(saved), rank_again(saved, STOCK)
    assert again.ids == other.ids
    np.testing.assert_allclose(again.scores, other.scores, atol=2e-9)
    for place in range(0, len(other), 7):
        one, two = again.reasons(place), other.reasons(place)
        assert {r.feature for r in one} == {r.feature for r in two}
        assert {r.text.zh for r in one} == {r.text.zh for r in two}


def test_other_rows_are_scored_and_explained_and_nothing_is_learned(saved: SavedModel) -> None:
    new = table(np.random.Generator(np.random.PCG64(8)))
    found = rank_again(saved, new, exclude=["u000", "not there"])
    assert len(found) == ROWS - len({*POSITIVES, "u000"})
    assert "u000" not in found.ids
    for place in range(0, len(found), 11):
        reasons = found.reasons(place)
        assert sum(round(r.contribution * NANO) for r in reasons) == round(float(found.scores[place]) * NANO)
    row = dict(zip(new.ids, saved.scores(new), strict=True))
    np.testing.assert_allclose(found.scores, [row[name] for name in found.ids], atol=2e-9)


def test_levels_in_another_order_mean_the_same(saved: SavedModel) -> None:
    kind = STOCK.column("kind")
    turned = replace(kind, levels=LEVELS[::-1], level_titles=TITLES[::-1], values=2 - kind.values)
    other = replace(STOCK, columns=(*STOCK.columns[:2], turned))
    np.testing.assert_allclose(rank_again(saved, other).scores, rank_again(saved).scores, atol=2e-9)
    both = with_positives(saved, other)
    assert both.ids[: len(POSITIVES)] == tuple(sorted(POSITIVES))
    levels = [both.column("kind").levels[int(v)] for v in both.column("kind").values]
    was = {name: LEVELS[int(v)] for name, v in zip(STOCK.ids, kind.values, strict=True)}
    assert levels == [was[name] for name in both.ids]


def test_a_missing_column_is_named(saved: SavedModel) -> None:
    with pytest.raises(ModelUnusable, match="kind"):
        rank_again(saved, STOCK.without(["kind"]))
