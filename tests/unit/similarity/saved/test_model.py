from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from graph.model.errors import ModelUnusable
from graph.model.receipt import canonical
from graph.model.text import Text
from similarity.backtest.trials import Plan, splits
from similarity.features import Barred, Features
from similarity.lookalike.estimator import LookAlike
from similarity.lookalike.ranking import rank
from similarity.saved.card import Origin, card_sentences, model_card
from similarity.saved.container import packed, unpacked
from similarity.saved.model import load, save
from tests.unit.similarity.tables import feature_tables, planted


def fitted(features: Features, positives: list[str]) -> LookAlike:
    return LookAlike().fit(features, features.mask(positives))


@settings(deadline=None, max_examples=15)
@given(feature_tables(fewest=4))
def test_a_model_comes_back_with_the_same_scores_on_any_table(features: Features) -> None:
    positives = [features.ids[0], features.ids[2]]
    model = fitted(features, positives)
    content = save(model, positives, card={})
    saved = load(content)
    assert saved.scores(features).tobytes() == model.decision_function(features).tobytes()
    mixed = tuple(replace(c, values=c.values[::-1].copy()) for c in reversed(features.columns))
    other = Features(tuple(f"n{i}" for i in features.ids), mixed)
    assert saved.scores(other).tobytes() == model.decision_function(other).tobytes()
    assert save(saved.model, saved.positives, card=saved.card) == content


def test_the_ranking_of_the_same_data_has_the_same_bytes() -> None:
    features, positives = planted()
    saved = load(save(fitted(features, positives), positives, card={"k": 1}, exclude=["u0001"]))
    first = rank(features, positives, exclude=["u0001"])
    assert canonical(first.to_json(top=50)) == canonical(saved.ranking().to_json(top=50))
    assert saved.ordered(features) == tuple(zip(first.ids, first.scores.tolist(), strict=True))
    assert saved.card == {"k": 1}


def test_other_values_are_told_from_the_same() -> None:
    features, positives = planted()
    saved = load(save(fitted(features, positives), positives, card={}))
    assert saved.holds(features)
    values = features.columns[0].values.copy()
    values[0] += 1e-12
    assert not saved.holds(
        replace(features, columns=(replace(features.columns[0], values=values), *features.columns[1:]))
    )


def test_new_rows_are_scored_without_learning_from_them() -> None:
    features, positives = planted()
    saved = load(save(fitted(features, positives), positives, card={}))
    few = Features(features.ids[:7], tuple(c.take(np.arange(7)) for c in features.columns))
    assert saved.scores(few).tolist() == saved.scores(features)[:7].tolist()


def test_data_without_a_column_of_the_model_are_refused_by_name() -> None:
    features, positives = planted()
    saved = load(save(fitted(features, positives), positives, card={}))
    with pytest.raises(ModelUnusable, match="lack 2 features of the model: x1、x3"):
        saved.scores(Features(features.ids, tuple(c for c in features.columns if c.name not in ("x1", "x3"))))


def test_a_file_whose_scores_are_not_those_of_its_stock_is_refused() -> None:
    features, positives = planted()
    facts, arrays = unpacked(save(fitted(features, positives), positives, card={}))
    for scores in (arrays["scores"] + 1e-6, arrays["scores"][:-1]):
        with pytest.raises(ModelUnusable, match="other scores"):
            load(packed(facts, {**arrays, "scores": scores}))
    with pytest.raises(ModelUnusable, match="belong together"):
        load(packed({"card": {}}, arrays))
    with pytest.raises(ModelUnusable, match="belong together"):
        load(packed({**facts, "parameters": {"trees": 7}}, arrays))


def described() -> tuple[LookAlike, list[str], dict[str, Any]]:
    """Return a model, its positives and its card; one group of features tells, the other is noise."""
    features, positives = planted()
    columns = tuple(
        replace(c, group="telling" if c.name == "x0" else "noise", observed=dt.date(2020, 5, 1))
        for c in features.columns
    )
    grouped = Features(features.ids, columns, (Barred("lift_fund", Text("没有日期", "no date")),))
    decided = dt.date(2020, 6, 1)
    origin = Origin("ab" * 32, dt.date(2021, 11, 1), dict.fromkeys(positives, dt.date(2020, 7, 1)), decided)
    backtest = splits(grouped, positives, known_before=decided, plan=Plan(repeats=2))
    model, method = fitted(grouped, positives), Text("加性判别", "additive discriminant")
    return model, positives, model_card(model, backtest, origin=origin, method=method, more={"bands": []})


def test_the_card_says_what_the_model_is_made_of() -> None:
    _, _, card = described()
    assert canonical(card)
    assert [row["group"] for row in card["groups"]] == ["telling", "noise"]
    assert {row["observed"] for row in card["features"]} == {"2020-05-01"}
    assert card["barred"][0]["name"] == "lift_fund"
    assert card["backtest"]["outcomes"][0]["lift"][1] > 1
    assert card["features"][0]["direction"] > 0.8
    assert card["choice"]["method"] in {"combined", "additive", "contrast"}


def test_a_saved_card_is_told_in_both_languages() -> None:
    model, positives, card = described()
    saved = load(save(model, positives, card=card))
    told = card_sentences(saved.card, groups={"telling": Text("真", "true one")})
    english = " ".join(t.en for t in told)
    assert all(t.zh for t in told)
    for fact in (
        "abababababab",
        "60 known cases",
        "before 2020-06-01",
        "true one",
        "barred features: lift_fund",
        "lift",
    ):
        assert fact in english
