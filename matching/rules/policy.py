"""The policy of matching: limits of the hard rules and weights of the soft scores, read from a versioned table.

The default lies beside this file as `policy.toml`; a given table replaces the keys it names. Every key is explained in
docs/policy.md.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from graph.model.codes import table as code_table
from graph.model.errors import PolicyInvalid, UnknownName
from graph.model.text import Text

LABELS = ("Organisation", "ServicePoint", "Venue", "Volunteer")
"""What can meet a need."""
FEATURES: Mapping[str, tuple[str, ...]] = {
    "Organisation": ("closeness", "supply", "committee"),
    "ServicePoint": ("closeness", "supply", "committee"),
    "Venue": ("closeness", "time", "fill", "idle", "committee"),
    "Volunteer": ("closeness", "time", "skill", "idle", "spare", "committee"),
}
"""The soft features that a resource of each label can be scored by."""
DEFAULT = Path(__file__).with_name("policy.toml")
_FREE_KEYS = ("serves", "duties", "purposes")
_KEY = Text("策略项", "key of the policy")


@dataclass(frozen=True, slots=True)
class Policy:
    """Limits and weights; the fields are the tables of the file. Walking distances are in metres."""

    version: str
    eligible: frozenset[str]
    waiting: frozenset[str]
    serves: Mapping[str, frozenset[str]]
    detour: float
    distance: Mapping[str, float]
    own_committee: frozenset[str]
    hours: Mapping[str, float]
    least_level: int
    unskilled: frozenset[str]
    volunteer_age: tuple[float, float]
    spoken_for: frozenset[str]
    step_free_kinds: frozenset[str]
    step_free_words: tuple[str, ...]
    step_free_tags: tuple[str, ...]
    own: bool
    unasked: frozenset[str]
    quiet_days: float
    purposes: Mapping[str, frozenset[str]]
    idle_days: float
    weights: Mapping[str, Mapping[str, float]]
    duties: Mapping[str, Text]


@cache
def default_table() -> Mapping[str, Any]:
    """Return the shipped policy as it is written."""
    return tomllib.loads(DEFAULT.read_text(encoding="utf-8"))


def read_policy(given: Mapping[str, Any] | None = None) -> Policy:
    """Lay a table over the shipped one; raises `UnknownName` for a key (the nearest named) and `PolicyInvalid`."""
    if given is not None and not isinstance(given, Mapping):
        raise PolicyInvalid("policy", Text("应为表", "it must be a table"))
    table = _laid(default_table(), given or {}, where="")
    for label in LABELS:
        _check_weights(table["weights"][label], f"weights.{label}")
    policy = Policy(
        version=table["version"],
        serves={kind: _labels(labels, f"serves.{kind}") for kind, labels in table["serves"].items()},
        own_committee=_labels(table["area"]["own_committee"], "area.own_committee"),
        hours={label: _positive(m, f"hours.{label}") for label, m in table["hours"].items()},
        own=table["conflict"]["own"],
        weights={label: dict(table["weights"][label]) for label in LABELS},
        duties={kind: _duty(text, f"duties.{kind}") for kind, text in table["duties"].items()},
        purposes={words: _rooms(kinds, f"purposes.{words}") for words, kinds in table["purposes"].items()},
        **_names_of(table),
        **_limits_of(table),
    )
    _check_words(table)
    return policy


def _names_of(table: Mapping[str, Any]) -> dict[str, Any]:
    """Read the lists of names."""
    needs, free = table["needs"], table["step_free"]
    return {
        "eligible": _names(needs["eligible"], "needs.eligible"),
        "waiting": _names(needs["waiting"], "needs.waiting"),
        "unskilled": _names(table["skill"]["unskilled"], "skill.unskilled"),
        "spoken_for": _names(table["audience"]["spoken_for"], "audience.spoken_for"),
        "step_free_kinds": _names(free["kinds"], "step_free.kinds"),
        "step_free_words": tuple(sorted(_names(free["words"], "step_free.words"))),
        "unasked": _names(table["consent"]["tags"], "consent.tags"),
        "step_free_tags": tuple(sorted(_names(free["tags"], "step_free.tags"))),
    }


def _limits_of(table: Mapping[str, Any]) -> dict[str, Any]:
    """Read the limits, and check those that depend on one another."""
    distance, age = dict(table["distance"]), table["age"]
    detour = _positive(distance.pop("detour"), "distance.detour")
    if detour < 1:
        raise PolicyInvalid("distance.detour", Text("应不小于 1", "it must be 1 or more"))
    low, high = (_number(age[f"volunteer_{end}"], f"age.volunteer_{end}") for end in ("at_least", "at_most"))
    if low > high:
        raise PolicyInvalid("age", Text("下限大于上限", "the least age is above the highest"))
    return {
        "detour": detour,
        "distance": {label: _positive(metres, f"distance.{label}") for label, metres in distance.items()},
        "least_level": _level(table["skill"]["least_level"], "skill.least_level"),
        "volunteer_age": (low, high),
        "quiet_days": _days(table["consent"]["quiet_days"], "consent.quiet_days"),
        "idle_days": _positive(table["idle"]["days"], "idle.days"),
    }


def _laid(below: Mapping[str, Any], above: Mapping[str, Any], *, where: str) -> dict[str, Any]:
    """Return `below` with the keys of `above` in place; weights may name any feature of their label."""
    known = set(below) | set(FEATURES.get(where.removeprefix("weights."), ()))
    merged = dict(below)
    for key, value in above.items():
        path = f"{where}.{key}" if where else key
        if key not in known and where not in _FREE_KEYS:
            raise UnknownName(_KEY, path, [f"{where}.{k}" if where else k for k in sorted(known)])
        if isinstance(below.get(key), Mapping) != isinstance(value, Mapping):
            raise PolicyInvalid(
                path, Text("应为表（[…]）或值，与默认策略一致", "a table or a value, as in the default")
            )
        merged[key] = _laid(below[key], value, where=path) if isinstance(value, Mapping) else value
    return merged


def _check_weights(weights: Mapping[str, Any], where: str) -> None:
    for feature, weight in weights.items():
        if _number(weight, f"{where}.{feature}") < 0:
            raise PolicyInvalid(f"{where}.{feature}", Text("权重不能为负", "a weight cannot be negative"))
    if not any(weights.values()):
        raise PolicyInvalid(where, Text("权重全为零", "all weights are zero"))


def _check_words(table: Mapping[str, Any]) -> None:
    """Refuse statuses and kinds that no need can have: a slip would silently leave every need out."""
    kinds, statuses = sorted(table["serves"]), sorted(code_table("need_status").titles)
    kind, status = Text("需求类型", "kind of need"), Text("需求状态", "status of a need")
    for where, known, of in (
        ("needs.eligible", statuses, status), ("needs.waiting", statuses, status), ("skill.unskilled", kinds, kind),
        ("audience.spoken_for", kinds, kind), ("step_free.kinds", kinds, kind), ("duties", kinds, kind),
    ):  # fmt: skip
        section, _, name = where.partition(".")
        for word in sorted(set(table[section][name] if name else table[section]) - set(known)):
            raise UnknownName(Text(f"策略 {where} 中的{of.zh}", f"{of.en} in {where}"), word, known)
    if not isinstance(table["conflict"]["own"], bool):
        raise PolicyInvalid("conflict.own", Text("应为 true 或 false", "it must be true or false"))
    if not isinstance(table["version"], str) or not table["version"].strip():
        raise PolicyInvalid("version", Text("应为文字", "it must be a word"))


def _level(value: object, where: str) -> int:
    number = _number(value, where)
    if number not in range(1, 6):
        raise PolicyInvalid(where, Text("应为 1 至 5 的整数", "it must be a whole number from 1 to 5"))
    return int(number)


def _number(value: object, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e9:
        raise PolicyInvalid(where, Text("应为数字", "it must be a number"))
    return float(value)


def _positive(value: object, where: str) -> float:
    number = _number(value, where)
    if number <= 0:
        raise PolicyInvalid(where, Text("应大于零", "it must be above zero"))
    return number


def _days(value: object, where: str) -> float:
    number = _number(value, where)
    if number < 0:
        raise PolicyInvalid(where, Text("不能为负（0 表示不限）", "it cannot be negative (0: no limit)"))
    return number


def _rooms(value: object, where: str) -> frozenset[str]:
    """Read kinds of rooms; an empty list says nothing."""
    kinds, known = _names(value, where), code_table("venue").titles
    for kind in sorted(kinds - set(known)):
        raise UnknownName(Text(f"策略 {where} 中的场地类型", f"kind of room in {where}"), kind, known)
    return kinds


def _names(value: object, where: str) -> frozenset[str]:
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        raise PolicyInvalid(where, Text("应为文字列表", "it must be a list of words"))
    return frozenset(value)


def _labels(value: object, where: str) -> frozenset[str]:
    names = _names(value, where)
    for name in sorted(names):
        if name not in LABELS:
            raise UnknownName(Text(f"策略 {where} 中的资源类别", f"label of resources in {where}"), name, LABELS)
    return names


def _duty(value: object, where: str) -> Text:
    if not isinstance(value, str) or not value.strip():
        raise PolicyInvalid(where, Text("应写作“中文 | English”", "write it as “中文 | English”"))
    zh, _, en = value.partition("|")
    return Text(zh.strip(), en.strip() or zh.strip())
