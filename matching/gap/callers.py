"""Whose number is called: a person's own, or for a child without one that of an adult of the household."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from graph.snapshot.evaluate import ages

if TYPE_CHECKING:
    from graph.snapshot.columns import Ints, Mask, Snapshot
    from matching.gap.persons import Persons

OF_AGE = 18
"""Completed years from which somebody answers for themselves (Civil Code of China, article 17)."""


def callers(snapshot: Snapshot, persons: Persons, number: Mask, *, dead: Mask, as_of: dt.date) -> Ints:
    """Return the row of the person whose number is called for each person, -1 without any; shape (residents,).

    `number` says who has one, `dead` whose number is exhausted. For a child an adult with a number that works is
    preferred, then the first row. Nobody outside the scope of `persons` is called.
    """
    size = len(number)
    own = np.where(number, np.arange(size), -1).astype(np.int32)
    age = ages(snapshot.nodes("Resident"), as_of)
    child = ~number & (age >= 0) & (age < OF_AGE)
    member = snapshot.edges("Resident-MEMBER_OF-Household")
    person = persons.row[member.starts]
    seen = np.flatnonzero(person >= 0)
    person, house = person[seen], member.indices[seen]
    adult, minor = (number & (age >= OF_AGE))[person], child[person]
    nobody = 2 * size
    first, best = np.full(member.width, nobody, np.int64), np.full(size, nobody, np.int64)
    np.minimum.at(first, house[adult], person[adult] + size * dead[person[adult]].astype(np.int64))
    np.minimum.at(best, person[minor], first[house[minor]])
    return np.where(best < nobody, best % max(size, 1), own).astype(np.int32)
