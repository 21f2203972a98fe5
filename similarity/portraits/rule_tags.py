"""Rule tags on the eve of a day: the condition of a tag, put to the facts that were dated before that day.

The edges that a load stores for a rule tag bear no date, because they hold for the day of the load. Here each rule is
evaluated again as it would have been evaluated then. A rule that reads a fact without a date cannot be: it may read
what was written down after the event, and is barred by name.

Whether the dictionary already held the tag on that day does not matter: the facts were there, the name came later.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from json import loads

import numpy as np

from graph.model.condition import (
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
    Tagged,
)
from graph.model.condition_json import parse
from graph.model.errors import ConditionInvalid
from graph.model.relationships import SCHEMA
from graph.model.text import Text
from graph.snapshot.columns import Edges
from graph.snapshot.evaluate import FRAME, Facts, Undated, begins, dated_by
from similarity.features import Barred, Ints, Mask
from similarity.portraits.crowd import Crowd, held_before

BY_RULE = "rule"


@dataclass(slots=True)
class RuleTags:
    """The rule tags of a snapshot, evaluated on the eve of a crowd's day; every tag once, however often it is named.

    `stated` masks the tags of residents that bear a date before the day, `ruled` are those of them (as positions)
    whose tag has a rule; both are found when they are first asked for.
    """

    crowd: Crowd
    rules: Mapping[str, Condition]
    _on_eve: tuple[Mask, Ints] | None = None
    _found: dict[str, Mask] = field(default_factory=dict)
    _under_way: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, crowd: Crowd) -> RuleTags:
        """Read the rules of the tags of a snapshot."""
        nodes = crowd.snapshot.nodes("Tag")
        rows = zip(nodes.ids.to_pylist(), nodes.column("rule").to_pylist(), strict=True)
        by_rule = nodes.equals("method", BY_RULE)
        rules = {tag: _parsed(rule) for (tag, rule), own in zip(rows, by_rule, strict=True) if own and rule}
        return cls(crowd, rules)

    @property
    def stated(self) -> Mask:
        """Which tags of residents bear a date before the day, a mask over the edges."""
        return self._held()[0]

    @property
    def ruled(self) -> Ints:
        """The edges among the stated whose tag has a rule, as positions."""
        return self._held()[1]

    def _held(self) -> tuple[Mask, Ints]:
        if self._on_eve is None:
            edges, nodes = self.crowd.snapshot.edges("Resident-HAS_TAG-Tag"), self.crowd.snapshot.nodes("Tag")
            stated, has_rule = held_before(edges, self.crowd.day), np.zeros(len(nodes) + 1, bool)
            has_rule[nodes.rows(list(self.rules))] = True
            ruled = has_rule.take(edges.indices) & stated if self.rules else np.zeros(0, bool)
            self._on_eve = stated, np.flatnonzero(ruled)
        return self._on_eve

    def holders(self, tag: str) -> Mask:
        """Return which residents satisfied the rule of a tag, or were stated to carry it, on the eve; shape (people,)."""
        if tag not in self._found:
            if tag in self._under_way:
                raise ConditionInvalid(Text(f"规则互相依赖：{tag}", f"the rules go in a circle: {tag}"))
            self._under_way.add(tag)
            stated, rule = self._stated(tag), self.rules.get(tag)
            self._found[tag] = stated if rule is None else stated | self._facts.mask("Resident", rule)
            self._under_way.discard(tag)
        return self._found[tag]

    def barred(self) -> tuple[Barred, ...]:
        """Return the rule tags that read a fact without a date, each with the first such fact."""
        found = []
        for tag, rule in self.rules.items():
            undated = next(self.undated(rule), None)
            if undated is not None:
                found.append(Barred(f"tag:{tag}", _why(undated)))
        return tuple(found)

    def reads(self, rule: Condition, seen: frozenset[str] = frozenset()) -> frozenset[str]:
        """Return the properties of residents and others that a rule reads, itself or by another tag."""
        match rule:
            case AllOf(of) | AnyOf(of):
                return frozenset().union(*(self.reads(part, seen) for part in of))
            case Not(of) | Related(_, _, of):
                return self.reads(of, seen)
            case Tagged(tag) if tag in self.rules and tag not in seen:
                return self.reads(self.rules[tag], seen | {tag})
            case Is(name) | Between(name) | Known(name):
                return frozenset([name])
            case _:
                return frozenset()

    def undated(self, rule: Condition, label: str = "Resident", seen: frozenset[str] = frozenset()) -> Iterator[str]:
        """Yield the properties and relationships without a date that a rule reads, itself or by another tag."""
        match rule:
            case AllOf(of) | AnyOf(of):
                for part in of:
                    yield from self.undated(part, label, seen)
            case Not(of):
                yield from self.undated(of, label, seen)
            case Tagged(tag) if tag in self.rules and tag not in seen:
                yield from self.undated(self.rules[tag], "Resident", seen | {tag})
            case Related(type, to, where):
                edge = next(SCHEMA.between(label, type, to))
                yield from [] if edge.name == FRAME or begins(edge) else [type]
                yield from self.undated(where, to, seen)
            case Is(name) | Between(name) | Known(name):
                yield from [] if dated_by(SCHEMA.label[label], name) else [name]
            case _:
                return  # ages, living alone and tags set by hand bear dates

    @property
    def _facts(self) -> Facts:
        return Facts(self.crowd.snapshot, self.crowd.observed, Undated.BARRED, self._of_crowd)

    def _of_crowd(self, rule: Condition) -> Mask | None:
        """Answer what the crowd or another rule knows: tags, ages, and who has one dwelling of several."""
        match rule:
            case Tagged(tag):
                return self.holders(tag)
            case Age(low, high):
                return (self.crowd.age >= (low or 0)) & (self.crowd.age <= (200 if high is None else high))
            case LivesAlone(alone):
                return (self.crowd.dwelling >= 0) & (_alone(self.crowd) == alone)
            case _:
                return None

    def _stated(self, tag: str) -> Mask:
        edges = self.crowd.snapshot.edges("Resident-HAS_TAG-Tag")
        row = int(self.crowd.snapshot.nodes("Tag").rows([tag])[0])
        at = self.ruled if tag in self.rules else np.flatnonzero(self.stated)
        return _some(edges, at[edges.indices[at] == row])


@lru_cache(maxsize=512)
def _parsed(rule: str) -> Condition:
    """Read a rule; portraits of several days read the same ones again."""
    return parse(loads(rule))


def _some(edges: Edges, chosen: Mask | Ints) -> Mask:
    found = np.zeros(len(edges.indptr) - 1, bool)
    found[edges.starts[chosen]] = True
    return found


def _alone(crowd: Crowd) -> Mask:
    """Return who was the only resident of a dwelling."""
    people = np.bincount(crowd.dwelling[crowd.dwelling >= 0], minlength=len(crowd.home))
    return np.asarray(np.append(people == 1, False)[crowd.dwelling])


def _why(undated: str) -> Text:
    return Text(
        f"其规则用到没有日期的“{undated}”，可能已含结果",
        f"its rule reads {undated}, which bears no date and may already hold the outcome",
    )
