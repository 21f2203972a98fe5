"""The invented sub-district as a whole: every part, drawn in the order in which one needs the other."""

from __future__ import annotations

from dataclasses import dataclass

from graph.model.progress import Progress

from . import activities, crowd, lifts, needs, programmes, resources, tags, volunteers, votes
from . import town as town_
from .draws import Ints
from .sheet import Sheet


@dataclass(frozen=True, slots=True)
class District:
    """All parts, before they are written as files."""

    town: town_.Town
    tags: tags.Tags
    leaders: Ints
    volunteers: volunteers.Volunteers
    resources: resources.Resources
    activities: activities.Activities
    lifts: lifts.Lifts
    programmes: programmes.Programmes
    needs: Sheet
    votes: votes.Votes


def build(seed: int, size: town_.Size, progress: Progress) -> District:
    """Draw the sub-district; the same seed and size give the same one."""
    progress("district", 0, 3)
    town = town_.build(seed, size)
    progress("district", 1, 3)
    bare = crowd.Crowd(town.people, crowd.codes(town.people, town.traits))
    leaders = volunteers.leaders(town)
    tagged = tags.build(town, bare, leaders=leaders[leaders >= 0])
    progress("district", 2, 3)
    goods = resources.build(seed, town.place)
    events = activities.build(town, goods.venues)
    lifted = lifts.build(town, events)
    district = District(
        town,
        tagged,
        leaders,
        volunteers.build(town, tagged),
        goods,
        events,
        lifted,
        programmes.build(seed, crowd.Crowd(town.people, bare.codes, tagged.by_id())),
        needs.build(town, goods.organisations),
        votes.build(town, lifted),
    )
    progress("district", 3, 3)
    return district
