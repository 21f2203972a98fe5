"""What past visits say about a person and a kind of activity: one log rate ratio for each piece of evidence.

Every ratio compares the visits that were counted with those expected of people of the same committee and age (indirect
standardisation), so that an old stairwell is not called a lively one; all are shrunk (`ratios`). The neighbours in the
stairwell never include one's home; the others at home are compared with what their neighbours suggest, one's own visits
with what both suggest. Recent visits weigh more (`history.HALF_LIFE`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.model.geo import distance_m
from similarity.features import Floats, Ints
from similarity.turnout import places, ratios
from similarity.turnout.history import History, People
from similarity.turnout.traits import AGES, OLDEST, Trait, age_codes, traits

KERNEL = np.array([1.0, 2.0, 3.0, 2.0, 1.0]) / 9  # a year more or less of age makes little difference
FEW_HOLDERS = 10  # a tag that fewer people carry is not used: the limit of a small cell of sensitive data
PERSONAL = ("tags", "own", "own_kind", "home", "neighbours", "place")
TRAITS = ("sex", "company", "residence", "volunteer", "retired")
NAMES = ("age", *TRAITS, *PERSONAL)


@dataclass(frozen=True, slots=True, eq=False)
class Visits:
    """Weighted visits of each person to each kind, and those expected by committee and age; shape (people, kinds)."""

    counts: Floats
    expected: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """The log ratios learned from a history.

    `age` has shape (kinds, ages), each of `traits` (kinds, levels), `own_kind` (people, kinds), `place` (place codes,);
    `tags`, `own`, `home`, `neighbours` have one value a person.
    """

    ages: Ints
    facts: tuple[Trait, ...]
    visits: Visits
    age: Floats
    traits: tuple[Floats, ...]
    tags: Floats
    own: Floats
    own_kind: Floats
    home: Floats
    neighbours: Floats
    place: Floats

    def matrix(self, people: Ints, kind: Ints, place: Ints) -> Floats:
        """Return the evidence for pairs of person and activity, given by its kind and the place code of the pair.

        Shape (pairs, evidence), the columns in the order of `NAMES`.
        """
        columns = [self.age[kind, self.ages[people]]]
        columns += [table[kind, fact.codes[people]] for table, fact in zip(self.traits, self.facts, strict=True)]
        columns += [self.tags[people], self.own[people], self.own_kind[people, kind]]
        columns += [self.home[people], self.neighbours[people], self.place[place]]
        return np.stack(columns, 1)


def learn(history: History, shares: Floats | None = None) -> Evidence:
    """Learn every ratio; `shares` are the place shares of its activities where they are known already."""
    weight, kind = history.recency(), history.activities.kind[history.visited]
    ages, facts = age_codes(history.people.birth, history.day), traits(history)
    by_age = _ages(history, ages, weight=weight, kind=kind)
    visits = _visits(history, by_age[:, ages].T, weight=weight, kind=kind)
    circles = _circles(history.people, visits)
    n, e = visits.counts.sum(1), visits.expected.sum(1)
    return Evidence(
        ages=ages,
        facts=facts,
        visits=visits,
        age=np.log(by_age),
        traits=tuple(_trait(fact, visits) for fact in facts),
        tags=_tags(history, n, expected=e),
        own=circles.own,
        own_kind=circles.own_kind,
        home=circles.home,
        neighbours=circles.neighbours,
        place=_place(history, weight, shares=shares),
    )


def _sums(codes: Ints, weights: Floats, shape: tuple[int, ...]) -> Floats:
    """Return the sum of the weights of each code (a flat position in `shape`)."""
    size = int(np.prod(shape))
    return np.bincount(codes, weights=weights, minlength=size).astype(np.float64).reshape(shape)


def _ages(history: History, ages: Ints, *, weight: Floats, kind: Ints) -> Floats:
    """Return the rate ratio of each age in each kind against everybody of the same committee, smoothed over ages."""
    people, size = history.people, (len(history.kinds), len(history.committees))
    then = age_codes(people.birth[history.visitor], history.visit_day)
    counts = _sums(kind * AGES + then, weight, (size[0], AGES))
    total = _sums(kind * size[1] + people.committee[history.visitor], weight, size)
    living = _sums(people.committee * AGES + ages, np.ones(len(people)), (size[1], AGES))
    share = living / np.maximum(living.sum(1, keepdims=True), 1)
    return ratios.by_kind(_smooth(counts), _smooth(total @ share))


def _smooth(by_age: Floats) -> Floats:
    found = by_age.copy()
    half = len(KERNEL) // 2
    padded = np.pad(by_age[:, : OLDEST + 1], ((0, 0), (half, half)))
    found[:, : OLDEST + 1] = sum(k * padded[:, j : j + OLDEST + 1] for j, k in enumerate(KERNEL))
    return found


def _visits(history: History, ratio: Floats, *, weight: Floats, kind: Ints) -> Visits:
    """Share out the visits of each committee and kind among its people by their age; `ratio` is (people, kinds)."""
    people, kinds = history.people, len(history.kinds)
    counts = _sums(history.visitor * kinds + kind, weight, (len(people), kinds))
    size = len(history.committees)
    totals, weights = np.zeros((size, kinds)), np.zeros((size, kinds))
    for j in range(kinds):
        totals[:, j] = _sums(people.committee, counts[:, j], (size,))
        weights[:, j] = _sums(people.committee, ratio[:, j], (size,))
    rate = totals / np.maximum(weights, 1e-300)
    return Visits(counts, rate[people.committee] * ratio)


def _trait(fact: Trait, visits: Visits) -> Floats:
    def by_level(table: Floats) -> Floats:
        return np.stack([_sums(fact.codes, column, (len(fact.levels),)) for column in table.T])

    return np.log(ratios.by_kind(by_level(visits.counts), by_level(visits.expected)))


@dataclass(frozen=True, slots=True, eq=False)
class _Circles:
    """The ratios of the circles around each person, from the widest in: each is what the wider ones do not explain."""

    neighbours: Floats
    home: Floats
    own: Floats
    own_kind: Floats


def _circles(people: People, visits: Visits) -> _Circles:
    """Compare neighbours with what was expected, the others at home with their neighbours, oneself with both.

    Were each compared with the expectation alone, one lively stairwell would count three times.
    """
    n, e = visits.counts.sum(1), visits.expected.sum(1)
    home, unit = (_totals(people.home, n, e), _totals(people.unit, n, e))
    neighbours = _rest(unit, home[0], home[1])
    e = e * neighbours
    mates = _rest(_totals(people.home, n, e), n, e)
    e = e * mates
    own = ratios.shrunk(n, e)
    expected = visits.expected * (neighbours * mates * own)[:, None]
    of_kind = ratios.shrunk(visits.counts.ravel(), expected.ravel()).reshape(expected.shape)
    return _Circles(np.log(neighbours), np.log(mates), np.log(own), np.log(of_kind))


_Totals = tuple[Floats, Floats, tuple[float, float]]
"""Visits counted and expected in the group of each person, and the prior of the groups' ratios."""


def _totals(group: Ints, counts: Floats, expected: Floats) -> _Totals:
    size = (int(group.max(initial=0)) + 1,)
    n, e = _sums(group, counts, size), _sums(group, expected, size)
    return n[group], e[group], ratios.prior(n[n + e > 0], e[n + e > 0])


def _rest(group: _Totals, counts: Floats, expected: Floats) -> Floats:
    """Return the ratio of a group with a part of it taken out."""
    n, e = np.maximum(group[0] - counts, 0.0), np.maximum(group[1] - expected, 0.0)
    mean, weight = group[2]
    return ratios.posterior(n, e, mean=mean, weight=weight)


def _tags(history: History, counts: Floats, *, expected: Floats) -> Floats:
    """Return the sum of the log ratios of the tags that each person carries on the eve of the day."""
    tags = history.tags
    held = (tags.since < history.day) & (tags.until >= history.day - 1)
    person, tag = tags.person[held], tags.tag[held]
    size = (len(tags.names),)
    n, e = _sums(tag, counts[person], size), _sums(tag, expected[person], size)
    enough = np.bincount(tag, minlength=len(tags.names)) >= FEW_HOLDERS
    ratio = np.zeros(size)
    ratio[enough] = np.log(ratios.shrunk(n[enough], e[enough], mean=1.0))
    return _sums(person, ratio[tag], (len(counts),))


def _place(history: History, weight: Floats, *, shares: Floats | None) -> Floats:
    """Return the log ratio of each place code: of the holding committee or not, and within that of each distance.

    A distance that is not known has no ratio of its own.
    """
    people, activities = history.people, history.activities
    code = place_codes(history, history.visitor, history.visited)
    known = places.shares(people, activities) if shares is None else shares
    shape = (2, places.WIDTH)
    counts = _sums(code, weight, shape)
    expected = (_sums(history.visited, weight, (len(activities),)) @ known).reshape(shape)
    own = ratios.shrunk(counts.sum(1), expected.sum(1))[:, None]
    within = [ratios.shrunk(n, e) for n, e in zip(counts, expected * own, strict=True)]
    return np.log(np.maximum(np.stack(within) * own, ratios.LEAST)).ravel()


def place_codes(history: History, people: Ints, activities: Ints) -> Ints:
    """Return the place code of each pair of person and activity of the history."""
    who, what = history.people, history.activities
    metres = distance_m(who.lon[people], who.lat[people], what.lon[activities], what.lat[activities])
    return places.codes(who.committee[people] == what.committee[activities], metres)
