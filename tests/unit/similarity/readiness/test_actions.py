"""Actions: what may be named, how values change, and what a file can get wrong."""

from __future__ import annotations

import copy
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model.errors import ActionsInvalid, LinliError, TableUnfit, UnknownName
from graph.model.text import Text
from graph.snapshot.columns import Snapshot
from similarity.features import FIXED, Barred, Feature, FeatureKind, Features, Form
from similarity.portraits.crowd import shrunk
from similarity.portraits.units import unit_features
from similarity.readiness.actions import Action, Effect, changed, check, shipped, why_protected
from similarity.readiness.actions_read import read
from tests.unit.similarity.town import AS_OF, town

PORTRAITS = unit_features(Snapshot.of(town(units=30, people=400, tags=6)), AS_OF)
PEOPLE = np.array([0.0, 5.0, 20.0, 31.0])


def feature(name: str, values: list[float], **more: Any) -> Feature:
    settings: dict[str, Any] = {"kind": FeatureKind.NUMERIC, "group": "activity", "observed": AS_OF} | more
    return Feature(name, Text(name, name), settings.pop("kind"), np.array(values), **settings)


TABLE = Features(
    ("a", "b", "c", "d"),
    (
        feature("residents", PEOPLE.tolist(), group="household"),
        feature("share", [math.nan, 0.2, 0.5, 0.99], form=Form.SHARE),
        feature("visits", [0.0, 1.0, 2.0, 3.0]),
        feature("led", [0.0, 1.0, 0.0, math.nan], kind=FeatureKind.BOOLEAN, group="leader"),
        feature("kind", [0.0, 1.0, 0.0, 1.0], kind=FeatureKind.CATEGORICAL, levels=("x", "y")),
        feature("old", [0.1, 0.2, 0.3, 0.4], group="age"),
        feature("halls", [1.0, 1.0, 2.0, 2.0], observed=FIXED),
        feature("floors", [6.0, 6.0, 5.0, 5.0], group="building", observed=FIXED),
        feature("gas_pipe_outside", [0, 1, 0, 1], kind=FeatureKind.BOOLEAN, group="building", observed=FIXED),
    ),
    barred=(Barred("lift_fund_opened", Text("没有日期", "it bears no date")),),
)


def one(*effects: Effect) -> list[Action]:
    return [Action("x", Text("x", "x"), 1.0, effects)]


def data(**effect: Any) -> dict[str, Any]:
    return {"version": "1", "actions": [{"id": "x", "title": "x", "cost": 1, "effects": [effect]}]}


def test_the_shipped_actions_fit_the_portraits_of_units() -> None:
    actions = read(shipped(), where="linli")
    check(actions, PORTRAITS, where="linli")
    assert len(actions.actions) == len({a.id for a in actions.actions}) >= 6
    assert all(a.title.zh != a.title.en for a in actions.actions)


def test_no_action_may_name_what_people_are_or_what_stands() -> None:
    for column in PORTRAITS.columns:
        free = why_protected(column) is None
        assert free == (
            column.group in ("activity", "programme", "volunteer", "need", "leader")
            or column.name == "gas_pipe_outside"
        )
    assert {"age", "sex", "politics", "tags"} <= {c.group for c in PORTRAITS.columns if why_protected(c)}


@pytest.mark.parametrize("name", ["old", "floors", "residents", "halls"])
def test_a_protected_feature_is_an_error_that_names_it(name: str) -> None:
    with pytest.raises(ActionsInvalid, match=name):
        check(read(data(feature=name, add=1), where="t"), TABLE, where="t")


def test_barred_and_unknown_features_are_errors_too() -> None:
    with pytest.raises(TableUnfit, match="lift_fund_opened"):
        check(read(data(feature="lift_fund_opened", to=True), where="t"), TABLE, where="t")
    with pytest.raises(UnknownName) as caught:
        check(read(data(feature="visit", add=1), where="t"), TABLE, where="t")
    assert "visits" in caught.value.hint.en


@pytest.mark.parametrize(
    "effect",
    [
        {"feature": "led", "add": 1},
        {"feature": "led", "to": 2},
        {"feature": "kind", "to": "z"},
        {"feature": "visits", "to": "z"},
    ],
)
def test_values_of_another_kind_are_refused(effect: dict[str, Any]) -> None:
    with pytest.raises((ActionsInvalid, UnknownName)):
        check(read(data(**effect), where="t"), TABLE, where="t")


SPOILT: list[Any] = [
    {},
    {"version": "1"},
    {"version": "1", "actions": []},
    {"version": "1", "actions": [3]},
    {"version": True, "actions": [{}]},
    {"version": "1", "actions": [{"id": "", "cost": 1, "effects": []}]},
    {"version": "1", "actions": [{"id": "x", "cost": 1, "effects": []}]},
    {"version": "1", "actions": [{"id": "x", "cost": 1, "effects": [3]}]},
    {"version": "1", "actions": data(feature="visits", add=1)["actions"] * 2},
    {**data(feature="visits", add=1), "unit": 3},
    {**data(feature="visits", add=1), "extra": 3},
    data(feature="visits"),
    data(feature="visits", add=1, to=2),
    data(feature="visits", add=math.inf),
    data(feature="visits", add="1"),
    data(feature="visits", add=True),
    data(feature="visits", to=math.nan),
    data(feature="visits", add=1, at_least=3, at_most=2),
    data(feature=3, add=1),
    data(feature="visits", by=1),
]


@pytest.mark.parametrize("spoilt", SPOILT)
def test_a_spoilt_file_is_one_sentence(spoilt: Any) -> None:
    with pytest.raises((ActionsInvalid, UnknownName)):
        read(spoilt, where="actions.toml")


@pytest.mark.parametrize("cost", [-1, "3", None, math.nan, True])
def test_costs_are_numbers(cost: Any) -> None:
    spoilt = copy.deepcopy(data(feature="visits", add=1))
    spoilt["actions"][0]["cost"] = cost
    with pytest.raises(LinliError):
        read(spoilt, where="t")


@given(st.integers(0, 20), st.integers(0, 40), st.integers(1, 3))
def test_people_on_top_are_what_the_portrait_would_say(have: int, residents: int, more: int) -> None:
    """Beside a large stock, whose mean they do not move."""
    counts, of = np.array([float(min(have, residents)), 4e9]), np.array([float(residents), 9e9])
    table = Features(
        ("a", "b"),
        (
            feature("residents", of.tolist(), group="household"),
            feature("s", shrunk(counts, of).tolist(), form=Form.SHARE),
        ),
    )
    new = changed(table, 0, by=one(Effect("s", count=more)))
    if not residents:
        assert new == {}  # nobody lives there: nothing is known, and nothing to add to
        return
    counts[0] += more
    expected = min(float(shrunk(counts, of)[0]), 1.0)
    assert new.get("s", expected) == pytest.approx(expected, abs=1e-7)


@given(st.integers(1, 3), st.floats(-5, 5), st.floats(-5, 5), st.floats(-5, 5))
def test_bounds_hold_and_never_move_a_value_by_themselves(row: int, step: float, low: float, high: float) -> None:
    low, high = min(low, high), max(low, high)
    before = float(TABLE.column("visits").values[row])
    after = changed(TABLE, row, by=one(Effect("visits", add=step, at_least=low, at_most=high))).get("visits", before)
    assert min(before, low) <= after <= max(before, high)
    assert (after - before) * step >= 0
    assert abs(after - before) <= abs(step) + 1e-12


def test_values_that_stay_are_no_change() -> None:
    assert changed(TABLE, 1, by=one(Effect("led", to=1.0))) == {}
    assert changed(TABLE, 0, by=one(Effect("share", add=0.1))) == {}  # not known
    assert changed(TABLE, 3, by=one(Effect("share", add=0.5))) == {"share": 1.0}
    assert changed(TABLE, 0, by=one(Effect("kind", to="y"), Effect("kind", to="x"))) == {}
    assert changed(TABLE, 3, by=one(Effect("led", to=1.0))) == {"led": 1.0}
