from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.model.text import Text
from similarity.features import Feature, FeatureKind, Features, Form
from similarity.portraits.crowd import Mean, Share, shrunk
from similarity.portraits.reliability import LEAST, beyond_chance, quiet, telling

DAY = dt.date(2020, 1, 1)


def share(counts: np.ndarray, among: np.ndarray, name: str = "x") -> Share:
    head = (name, Text(name, name), FeatureKind.NUMERIC, shrunk(counts, among), (), DAY, "tags", Form.SHARE)
    return Share(*head, counts=counts, among=among)


def mean(values: list[np.ndarray], name: str = "m") -> Mean:
    among = np.array([len(v) for v in values], float)
    total = np.array([v.sum() for v in values])
    squares = np.array([((v - v.mean()) ** 2).sum() if len(v) else 0.0 for v in values])
    head = (name, Text(name, name), FeatureKind.NUMERIC, shrunk(total, among), (), DAY, "activity")
    return Mean(*head, total=total, squares=squares, among=among)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([0.002, 0.02, 0.3, 0.9]))
def test_people_put_into_groups_at_random_tell_nothing(seed: int, p: float) -> None:
    """The statistic has mean 0 and spread 1 when all groups have one share, also a rare one."""
    rng = np.random.Generator(np.random.PCG64(seed))
    among = rng.integers(5, 80, 800).astype(float)
    assert abs(beyond_chance(share(rng.binomial(among.astype(int), p).astype(float), among))) < 6


def test_the_statistic_is_on_the_scale_it_claims() -> None:
    rng = np.random.Generator(np.random.PCG64(1))
    among = rng.integers(5, 80, 600).astype(float)
    shares = [beyond_chance(share(rng.binomial(among.astype(int), 0.03).astype(float), among)) for _ in range(300)]
    means = [beyond_chance(mean([rng.normal(size=9) for _ in range(200)])) for _ in range(200)]
    for found in (shares, means):
        assert abs(float(np.mean(found))) < 0.25
        assert 0.8 < float(np.std(found)) < 1.2


@given(st.integers(0, 1000))
@settings(max_examples=20, deadline=None)
def test_groups_that_differ_are_told_apart(seed: int) -> None:
    rng = np.random.Generator(np.random.PCG64(seed))
    among = np.full(300, 40.0)
    own = rng.beta(2, 6, 300)
    assert beyond_chance(share(rng.binomial(40, own).astype(float), among)) > LEAST
    assert beyond_chance(mean([rng.normal(m, 1, 20) for m in rng.normal(size=60)])) > LEAST


def test_what_is_not_counted_from_people_is_not_judged() -> None:
    year = Feature("year", Text("y", "y"), FeatureKind.NUMERIC, np.array([1.0, 2.0]))
    assert beyond_chance(year) == math.inf


@pytest.mark.parametrize("counts", [[0.0, 0.0, 0.0], [4.0, 5.0, 6.0]])
def test_a_share_of_nobody_or_everybody_tells_nothing(counts: list[float]) -> None:
    assert beyond_chance(share(np.array(counts), np.array([4.0, 5.0, 6.0]))) == 0.0
    assert beyond_chance(mean([np.zeros(3), np.zeros(4)])) == 0.0
    assert beyond_chance(share(np.array([0.0]), np.array([0.0]))) == 0.0


def test_only_what_tells_stays_and_the_rest_is_barred_with_its_reason() -> None:
    rng = np.random.Generator(np.random.PCG64(2))
    among = np.full(200, 40.0)
    loud = share(rng.binomial(40, rng.beta(2, 6, 200)).astype(float), among, "loud")
    twin = replace(loud, name="twin")
    still = share(rng.binomial(40, 0.2, 200).astype(float), among, "still")
    ids = tuple(f"u{i:03d}" for i in range(200))
    found = telling(Features(ids, (loud, twin, still)))
    assert found.names == ("loud",)
    assert {b.name: b.why.en for b in found.barred} == {
        "twin": "it is the same as loud in every group",
        "still": "between the groups it differs no more than by chance",
    }
    assert all(map(quiet, found.barred))
    assert telling(Features(ids, (loud, twin, still)), keep=("still", "twin")).names == ("loud", "twin", "still")
