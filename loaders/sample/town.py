"""The place with its people and their traits: what most parts of the sample are drawn from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from . import people, place, settle, traits
from .draws import Ints

Size = Literal["small", "full"]


@dataclass(frozen=True, slots=True)
class Town:
    """A settled place; `seed` and `size` go with it, so that each topic can open its own stream."""

    seed: int
    size: Size
    place: place.Place
    people: people.People
    settled: settle.Settled
    traits: traits.Traits

    def home_unit(self) -> Ints:
        """Return the stairwell group by which each person is known here."""
        return self.place.dwellings.unit[self.people.home()]


def build(seed: int, size: Size) -> Town:
    """Lay out the place, people it, and draw what the registers say."""
    ground = place.build(seed, size)
    folk, settled = people.build(seed, size, ground)
    return Town(seed, size, ground, folk, settled, traits.build(seed, ground, folk))
