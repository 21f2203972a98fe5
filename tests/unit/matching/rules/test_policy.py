"""The policy file: what is shipped reads, what is given is laid over it, what is wrong is named."""

from __future__ import annotations

import pytest

from graph.model.codes import table
from graph.model.errors import PolicyInvalid, UnknownName
from matching.rules.policy import FEATURES, LABELS, read_policy
from matching.rules.score import SCORES


def test_the_shipped_policy_knows_every_kind_of_need_and_every_feature() -> None:
    policy = read_policy()
    kinds = set(table("need").titles)
    assert set(policy.serves) == kinds
    assert set(policy.duties) <= kinds
    for label in LABELS:
        assert set(policy.weights[label]) <= set(FEATURES[label]) <= {s.name for s in SCORES}
    assert policy.duties["repair"].en.startswith("sub-district")


def test_a_given_table_replaces_only_what_it_names() -> None:
    policy = read_policy(
        {"distance": {"Venue": 700}, "weights": {"Volunteer": {"committee": 5}}, "serves": {"pet": []}}
    )
    assert policy.distance["Venue"] == 700
    assert policy.distance["Volunteer"] == read_policy().distance["Volunteer"]
    assert policy.weights["Volunteer"]["committee"] == 5
    assert policy.weights["Volunteer"]["skill"] == read_policy().weights["Volunteer"]["skill"]
    assert policy.serves["pet"] == frozenset()


@pytest.mark.parametrize(
    ("given", "nearest"),
    [
        ({"distence": {}}, "distance"),
        ({"distance": {"Venu": 3}}, "distance.Venue"),
        ({"weights": {"Venue": {"closenes": 1}}}, "weights.Venue.closeness"),
        ({"serves": {"venue": ["Venu"]}}, "Venue"),
        ({"needs": {"waiting": ["opne"]}}, "open"),
        ({"skill": {"unskilled": ["activty"]}}, "activity"),
        ({"audience": {"spoken_for": ["elder"]}}, "elderly"),
        ({"step_free": {"kinds": ["elder"]}}, "elderly"),
        ({"duties": {"repairs": "甲 | a"}}, "repair"),
    ],
)
def test_an_unknown_key_names_the_nearest(given: dict[str, object], nearest: str) -> None:
    with pytest.raises(UnknownName) as why:
        read_policy(given)
    assert nearest in why.value.hint.en


@pytest.mark.parametrize(
    "given",
    [
        {"weights": {"Venue": dict.fromkeys(FEATURES["Venue"], 0)}},
        {"weights": {"Venue": {"time": -1}}},
        {"weights": {"Venue": {"time": "much"}}},
        {"weights": 3},
        {"distance": {"detour": 0.9}},
        {"distance": {"Venue": 0}},
        {"distance": {"Venue": float("nan")}},
        {"age": {"volunteer_at_least": 90}},
        {"needs": {"eligible": "open"}},
        {"needs": {"eligible": ["open", 3]}},
        {"duties": {"repair": ""}},
        {"idle": {"days": True}},
        {"conflict": {"own": "yes"}},
        {"version": 3},
        {"skill": {"least_level": 0.5}},
        {"skill": {"least_level": 9}},
    ],
)
def test_an_impossible_value_is_refused_with_its_key(given: dict[str, object]) -> None:
    with pytest.raises(PolicyInvalid, match=next(iter(given))):
        read_policy(given)
