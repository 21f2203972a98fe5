from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtri
from scipy.stats import rankdata
from threadpoolctl import threadpool_limits

from graph.model.errors import TableUnfit, UnknownName
from graph.model.receipt import canonical
from graph.model.text import Text
from similarity.features import Features, Floats, from_matrix
from similarity.lookalike.design import Design
from similarity.lookalike.estimator import LookAlike
from similarity.lookalike.ranking import best_first, rank
from similarity.reasons import NANO, apportion
from tests.unit.similarity.tables import feature_tables, planted, relaxed


def textbook(x: Floats, positives: Floats, shrinkage: float) -> Floats:
    """The adapted discriminant as its description reads, column by column, for complete numeric columns."""

    def z(a: Floats, clip: float) -> Floats:
        return np.clip((a - a.mean()) / a.std(), -clip, clip)

    columns, owner = [], []
    for j, c in enumerate(x.T):
        kinds = np.unique(c)
        level = ndtri((rankdata(c) - 0.5) / len(c)) if len(kinds) > 10 else c
        knots = kinds if len(kinds) <= 6 else np.unique([c.min(), np.median(c), c.max()])
        hats = [c] if len(kinds) == 2 else [np.interp(c, knots, h) for h in np.eye(len(knots))]
        columns += [z(level, 2.5), *(0.3 * z(h, 4.0) for h in hats)]
        owner += [j] * (1 + len(hats))
    design = np.array(columns).T
    design = design - design.mean(0)
    weights = solved(design, positives, shrinkage)
    parts = np.array([(design * weights)[:, np.array(owner) == j].sum(1) for j in range(x.shape[1])])
    strength = parts.std(1) / parts.std(1).mean()
    design = design * np.sqrt(strength[owner] + 0.2)
    return design @ solved(design, positives, shrinkage)


def solved(design: Floats, positives: Floats, shrinkage: float) -> Floats:
    cov = design.T @ design / len(design)
    m = (1 - shrinkage) * cov + shrinkage * np.trace(cov) / len(cov) * np.eye(len(cov))
    return np.linalg.solve(m, design[positives].mean(0))


@pytest.mark.parametrize(("positives", "shrinkage"), [(5, 0.92), (19, 0.92), (20, 0.75), (40, 0.75)])
def test_scores_are_those_of_the_method_as_described(positives: int, shrinkage: float) -> None:
    rng = np.random.default_rng(positives)
    x = np.column_stack(
        [
            rng.normal(size=(90, 3)),
            rng.integers(0, 2, 90),
            rng.integers(0, 5, 90),
            rng.integers(0, 9, 90),
            rng.exponential(size=90).clip(0.5),
        ]
    )
    chosen = np.arange(90) < positives
    model = LookAlike(method="additive").fit(from_matrix(x), chosen)
    np.testing.assert_allclose(model.decision_function(from_matrix(x)), textbook(x, chosen, shrinkage), atol=1e-8)


@relaxed
@given(feature_tables(), st.data())
def test_reasons_sum_exactly_to_the_score(features: Features, data: st.DataObject) -> None:
    positives = data.draw(st.lists(st.sampled_from(features.ids), min_size=1, max_size=len(features) - 1, unique=True))
    ranking = rank(features, positives)
    sums = ranking.contributions.sum(1) + ranking.closeness.sum(1)
    np.testing.assert_allclose(sums, ranking.scores, atol=1e-9)
    for place in range(len(ranking)):
        for most in (1, 3, 99):
            found = ranking.reasons(place, most=most)
            assert sum(round(r.contribution * NANO) for r in found) == round(ranking.scores[place] * NANO)
            assert all(r.text.zh and r.text.en for r in found)
            levels = ranking.levels(place, most=most)
            assert sum(round(v.contribution * NANO) for v in levels) == round(ranking.scores[place] * NANO)
            for level in levels:
                assert sum(round(r.contribution * NANO) for r in level.reasons) == round(level.contribution * NANO)
    assert sorted([*ranking.ids, *positives]) == sorted(features.ids)


@relaxed
@given(feature_tables(), st.data())
def test_the_order_of_rows_and_columns_does_not_matter(features: Features, data: st.DataObject) -> None:
    positives = data.draw(st.lists(st.sampled_from(features.ids), min_size=1, max_size=len(features) - 1, unique=True))
    order = data.draw(st.permutations(range(len(features))))
    one = rank(features, positives)
    columns = [
        type(c)(c.name, c.title, c.kind, c.values[list(order)], c.levels, c.observed)
        for c in reversed(features.columns)
    ]
    other = rank(Features(tuple(features.ids[i] for i in order), tuple(columns)), positives)
    np.testing.assert_allclose(one.scores, other.scores, atol=1e-7)
    apart = np.abs(np.diff(one.scores)) > 1e-6
    if apart.all():
        assert one.ids == other.ids


@relaxed
@given(st.lists(st.floats(-50, 50), min_size=1, max_size=30))
def test_apportion_keeps_the_total(parts: list[float]) -> None:
    total = round(sum(parts), 9)
    whole = apportion(np.array(parts), total)
    assert whole.sum() == round(total * NANO)
    assert np.abs(whole / NANO - parts).max() < 1e-8


def test_ties_stand_in_the_order_of_ids() -> None:
    x = np.array([[1.0], [0.0], [0.0], [0.0], [0.0]])
    features = from_matrix(x)
    renamed = Features(("p", "d", "b", "c", "a"), features.columns)
    assert rank(renamed, ["p"]).ids == ("a", "b", "c", "d")
    assert best_first(np.array([1.0, 2.0, 1.0]), ["z", "y", "a"]).tolist() == [1, 2, 0]


def test_it_finds_what_was_planted_and_the_reason_names_it() -> None:
    features, positives = planted()
    ranking = rank(features, positives[::2])
    hidden = set(positives[1::2])
    assert len(hidden & set(ranking.ids[:30])) >= 9  # chance gives 2.4
    assert ranking.reasons(0)[0].feature == "x0"
    assert "like the positives" in ranking.reasons(0)[0].text.en


def test_excluded_rows_stay_in_the_stock() -> None:
    features, positives = planted(n=80, positives=20)
    ranking = rank(features, positives, exclude=[features.ids[0], positives[0]])
    whole = rank(features, positives)
    assert features.ids[0] not in ranking.ids
    kept = {i: s for i, s in zip(whole.ids, whole.scores, strict=True) if i != features.ids[0]}
    assert dict(zip(ranking.ids, ranking.scores, strict=True)) == kept


def test_a_prepared_design_gives_the_same_ranking() -> None:
    features, positives = planted(n=100, positives=25)
    design = Design(features)
    for some in (positives, positives[:10], positives):
        assert rank(design, some).to_json(top=100) == rank(features, some).to_json(top=100)


def test_to_json_is_plain_and_says_when_it_was_cut() -> None:
    features, positives = planted(n=50, positives=5)
    ranking = rank(features, positives, subject=Text("已加梯楼组", "the units with a lift"))
    cut = ranking.to_json(top=3)
    assert canonical(cut)
    assert cut["truncated"] is True
    assert [r["rank"] for r in cut["rows"]] == [1, 2, 3]
    assert ranking.to_json(top=1000)["truncated"] is False
    assert any("only 5 positives" in n["en"] for n in cut["notes"])


@pytest.mark.parametrize("labels", [[0] * 10, [1] * 10])
def test_nothing_to_learn_or_to_rank(labels: list[int]) -> None:
    with pytest.raises(TableUnfit):
        LookAlike().fit(np.random.default_rng(0).normal(size=(10, 2)), labels)


def test_no_column_that_varies_and_unknown_ids() -> None:
    with pytest.raises(TableUnfit):
        rank(from_matrix(np.ones((10, 2))), ["1"])
    with pytest.raises(UnknownName):
        rank(from_matrix(np.arange(10.0)[:, None]), ["99"])


@pytest.mark.parametrize("n", [2, 3, 5, 19])
def test_tiny_stocks_and_one_positive_give_finite_scores(n: int) -> None:
    ranking = rank(from_matrix(np.random.default_rng(n).normal(size=(n, 30))), ["0"])
    assert len(ranking) == n - 1
    assert np.isfinite(ranking.scores).all()


def test_it_works_inside_scikit_learn() -> None:
    from sklearn.base import clone
    from sklearn.model_selection import cross_val_score
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    features, positives = planted()
    x, y = np.column_stack([c.values for c in features.columns]), features.mask(positives)
    assert clone(LookAlike(0.5)).get_params() == {"shrinkage": 0.5, "method": "auto"}
    assert cross_val_score(LookAlike(), x, y, cv=3).mean() > 0.8
    assert cross_val_score(make_pipeline(StandardScaler(), LookAlike()), x, y, cv=3, scoring="roc_auc").mean() > 0.8
    with pytest.raises(ValueError, match="no parameter"):
        LookAlike().set_params(depth=3)


def test_the_number_of_threads_does_not_change_a_bit() -> None:
    x = np.random.default_rng(0).normal(size=(700, 90))
    answers = set()
    for threads in (1, 2):
        with threadpool_limits(threads):
            ranking = rank(from_matrix(x), [str(i) for i in range(30)])
        answers.add((ranking.ids, ranking.scores.tobytes(), ranking.contributions.tobytes()))
    assert len(answers) == 1
