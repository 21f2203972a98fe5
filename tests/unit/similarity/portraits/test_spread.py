from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import entropy

from graph.snapshot.columns import Snapshot
from similarity.features import Feature
from similarity.portraits.crowd import Share, crowd
from similarity.portraits.people import ages, education, politics
from similarity.portraits.spread import Spread, entropies, entropy_of_kinds, spreads
from tests.unit.similarity.town import AS_OF, town

WHO = crowd(Snapshot.of(town(20, 900)), AS_OF)


def _named(found: list[Feature], name: str) -> Spread:
    return next(f for f in found if f.name == name and isinstance(f, Spread))


def test_deviation_and_quartiles_are_those_of_numpy() -> None:
    found = spreads(WHO)
    for group in range(20):
        own = WHO.age[(WHO.group == group) & (WHO.age >= 0)]
        assert _named(found, "age_deviation").values[group] == pytest.approx(own.std(ddof=1))
        assert _named(found, "age_median").values[group] == pytest.approx(np.median(own))
        assert _named(found, "age_quartile_1").values[group] == pytest.approx(np.quantile(own, 0.25))
        assert _named(found, "age_median").among[group] == len(own)


def test_entropy_is_that_of_scipy_and_the_correction_of_miller_and_madow() -> None:
    shares = [f for f in ages(WHO) if isinstance(f, Share)]
    found = _named(entropies(WHO, list(shares)), "age_entropy")
    bands = [s for s in shares if s.name not in ("age_60_up", "age_80_up")]
    for group in range(20):
        counts = np.array([s.counts[group] for s in bands])
        n = counts.sum()
        expected = entropy(counts, base=2) + ((counts > 0).sum() - 1) / (2 * n * np.log(2))
        assert found.values[group] == pytest.approx(expected)
        assert found.among[group] == n


def test_the_correction_takes_most_of_the_bias_of_small_groups() -> None:
    rng = np.random.Generator(np.random.PCG64(1))
    true = np.full(8, 1 / 8)
    counts = rng.multinomial(30, true, size=1000).T.astype(float)
    estimated = entropy_of_kinds(counts, counts.sum(axis=0)).mean()
    plain = np.mean([entropy(c, base=2) for c in counts.T])
    assert abs(estimated - 3.0) < 0.25 * abs(plain - 3.0)


def test_codes_outside_the_list_are_one_more_kind_and_sensitive_kinds_have_none() -> None:
    made = entropies(WHO, [*education(WHO), *politics(WHO)])
    assert [f.name for f in made] == ["education_entropy"]


def test_a_group_without_anybody_is_unknown() -> None:
    bare = crowd(Snapshot.of(town(40, 30)), AS_OF)
    empty = bare.residents == 0
    assert empty.any()
    for f in [*spreads(bare), *entropies(bare, list(ages(bare)))]:
        assert np.isnan(f.values[empty]).all(), f.name
