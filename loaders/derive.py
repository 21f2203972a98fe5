"""What follows from resolved records: committees along relationships, who lives and is registered where.

area              as a source says, else of: the estate's area, the dwelling lived in, the dwelling of registration,
                  the unit of an installation or a plan, the resident behind a volunteer, who asks, where an activity is held
registered_area   the area of the dwelling of registration
no_dwelling       nobody says where the person lives
residence         both (one dwelling), apart (two), living (no registration here), registered (lives elsewhere)
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from .assemble import Things

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

SINGLE = (
    "Area-PART_OF-Area",
    "Estate-IN-Area",
    "Building-IN-Estate",
    "Unit-IN-Building",
    "Dwelling-IN-Unit",
    "Household-LIVES_IN-Dwelling",
    "Resident-LIVES_IN-Dwelling",
    "Resident-REGISTERED_AT-Dwelling",
    "Resident-MEMBER_OF-Household",
    "Volunteer-IS-Resident",
    "Venue-IN-Area",
    "ServicePoint-IN-Area",
    "Organisation-IN-Area",
    "Venue-OWNED_BY-Organisation",
    "Tag-IN_GROUP-TagGroup",
    "Activity-HELD_AT-Venue",
    "Installation-OF-Unit",
    "Plan-OF-Unit",
)
"""Relationships of which a start has one in force at most: where sources disagree, one wins as a value would."""

PATHS: Mapping[str, tuple[str, ...]] = {
    "Estate": ("Estate-IN-Area",),
    "Building": ("Building-IN-Estate",),
    "Unit": ("Unit-IN-Building",),
    "Dwelling": ("Dwelling-IN-Unit",),
    "Household": ("Household-LIVES_IN-Dwelling",),
    "Resident": ("Resident-LIVES_IN-Dwelling", "Resident-REGISTERED_AT-Dwelling"),
    "Venue": ("Venue-IN-Area",),
    "ServicePoint": ("ServicePoint-IN-Area",),
    "Organisation": ("Organisation-IN-Area",),
    "Volunteer": ("Volunteer-IS-Resident",),
    "Installation": ("Installation-OF-Unit",),
    "Plan": ("Plan-OF-Unit",),
    "Activity": ("Activity-HELD_AT-Venue",),
    "Need": ("Area-ASKS-Need", "Organisation-ASKS-Need", "Resident-ASKS-Need"),
}
"""How each label comes to its area, in an order in which every step finds the one before done."""


def single(things: Things, best: Ints, as_of: dt.date) -> tuple[Mask, int]:
    """Return which relationships stay when each start may have one in force, and how many starts were disputed.

    Ended ones (until before `as_of`) all stay: they are history. `best` is the rank of each; the lowest wins.
    """
    ended = np.zeros(len(things), bool)
    if not len(things):
        return ended, 0
    if "until" in things.columns:
        ended = _true(pc.less(things.columns["until"], pa.scalar(as_of, pa.date32())))
    starts = things.columns["start"].dictionary_encode().indices.to_numpy()
    order = np.lexsort((best, starts, ended))
    same = np.append(False, (starts[order][1:] == starts[order][:-1]) & ~ended[order][1:])
    stays = np.ones(len(things), bool)
    stays[order[same]] = False
    return stays, len(np.unique(starts[~stays]))


def derive(nodes: Mapping[str, Things], edges: Mapping[str, Things], as_of: dt.date) -> None:
    """Add the derived columns to the nodes, in place."""
    for label, paths in PATHS.items():
        if label in nodes:
            found = nodes[label].columns.get("area", pa.nulls(len(nodes[label]), pa.string()))
            for path in paths:
                found = pc.coalesce(found, _along(path, label, nodes, edges=edges, as_of=as_of))
            nodes[label].columns["area"] = found
    if "Resident" in nodes:
        _residence(nodes, edges, as_of)


def _along(
    path: str, label: str, nodes: Mapping[str, Things], *, edges: Mapping[str, Things], as_of: dt.date
) -> pa.Array:
    """Return for each node of `label` the area at the other end of a relationship, null where there is none."""
    nothing = pa.nulls(len(nodes[label]), pa.string())
    if path not in edges:
        return nothing
    start, _, end = path.split("-")
    near, other, far = ("start", "end", end) if start == label else ("end", "start", start)
    now = pa.array(in_force(edges[path], as_of))
    ends = edges[path].columns[other].filter(now)
    if far != "Area":
        ends = _look_up(ends, nodes[far].columns["id"], nodes[far].columns.get("area"))
    nears = edges[path].columns[near].filter(now)
    known = pc.is_valid(ends)
    return _look_up(nodes[label].columns["id"], nears.filter(known), ends.filter(known))


def _look_up(wanted: pa.Array, keys: pa.Array, values: pa.Array | None) -> pa.Array:
    if values is None:
        return pa.nulls(len(wanted), pa.string())
    return values.take(pc.index_in(wanted, value_set=keys)) if len(keys) else pa.nulls(len(wanted), pa.string())


def in_force(things: Things, as_of: dt.date) -> Mask:
    """Return which relationships are in force on the day; unknown ends are open."""
    holds = np.ones(len(things), bool)
    day = pa.scalar(as_of, pa.date32())
    if "since" in things.columns:
        holds &= ~_true(pc.greater(things.columns["since"], day))
    if "until" in things.columns:
        holds &= ~_true(pc.less(things.columns["until"], day))
    return holds


def _true(answers: pa.Array) -> Mask:
    return np.asarray(pc.fill_null(answers, False).to_numpy(zero_copy_only=False))


def _residence(nodes: Mapping[str, Things], edges: Mapping[str, Things], as_of: dt.date) -> None:
    people = nodes["Resident"]
    home = _dwelling("Resident-LIVES_IN-Dwelling", people, edges, as_of=as_of)
    registered = _dwelling("Resident-REGISTERED_AT-Dwelling", people, edges, as_of=as_of)
    lives, listed = pc.is_valid(home), pc.is_valid(registered)
    people.columns["no_dwelling"] = pc.invert(lives)
    both = pc.if_else(pc.equal(home, registered), "both", "apart")
    said = pc.if_else(pc.and_(lives, listed), both, pc.if_else(lives, "living", pc.if_else(listed, "registered", None)))
    people.columns["residence"] = pc.coalesce(people.columns.get("residence", pa.nulls(len(people), pa.string())), said)
    derived = pa.nulls(len(people), pa.string())
    if "Dwelling" in nodes:
        derived = _look_up(registered, nodes["Dwelling"].columns["id"], nodes["Dwelling"].columns["area"])
    known = people.columns.get("registered_area", pa.nulls(len(people), pa.string()))
    people.columns["registered_area"] = pc.coalesce(known, derived)


def _dwelling(path: str, people: Things, edges: Mapping[str, Things], *, as_of: dt.date) -> pa.Array:
    """Return the dwelling of each resident along a relationship in force."""
    if path not in edges:
        return pa.nulls(len(people), pa.string())
    now = pa.array(in_force(edges[path], as_of))
    columns = edges[path].columns
    return _look_up(people.columns["id"], columns["start"].filter(now), columns["end"].filter(now))
