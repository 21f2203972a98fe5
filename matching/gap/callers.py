"""Whose number is called: a person's own, or for a child without one that of an adult of the household."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from graph.model.records import EPOCH

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
    size, nobody = len(number), 2 * len(number)
    born, grown = snapshot.nodes("Resident").numbers("birth_date"), (_came_of_age(as_of) - EPOCH).days
    child, adult = ~number & (born > grown) & (born <= (as_of - EPOCH).days), number & (born <= grown)
    member = snapshot.edges("Resident-MEMBER_OF-Household")
    person, house = persons.row[member.starts], member.indices
    seen = person >= 0
    minor, major = np.flatnonzero(seen & child[person]), np.flatnonzero(seen & adult[person])
    first, best = np.full(member.width, nobody, np.int64), np.full(size, nobody, np.int64)
    np.minimum.at(first, house[major], person[major] + size * dead[person[major]].astype(np.int64))
    np.minimum.at(best, person[minor], first[house[minor]])
    own = np.where(number, np.arange(size), -1)
    return np.where(best < nobody, best % max(size, 1), own).astype(np.int32)


def _came_of_age(day: dt.date) -> dt.date:
    """Return the last birth date of those who are of age on the day (born on 29 February: on 1 March)."""
    leap = day.month == 2 and day.day == 29
    year = max(day.year - OF_AGE, dt.MINYEAR)
    return day.replace(year=year, day=28) if leap else day.replace(year=year)
