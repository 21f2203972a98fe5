"""What is asked for: the activity, how many, for whom, when and where."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.problem import Floats, Mask
from matching.rules.purpose import Purposes
from matching.rules.tables import Needs


@dataclass(frozen=True, slots=True, eq=False)
class Wish:
    """One activity as it is asked for.

    `kind` is a code of activities ("": any room and lead will do); `skills` (column of the dictionary, least level) of
    which a lead has one; `wanted` slots (none: any); `minutes` None takes a wanted slot whole. `audience` masks the
    residents who may be invited and `interest` in [0, 1] ranks them; without `invites` the group brings its own people.
    `at` are the metres of where it is asked for (None: anywhere); `purposes` are the words of a need that say what the
    room is for.
    """

    name: str
    kind: str
    people: int
    audience: Mask
    interest: Floats
    minutes: int | None = 120
    wanted: tuple[str, ...] = ()
    skills: tuple[tuple[int, int], ...] = ()
    committee: str | None = None
    at: Floats | None = None
    helpers: int | None = None
    invites: bool = True
    step_free: bool = False
    parties: frozenset[str] = frozenset()
    purposes: Purposes = ()


def of_need(needs: Needs, row: int, wish: Wish) -> Wish:
    """Return a wish with what a need asks: its people, slots, skills, place, access, and who asks.

    An organisation's own staff come with it; residents are invited for everybody else.
    """
    place = needs.place[row]
    return Wish(
        name=str(needs.ids[row]),
        kind=wish.kind,
        people=int(needs.people[row]),
        audience=wish.audience,
        interest=wish.interest,
        minutes=None if needs.slots[row] and wish.minutes is None else wish.minutes or 120,
        wanted=needs.slots[row],
        skills=needs.skills[row],
        committee=needs.area[row],
        at=None if np.isnan(place).any() else place,
        helpers=wish.helpers,
        invites=not any(party.startswith("Organisation:") for party in needs.parties[row]),
        step_free=wish.step_free or bool(needs.step_free[row]),
        parties=needs.parties[row],
        purposes=needs.purposes[row],
    )
