from __future__ import annotations

import itertools
import json
import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.model.text import Text
from graph.snapshot.columns import Snapshot
from similarity.features import Feature, FeatureKind, Features, Floats, Form
from similarity.metrics import wilson
from similarity.portraits.comparison import LEVEL, Portrait, open_to_view, portrait, standing
from similarity.portraits.crowd import Mean, Share, crowd
from similarity.portraits.groups import by_level, everybody, group_features, together
from tests.unit.similarity.portraits.levels import with_areas
from tests.unit.similarity.town import AS_OF

LEAST = 10


def _share(counts: Sequence[float], among: Sequence[float], name: str = "s") -> Share:
    c, n = np.array(counts, float), np.array(among, float)
    return Share(name, Text("甲", "a"), FeatureKind.NUMERIC, c / n, form=Form.SHARE, counts=c, among=n)


def _mean(groups: Sequence[Floats], name: str = "m") -> Mean:
    total, n = np.array([g.sum() for g in groups]), np.array([len(g) for g in groups], float)
    squares = np.array([((g - g.mean()) ** 2).sum() for g in groups])
    return Mean(name, Text("乙", "b"), FeatureKind.NUMERIC, total / n, total=total, squares=squares, among=n)


def _table(*columns: Share | Mean, residents: Sequence[float]) -> Features:
    people = Feature("residents", Text("人数", "people"), FeatureKind.NUMERIC, np.array(residents, float))
    return Features(tuple(map(str, range(len(residents)))), (*columns, people))


def _portrait(features: Features, group: int = 0) -> Portrait:
    return portrait(features, features, group, least=LEAST)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 6), st.integers(1, 5), st.data())
def test_z_is_that_of_drawing_the_group_from_everybody(n: int, rest: int, data: st.DataObject) -> None:
    values = data.draw(st.lists(st.integers(0, 5), min_size=n + rest, max_size=n + rest).filter(lambda v: min(v) < max(v)))  # fmt: skip
    own, others = np.array(values[:n], float), np.array(values[n:], float)
    drawn = [np.mean(c) for c in itertools.combinations(values, n)]
    z = (own.mean() - np.mean(values)) / np.std(drawn)
    assert standing(_mean([own, others]), 0).z == pytest.approx(z)
    flags = [float(v > np.mean(values)) for v in values]
    drawn = [np.mean(c) for c in itertools.combinations(flags, n)]
    found = standing(_share([sum(flags[:n]), sum(flags[n:])], [n, rest]), 0)
    assert found.z == pytest.approx((np.mean(flags[:n]) - np.mean(flags)) / np.std(drawn))
    assert found.rest == pytest.approx(np.mean(flags[n:]))


def test_a_standing_gives_both_sides_with_their_numbers() -> None:
    found = standing(_share([60, 40], [100, 400]), 0)
    assert (found.value, found.n, found.base, found.base_n) == (0.6, 100, 0.2, 500)
    assert (found.rest, found.rest_n) == (0.1, 400)
    assert (found.low, found.high) == wilson(60, 100)
    assert found.ratio == pytest.approx(3.0)
    assert found.difference == pytest.approx(0.4)
    assert found.text.zh == "甲 60.0 %（n = 100），全体 20.0 %（n = 500），高 40.0 个百分点"
    assert found.text.en == "a: 60.0 % (n = 100), everybody 20.0 % (n = 500), 40.0 points higher"
    assert "lower" in standing(_share([60, 40], [100, 400]), 1).text.en
    assert json.loads(json.dumps(found.to_json(), allow_nan=False))["ratio"] == pytest.approx(3.0)


def test_the_interval_of_few_visits_does_not_reach_below_zero() -> None:
    few, many = np.array([0.0] * 11 + [4.0]), np.arange(30.0)
    assert standing(_mean([few, many]), 0).low == 0
    steady = standing(_mean([many, few]), 0)
    assert 0 < steady.low == pytest.approx(many.mean() - (steady.high - many.mean()))


CELL = st.integers(0, 60)


@settings(max_examples=100)
@given(CELL, CELL, CELL, CELL)
def test_a_share_is_shown_only_when_no_cell_is_small(a: int, b: int, c: int, d: int) -> None:
    shown = open_to_view(_share([a, c], [a + b or 1, c + d or 1]), 0, least=LEAST)
    n, rest = a + b or 1, c + d or 1
    assert shown == (min(a, n - a, c, rest - c) >= LEAST)


def test_a_group_below_the_limit_shows_nothing_and_says_so() -> None:
    found = _portrait(_table(_share([5, 50], [9, 100]), residents=[9, 100]))
    assert (found.residents, found.standings, found.shapes) == (None, (), ())
    assert "fewer than 10" in found.notes[0].en
    assert "9" not in found.notes[0].en


def test_everybody_but_a_few_shows_nothing_because_the_few_would_follow() -> None:
    found = _portrait(_table(_share([50, 5], [100, 9]), residents=[100, 9]))
    assert found.standings == ()
    assert "would give them away" in found.notes[0].en


def test_a_group_that_is_everybody_has_nothing_to_be_compared_with() -> None:
    found = _portrait(_table(_share([50], [100]), residents=[100]))
    assert found.outstanding == ()
    assert found.standings[0].z == 0.0
    assert math.isnan(found.standings[0].rest)
    assert "nothing to compare" in found.notes[0].en


def test_nobody_in_the_scope_is_said() -> None:
    found = _portrait(_table(residents=[0, 0]))
    assert (found.base_residents, found.bound) == (0, None)
    assert "nobody" in found.notes[0].en


def test_figures_are_ranked_by_z_and_stand_out_beyond_luck() -> None:
    near, far = _share([52, 500], [100, 1000], "near"), _share([90, 500], [100, 1000], "far")
    found = _portrait(_table(near, far, _share([5, 500], [100, 1000], "small"), residents=[100, 1000]))
    assert [s.feature.name for s in found.standings] == ["far", "near"]
    assert [s.feature.name for s in found.outstanding] == ["far"]
    assert found.hidden == 1


def test_figures_that_count_the_same_people_are_shown_once() -> None:
    columns = [_share([30, 400], [100, 1000], name) for name in ("first", "again")]
    other, mean = _share([31, 400], [100, 1000], "other"), _mean([np.arange(100.0), np.arange(1000.0)])
    found = _portrait(_table(*columns, other, mean, residents=[100, 1000]))
    assert {s.feature.name for s in found.standings} == {"first", "other", "m"}
    assert found.hidden == 0


def test_luck_seldom_stands_out() -> None:
    rng = np.random.Generator(np.random.PCG64(7))
    alarms = 0
    for _ in range(100):
        people = rng.random((40, 1000)) < rng.uniform(0.2, 0.8, 40)[:, None]
        columns = [_share([p[:200].sum(), p[200:].sum()], [200, 800], f"f{i}") for i, p in enumerate(people)]
        alarms += bool(_portrait(_table(*columns, residents=[200, 800])).outstanding)
    assert alarms / 100 < 2 * LEVEL


def test_a_town_committee_from_features_to_json() -> None:
    snapshot = Snapshot.of(with_areas())
    grouping = by_level(snapshot, "committee")
    who = crowd(snapshot, AS_OF, grouping)
    features = group_features(who, grouping)
    base = group_features(together(who), everybody(grouping))
    found = portrait(features, base, 0)
    assert found.residents == int(who.residents[0])
    assert len(found.standings) + found.hidden > 30
    assert {s.feature.name for s in found.shapes} >= {"age_median", "age_entropy", "years_here_deviation"}
    deviation = next(s for s in found.shapes if s.feature.name == "age_deviation")
    ages = who.age[(who.group >= 0) & (who.age >= 0)]
    assert deviation.base == pytest.approx(ages.std(ddof=1))
    json.dumps([*(s.to_json() for s in found.standings), *(s.to_json() for s in found.shapes)], allow_nan=False)
