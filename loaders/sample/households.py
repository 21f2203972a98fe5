"""Households with believable ages: templates of families, reweighted until they meet the census, then drawn.

The weights come from iterative proportional updating (Ye et al. 2009): each household keeps its inner logic (a mother is
23 to 38 years older than her child) while the sums over all households meet the age and sex bands, the share of people
who live alone and the mean size.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .draws import Bools, Floats, Ints
from .tables import settings

Member = tuple[str, int, int]  # role (GB/T 4761), sex (1 male, 2 female), age in completed years
PER_KIND = 500  # templates of each kind: enough that every age band is met by many
ROUNDS = 400


@dataclass(frozen=True, slots=True)
class Templates:
    """Candidate households: `members[h]` and the share of each, `weight` (sum 1)."""

    kinds: tuple[str, ...]
    members: tuple[tuple[Member, ...], ...]
    weight: Floats


def templates(rng: np.random.Generator) -> Templates:
    """Make the candidate households and weigh them by the census."""
    kinds, members = [], []
    for kind, make in _MAKERS.items():
        for _ in range(PER_KIND):
            kinds.append(kind)
            members.append(tuple(make(rng)))
    return Templates(tuple(kinds), tuple(members), _census_weights(members))


def _census_weights(members: list[tuple[Member, ...]]) -> Floats:
    counts, targets = _constraints(members)
    weight = np.full(len(members), 1 / len(members))
    for _ in range(ROUNDS):
        for j, target in enumerate(targets):
            weight = np.where(counts[:, j] > 0, weight * target / (weight @ counts[:, j]), weight)
        weight /= weight.sum()
    return weight


def _constraints(members: list[tuple[Member, ...]]) -> tuple[Floats, Floats]:
    """Return (counts by household and constraint, wanted means by constraint)."""
    facts = settings("census")
    starts = np.array(facts["bands"])
    wanted = np.concatenate([facts["male"], facts["female"]]).astype(float)
    counts = np.zeros((len(members), len(wanted) + 2))
    for h, people in enumerate(members):
        for _, sex, age in people:
            counts[h, (sex - 1) * len(starts) + int(np.searchsorted(starts, age, side="right")) - 1] += 1
        counts[h, -2 if len(people) == 1 else -1] = 1
    ends = [facts["one_person"], 1 - facts["one_person"]]
    return counts, np.concatenate([wanted / wanted.sum() * facts["mean_size"], ends])


def _between(rng: np.random.Generator, low: int, high: int) -> int:
    return int(rng.integers(low, high + 1))


def _child(rng: np.random.Generator, age: int) -> Member:
    sex = _between(rng, 1, 2)
    return ("20" if sex == 1 else "30", sex, age)


def _couple(rng: np.random.Generator, low: int, high: int) -> list[Member]:
    """Draw a married couple, he two years older in the mean; the head is either."""
    her = _between(rng, low, high)
    his = min(max(her + round(rng.normal(2.0, 2.5)), low), settings("census")["oldest"])
    if rng.random() < 0.62:
        return [("02", 1, his), ("10", 2, her)]
    return [("02", 2, her), ("10", 1, his)]


def _single(low: int, high: int) -> Callable[[np.random.Generator], list[Member]]:
    def make(rng: np.random.Generator) -> list[Member]:
        return [("02", _between(rng, 1, 2), _between(rng, low, high))]

    return make


def _pair(low: int, high: int) -> Callable[[np.random.Generator], list[Member]]:
    def make(rng: np.random.Generator) -> list[Member]:
        return _couple(rng, low, high)

    return make


def _her_age(couple: list[Member]) -> int:
    return next(age for _, sex, age in couple if sex == 2)


def _family(rng: np.random.Generator) -> list[Member]:
    couple = _couple(rng, 25, 52)
    return [*couple, _child(rng, max(_her_age(couple) - _between(rng, 23, 38), 0))]


def _family_of_four(rng: np.random.Generator) -> list[Member]:
    couple = _couple(rng, 30, 48)
    first = max(_her_age(couple) - _between(rng, 24, 31), 2)
    return [*couple, _child(rng, first), _child(rng, max(first - _between(rng, 2, 7), 0))]


def _single_parent(rng: np.random.Generator) -> list[Member]:
    sex = 2 if rng.random() < 0.8 else 1
    age = _between(rng, 26, 55)
    return [("02", sex, age), _child(rng, max(age - _between(rng, 23, 36), 0))]


def _with_grown_child(rng: np.random.Generator) -> list[Member]:
    couple = _couple(rng, 52, 72)
    child = _child(rng, _her_age(couple) - _between(rng, 24, 33))
    return [*couple, child]


def _widowed_with_child(rng: np.random.Generator) -> list[Member]:
    age, sex = _between(rng, 70, 100), 2 if rng.random() < 0.75 else 1
    child = _child(rng, age - _between(rng, 25, 36))
    return [("02", child[1], child[2]), ("52" if sex == 2 else "51", sex, age)]


def _three_generations(rng: np.random.Generator) -> list[Member]:
    couple = _couple(rng, 27, 44)
    child = _child(rng, max(_her_age(couple) - _between(rng, 24, 34), 0))
    head = next(m for m in couple if m[0] == "02")
    mother = min(head[2] + _between(rng, 23, 33), 90)
    elders: list[Member] = [("52", 2, mother)]
    if rng.random() < 0.6:
        elders.append(("51", 1, mother + _between(rng, 0, 4)))
    return [*couple, child, *elders]


def _grandparents(rng: np.random.Generator) -> list[Member]:
    couple = _couple(rng, 56, 74)
    return [*couple, ("40", _between(rng, 1, 2), _between(rng, 0, 14))]


def _sharers(rng: np.random.Generator) -> list[Member]:
    first: Member = ("02", _between(rng, 1, 2), _between(rng, 20, 36))
    return [first, *(("99", _between(rng, 1, 2), _between(rng, 19, 38)) for _ in range(_between(rng, 1, 2)))]


_MAKERS: dict[str, Callable[[np.random.Generator], list[Member]]] = {
    "single_young": _single(19, 44),
    "single_middle": _single(45, 64),
    "single_old": _single(65, 99),
    "couple_young": _pair(23, 44),
    "couple_middle": _pair(45, 64),
    "couple_old": _pair(65, 95),
    "family": _family,
    "family_of_four": _family_of_four,
    "single_parent": _single_parent,
    "grown_child": _with_grown_child,
    "widowed_with_child": _widowed_with_child,
    "three_generations": _three_generations,
    "grandparents": _grandparents,
    "sharers": _sharers,
}


@dataclass(frozen=True, slots=True)
class Drawn:
    """Drawn households in columns: `template` and traits one a household."""

    template: Ints
    elders: Ints  # members of 65 or more
    toddlers: Ints  # members under 5
    ripening: Ints  # members of 48 to 61, who will be elders in a few years
    renting: Bools


def draw(rng: np.random.Generator, source: Templates, count: int) -> Drawn:
    """Draw `count` households by their weights, and say who rents: mostly the young and the sharers."""
    edges = np.linspace(0, 1, count, endpoint=False) + rng.random() / count  # systematic: sums keep to the census
    template = np.searchsorted(np.cumsum(source.weight)[:-1], edges, side="right")
    template = rng.permutation(template)
    ages = [[age for _, _, age in people] for people in source.members]
    elders, toddlers, ripening = (
        np.array([sum(low <= a < high for a in own) for own in ages])[template]
        for low, high in ((65, 200), (0, 5), (48, 62))
    )
    rent = {"sharers": 0.96, "single_young": 0.62, "couple_young": 0.55, "family": 0.3, "single_parent": 0.3}
    chance = np.array([rent.get(kind, 0.07) for kind in source.kinds])[template]
    return Drawn(template, elders, toddlers, ripening, rng.random(count) < chance)
