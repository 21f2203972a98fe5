from __future__ import annotations

import itertools
import json

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy.stats import hypergeom

from graph.model.errors import UnknownName
from graph.model.text import Text
from graph.snapshot.columns import Snapshot
from similarity.portraits.association import Association, Trait, associations, traits
from similarity.portraits.crowd import crowd
from similarity.portraits.groups import by_level
from tests.unit.similarity.portraits.levels import with_areas
from tests.unit.similarity.town import AS_OF

SNAPSHOT = Snapshot.of(with_areas(90, 600))
WHO = crowd(SNAPSHOT, AS_OF)
PEOPLE = len(SNAPSHOT.nodes("Resident"))
LEAST = 10


def _pair(n: int, left: int, right: int, of: int) -> Association:
    return Association("a", "b", Text("甲", "a"), Text("乙", "b"), n, left, right, of)


@settings(max_examples=50)
@given(st.integers(2, 60), st.data())
def test_z_is_that_of_the_hypergeometric_distribution(of: int, data: st.DataObject) -> None:
    left, right = data.draw(st.integers(1, of - 1)), data.draw(st.integers(1, of - 1))
    n = data.draw(st.integers(max(0, left + right - of), min(left, right)))
    found, counts = _pair(n, left, right, of), np.arange(of + 1)
    chance = hypergeom.pmf(counts, of, right, left)
    mean = float(chance @ counts)
    assert found.expected == pytest.approx(mean)
    assert found.z == pytest.approx((n - mean) / np.sqrt(chance @ (counts - mean) ** 2), abs=1e-6)
    assert found.interval[0] <= found.lift * (1 + 1e-12)
    assert found.lift <= found.interval[1] * (1 + 1e-12)


def test_the_same_pair_the_other_way_round_has_the_same_lift_and_z() -> None:
    one, other = _pair(30, 60, 200, 1000), _pair(30, 200, 60, 1000)
    assert one.lift == pytest.approx(other.lift)
    assert one.z == pytest.approx(other.z)


MASKS = arrays.arrays(np.bool_, (4, PEOPLE), elements=st.booleans(), fill=st.booleans())


@settings(max_examples=20, deadline=None)
@given(MASKS)
def test_pairs_are_those_of_counting_by_hand(masks: npt.NDArray[np.bool_]) -> None:
    facts = [Trait(f"f{i}", Text("", ""), m) for i, m in enumerate(masks)]
    found = associations(WHO, facts, facts, least=0)
    inside = WHO.group >= 0
    assert found.people == inside.sum()
    expected = {
        (a.name, b.name): int((a.people & b.people & inside).sum())
        for a, b in itertools.combinations(facts, 2)
        if (a.people & inside).any() and (b.people & inside).any()
    }
    assert {(p.left, p.right): p.n for p in found.pairs} == expected


@settings(max_examples=20, deadline=None)
@given(MASKS)
def test_no_cell_under_the_limit_is_shown(masks: npt.NDArray[np.bool_]) -> None:
    facts = [Trait(f"f{i}", Text("", ""), m) for i, m in enumerate(masks)]
    for p in associations(WHO, facts, facts, least=LEAST).pairs:
        assert min(p.n, p.left_n - p.n, p.right_n - p.n, p.of - p.left_n - p.right_n + p.n) >= LEAST


def test_a_lone_small_cell_of_kinds_that_add_up_takes_another_along() -> None:
    kind = np.arange(PEOPLE) % 4
    left = Trait("left", Text("", ""), (kind != 0) & (np.arange(PEOPLE) % 3 > 0))
    right = [Trait(f"k{k}", Text("", ""), kind == k) for k in range(4)]
    found = associations(WHO, [left], right, least=LEAST)
    assert len(found.pairs) == 2
    assert found.hidden == 2


def test_lists_are_named_and_sensitive_ones_only_on_demand() -> None:
    assert len(traits(WHO, "age")) == 20
    assert {t.name for t in traits(WHO, "sex")} == {"sex:1", "sex:2"}
    open_tags, all_tags = traits(WHO, "tags"), traits(WHO, "tags", sensitive=("sensitive_tags",))
    assert len(all_tags) > len(open_tags) > 0
    groups = [traits(WHO, f"tags:{name}") for name in ("健康", "参与")]
    assert sorted(t.name for g in groups for t in g) == sorted(t.name for t in open_tags)
    with pytest.raises(UnknownName):
        traits(WHO, "politics")
    assert traits(WHO, "politics", sensitive=("politics",))
    with pytest.raises(UnknownName, match="education"):
        traits(WHO, "educaton")
    with pytest.raises(UnknownName):
        traits(WHO, "ethnicity", sensitive=("politics",))


def test_tags_and_education_from_the_snapshot() -> None:
    tags, schools = traits(WHO, "tags"), traits(WHO, "education")
    found = associations(WHO, tags, schools)
    assert len(found.pairs) + found.hidden == len(tags) * len(schools)
    json.dumps([p.to_json() for p in found.pairs], allow_nan=False)
    scope = crowd(SNAPSHOT, AS_OF, by_level(SNAPSHOT, "unit", areas=("a0011",)))
    assert 0 < associations(scope, tags, schools).people < found.people
    assert associations(crowd(SNAPSHOT, AS_OF, by_level(SNAPSHOT, "unit", areas=())), tags, schools).pairs == ()
