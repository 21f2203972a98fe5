"""The policy of bundles, laid over the shipped `policy.toml` beside this file."""

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

DEFAULT = Path(__file__).with_name("policy.toml")
CODES = {"venues": ("activity", "venue"), "leads": ("activity", "skill_group")}
"""Tables whose keys are codes, with the code tables of keys and values."""


@dataclass(frozen=True, slots=True)
class BundlePolicy:
    """Limits and weights; `earliest` and `latest` are half hours of the day, `walk` metres of a participant."""

    earliest: int
    latest: int
    people_each: float
    walk: float
    venues: Mapping[str, frozenset[str]]
    leads: Mapping[str, frozenset[str]]
    backbone: frozenset[str]
    weights: Mapping[str, Mapping[str, float]]


@cache
def default_table() -> Mapping[str, Any]:
    """Return the shipped policy as it is written."""
    return tomllib.loads(DEFAULT.read_text(encoding="utf-8"))


def read_bundle_policy(given: Mapping[str, Any] | None = None) -> BundlePolicy:
    """Lay a table over the shipped one; raises `UnknownName` for a key (the nearest named) and `PolicyInvalid`."""
    table = _laid(default_table(), given or {}, where="bundle")
    earliest, latest = (_half_hour(table["hours"][k], f"bundle.hours.{k}") for k in ("earliest", "latest"))
    if earliest >= latest:
        raise PolicyInvalid("bundle.hours", Text("开始不早于结束", "it begins no earlier than it ends"))
    weights = {group: dict(parts) for group, parts in table["weights"].items()}
    for group, parts in weights.items():
        for name, weight in parts.items():
            _number(weight, f"bundle.weights.{group}.{name}", least=0)
    if not any(w for parts in weights.values() for w in parts.values()):
        raise PolicyInvalid("bundle.weights", Text("权重全为零", "all weights are zero"))
    return BundlePolicy(
        earliest,
        latest,
        people_each=_number(table["helpers"]["people_each"], "bundle.helpers.people_each", least=1),
        walk=_number(table["walk"]["people"], "bundle.walk.people", least=1),
        venues=_coded(table, "venues"),
        leads=_coded(table, "leads"),
        backbone=_names(table["backbone"]["tags"], "bundle.backbone.tags"),
        weights=weights,
    )


def _laid(below: Mapping[str, Any], above: Mapping[str, Any], *, where: str) -> dict[str, Any]:
    """Return `below` with the keys of `above` in place; activities that are not listed may be added."""
    known = set(below)
    keys = CODES.get(where.removeprefix("bundle."))
    if keys:
        known |= set(code_table(keys[0]).titles)
    merged = dict(below)
    for key, value in above.items():
        path = f"{where}.{key}"
        if key not in known:
            raise UnknownName(Text("策略项", "key of the policy"), path, [f"{where}.{k}" for k in sorted(known)])
        if isinstance(below.get(key), Mapping) != isinstance(value, Mapping):
            raise PolicyInvalid(
                path, Text("应为表（[…]）或值，与默认策略一致", "a table or a value, as in the default")
            )
        merged[key] = _laid(below[key], value, where=path) if isinstance(value, Mapping) else value
    return merged


def _coded(table: Mapping[str, Any], name: str) -> dict[str, frozenset[str]]:
    """Read lists of codes by activity; raises `UnknownName` for a code that does not exist."""
    known = code_table(CODES[name][1]).titles
    found = {}
    for kind, codes in table[name].items():
        found[kind] = _names(codes, f"bundle.{name}.{kind}")
        for code in sorted(found[kind]):
            if code not in known:
                raise UnknownName(
                    Text(f"策略 bundle.{name}.{kind} 的代码", f"code in bundle.{name}.{kind}"), code, known
                )
    return found


def _names(value: object, where: str) -> frozenset[str]:
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        raise PolicyInvalid(where, Text("应为文字列表", "it must be a list of words"))
    return frozenset(value)


def _number(value: object, where: str, *, least: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value < 1e9:
        raise PolicyInvalid(where, Text(f"应为不小于 {least:g} 的数字", f"it must be a number of {least:g} or more"))
    return float(value)


def _half_hour(value: object, where: str) -> int:
    hour, _, minute = str(value).partition(":")
    if (
        not hour.isdigit()
        or minute not in ("00", "30")
        or not 0 <= int(hour) <= 24
        or (hour == "24" and minute != "00")
    ):
        raise PolicyInvalid(where, Text("应写作 08:00 或 08:30", "write it as 08:00 or 08:30"))
    return int(hour) * 2 + (minute == "30")
