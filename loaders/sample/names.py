"""Names by period of birth, and numbers that no real person can have."""

from __future__ import annotations

import numpy as np

from .draws import Ints, Words, choose
from .tables import settings

UNUSED_AREA = "999999"  # no division has this code, so no real ID number begins with it
_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])  # GB 11643-1999, annex
_CHECKS = "10X98765432"


def surnames(rng: np.random.Generator, count: int) -> Words:
    """Draw surnames with the shares of the country."""
    return choose(rng, settings("names")["surnames"], count)


def given_names(rng: np.random.Generator, sex: Ints, born: Ints) -> Words:
    """Draw given names that fit the sex (1 male, 2 female) and the year of birth."""
    cohorts = settings("names")["cohorts"]
    which = np.searchsorted([c["born_from"] for c in cohorts], born, side="right") - 1
    draws = rng.random((3, len(sex))).T.tolist()
    names = []
    for cohort, s, (short, first, second) in zip(which.tolist(), sex.tolist(), draws, strict=True):
        lists, word = cohorts[max(cohort, 0)], "male" if s == 1 else "female"
        if short < lists["single_share"]:
            names.append(_at(lists[f"{word}_single"], first))
        else:
            names.append(_at(lists[f"{word}_first"], first) + _at(lists[f"{word}_second"], second))
    return np.array(names, object)


def _at(characters: str, share: float) -> str:
    return characters[int(share * share * len(characters))]  # squared: the first of each list are the common ones


def check_digit(first17: str) -> str:
    """Return the last character of an ID number by GB 11643 (ISO 7064, mod 11-2).

    >>> check_digit("99999919491231002")
    '5'
    """
    return _CHECKS[int(np.array([int(d) for d in first17]) @ _WEIGHTS) % 11]


def id_numbers(sex: Ints, birth: Words) -> Words:
    """Return an ID number for each person: unused area, birth date, order of the day (odd for men), check digit."""
    order: dict[tuple[str, int], int] = {}
    heads = []
    for s, day in zip(sex.tolist(), birth.tolist(), strict=True):
        key = (day, s)
        order[key] = order.get(key, -1) + 1
        heads.append(f"{UNUSED_AREA}{day.replace('-', '')}{order[key] * 2 + (1 if s == 1 else 2):03d}")
    digits = np.array([list(h) for h in heads]).astype(np.int64)
    checks = np.array(list(_CHECKS), object)[(digits @ _WEIGHTS) % 11]
    return np.array([h + c for h, c in zip(heads, checks.tolist(), strict=True)], object)


def phones(rng: np.random.Generator, count: int) -> Words:
    """Return different numbers of eleven digits that begin with 100, a prefix that no mobile phone has."""
    step, modulus = 48_271, 10**8  # coprime, so the multiples differ
    start = int(rng.integers(modulus))
    numbers = (start + step * np.arange(count, dtype=np.int64)) % modulus
    return np.array([f"100{n:08d}" for n in rng.permutation(numbers).tolist()], object)
