"""TOML data → `Actions`: every key has its type, and what nobody asked for is named."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from graph.model.errors import ActionsInvalid, UnknownName
from graph.model.text import Text
from similarity.readiness.actions import Action, Actions, Effect

_KEY = Text("键", "key")
_HOW = ("count", "add", "to")


def read(data: Mapping[str, Any], *, where: str) -> Actions:
    """Return the actions of TOML data; raises `ActionsInvalid`, and `UnknownName` for a key that does not exist."""
    _known(data, ("version", "unit", "actions"))
    version, listed = data.get("version"), data.get("actions")
    if not isinstance(version, str | int) or isinstance(version, bool):
        raise ActionsInvalid(where, Text("缺少 version", "version is missing"))
    if not isinstance(listed, list) or not listed:
        raise ActionsInvalid(where, Text("没有 [[actions]]", "there are no [[actions]]"))
    actions = tuple(_action(one, f"{where} [[actions]] {i}") for i, one in enumerate(listed, 1))
    ids = [action.id for action in actions]
    twice = next((i for i in ids if ids.count(i) > 1), None)
    if twice is not None:
        raise ActionsInvalid(where, Text(f"id“{twice}”重复", f"two actions have the id “{twice}”"))
    return Actions(str(version), _text(data.get("unit", {"zh": "", "en": ""}), where), actions)


def _action(data: Any, where: str) -> Action:
    if not isinstance(data, Mapping):
        raise ActionsInvalid(where, Text("应为 TOML 表", "a TOML table is expected"))
    _known(data, ("id", "title", "cost", "effects"))
    name, effects = data.get("id"), data.get("effects")
    if not isinstance(name, str) or not name.strip():
        raise ActionsInvalid(where, Text("缺少 id", "id is missing"))
    if not isinstance(effects, list) or not effects:
        raise ActionsInvalid(where, Text("没有 [[actions.effects]]", "there are no [[actions.effects]]"))
    cost = _number(data.get("cost"), "cost", where=where)
    if cost < 0:
        raise ActionsInvalid(where, Text("cost 不能为负", "cost cannot be negative"))
    title = _text(data.get("title", name), where)
    return Action(name, title, cost, tuple(_effect(e, f"{where} {name}") for e in effects))


def _effect(data: Any, where: str) -> Effect:
    if not isinstance(data, Mapping):
        raise ActionsInvalid(where, Text("应为 TOML 表", "a TOML table is expected"))
    _known(data, ("feature", *_HOW, "at_least", "at_most"))
    feature, how = data.get("feature"), [name for name in _HOW if name in data]
    if not isinstance(feature, str):
        raise ActionsInvalid(where, Text("缺少 feature", "feature is missing"))
    if len(how) != 1:
        raise ActionsInvalid(where, Text("count、add、to 选且只选一个", "give exactly one of count, add and to"))
    numbers = {k: _number(data[k], k, where=where) for k in ("count", "add", "at_least", "at_most") if k in data}
    if numbers.get("at_least", -math.inf) > numbers.get("at_most", math.inf):
        raise ActionsInvalid(where, Text("at_least 大于 at_most", "at_least is above at_most"))
    value = data.get("to")
    if isinstance(value, bool):
        value = float(value)
    elif value is not None and not isinstance(value, str):
        value = _number(value, "to", where=where)
    return Effect(feature, to=value, **numbers)


def _number(value: Any, name: str, *, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ActionsInvalid(where, Text(f"{name} 应为数", f"{name} must be a number"))
    return float(value)


def _text(data: Any, where: str) -> Text:
    if isinstance(data, str):
        return Text(data, data)
    if isinstance(data, Mapping) and isinstance(data.get("zh"), str):
        return Text(data["zh"], str(data.get("en", data["zh"])))
    raise ActionsInvalid(where, Text("标题应为文字或 {zh, en}", "a title is a text or {zh, en}"))


def _known(data: Mapping[str, Any], names: Iterable[str]) -> None:
    for name in data:
        if name not in names:
            raise UnknownName(_KEY, name, names)
