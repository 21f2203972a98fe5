"""The invented sub-district as a whole: every part, drawn in the order in which one needs the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from graph.model.progress import Progress

from . import activities, crowd, lifts, needs, people, place, programmes, resources, tags, traits, volunteers
from .draws import Ints
from .settle import Settled
from .sheet import Sheet

Size = Literal["small", "full"]


@dataclass(frozen=True, slots=True)
class District:
    """All parts, before they are written as files."""

    place: place.Place
    people: people.People
    settled: Settled
    traits: traits.Traits
    crowd: crowd.Crowd
    tags: tags.Tags
    leaders: Ints
    volunteers: volunteers.Volunteers
    resources: resources.Resources
    activities: activities.Activities
    lifts: lifts.Lifts
    programmes: programmes.Programmes
    needs: Sheet


def build(seed: int, size: Size, progress: Progress) -> District:
    """Draw the sub-district; the same seed and size give the same one."""
    progress("district", 0, 3)
    ground = place.build(seed, size)
    folk, settled = people.build(seed, size, ground)
    own = traits.build(seed, ground, folk)
    progress("district", 1, 3)
    bare = crowd.Crowd(folk, crowd.codes(folk, own))
    leaders = volunteers.leaders(seed, ground, folk, own)
    tagged = tags.build(seed, ground, bare, leaders[leaders >= 0])
    full = crowd.Crowd(folk, bare.codes, {t.id: np.asarray(tagged.carried[i]) for i, t in enumerate(tagged.dictionary)})
    progress("district", 2, 3)
    goods = resources.build(seed, ground)
    events = activities.build(seed, size, ground, folk, traits=own, venues=goods.venues)
    district = District(
        ground,
        folk,
        settled,
        own,
        full,
        tagged,
        leaders,
        volunteers.build(seed, size, ground, folk, traits=own, tags=tagged),
        goods,
        events,
        lifts.build(seed, size, ground, folk, traits=own, activities=events),
        programmes.build(seed, full),
        needs.build(seed, size, ground, folk, organisations=goods.organisations),
    )
    progress("district", 3, 3)
    return district
