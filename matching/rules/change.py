"""The least change that would admit a pair: one field of the need, of the resource or of the policy.

A change can be applied to the pair it was made for; so whoever names one can also show that it admits the pair.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from graph.model.text import Text
from matching.rules.coded import Coded
from matching.rules.crossing import Crossing
from matching.rules.tables import Resources, Times

Subject = Literal["need", "resource", "policy"]


@dataclass(frozen=True, slots=True)
class Change:
    """What would have to change (`subject`, `field`, the new `value` as JSON), and the sentence that says so."""

    subject: Subject
    field: str
    value: Any
    text: Text

    def to_json(self) -> dict[str, Any]:
        """Return the change as a JSON value."""
        facts = {"subject": self.subject, "field": self.field, "value": self.value}
        return {**facts, "zh": self.text.zh, "en": self.text.en}


def applied(change: Change, pair: Crossing) -> Crossing:
    """Return the pair (one need, one resource) after the change."""
    if change.subject == "need":
        return replace(pair, needs=replace(pair.needs, **_ON_NEED[change.field](pair, change.value)))
    if change.subject == "resource":
        values = _ON_RESOURCE[change.field](pair, change.value)
        return replace(pair, resources=replace(pair.resources, **values))
    return replace(pair, policy=replace(pair.policy, **_ON_POLICY[change.field](pair, change.value)))


_ON_NEED: Mapping[str, Callable[[Crossing, Any], Mapping[str, Any]]] = {
    "status": lambda pair, value: {"status": np.array([value], object)},
    "people": lambda pair, value: {"people": np.array([float(value)])},
    "place": lambda pair, value: {"place": np.nan_to_num(pair.resources.place, nan=0.0)},
    "items": lambda pair, value: {"items": Coded.of([(pair.words.items.index(value),)])},
    "ages": lambda pair, value: {"ages": Coded.of([(*pair.needs.ages[0], int(value))])},
}


def _times(resources: Resources, *, hours: tuple[str, ...] | None, busy: tuple[str, ...]) -> Mapping[str, Any]:
    times: Times = (resources.times[0][0], hours, busy)
    return {"times": Coded.of([times])}


def _hours(pair: Crossing, value: list[str]) -> Mapping[str, Any]:
    _, hours, busy = pair.resources.times[0]
    return _times(pair.resources, hours=(*(hours or ()), *value), busy=busy)


def _busy(pair: Crossing, value: list[str]) -> Mapping[str, Any]:
    return _times(pair.resources, hours=pair.resources.times[0][1], busy=tuple(value))


def _skill(pair: Crossing, value: list[Any]) -> Mapping[str, Any]:
    level = pair.resources.level.copy()
    level[0, pair.words.skills.index(value[0])] = value[1]
    return {"level": level}


def _offer(pair: Crossing, value: list[Any]) -> Mapping[str, Any]:
    offer = pair.resources.offer.copy()
    offer[0, pair.words.items.index(value[0])] = value[1]
    return {"offer": offer}


def _purposes(pair: Crossing, value: list[str]) -> Mapping[str, Any]:
    kind, *keys = value
    known = pair.policy.purposes
    return {"purposes": {**known, **{key: known.get(key, frozenset()) | {kind} for key in keys}}}


def _declined(pair: Crossing, value: str) -> Mapping[str, Any]:
    return {"declined": Coded.of([pair.resources.declined[0] - {value}])}


_ON_RESOURCE: Mapping[str, Callable[[Crossing, Any], Mapping[str, Any]]] = {
    "capacity": lambda pair, value: {"capacity": np.array([float(value)])},
    "weekly_hours": lambda pair, value: {"weekly_hours": np.array([float(value)])},
    "step_free": lambda pair, value: {"step_free": np.array([value])},
    "in_service": lambda pair, value: {"in_service": np.array([value])},
    "place": lambda pair, value: {"place": pair.needs.place},
    "hours": _hours,
    "busy": _busy,
    "skill": _skill,
    "offer": _offer,
    "declined": _declined,
    "refusal": lambda pair, value: {"refusal": Coded.of([value])},
}
_ON_POLICY: Mapping[str, Callable[[Crossing, Any], Mapping[str, Any]]] = {
    "serves": lambda pair, value: {
        "serves": {**pair.policy.serves, value[0]: pair.policy.serves.get(value[0], frozenset()) | {value[1]}}
    },
    "distance": lambda pair, value: {"distance": {**pair.policy.distance, value[0]: float(value[1])}},
    "own_committee": lambda pair, value: {"own_committee": pair.policy.own_committee - {value}},
    "volunteer_age": lambda pair, value: {"volunteer_age": (float(value[0]), float(value[1]))},
    "unskilled": lambda pair, value: {"unskilled": pair.policy.unskilled | {value}},
    "own": lambda pair, value: {"own": value},
    "purposes": _purposes,
}
