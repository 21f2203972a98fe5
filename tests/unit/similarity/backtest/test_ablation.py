from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from graph.model.receipt import canonical
from graph.model.text import Text
from similarity.backtest.card import BackTest
from similarity.backtest.trials import Plan, splits, time_ordered
from similarity.features import Features
from tests.unit.similarity.tables import planted

PARTY, NOISE = Text("政治面貌", "party membership"), Text("杂项", "odds and ends")


def grouped(*, true: str, others: str = "rest") -> tuple[Features, list[str]]:
    """Return a table whose only telling column belongs to the group `true`."""
    features, positives = planted(n=600, positives=60)
    columns = tuple(replace(c, group=true if c.name == "x0" else others) for c in features.columns)
    return Features(features.ids, columns), positives


def card_of(features: Features, positives: list[str], **switches: Text) -> BackTest:
    off = {title: (name,) for name, title in switches.items()}
    return splits(features, positives, plan=Plan(switches=off, repeats=2))


def test_a_group_that_carries_the_signal_costs_lift_beyond_chance() -> None:
    (cost,) = card_of(*grouped(true="politics"), politics=PARTY).costs
    assert cost.left_out == PARTY
    assert cost.kept[0].lift.value > 2 * cost.without[0].lift.value
    assert all(d.low > 0 for d in cost.difference[:1])
    assert cost.difference[0].value == pytest.approx(cost.kept[0].lift.value - cost.without[0].lift.value)
    assert "party membership" in cost.sentences()[0].en
    assert "no difference" not in cost.sentences()[-1].en


def test_a_group_of_noise_costs_nothing_that_can_be_told() -> None:
    (cost,) = card_of(*grouped(true="rest", others="noise"), noise=NOISE).costs
    assert all(d.low <= 0 <= d.high or d.value < 0 for d in cost.difference)


def test_leaving_out_equals_a_back_test_on_the_smaller_table() -> None:
    features, positives = grouped(true="politics")
    (cost,) = card_of(features, positives, politics=PARTY).costs
    alone = card_of(features.without(["politics"]), positives)
    assert cost.without == alone.outcomes[0].lengths


def test_every_list_length_has_its_cost_and_a_missing_group_none() -> None:
    features, positives = grouped(true="politics")
    card = card_of(features, positives, politics=PARTY, nothing=NOISE)
    assert len(card.costs) == 1
    assert [row["k"] for row in card.costs[0].to_json()["lengths"]] == list(card.lengths)
    assert canonical(card.to_json())
    told = " ".join(t.en for t in card.sentences())
    assert told.count("without party membership") == len(card.lengths)


def test_the_switch_works_on_a_time_ordered_test() -> None:
    features, positives = grouped(true="politics")
    dates = {u: dt.date(2020 + i % 2, 7, 1) for i, u in enumerate(positives)}
    plan = Plan(switches={PARTY: ("politics",)})
    (cost,) = time_ordered(features, dates, before=dt.date(2021, 1, 1), plan=plan).costs
    assert cost.difference[0].value > 0
    assert np.isfinite(cost.difference[0].low)
