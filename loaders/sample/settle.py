"""Which household lives where: the old in the centre and the west, the ripening in the east, toddlers in the north."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .draws import Floats, Ints, Words, pick
from .households import Drawn
from .place import Place

AFFINITY = {  # log odds for each elder, toddler, and member of 48 to 61, by zone
    "north": (0.0, 0.75, 0.0),
    "east": (-1.3, -0.2, 0.8),
    "west": (0.4, 0.0, 0.0),
    "centre": (0.0, 0.0, 0.0),
}
VACANT = {True: 0.06, False: 0.1}  # share of empty dwellings in walk-ups and in towers
SPREAD = 0.55  # how alike the neighbours in one stairwell are in age, as a share of one standard deviation


@dataclass(frozen=True, slots=True)
class Settled:
    """`dwelling[h]` is the dwelling of household h; `vacant` the empty ones."""

    dwelling: Ints
    vacant: Ints


def occupied(rng: np.random.Generator, place: Place) -> Ints:
    """Return the dwellings that somebody lives in."""
    walk_up = place.units.walk_up[place.dwellings.unit]
    empty = rng.random(len(walk_up)) < np.where(walk_up, VACANT[True], VACANT[False])
    return np.flatnonzero(~empty)


def settle(rng: np.random.Generator, place: Place, *, homes: Ints, drawn: Drawn) -> Settled:
    """Give every household one of `homes` (as many as households), zone by zone, then stairwell by stairwell."""
    zone = place.unit_zone[place.dwellings.unit[homes]]
    left = np.arange(len(homes))
    dwelling = np.full(len(homes), -1)
    for name in AFFINITY:
        slots = homes[zone == name]
        chosen = left[pick(rng, _odds(drawn, left, name), len(slots))]
        left = np.setdiff1d(left, chosen)
        dwelling[_by_age(rng, drawn, chosen)] = _by_stairwell(rng, place, slots)
    return Settled(dwelling, np.setdiff1d(np.arange(len(place.dwellings.unit)), homes))


def _odds(drawn: Drawn, households: Ints, zone: str) -> Floats:
    elders, toddlers, ripening = AFFINITY[zone]
    log_odds = elders * drawn.elders + toddlers * drawn.toddlers + ripening * drawn.ripening
    return np.exp(log_odds[households].astype(float))


def _by_age(rng: np.random.Generator, drawn: Drawn, households: Ints) -> Ints:
    """Order households from few to many elders, renters first, loosely."""
    trait = 0.8 * drawn.elders[households] - 0.9 * drawn.renting[households]
    return np.asarray(households[np.argsort(SPREAD * trait + rng.normal(size=len(households)), kind="stable")])


def _by_stairwell(rng: np.random.Generator, place: Place, dwellings: Ints) -> Ints:
    """Order dwellings so that those of one stairwell stand loosely together."""
    mood = rng.normal(size=len(place.units.estate))[place.dwellings.unit[dwellings]]
    return np.asarray(dwellings[np.argsort(SPREAD * mood + 0.6 * rng.normal(size=len(dwellings)), kind="stable")])


def zone_of(place: Place, dwelling: Ints) -> Words:
    """Return the zone of each dwelling index, or "" for -1."""
    zones = np.append(place.unit_zone[place.dwellings.unit], "")
    return np.asarray(zones[dwelling])
