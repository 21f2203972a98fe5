"""The one predicate language: rule tags, programme eligibility, saved crowds and the people slot of a search.

A condition is data with a sentence. As JSON:

    {"all": [c, …]}   {"any": [c, …]}   {"not": c}
    {"age": {"at_least": 60, "at_most": 79}}              completed years on the day of the question
    {"property": "sex", "is": "2"}                        also "in": […], "at_least", "at_most", "known": true
    {"tag": "t_lives_alone"}                              a tag by its id, in force on the day
    {"related": "LIVES_IN", "to": "Dwelling", "where": c} some relationship in force reaches such a node
    {"lives_alone": true}                                 nobody else lives in the same dwelling

`condition_json` reads and writes that form; `graph.snapshot.evaluate` turns a condition into a row mask. An unknown value never satisfies a comparison, and `not` is the
plain complement: `{"not": {"tag": …}}` holds for everybody without that tag.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from .codes import title as code_title
from .relationships import SCHEMA
from .schema import Label
from .text import Text, joined

Scalar = str | int | float | bool | dt.date


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part holds (an empty list holds always)."""

    of: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    of: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    of: Condition


@dataclass(frozen=True, slots=True)
class Age:
    """Completed years of age on the day of the question, both ends included."""

    at_least: int | None = None
    at_most: int | None = None


@dataclass(frozen=True, slots=True)
class Is:
    """A property has one of these values."""

    property: str
    values: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Between:
    """A number or a date lies between two ends, both included; None is open."""

    property: str
    at_least: Scalar | None = None
    at_most: Scalar | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """A property has a value (or has none)."""

    property: str
    known: bool = True


@dataclass(frozen=True, slots=True)
class Tagged:
    """A tag is in force on the day of the question."""

    tag: str


@dataclass(frozen=True, slots=True)
class Related:
    """Some relationship of the type, in force on the day, reaches a node for which `where` holds."""

    type: str
    to: str
    where: Condition = AllOf(())


@dataclass(frozen=True, slots=True)
class LivesAlone:
    """Nobody else lives in the same dwelling (not for people without a dwelling)."""

    alone: bool = True


Condition = AllOf | AnyOf | Not | Age | Is | Between | Known | Tagged | Related | LivesAlone


def plain(value: Scalar) -> str | int | float | bool:
    """Return a value as JSON has it: dates become ISO 8601 texts."""
    return value.isoformat() if isinstance(value, dt.date) else value


def tags_of(condition: Condition) -> frozenset[str]:
    """Return the tags that a condition mentions, so that rules can be computed in the order of their inputs."""
    match condition:
        case AllOf(of) | AnyOf(of):
            return frozenset().union(*map(tags_of, of))
        case Not(of):
            return tags_of(of)
        case Tagged(tag):
            return frozenset([tag])
        case Related(_, _, where):
            return tags_of(where)
        case _:
            return frozenset()


def sentence(condition: Condition, *, label: str = "Resident", names: Mapping[str, str] | None = None) -> Text:
    """Say a condition in both languages; `names` gives the names of tags by id.

    >>> sentence(AllOf((Age(at_least=60), Not(Tagged("t1")))), names={"t1": "党员"}).zh
    '60岁以上，且不属于“党员”'
    """
    shown = names or {}
    match condition:
        case AllOf(of):
            parts = [_part(c, label, shown, other=AnyOf) for c in of]
            return joined(parts, "，且", " and ") if parts else Text("任何人", "anyone")
        case AnyOf(of):
            parts = [_part(c, label, shown, other=AllOf) for c in of]
            return joined(parts, "，或", " or ") if parts else Text("无人", "nobody")
        case Not(Tagged(tag)):
            return Text(f"不属于“{shown.get(tag, tag)}”", f"not tagged “{shown.get(tag, tag)}”")
        case Not(of):
            inner = sentence(of, label=label, names=shown)
            return Text(f"不是（{inner.zh}）", f"not ({inner.en})")
        case Tagged(tag):
            return Text(f"属于“{shown.get(tag, tag)}”", f"tagged “{shown.get(tag, tag)}”")
        case Related(type, to, where):
            return _related_sentence(label, type, to, sentence(where, label=to, names=shown))
        case _:
            return _leaf_sentence(condition, SCHEMA.label[label])


def _part(condition: Condition, label: str, names: Mapping[str, str], *, other: type[AllOf] | type[AnyOf]) -> Text:
    """Say a part of a group; one of the other kind stands in brackets, so that “and” and “or” are told apart."""
    said = sentence(condition, label=label, names=names)
    mixed = isinstance(condition, other) and len(condition.of) > 1
    return Text(f"（{said.zh}）", f"({said.en})") if mixed else said


def _related_sentence(label: str, type: str, to: str, where: Text) -> Text:
    relationship = next(SCHEMA.between(label, type, to))
    title, end = relationship.title, SCHEMA.label[to].title
    return Text(f"{title.zh}{end.zh}（{where.zh}）", f"{title.en} a {end.en} ({where.en})")


def _leaf_sentence(condition: Condition, label: Label) -> Text:
    match condition:
        case Age(None, high):
            return Text(f"{high}岁以下", f"at most {high} years old")
        case Age(low, None):
            return Text(f"{low}岁以上", f"at least {low} years old")
        case Age(low, high) if low == high:
            return Text(f"{low}岁", f"{low} years old")
        case Age(low, high):
            return Text(f"{low}至{high}岁", f"{low} to {high} years old")
        case LivesAlone(alone):
            return Text("独自居住", "living alone") if alone else Text("与人同住", "living with others")
        case Is(name, values):
            title, said = label.by_name[name].title, joined([_said(label, name, v) for v in values], "、", " or ")
            return Text(f"{title.zh}为{said.zh}", f"{title.en} is {said.en}")
        case Known(name, known):
            title = label.by_name[name].title
            return Text(
                f"{title.zh}{'已知' if known else '未知'}", f"{title.en} is {'known' if known else 'not known'}"
            )
        case Between(name, low, high):
            return _between_sentence(label.by_name[name].title, low, high)
        case _:
            raise AssertionError(condition)  # every other kind is said by `sentence`


def _said(label: Label, name: str, value: Scalar) -> Text:
    """Return a value as a reader says it: codes by their titles, truths as yes and no."""
    if isinstance(value, bool):
        return Text("是" if value else "否", "yes" if value else "no")
    return code_title(label.by_name[name].codes, str(plain(value)))


def _between_sentence(title: Text, low: Scalar | None, high: Scalar | None) -> Text:
    if low is None:
        return Text(f"{title.zh}不超过{high}", f"{title.en} at most {high}")
    if high is None:
        return Text(f"{title.zh}不低于{low}", f"{title.en} at least {low}")
    return Text(f"{title.zh}在{low}至{high}之间", f"{title.en} between {low} and {high}")
