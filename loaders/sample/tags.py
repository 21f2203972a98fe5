"""The 240 tags and who carries them: rules follow from the registers, the others from age and household by chance."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from graph.model.condition import Condition, tags_of
from graph.model.condition_json import parse

from .crowd import Crowd
from .draws import Bools, Ints, Words, stream
from .people import People
from .place import Place
from .tables import Row, rows
from .town import Town

Weights = NDArray[np.float32]  # single precision: 240 tags times 83,000 people
FEWEST, MOST = 8, 15  # tags a resident
LEADER = "t_louzuzhang"


@dataclass(frozen=True, slots=True)
class Tag:
    """One entry of the tag dictionary; `rule` is None for a tag set by hand."""

    id: str
    name: str
    group: str
    sensitivity: str
    synonyms: tuple[str, ...]
    rule: Condition | None
    rule_json: str


@dataclass(frozen=True, slots=True)
class Tags:
    """The dictionary, and `carried[tag, person]` for the tags set by hand (rule tags are the loader's to compute)."""

    dictionary: tuple[Tag, ...]
    carried: Bools
    total: Ints  # tags a person, rule tags included

    def of(self, id: str) -> Bools:
        """Return who carries a tag set by hand."""
        return np.asarray(self.carried[[t.id for t in self.dictionary].index(id)])

    def by_id(self) -> dict[str, Bools]:
        """Return who carries each tag set by hand, by the id of the tag."""
        return {t.id: np.asarray(own) for t, own in zip(self.dictionary, self.carried, strict=True)}


def dictionary() -> tuple[Tag, ...]:
    """Return the tag dictionary in the order of its file."""
    return tuple(map(_tag, rows("tags")))


def _tag(row: Row) -> Tag:
    rule = parse(json.loads(row["rule"])) if row["rule"] else None
    synonyms = tuple(s for s in row["synonyms"].split("/") if s)
    return Tag(row["id"], row["name"], row["group"], row["sensitivity"], synonyms, rule, row["rule"])


def build(town: Town, crowd: Crowd, *, leaders: Ints) -> Tags:
    """Give each resident 8 to 15 tags in all."""
    rng, people = stream(town.seed, "tags"), town.people
    tags = dictionary()
    by_rule = np.zeros(len(people), np.int64)
    for tag in tags:
        if tag.rule is not None and not tags_of(tag.rule):
            by_rule += crowd.where(tag.rule)
    carried = np.zeros((len(tags), len(people)), bool)
    carried[[t.id for t in tags].index(LEADER), leaders] = True
    wanted = FEWEST + rng.binomial(MOST - FEWEST, 0.42, len(people)) - by_rule - carried.sum(axis=0)
    carried |= _draw(rng, _odds(town.place, crowd), np.maximum(wanted, 0))
    return Tags(tags, carried, by_rule + carried.sum(axis=0))


def _draw(rng: np.random.Generator, odds: Weights, wanted: Ints) -> Bools:
    """Draw `wanted` different tags for each person, with odds `odds[tag, person]` (Gumbel keys, see `draws.pick`)."""
    noise = rng.random(odds.shape, np.float32)
    with np.errstate(divide="ignore"):
        keys = np.log(odds) - np.log(-np.log(np.maximum(noise, np.float32(1e-30))))
    most = int(wanted.max())
    best = np.argpartition(-keys, most, axis=0)[:most]
    order = np.argsort(-np.take_along_axis(keys, best, axis=0), axis=0, kind="stable")
    best = np.take_along_axis(best, order, axis=0)
    drawn = np.zeros(odds.shape, bool)
    taken = (np.arange(most)[:, None] < wanted) & (np.take_along_axis(odds, best, axis=0) > 0)
    np.put_along_axis(drawn, best, taken, axis=0)
    return drawn


def _odds(place: Place, crowd: Crowd) -> Weights:
    """Return odds[tag, person]: the rate of the tag where age, sex and household fit, else 0."""
    people = crowd.people
    facts = {name: holds(place, crowd) for name, holds in _HOUSEHOLDS.items()}
    odds: Weights = np.zeros((len(rows("tags")), len(people)), np.float32)
    for i, row in enumerate(rows("tags")):
        if row["rate"]:
            fits = (people.age >= int(row["low"] or 0)) & (people.age <= int(row["high"] or 200))
            if row["sex"]:
                fits &= people.sex == int(row["sex"])
            if row["who"]:
                fits &= facts[row["who"]]
            odds[i] = np.where(fits, np.float32(row["rate"]), np.float32(0))
    return odds


def _kind(*kinds: str) -> Callable[[Place, Crowd], Bools]:
    return lambda _, crowd: np.isin(crowd.people.kind, kinds)


def _with(low: int, high: int) -> Callable[[Place, Crowd], Bools]:
    """Who lives in a household with somebody of that age."""

    def holds(_: Place, crowd: Crowd) -> Bools:
        people = crowd.people
        inside = np.zeros(int(people.household.max()) + 2, bool)
        young = people.living & (people.age >= low) & (people.age <= high)
        inside[people.household[young]] = True
        return inside[people.household]

    return holds


def _old_home(_: Place, crowd: Crowd) -> Bools:
    """Who lives where nobody is under 60."""
    people = crowd.people
    younger = np.zeros(int(people.household.max()) + 2, bool)
    younger[people.household[people.age < 60]] = True
    return people.living & ~younger[people.household]


def _floor(low: int, high: int) -> Callable[[Place, Crowd], Bools]:
    def holds(place: Place, crowd: Crowd) -> Bools:
        floor = place.dwellings.floor[crowd.people.home()]
        return crowd.people.living & _walks_up(place, crowd.people) & (floor >= low) & (floor <= high)

    return holds


def _walks_up(place: Place, people: People) -> Bools:
    return np.asarray(place.units.walk_up[place.dwellings.unit[people.home()]])


def _top(place: Place, crowd: Crowd) -> Bools:
    home = crowd.people.home()
    return np.asarray(place.dwellings.floor[home] == place.units.floors[place.dwellings.unit[home]])


def _member(crowd: Crowd) -> Words | Bools:
    return np.asarray(crowd.codes["politics"] == "01")


_HOUSEHOLDS: dict[str, Callable[[Place, Crowd], Bools]] = {
    "alone": _kind("single_young", "single_middle", "single_old"),
    "tenant": lambda _, crowd: crowd.people.renting,
    "owner": lambda _, crowd: crowd.people.living & ~crowd.people.renting,
    "couple": _kind("couple_young", "couple_middle"),
    "twochild": _kind("family_of_four"),
    "threegen": _kind("three_generations"),
    "grand": _kind("grandparents"),
    "single_parent": _kind("single_parent"),
    "child": _with(0, 15),
    "toddler": _with(0, 2),
    "oldhome": _old_home,
    "walkup": lambda place, crowd: crowd.people.living & _walks_up(place, crowd.people),
    "ground": _floor(1, 1),
    "high": _floor(4, 7),
    "top": _top,
    "party": lambda _, crowd: np.asarray(_member(crowd), bool),
    "nonparty": lambda _, crowd: ~np.asarray(_member(crowd), bool),
    "leader": lambda _, crowd: np.zeros(len(crowd.people), bool),  # the leaders are appointed, not drawn
}
