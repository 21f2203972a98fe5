"""Which facts about people go together (数据碰撞): two lists of tags or properties, every pair counted.

Of the people on record, `n` have both facts; `expected` would, were the two independent; `lift` is n over expected. The
interval is Wilson's of the share with the second among those with the first, over the share among everybody. `z` is the
distance from `expected` in standard deviations of the hypergeometric distribution. A pair is hidden when one of the
four cells of its table holds fewer than the limit.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from graph.model import codes
from graph.model.cells import PUBLISHED_CELL
from graph.model.errors import UnknownName
from graph.model.relationships import SCHEMA
from graph.model.schema import FIXED, Kind, Sensitivity
from graph.model.text import Text
from similarity.features import Floats, Mask
from similarity.metrics import wilson
from similarity.portraits import deeds
from similarity.portraits.crowd import Crowd
from similarity.portraits.groups import SENSITIVE, together
from similarity.portraits.people import AGE_BANDS
from similarity.portraits.rule_tags import RuleTags

TAGS, AGE = "tags", "age"
BLOCK = 8192
DIGITS = 9


@dataclass(frozen=True, slots=True, eq=False)
class Trait:
    """A fact about people: who has it, over all residents."""

    name: str
    title: Text
    people: Mask


@dataclass(frozen=True, slots=True)
class Association:
    """Two facts and how often they meet: `n` people have both, `left_n` and `right_n` each of them, of `of`."""

    left: str
    right: str
    left_title: Text
    right_title: Text
    n: int
    left_n: int
    right_n: int
    of: int

    @property
    def expected(self) -> float:
        """How many people would have both, were the facts independent."""
        return self.left_n * self.right_n / self.of

    @property
    def lift(self) -> float:
        """How many times more often the facts meet than independent ones would."""
        return self.n / self.expected

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the lift, the share of the second fact among everybody taken as known."""
        low, high = wilson(self.n, self.left_n)
        return low * self.of / self.right_n, high * self.of / self.right_n

    @property
    def z(self) -> float:
        """How far `n` lies from `expected`, in standard deviations (0 where nothing can vary)."""
        rest = (1 - self.left_n / self.of) * (self.of - self.right_n) / max(self.of - 1, 1)
        return (self.n - self.expected) / math.sqrt(self.expected * rest) if rest > 0 else 0.0

    def to_json(self) -> dict[str, Any]:
        """Return the association as JSON values, numbers rounded to nine digits."""
        low, high = self.interval
        numbers = {"expected": self.expected, "lift": self.lift, "low": low, "high": high, "z": self.z}
        counts = {"n": self.n, "left_n": self.left_n, "right_n": self.right_n}
        names = {"left": self.left, "right": self.right}
        titles = {"left_title": _both(self.left_title), "right_title": _both(self.right_title)}
        return {**names, **titles, **counts, **{k: round(v, DIGITS) for k, v in numbers.items()}}


@dataclass(frozen=True, slots=True)
class Associations:
    """Pairs that may be shown, the farthest from independence first; `hidden` pairs are too small."""

    pairs: tuple[Association, ...]
    hidden: int
    people: int


def traits(who: Crowd, written: str, *, sensitive: tuple[str, ...] = ()) -> list[Trait]:
    """Return a list of facts, known before the day, by its name; raises `UnknownName` with the nearest.

    `tags` are all tags, `tags:` with the id or name of a tag group those of the group; `age` the age bands; any other
    name a dated property of residents. Sensitive tags and properties only when `sensitive` names their group.
    """
    known = dict(_lists(who, sensitive))
    if written not in known:
        raise UnknownName(Text("清单", "list of facts"), written, known)
    return known[written]()


def _lists(who: Crowd, sensitive: tuple[str, ...]) -> Iterator[tuple[str, Callable[[], list[Trait]]]]:
    groups = who.snapshot.nodes("TagGroup")
    yield TAGS, lambda: _tags(who, sensitive, group=None)
    for row, (key, name) in enumerate(zip(groups.ids.to_pylist(), groups.column("name").to_pylist(), strict=True)):
        for label in dict.fromkeys((key, name)):
            yield f"{TAGS}:{label}", lambda row=row: _tags(who, sensitive, group=row)  # type: ignore[misc]
    yield AGE, lambda: _ages(who)
    for p in SCHEMA.label["Resident"].properties:
        allowed = p.sensitivity is not Sensitivity.SENSITIVE or p.name in sensitive
        if p.kind in (Kind.CODE, Kind.BOOLEAN) and p.observed is not None and allowed:
            yield p.name, lambda name=p.name: _property(who, name)  # type: ignore[misc]


def _tags(who: Crowd, sensitive: tuple[str, ...], *, group: int | None) -> list[Trait]:
    by_rule, nodes = RuleTags.of(who), who.snapshot.nodes("Tag")
    of = who.snapshot.edges("Tag-IN_GROUP-TagGroup").first()
    names = nodes.column("name").to_pylist()
    found = []
    for feature in deeds.tags(together(who)):
        row = int(nodes.rows([feature.name.removeprefix("tag:")])[0])
        shown = feature.group not in SENSITIVE or feature.group in sensitive
        if row >= 0 and shown and group in (None, int(of[row])):
            found.append(Trait(feature.name, Text(names[row], names[row]), by_rule.holders(nodes.id_of(row))))
    return found


def _ages(who: Crowd) -> list[Trait]:
    found = []
    for low, above in pairwise(AGE_BANDS):
        title = Text(f"{low}–{above - 1} 岁", f"aged {low} to {above - 1}")
        found.append(Trait(f"{AGE}:{low}", title, (who.age >= low) & (who.age < above)))
    return found


def _property(who: Crowd, name: str) -> list[Trait]:
    """Return the values of a property that were on record before the day."""
    people, p = who.snapshot.nodes("Resident"), SCHEMA.label["Resident"].by_name[name]
    known = np.ones(len(people), bool) if p.observed == FIXED else people.numbers(str(p.observed)) < who.day
    if p.kind is Kind.BOOLEAN:
        return [Trait(name, p.title, (people.numbers(name) == 1) & known)]
    positions, values = people.codes(name)
    titles = [codes.title(p.codes, value) if p.codes else Text(value, value) for value in values]
    return [
        Trait(f"{name}:{value}", title, (positions == code) & known)
        for code, (value, title) in enumerate(zip(values, titles, strict=True))
    ]


def associations(who: Crowd, left: list[Trait], right: list[Trait], *, least: int = PUBLISHED_CELL) -> Associations:
    """Count every pair of two lists of facts among the people who are in some group of `who`; equal facts are no pair."""
    inside = np.flatnonzero(who.group >= 0)
    one, other = ([t.people[inside] for t in side] for side in (left, right))
    both = _together(one, other, people=len(inside))
    left_n, right_n = (np.array([m.sum() for m in side], np.float64) for side in (one, other))
    cells = np.stack([both, left_n[:, None] - both, right_n - both, len(inside) - left_n[:, None] - right_n + both])
    asked = _asked(left, right) & (left_n[:, None] > 0) & (right_n > 0)
    hidden = _hidden(cells.min(axis=0) < least, both, rows=_exclusive(other), columns=_exclusive(one))
    found = []
    for i, j in np.argwhere(asked & ~hidden).tolist():
        a, b, n = left[i], right[j], (int(both[i, j]), int(left_n[i]), int(right_n[j]), len(inside))
        found.append(Association(a.name, b.name, a.title, b.title, *n))
    ranked = sorted(found, key=lambda p: (-round(abs(p.z), DIGITS), p.left, p.right))
    return Associations(tuple(ranked), int((asked & hidden).sum()), len(inside))


def _asked(left: list[Trait], right: list[Trait]) -> Mask:
    """Return which pairs are pairs: two different facts, each two once."""
    seen: set[frozenset[str]] = set()
    asked = np.zeros((len(left), len(right)), bool)
    for i, a in enumerate(left):
        for j, b in enumerate(right):
            pair = frozenset((a.name, b.name))
            asked[i, j] = len(pair) == 2 and pair not in seen
            seen.add(pair)
    return asked


def _exclusive(facts: list[Mask]) -> bool:
    """Tell whether nobody has two of the facts: their counts then add up to a total."""
    return bool(np.sum(facts, axis=0).max(initial=0) <= 1) if facts else False


def _hidden(small: Mask, both: Floats, *, rows: bool, columns: bool) -> Mask:
    """Return which pairs to hide: the small ones, and where a line adds up to a total the next smallest of a lone one."""
    hidden = small.copy()
    changed = True
    while changed:
        before = hidden.copy()
        for adds_up, table, counts in ((rows, hidden, both), (columns, hidden.T, both.T)):
            for i in np.flatnonzero(adds_up & (table.sum(axis=1) == 1) & (table.shape[1] > 1)):
                table[i, int(np.argmin(np.where(table[i], np.inf, counts[i])))] = True
        changed = bool((hidden != before).any())
    return hidden


def _together(left: list[Mask], right: list[Mask], *, people: int) -> Floats:
    """Return how many people have each pair of facts; a product of blocks of 0 and 1, exact in float32."""
    found = np.zeros((len(left), len(right)))
    for at in range(0, people, BLOCK):
        a, b = (np.array([m[at : at + BLOCK] for m in side], np.float32) for side in (left, right))
        found += a @ b.T if len(left) and len(right) else 0
    return found


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
