"""No feature may foresee what it is told of: the guard of the back-test, feature by feature."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.model.errors import TableUnfit
from graph.snapshot.columns import Snapshot
from similarity.backtest.trials import Plan, splits, time_ordered
from similarity.features import Feature, Features
from similarity.portraits.units import unit_features, unit_positives
from tests.unit.similarity.tables import planted
from tests.unit.similarity.town import AS_OF, town

VOTED, BUILT = dt.date(2021, 3, 1), dt.date(2021, 6, 1)
PORTRAITS = unit_features(Snapshot.of(town()), AS_OF)


def dated(features: Features, positives: list[str]) -> tuple[Features, dict[str, dt.date]]:
    return features, {u: dt.date(2020, 7, 1) if i % 2 else BUILT for i, u in enumerate(positives)}


def leaking(features: Features, observed: dt.date | None) -> Features:
    leak = replace(features.columns[0], name="leak", observed=observed)
    return Features(features.ids, (*features.columns, leak))


@pytest.mark.parametrize("name", [b.name for b in PORTRAITS.barred])
def test_forcing_a_barred_feature_of_the_units_makes_the_run_fail(name: str) -> None:
    with pytest.raises(TableUnfit, match=name):
        unit_features(Snapshot.of(town()), AS_OF, force=[name])


def test_each_dated_feature_of_the_units_is_caught_when_it_is_dated_later() -> None:
    snapshot = Snapshot.of(town())
    positives = unit_positives(snapshot, AS_OF)
    assert positives.decided is not None
    features = unit_features(snapshot, positives.decided)
    assert len(features.columns) > 40
    for at, column in enumerate(features.columns):
        moved = replace(column, observed=positives.decided)
        columns = (*features.columns[:at], moved, *features.columns[at + 1 :])
        with pytest.raises(TableUnfit, match=f"the feature {column.name} is barred"):
            splits(replace(features, columns=columns), positives.ids, known_before=positives.decided)


@settings(deadline=None, max_examples=25)
@given(st.dates(VOTED, dt.date(2022, 1, 1)) | st.none())
def test_what_may_hold_facts_from_the_decision_on_is_caught(observed: dt.date | None) -> None:
    """A vote comes before the installation: what happens between the two is told by people who know the outcome."""
    features, dates = dated(*planted(n=60, positives=10))
    with pytest.raises(TableUnfit, match="leak"):
        time_ordered(leaking(features, observed), dates, before=BUILT, known_before=VOTED)
    with pytest.raises(TableUnfit, match="leak"):
        splits(leaking(features, observed), list(dates), known_before=VOTED)


@settings(deadline=None, max_examples=25)
@given(st.dates(dt.date(2000, 1, 1), VOTED - dt.timedelta(1)))
def test_what_was_known_before_the_decision_may_be_used(observed: dt.date) -> None:
    features, dates = dated(*planted(n=60, positives=10))
    card = time_ordered(leaking(features, observed), dates, before=BUILT, known_before=VOTED)
    assert card.hidden == 5


def test_a_day_of_decision_after_the_test_does_not_loosen_the_guard() -> None:
    features, dates = dated(*planted(n=60, positives=10))
    with pytest.raises(TableUnfit, match="leak"):
        time_ordered(leaking(features, BUILT), dates, before=BUILT, known_before=dt.date(2022, 1, 1))


def test_a_leak_that_slipped_through_would_show_as_a_lift_beyond_belief() -> None:
    """Why the guard matters: the outcome itself as a feature finds everything."""
    features, positives = planted(n=400, positives=40)
    answer = features.mask(positives).astype(float)
    told = Feature("told", features.columns[0].title, features.columns[0].kind, answer, observed="fixed")
    noise = tuple(replace(c, values=np.roll(c.values, 77)) for c in features.columns)
    card = splits(Features(features.ids, (*noise, told)), positives, plan=Plan(repeats=2))
    assert card.outcomes[0].recall_at_k.value > 0.99


@pytest.mark.parametrize("seed", range(5))
def test_a_planted_signal_lifts_a_tenth_of_the_list_threefold_with_its_bound_above_one(seed: int) -> None:
    features, positives = planted(n=1000, positives=80, seed=seed)
    for card in (
        splits(features, positives, plan=Plan(repeats=2)),
        time_ordered(features, dated(features, positives)[1], before=BUILT),
    ):
        tenth = card.outcomes[0].at(round(0.1 * int(card.rows)))
        assert tenth.lift.value >= 3
        assert tenth.lift.low > 1


def test_shuffled_labels_hold_a_lift_of_one_at_a_tenth_of_the_list() -> None:
    """The method is chosen in every trial; of 16 intervals of 95 % most must hold."""
    features, _ = planted(n=200)
    held = 0
    for seed in range(16):
        positives = np.random.default_rng(seed).permutation(features.ids)[:20].tolist()
        card = splits(features, positives, plan=Plan(repeats=2))
        lift = card.outcomes[0].at(round(0.1 * int(card.rows))).lift
        held += lift.low <= 1 <= lift.high
    assert held >= 13
