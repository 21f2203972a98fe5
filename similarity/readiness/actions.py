"""Actions as data: what may be done about a stairwell, what it changes in the portrait, and what it costs.

An action has effects on features. `count` puts people (of a share) or times (of a mean) on top: such a feature is drawn
towards the stock, so it rises by `count / (residents + 10)` (`portraits.crowd.shrunk`). `add` adds a number, `to` sets a
value. `at_least` and `at_most` bound what an action may bring about; a share never leaves 0 to 1. Where nothing is known
there is nothing to add to.

Only what people can do something about may be named (`why_protected`): who lives there, how old, of which party, and
the house itself are nobody's to change.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from graph.model.errors import ActionsInvalid, UnknownName
from graph.model.text import Text
from similarity.features import FIXED, Feature, FeatureKind, Features, Form
from similarity.portraits.crowd import PRIOR

ALTERABLE_GROUPS = ("activity", "programme", "volunteer", "need", "leader")
"""Groups of features that tell what people do together; every other group is a fact about people or houses."""

ALTERABLE_FACTS = ("gas_pipe_outside",)
"""Facts of the house that can be changed all the same: a pipe can be moved."""

RESIDENTS = "residents"
"""The feature that counts the residents of a unit."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What an action does to one feature; exactly one of `count`, `add` and `to` is given."""

    feature: str
    count: float | None = None
    add: float | None = None
    to: float | str | None = None
    at_least: float = -math.inf
    at_most: float = math.inf


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that can be done: its sentence, its cost, its effects in order."""

    id: str
    title: Text
    cost: float
    effects: tuple[Effect, ...]


@dataclass(frozen=True, slots=True)
class Actions:
    """All actions of one file, in its order; `unit` is what the costs are counted in."""

    version: str
    unit: Text
    actions: tuple[Action, ...]

    def named(self, ids: Sequence[str]) -> tuple[Action, ...]:
        """Return the actions with those ids, in the order of the file."""
        return tuple(a for a in self.actions if a.id in ids)


def shipped() -> dict[str, Any]:
    """Return the actions that come with linli, as TOML data."""
    import tomllib

    return tomllib.loads(files("similarity.readiness").joinpath("actions.toml").read_text(encoding="utf-8"))


def why_protected(feature: Feature) -> Text | None:
    """Say why no action may name a feature; None when one may."""
    if feature.name in ALTERABLE_FACTS or (feature.group in ALTERABLE_GROUPS and feature.observed != FIXED):
        return None
    if feature.observed == FIXED:
        return Text("它是房屋和地点的固定事实", "it is a fixed fact of the house and its place")
    return Text("它说的是居民是什么人，不是能做的事", "it says who lives there, not what can be done")


def check(actions: Actions, features: Features, *, where: str) -> None:
    """Raise `ActionsInvalid` for a protected feature or an impossible value, `UnknownName` for an unknown feature.

    A barred feature raises `TableUnfit`, as everywhere.
    """
    features.require(e.feature for a in actions.actions for e in a.effects)
    for action in actions.actions:
        for effect in action.effects:
            feature = features.column(effect.feature)
            why = why_protected(feature)
            if why is not None:
                said = Text(f"{feature.name} 不能改，{why.zh}", f"{feature.name} cannot be changed: {why.en}")
                raise ActionsInvalid(f"{where} {action.id}", said)
            _check_value(effect, feature, where=f"{where} {action.id}")
            if effect.count is not None:
                features.column(RESIDENTS)


def _check_value(effect: Effect, feature: Feature, *, where: str) -> None:
    if feature.kind is FeatureKind.CATEGORICAL:
        if effect.to not in feature.levels:
            raise UnknownName(
                Text(f"{feature.name} 的取值", f"value of {feature.name}"), str(effect.to), feature.levels
            )
    elif feature.kind is FeatureKind.BOOLEAN:
        if effect.to not in (0.0, 1.0):
            why = Text(
                f"{feature.name} 只有是与否，写 to = true 或 false", f"{feature.name} is yes or no: to = true or false"
            )
            raise ActionsInvalid(where, why)
    elif isinstance(effect.to, str):
        why = Text(f"{feature.name} 是数，不是“{effect.to}”", f"{feature.name} is a number, not “{effect.to}”")
        raise ActionsInvalid(where, why)


def changed(features: Features, row: int, *, by: Sequence[Action]) -> dict[str, float]:
    """Return the values that differ in a row after the actions, by feature."""
    values: dict[str, float] = {}
    counted = any(e.count is not None for a in by for e in a.effects)
    residents = float(features.column(RESIDENTS).values[row]) if counted else math.nan
    for effect in (e for a in by for e in a.effects):
        feature = features.column(effect.feature)
        before = values.get(feature.name, float(feature.values[row]))
        values[feature.name] = _after(effect, feature, before=before, residents=residents)
    return {n: v for n, v in values.items() if not _same(v, float(features.column(n).values[row]))}


def _after(effect: Effect, feature: Feature, *, before: float, residents: float) -> float:
    if effect.to is not None:
        return float(feature.levels.index(effect.to)) if isinstance(effect.to, str) else effect.to
    step = effect.add if effect.add is not None else (effect.count or 0.0) / (residents + PRIOR)
    if math.isnan(before) or math.isnan(step):
        return before
    low, high = (0.0, 1.0) if feature.form is Form.SHARE else (-math.inf, math.inf)
    low, high = min(before, max(low, effect.at_least)), max(before, min(high, effect.at_most))
    return min(max(before + step, low), high)


def _same(a: float, b: float) -> bool:
    return a == b or (math.isnan(a) and math.isnan(b))
