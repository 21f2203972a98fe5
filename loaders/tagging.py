"""Rule tags: tags whose holders are computed from a condition instead of being reported by a source.

A tag of method `rule` carries its condition as JSON. Rules may build on other tags, rule tags included; they are
computed in that order, and a circle is an error. A rule holds for the day `as_of` if the tag is valid on it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from json import JSONDecodeError, loads

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.model.condition import Condition, tags_of
from graph.model.condition_json import parse
from graph.model.errors import ConditionInvalid, UnknownName
from graph.model.progress import Progress, silent
from graph.model.records import Records, edge_schema
from graph.model.text import Text
from graph.snapshot.columns import Snapshot
from graph.snapshot.evaluate import mask

HAS_TAG = "Resident-HAS_TAG-Tag"
BY_RULE = "rule"
"""The `source` of a relationship that a rule made."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule tag that is valid on the day, its condition read."""

    tag: str
    condition: Condition


def rules(records: Records, as_of: dt.date) -> list[Rule]:
    """Return the rule tags valid on `as_of`, each after the tags it builds on.

    Raises `ConditionInvalid` for a rule that cannot be read or a circle of rules, `UnknownName` for a tag that no
    dictionary holds.
    """
    tags = records.node_table("Tag").select(["id", "method", "rule", "valid_from", "valid_until"]).to_pylist()
    known = [tag["id"] for tag in tags]
    read = {tag["id"]: _condition(tag) for tag in tags if tag["method"] == "rule" and _valid(tag, as_of)}
    for condition in read.values():
        for named in sorted(tags_of(condition)):
            if named not in known:
                raise UnknownName(Text("标签", "tag"), named, known)
    needs = {tag: sorted(tags_of(condition) & read.keys()) for tag, condition in sorted(read.items())}
    try:
        order = list(TopologicalSorter(needs).static_order())
    except CycleError as circle:
        names = " → ".join(circle.args[1])
        raise ConditionInvalid(Text(f"规则互相依赖：{names}", f"the rules go in a circle: {names}")) from None
    return [Rule(tag, read[tag]) for tag in order]


def with_rule_tags(records: Records, as_of: dt.date, progress: Progress = silent) -> Records:
    """Return the records with the relationships of all rule tags, replacing any that a rule made before."""
    stated = records.edge_table(HAS_TAG)
    stated = stated.filter(pc.fill_null(pc.not_equal(stated["source"], BY_RULE), True))
    waiting = rules(records, as_of)
    total, current = len(waiting), stated
    while waiting:
        snapshot = Snapshot.of(_with_tags(records, current))
        open_tags = {rule.tag for rule in waiting}
        ready = [rule for rule in waiting if not tags_of(rule.condition) & open_tags]
        current = pa.concat_tables([current, *(_holders(snapshot, rule, as_of) for rule in ready)])
        waiting = [rule for rule in waiting if rule not in ready]
        progress("tags", total - len(waiting), total)
    return _with_tags(records, _once(current))


def _condition(tag: Mapping[str, object]) -> Condition:
    try:
        return parse(loads(str(tag["rule"])))
    except JSONDecodeError:
        raise ConditionInvalid(
            Text(f"标签 {tag['id']} 的规则不是 JSON", f"the rule of the tag {tag['id']} is not JSON")
        ) from None
    except ConditionInvalid as invalid:
        where = Text(f"标签 {tag['id']}：", f"tag {tag['id']}: ")
        raise ConditionInvalid(where + Text(str(invalid.facts["why_zh"]), str(invalid.facts["why"]))) from None


def _valid(tag: Mapping[str, object], as_of: dt.date) -> bool:
    begins, ends = tag["valid_from"], tag["valid_until"]
    return not (isinstance(begins, dt.date) and begins > as_of) and not (isinstance(ends, dt.date) and ends < as_of)


def _holders(snapshot: Snapshot, rule: Rule, as_of: dt.date) -> pa.Table:
    rows = np.flatnonzero(mask(snapshot, "Resident", rule.condition, as_of))
    people = snapshot.nodes("Resident").ids.take(pa.array(rows))
    columns = {"start": people, "end": pa.array([rule.tag] * len(rows), pa.string())}
    made = {"since": pa.nulls(len(rows), pa.date32()), "until": pa.nulls(len(rows), pa.date32())}
    columns |= made | {"source": pa.array([BY_RULE] * len(rows), pa.string())}
    return pa.table(columns, schema=edge_schema(HAS_TAG))


def _once(edges: pa.Table) -> pa.Table:
    """Keep the first relationship of each (resident, tag): what a source states wins over the rule."""
    numbered = edges.append_column("_row", pa.array(np.arange(len(edges))))
    first = numbered.group_by(["start", "end"], use_threads=False).aggregate([("_row", "min")])
    return edges.take(first["_row_min"])


def _with_tags(records: Records, edges: pa.Table) -> Records:
    return Records.of(records.nodes, {**records.edges, HAS_TAG: edges})
