from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from graph.model.errors import SettingInvalid, TableUnfit
from graph.model.receipt import canonical
from graph.model.text import Text
from similarity.backtest.trials import CENTROID, CHANCE, LOOKALIKE, Plan, each_wave, splits, time_ordered
from similarity.features import Features
from similarity.lookalike.estimator import LookAlike
from tests.unit.similarity.tables import planted

CUT = dt.date(2021, 6, 1)
QUICK, ADDITIVE = Plan(repeats=2), LookAlike(method="additive")


def waves(positives: list[str]) -> dict[str, dt.date]:
    """Every other positive came before the cut, the rest after it."""
    return {u: dt.date(2020, 7, 1) if i % 2 else dt.date(2021, 7, 1) for i, u in enumerate(positives)}


def test_a_planted_signal_is_found_with_a_lower_bound_above_chance() -> None:
    features, positives = planted(n=600, positives=80)
    for card in (time_ordered(features, waves(positives), before=CUT), splits(features, positives, plan=QUICK)):
        best = card.outcomes[0]
        assert best.rule == LOOKALIKE
        assert best.lift.value >= 3
        assert best.lift.low > 1
        assert best.area.low > 0.7
        assert card.hidden == 40


def test_shuffled_labels_give_intervals_that_hold_a_lift_of_one() -> None:
    features, _ = planted()
    held = 0
    for seed in range(24):
        positives = np.random.default_rng(seed).permutation(features.ids)[:40].tolist()
        lift = splits(features, positives, plan=Plan(model=ADDITIVE, repeats=2)).outcomes[0].lift
        held += lift.low <= 1 <= lift.high
    assert held >= 20  # 95 % intervals, some luck allowed


def test_the_time_ordered_figures_are_plain_counts() -> None:
    features, positives = planted()
    dates = waves(positives)
    card = time_ordered(features, dates, before=CUT, plan=Plan(k=25))
    from similarity.lookalike.ranking import rank

    first = rank(features, [u for u, day in dates.items() if day < CUT]).ids[:25]
    later = [u for u, day in dates.items() if day >= CUT]
    hits = len(set(first) & set(later))
    best = card.outcomes[0]
    assert best.hits.value == pytest.approx(hits)
    assert best.recall_at_k.value == pytest.approx(hits / len(later))
    assert best.precision_at_k.value == pytest.approx(hits / 25)
    assert best.lift.value == pytest.approx(hits / 25 / (len(later) / card.rows))
    assert card.rows == len(features) - len(dates) + len(later)


def test_naive_rankings_centroid_and_chance_stand_beside() -> None:
    features, positives = planted()
    height = Text("楼高", "height")
    truth = features.mask(positives).astype(float)
    card = splits(features, positives, plan=Plan(rankings={height: truth}, repeats=2))
    assert [o.rule for o in card.outcomes] == [LOOKALIKE, height, CENTROID, CHANCE]
    assert card.outcomes[1].area.value == pytest.approx(1.0)
    assert card.outcomes[3].lift.value == pytest.approx(1.0)
    assert card.outcomes[3].hits.value == pytest.approx(card.k * card.hidden / card.rows)


def test_a_simpler_rule_that_finds_more_is_named() -> None:
    features, positives = planted()
    oracle = Text("内情", "inside knowledge")
    told = splits(features, positives, plan=Plan(rankings={oracle: features.mask(positives).astype(float)}, repeats=2))
    assert any("inside knowledge" in t.en and "simpler" in t.en for t in told.sentences())
    assert not any("simpler" in t.en for t in splits(features, positives, plan=QUICK).sentences())


def test_a_constant_ranking_is_chance() -> None:
    features, positives = planted()
    nothing = Text("无", "nothing")
    card = splits(features, positives, plan=Plan(rankings={nothing: np.zeros(len(features))}, repeats=2))
    assert card.outcomes[1].lift.value == pytest.approx(1.0)
    assert card.outcomes[1].area.value == pytest.approx(0.5)


def test_a_feature_dated_after_the_event_makes_the_run_fail() -> None:
    features, positives = planted()
    late = replace(features.columns[0], name="late", observed=CUT)
    leaking = Features(features.ids, (*features.columns, late))
    with pytest.raises(TableUnfit, match="late"):
        time_ordered(leaking, waves(positives), before=CUT)
    with pytest.raises(TableUnfit, match="late"):
        splits(leaking, positives, known_before=CUT, plan=QUICK)
    undated = Features(features.ids, (*features.columns, replace(late, observed=None)))
    with pytest.raises(TableUnfit, match="late"):
        time_ordered(undated, waves(positives), before=CUT)


def test_unchecked_dates_are_said() -> None:
    features, positives = planted()
    assert any("not checked" in t.en for t in splits(features, positives, plan=QUICK).sentences())
    assert not any("not checked" in t.en for t in splits(features, positives, known_before=CUT, plan=QUICK).sentences())


def test_the_card_prints_k_and_n_and_never_a_probability_of_a_row() -> None:
    features, positives = planted()
    card = splits(features, positives, plan=Plan(k=17, repeats=2))
    lines = card.sentences()
    assert "17" in lines[0].en
    assert f"{card.rows:g}" in lines[0].en
    assert "expected" in " ".join(t.en for t in lines)
    assert all(t.zh for t in lines)
    assert canonical(card.to_json())


def test_the_same_seed_gives_the_same_card() -> None:
    features, positives = planted()
    assert splits(features, positives, plan=QUICK).to_json() == splits(features, positives, plan=QUICK).to_json()
    assert (
        splits(features, positives, plan=QUICK).to_json()
        != splits(features, positives, plan=Plan(repeats=2, seed=1)).to_json()
    )


def test_excluded_rows_are_no_candidates() -> None:
    features, positives = planted()
    away = [u for u in features.ids if u not in positives][:50]
    card = splits(features, positives, plan=Plan(exclude=away, repeats=2))
    assert card.rows == splits(features, positives, plan=QUICK).rows - 50


def test_what_cannot_be_tested_is_refused() -> None:
    features, positives = planted()
    with pytest.raises(TableUnfit):
        splits(features, positives[:1])
    with pytest.raises(TableUnfit):
        splits(features, features.ids)
    for day in (dt.date(2019, 1, 1), dt.date(2023, 1, 1)):
        with pytest.raises(TableUnfit):
            time_ordered(features, waves(positives), before=day)


def test_three_positives_are_tested_with_a_warning() -> None:
    features, positives = planted()
    card = splits(features, positives[:3], plan=QUICK)
    assert any("only 3 positives" in t.en for t in card.sentences())
    assert canonical(card.to_json())


@pytest.mark.parametrize(
    "wrong",
    [{"k": 0}, {"k": -3}, {"folds": 1}, {"repeats": 1}, {"lengths": (0.0,)}, {"lengths": (-5,)}, {"lengths": (2.5,)}],
)
def test_an_absurd_plan_is_refused_by_name(wrong: dict[str, Any]) -> None:
    with pytest.raises(SettingInvalid, match=next(iter(wrong))):
        Plan(**wrong)


def test_a_list_longer_than_the_stock_is_cut_and_says_so() -> None:
    features, positives = planted()
    card = splits(features, positives, plan=Plan(k=10**6, repeats=2))
    assert card.k == int(card.rows)
    assert card.outcomes[0].lift.value == pytest.approx(1.0, rel=0.01)
    assert any("not the 1000000 asked for" in t.en for t in card.sentences())


def test_several_lengths_are_counted_at_once_and_each_as_if_alone() -> None:
    features, positives = planted()
    card = splits(features, positives, plan=Plan(k=25, lengths=(0.1, 7, 40), repeats=2))
    assert card.lengths == (7, 25, round(0.1 * int(card.rows)), 40)
    for k in card.lengths:
        alone = splits(features, positives, plan=Plan(k=k, lengths=(), repeats=2))
        assert [o.at(k) for o in card.outcomes] == [o.at(k) for o in alone.outcomes]
    told = [t.en for t in card.sentences()]
    assert sum("of the list" in line for line in told) == 3
    assert [row["k"] for row in card.to_json()["outcomes"][0]["lengths"]] == list(card.lengths)


def test_any_estimator_of_scikit_learn_may_be_judged() -> None:
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.linear_model import LogisticRegression

    features, positives = planted()
    for model in (LogisticRegression(C=0.01), RandomForestClassifier(8, random_state=0)):
        card = splits(features, positives, plan=Plan(model=model, repeats=2))
        assert card.outcomes[0].lift.low > 1
        assert card.to_json() == splits(features, positives, plan=Plan(model=model, repeats=2)).to_json()


def test_drift_between_waves_stands_on_the_card() -> None:
    features, positives = planted(n=600, positives=80)
    values = features.column("x5").values.copy()
    later = [u for u, day in waves(positives).items() if day >= CUT]
    values[features.mask(later)] += 4
    moved = Features(features.ids, tuple(replace(c, values=values) if c.name == "x5" else c for c in features.columns))
    card = time_ordered(moved, waves(positives), before=CUT, plan=Plan(checked=("x0", "absent")))
    (shift,) = (s for s in card.shifts if s.feature == "x5")
    assert shift.after - shift.before == pytest.approx(4, abs=1)
    assert shift.area > 0.9
    assert any("differ in" in w.en for w in card.warnings)
    assert any("differ much from the other rows" in w.en for w in card.warnings)
    assert not time_ordered(features, waves(positives), before=CUT).shifts


def test_each_later_wave_has_a_card_of_its_own() -> None:
    features, positives = planted(n=600, positives=90)
    starts = [dt.date(2019, 1, 1), dt.date(2020, 1, 1), dt.date(2021, 1, 1)]
    dates = {u: starts[i % 3] for i, u in enumerate(positives)}
    second, third = each_wave(features, dates, starts=starts)
    assert (second.hidden, third.hidden) == (30, 30)
    assert (second.rows, third.rows) == (570, 540)
    assert second.outcomes[0].lift.low > 1
    assert third.to_json() == time_ordered(features, dates, before=starts[2]).to_json()
    assert each_wave(features, dates, starts=starts[:1]) == ()


def test_the_card_has_the_same_bytes_on_any_number_of_threads() -> None:
    from threadpoolctl import threadpool_limits

    features, positives = planted(n=700, positives=70, columns=20)
    bytes_of = []
    for threads in (1, 3):
        plan = Plan(switches={Text("甲", "a"): ("x0",)}, repeats=2, threads=threads)
        with threadpool_limits(threads):
            card = splits(features, positives, plan=plan)
            bytes_of.append(canonical({"card": card.to_json(), "curves": [c.to_json() for c in card.curves]}))
    assert bytes_of[0] == bytes_of[1]
