"""Conditions as JSON: reading with clear errors, and writing.

The form stands in the docstring of `condition`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from .condition import (
    Age,
    AllOf,
    AnyOf,
    Between,
    Condition,
    Is,
    Known,
    LivesAlone,
    Not,
    Related,
    Scalar,
    Tagged,
    plain,
)
from .errors import ConditionInvalid, nearest
from .relationships import SCHEMA
from .schema import Kind, Property
from .text import Text

MOST_DEPTH = 12
"""Deeper nesting is refused: nobody can read it, and evaluation recurses."""


def parse(data: object, *, label: str = "Resident", depth: int = 0) -> Condition:
    """Read a condition on nodes of `label` from JSON data; raises `ConditionInvalid`.

    >>> parse({"all": [{"age": {"at_least": 80}}, {"not": {"tag": "t_party"}}]})
    AllOf(of=(Age(at_least=80, at_most=None), Not(of=Tagged(tag='t_party'))))
    """
    if depth > MOST_DEPTH:
        raise ConditionInvalid(Text(f"嵌套超过 {MOST_DEPTH} 层", f"it is nested over {MOST_DEPTH} deep"))
    if not isinstance(data, Mapping) or not data:
        raise ConditionInvalid(Text("应为 JSON 对象", "a JSON object is expected"))
    for word, read in _READERS.items():
        if word in data:
            return read(data, label, depth)
    known = ", ".join(_READERS)
    raise ConditionInvalid(
        Text(
            f"不认识的键 {sorted(map(str, data))}，应为 {known}",
            f"unknown key {sorted(map(str, data))}; known: {known}",
        )
    )


def _only(data: Mapping[str, Any], *allowed: str) -> None:
    for key in data:
        if key not in allowed:
            alike = ", ".join(nearest(str(key), allowed)) or ", ".join(allowed)
            raise ConditionInvalid(
                Text(f"不认识的键“{key}”，是否指 {alike}", f"unknown key “{key}”; did you mean {alike}")
            )


def _list(data: object) -> list[object]:
    if not isinstance(data, list):
        raise ConditionInvalid(Text("all、any 后应为列表", "a list must follow all, any"))
    return data


def _all(data: Mapping[str, Any], label: str, depth: int) -> Condition:
    _only(data, "all")
    return AllOf(tuple(parse(c, label=label, depth=depth + 1) for c in _list(data["all"])))


def _any(data: Mapping[str, Any], label: str, depth: int) -> Condition:
    _only(data, "any")
    return AnyOf(tuple(parse(c, label=label, depth=depth + 1) for c in _list(data["any"])))


def _not(data: Mapping[str, Any], label: str, depth: int) -> Condition:
    _only(data, "not")
    return Not(parse(data["not"], label=label, depth=depth + 1))


def _for_residents(label: str, word: str) -> None:
    if label != "Resident":
        raise ConditionInvalid(Text(f"“{word}”只用于居民", f"“{word}” is for residents only"))


def _age(data: Mapping[str, Any], label: str, depth: int) -> Condition:
    _for_residents(label, "age")
    _only(data, "age")
    ends = data["age"]
    if not isinstance(ends, Mapping) or not ends:
        raise ConditionInvalid(Text("age 后应为 at_least、at_most", "at_least or at_most must follow age"))
    _only(ends, "at_least", "at_most")
    for value in ends.values():
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 150:
            raise ConditionInvalid(Text(f"年龄“{value}”不可用", f"the age “{value}” cannot be used"))
    return Age(ends.get("at_least"), ends.get("at_most"))


def _property(data: Mapping[str, Any], label: str, depth: int) -> Condition:
    _only(data, "property", "is", "in", "at_least", "at_most", "known")
    name = data["property"]
    found = SCHEMA.label[label].by_name.get(name)
    if found is None:
        alike = ", ".join(nearest(str(name), SCHEMA.label[label].by_name))
        raise ConditionInvalid(
            Text(f"{label} 没有属性“{name}”，相近：{alike}", f"{label} has no “{name}”; nearest: {alike}")
        )
    if "known" in data:
        return Known(name, bool(data["known"]))
    if "is" in data or "in" in data:
        values = [data["is"]] if "is" in data else _list(data["in"])
        return Is(name, tuple(_value(found, v) for v in values))
    if found.kind not in (Kind.INTEGER, Kind.NUMBER, Kind.DATE):
        raise ConditionInvalid(Text(f"“{name}”不能比较大小", f"“{name}” has no order"))
    ends = [_value(found, data[k]) if k in data else None for k in ("at_least", "at_most")]
    if ends == [None, None]:
        raise ConditionInvalid(Text(f"“{name}”缺少条件", f"nothing is asked of “{name}”"))
    return Between(name, *ends)


def _value(property: Property, value: object) -> Scalar:
    wanted = {Kind.INTEGER: (int,), Kind.NUMBER: (int, float), Kind.BOOLEAN: (bool,)}.get(property.kind, (str,))
    if not isinstance(value, wanted) or (isinstance(value, bool) and property.kind is not Kind.BOOLEAN):
        raise ConditionInvalid(Text(f"“{property.name}”不能是“{value}”", f"“{property.name}” cannot be “{value}”"))
    if property.kind is not Kind.DATE:
        return value
    try:
        return dt.date.fromisoformat(str(value))
    except ValueError:
        raise ConditionInvalid(
            Text(f"日期“{value}”应写作 2021-11-01", f"write the date “{value}” as 2021-11-01")
        ) from None


def _tag(data: Mapping[str, Any], label: str, depth: int) -> Condition:
    _for_residents(label, "tag")
    _only(data, "tag")
    return Tagged(str(data["tag"]))


def _related(data: Mapping[str, Any], label: str, depth: int) -> Condition:
    _only(data, "related", "to", "where")
    found = list(SCHEMA.between(label, str(data["related"]), data.get("to")))
    if len(found) != 1:
        known = ", ".join(f"{r.type} → {r.end}" for r in SCHEMA.relationships if r.start == label)
        raise ConditionInvalid(
            Text(f"{label} 的关系应为其中之一：{known}", f"name one of the relationships of {label}: {known}")
        )
    where = parse(data["where"], label=found[0].end, depth=depth + 1) if "where" in data else AllOf(())
    return Related(found[0].type, found[0].end, where)


def _alone(data: Mapping[str, Any], label: str, depth: int) -> Condition:
    _for_residents(label, "lives_alone")
    _only(data, "lives_alone")
    return LivesAlone(bool(data["lives_alone"]))


_READERS: dict[str, Callable[[Mapping[str, Any], str, int], Condition]] = {
    "all": _all,
    "any": _any,
    "not": _not,
    "age": _age,
    "property": _property,
    "tag": _tag,
    "related": _related,
    "lives_alone": _alone,
}


def to_data(condition: Condition) -> dict[str, Any]:
    """Return the JSON form again: `parse(to_data(c)) == c`."""
    match condition:
        case AllOf(of):
            return {"all": [to_data(c) for c in of]}
        case AnyOf(of):
            return {"any": [to_data(c) for c in of]}
        case Not(of):
            return {"not": to_data(of)}
        case Age(low, high):
            return {"age": _ends(low, high)}
        case Is(name, values):
            return {"property": name, "in": [plain(v) for v in values]}
        case Between(name, low, high):
            return {"property": name} | _ends(low, high)
        case Known(name, known):
            return {"property": name, "known": known}
        case Tagged(tag):
            return {"tag": tag}
        case Related(type, to, where):
            return {"related": type, "to": to, "where": to_data(where)}
        case LivesAlone(alone):
            return {"lives_alone": alone}


def _ends(low: Scalar | None, high: Scalar | None) -> dict[str, Any]:
    ends = {"at_least": low, "at_most": high}
    return {name: plain(end) for name, end in ends.items() if end is not None}
