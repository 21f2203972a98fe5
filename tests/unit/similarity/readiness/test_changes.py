"""The smallest sets of actions, against every subset; and the real model agrees when the changes are made."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.model.text import Text
from graph.snapshot.columns import Snapshot
from similarity.features import Feature, FeatureKind, Features, Floats
from similarity.lookalike.ranking import rank
from similarity.portraits.units import unit_features, unit_positives
from similarity.readiness.actions import Action, Effect, changed, shipped, why_protected
from similarity.readiness.actions_read import read
from similarity.readiness.changes import Row, gains, smallest, variants
from tests.unit.similarity.town import AS_OF, town

NAMES = tuple("abcdef")


def table(values: list[float]) -> Features:
    columns = [
        Feature(n, Text(n, n), FeatureKind.NUMERIC, np.array([v]), observed=AS_OF, group="activity")
        for n, v in zip(NAMES, values, strict=True)
    ]
    return Features(("row",), tuple(columns))


def crooked(features: Features) -> Floats:
    """Score rows by a rule in which actions help and hinder each other."""
    a, b, c, d, e, f = (column.values for column in features.columns)
    return np.round(a + 0.5 * b - c * d + np.sin(3 * e) + np.where(f > 1, 2.0, 0.0) - a * b * 0.3, 9)


effects = st.one_of(
    st.builds(Effect, st.sampled_from(NAMES), add=st.sampled_from([0.0, 0.5, 1.0, -1.0])),
    st.builds(Effect, st.sampled_from(NAMES), to=st.sampled_from([0.0, 1.0, 2.0])),
)
actions = st.lists(st.tuples(st.integers(0, 3), st.lists(effects, min_size=1, max_size=3)), min_size=1, max_size=6).map(
    lambda many: [Action(f"x{i}", Text("", ""), float(c), tuple(e)) for i, (c, e) in enumerate(many)]
)


@settings(max_examples=80, deadline=None)
@given(actions, st.lists(st.sampled_from([0.0, 1.0, 1.5]), min_size=6, max_size=6), st.floats(-3, 6))
def test_nothing_smaller_or_cheaper_exists(own: list[Action], values: list[float], cut: float) -> None:
    stock = table(values)
    scored = {}
    for size in range(len(own) + 1):
        for chosen in combinations(own, size):
            score = float(crooked(variants(stock, 0, values=[changed(stock, 0, by=chosen)]))[0])
            scored[tuple(a.id for a in chosen)] = (size, sum(a.cost for a in chosen), score)
    there = sorted((n, cost, ids) for ids, (n, cost, score) in scored.items() if score >= cut)
    found = smallest(Row(stock, 0, crooked), own, cut=cut)
    assert found.exact
    assert found.reachable == bool(there)
    if there:
        least = [(n, cost, ids) for n, cost, ids in there if n == there[0][0]]
        assert [(len(r.actions), r.cost, r.actions) for r in found.sets] == least[:3]
    else:
        assert found.best.score == max(score for _, _, score in scored.values())
    for reached in (*found.sets, found.best):
        assert scored[reached.actions][2] == reached.score


@settings(max_examples=60, deadline=None)
@given(actions, st.lists(st.sampled_from([0.0, 1.0, 1.5]), min_size=6, max_size=6))
def test_gains_sum_to_the_whole(own: list[Action], values: list[float]) -> None:
    row = Row(table(values), 0, crooked)
    start, end = row.scores([[], own])
    assert sum(gains(row, own)) == pytest.approx(end.score - start.score, abs=1e-8)


def test_more_actions_than_can_all_be_tried_say_how_far_it_is_proven() -> None:
    own = [Action(f"x{i:02d}", Text("", ""), 1.0, (Effect("a", add=1.0),)) for i in range(20)]
    stock = table([0.0] * 6)
    far = smallest(Row(stock, 0, crooked), own, cut=15.0)
    assert far.reachable
    assert not far.exact
    assert far.proven == 3  # 1 + 20 + 190 + 1140 sets; those of four would be over the budget
    assert len(far.sets[0].actions) == 15
    near = smallest(Row(stock, 0, crooked), own, cut=3.0)
    assert (near.exact, len(near.sets[0].actions)) == (True, 3)
    never = smallest(Row(stock, 0, crooked), own, cut=99.0)
    assert (never.reachable, never.exact, never.best.score) == (False, False, 20.0)


def test_twelve_actions_are_still_proven() -> None:
    own = [Action(f"x{i:02d}", Text("", ""), 1.0, (Effect("a", add=1.0),)) for i in range(12)]
    found = smallest(Row(table([0.0] * 6), 0, crooked), own, cut=99.0)
    assert (found.reachable, found.exact, found.tried) == (False, True, 4096)


def test_an_action_that_only_undoes_another_is_not_idle() -> None:
    harm = Action("harm", Text("", ""), 1.0, (Effect("a", add=-5.0), Effect("f", add=2.0)))
    undo = Action("undo", Text("", ""), 1.0, (Effect("a", to=0.0),))
    found = smallest(Row(table([0.0] * 6), 0, crooked), [harm, undo], cut=2.0)
    assert [s.actions for s in found.sets] == [("harm", "undo")]
    assert found.idle == ()


def test_idle_actions_are_named() -> None:
    own = [
        Action("same", Text("", ""), 1.0, (Effect("f", to=0.0),)),
        Action("other", Text("", ""), 1.0, (Effect("a", add=1.0),)),
    ]
    assert smallest(Row(table([0.0] * 6), 0, crooked), own, cut=1.0).idle == ("same",)


@pytest.fixture(scope="module")
def ranked() -> Any:
    snapshot = Snapshot.of(town(units=240, people=3000, tags=6, seed=3))
    positives = unit_positives(snapshot, AS_OF)
    assert positives.decided is not None
    features = unit_features(snapshot, positives.decided).leaving_out(positives.built_in)
    return rank(features, positives.ids)


def test_every_answer_reaches_the_band_when_it_is_done(ranked: Any) -> None:
    """Write the changes into the whole table and score it anew: the unit stands in the band, no protected value moved."""
    features, model, own = ranked.model.design_.features, ranked.model, read(shipped(), where="t")
    cut, before = float(ranked.scores[len(ranked) // 4]), model.decision_function(features)
    asked, reached = range(0, len(ranked), 8), 0
    for place in asked:
        row = int(ranked.rows[place])
        found = smallest(Row(features, row, model.decision_function), own.actions, cut=cut)
        assert found.score == float(ranked.scores[place])  # the frozen model scores the row as the list does
        for one in found.sets:
            new = changed(features, row, by=own.named(one.actions))
            assert all(why_protected(features.column(name)) is None for name in new)
            at = np.arange(len(features)) == row
            columns = tuple(
                replace(c, values=np.where(at, new.get(c.name, np.nan), c.values)) if c.name in new else c
                for c in features.columns
            )
            again = model.decision_function(Features(features.ids, columns))
            assert again[row] >= cut
            assert again[row] == one.score
            assert np.array_equal(np.delete(again, row), np.delete(before, row))
        reached += found.reachable
        if place <= len(ranked) // 4:
            assert found.sets[0].actions == ()
    assert reached > len(asked) // 4 + 1
