"""What past visits say about a person and a kind of activity: one log rate ratio for each piece of evidence.

Every ratio compares the visits that were counted with those expected of people of the same committee and age (indirect
standardisation), so that an old stairwell is not called a lively one; all are shrunk (`ratios`). One's own visits,
those of the others in the home and of the neighbours in the stairwell are kept apart: neighbours never include oneself
or one's home. Recent visits weigh more (`history.HALF_LIFE`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.model.geo import distance_m
from similarity.features import Floats, Ints
from similarity.turnout import places, ratios
from similarity.turnout.history import History
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
    own, own_kind = _own(visits)
    n, e = visits.counts.sum(1), visits.expected.sum(1)
    people = history.people
    mates = _group(people.home, n, expected=e)
    around = _group(people.unit, n, expected=e)
    return Evidence(
        ages=ages,
        facts=facts,
        visits=visits,
        age=np.log(by_age),
        traits=tuple(_trait(fact, visits) for fact in facts),
        tags=_tags(history, n, expected=e),
        own=own,
        own_kind=own_kind,
        home=_others(mates, (n, e), mates),
        neighbours=_others(around, (mates.counts, mates.expected), around),
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


def _own(visits: Visits) -> tuple[Floats, Floats]:
    """Return how much more often somebody came than expected: to anything, and to each kind beyond that."""
    any_kind = ratios.shrunk(visits.counts.sum(1), visits.expected.sum(1))
    expected = visits.expected * any_kind[:, None]
    of_kind = ratios.shrunk(visits.counts.ravel(), expected.ravel()).reshape(expected.shape)
    return np.log(any_kind), np.log(of_kind)


@dataclass(frozen=True, slots=True, eq=False)
class _Group:
    """Visits counted and expected in the home or stairwell of each person, and the prior of its ratios."""

    counts: Floats
    expected: Floats
    prior: tuple[float, float]


def _group(group: Ints, counts: Floats, *, expected: Floats) -> _Group:
    size = (int(group.max(initial=0)) + 1,)
    n, e = _sums(group, counts, size), _sums(group, expected, size)
    return _Group(n[group], e[group], ratios.prior(n[n + e > 0], e[n + e > 0]))


def _others(group: _Group, without: tuple[Floats, Floats], shape: _Group) -> Floats:
    """Return the log ratio of a group with the person's own part taken out."""
    counts = np.maximum(group.counts - without[0], 0.0)
    expected = np.maximum(group.expected - without[1], 0.0)
    mean, weight = shape.prior
    return np.log(ratios.posterior(counts, expected, mean=mean, weight=weight))


def _tags(history: History, counts: Floats, *, expected: Floats) -> Floats:
    """Return the sum of the log ratios of the tags that each person carries on the eve of the day."""
    tags = history.tags
    held = (tags.since < history.day) & (tags.until >= history.day - 1)
    person, tag = tags.person[held], tags.tag[held]
    size = (len(tags.names),)
    n, e = _sums(tag, counts[person], size), _sums(tag, expected[person], size)
    enough = np.bincount(tag, minlength=len(tags.names)) >= FEW_HOLDERS
    ratio = np.zeros(size)
    ratio[enough] = np.log(ratios.shrunk(n[enough], e[enough]))
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
