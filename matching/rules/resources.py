"""Resources out of a snapshot: rooms, volunteers, organisations and service points with what they offer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import fields
from typing import Any

import numpy as np
import pyarrow.compute as pc

from graph.model.records import EPOCH
from graph.snapshot.columns import Edges, Nodes, Snapshot
from graph.snapshot.evaluate import ages, in_force
from matching.problem import Floats
from matching.rules.coded import Coded
from matching.rules.parties import person_parties
from matching.rules.policy import LABELS
from matching.rules.refused import Refusal, refusals
from matching.rules.tables import Resources

Settled = tuple[Mapping[str, tuple[str, ...]], Mapping[str, frozenset[str]]]
"""Booked slots and declined needs, by `Label:id`."""
GIVING = ("volunteer", "organiser", "speaker")
"""Roles in which somebody gave time to an activity; taking part as a visitor is no use of a volunteer."""
HOURS = {"Venue": "opening_hours", "Volunteer": "availability"}


def read_resources(
    snapshot: Snapshot,
    as_of: dt.date,
    *,
    settled: Settled,
    place: Callable[[Nodes], Floats],
    unasked: Collection[str] = (),
) -> Resources:
    """Read every resource as it is on the day, ordered by label and by (area, id) as in the snapshot.

    `unasked` names tags of residents who are not to be contacted.
    """
    columns = [
        _label(snapshot, label, as_of) | _shared(snapshot, label, settled=settled, place=place) for label in LABELS
    ]
    columns[LABELS.index("Volunteer")]["refusal"] = _refusals(snapshot, as_of, unasked)
    joined: dict[str, Any] = {}
    for column in fields(Resources):
        pieces = [one[column.name] for one in columns]
        if isinstance(pieces[0], np.ndarray):
            joined[column.name] = np.concatenate(pieces)
        else:
            joined[column.name] = Coded.of([value for piece in pieces for value in piece])
    return Resources(**joined)


def _shared(
    snapshot: Snapshot, label: str, *, settled: Settled, place: Callable[[Nodes], Floats]
) -> dict[str, np.ndarray[Any, Any] | Sequence[Any]]:
    """Return the columns that every label has."""
    nodes = snapshot.nodes(label)
    ids = nodes.ids.to_pylist()
    keys = [f"{label}:{name}" for name in ids]
    written = nodes.column(HOURS[label]).to_pylist() if label in HOURS else [None] * len(nodes)
    hours = [tuple(slots) if slots else None for slots in written]
    booked, declined = settled
    return {
        "label": [label] * len(nodes),
        "ids": np.array(ids, object),
        "name": np.array(nodes.column("name").to_pylist(), object),
        "area": np.array(nodes.column("area").to_pylist(), object),
        "place": place(nodes),
        "times": [(label, slots, booked.get(key, ())) for key, slots in zip(keys, hours, strict=True)],
        "declined": [declined.get(key, frozenset()) for key in keys],
    }


def _label(snapshot: Snapshot, label: str, as_of: dt.date) -> dict[str, np.ndarray[Any, Any] | Sequence[Any]]:
    """Return the columns that differ by label: what it lacks, then what it has."""
    count = len(snapshot.nodes(label))
    lacking: dict[str, np.ndarray[Any, Any] | Sequence[Any]] = {
        name: np.full(count, np.nan) for name in ("capacity", "age", "weekly_hours", "idle")
    }
    lacking |= {
        "level": np.zeros((count, len(snapshot.nodes("Skill"))), np.int8),
        "offer": np.zeros((count, len(snapshot.nodes("ServiceItem")))),
        "step_free": np.zeros(count, bool),
        "in_service": np.ones(count, bool),
        "parties": [frozenset[str]()] * count,
        "refusal": [None] * count,
        "room": [None] * count,
    }
    return lacking | _READ[label](snapshot, as_of)


def _venues(snapshot: Snapshot, as_of: dt.date) -> dict[str, Any]:
    nodes, owners = snapshot.nodes("Venue"), snapshot.edges("Venue-OWNED_BY-Organisation")
    held = snapshot.edges("Activity-HELD_AT-Venue")
    used = np.full(len(nodes), np.nan)
    day = snapshot.nodes("Activity").numbers("held_on")[held.starts]
    _latest(used, held.indices, days=day, as_of=as_of)
    _latest(used, np.arange(len(nodes)), days=nodes.numbers("last_used_on"), as_of=as_of)
    organisations = snapshot.nodes("Organisation")
    return {
        "capacity": nodes.numbers("capacity"),
        "step_free": nodes.numbers("step_free") == 1,
        "idle": (as_of - EPOCH).days - used,
        "room": nodes.column("kind").to_pylist(),
        "parties": [
            frozenset(f"Organisation:{organisations.id_of(o)}" for o in owners.ends(row)) for row in range(len(nodes))
        ],
    }


def _volunteers(snapshot: Snapshot, as_of: dt.date) -> dict[str, Any]:
    nodes, skills = snapshot.nodes("Volunteer"), snapshot.edges("Volunteer-HAS_SKILL-Skill")
    level = np.zeros((len(nodes), len(snapshot.nodes("Skill"))), np.int8)
    # A skill without a level counts as the lowest: it is known, nothing more.
    np.maximum.at(level, (skills.starts, skills.indices), pc.fill_null(skills.property("level"), 1).to_numpy())
    person = snapshot.edges("Volunteer-IS-Resident").first()
    known = np.flatnonzero(person >= 0)
    age, used = np.full(len(nodes), np.nan), np.full(len(nodes), np.nan)
    years = ages(snapshot.nodes("Resident"), as_of)[person[known]]
    age[known] = np.where(years >= 0, years, np.nan)
    used[known] = _last_given(snapshot, as_of)[person[known]]
    _latest(used, np.arange(len(nodes)), days=nodes.numbers("joined_on"), as_of=as_of)
    return {
        "level": level,
        "age": age,
        "weekly_hours": nodes.numbers("weekly_hours"),
        "idle": (as_of - EPOCH).days - used,
        "parties": [person_parties(snapshot, p) if p >= 0 else frozenset() for p in person.tolist()],
    }


def _refusals(snapshot: Snapshot, as_of: dt.date, tags: Collection[str]) -> list[Refusal | None]:
    """Return for each volunteer why the person behind is not to be asked, None where nothing says so."""
    persons, no = snapshot.edges("Volunteer-IS-Resident").first().tolist(), refusals(snapshot, as_of, tags)
    return [no.get(person) for person in persons]


def _last_given(snapshot: Snapshot, as_of: dt.date) -> Floats:
    """Return the last day on which each resident gave time to an activity, NaN for never."""
    took_part = snapshot.edges("Resident-TOOK_PART_IN-Activity")
    role, roles = took_part.codes("role")
    gave = np.array([name in GIVING for name in roles] + [False])[role]
    days = pc.fill_null(took_part.property("at").view("int32"), 0).to_numpy(zero_copy_only=False)[gave]
    last = np.full(len(snapshot.nodes("Resident")), np.nan)
    _latest(last, took_part.starts[gave], days=days.astype(float), as_of=as_of)
    return last


def _latest(last: Floats, rows: Any, *, days: Floats, as_of: dt.date) -> None:
    """Raise `last` to the latest day on or before `as_of` of each row, in place; NaN is no day."""
    counts = days <= (as_of - EPOCH).days
    np.fmax.at(last, np.asarray(rows)[counts], days[counts])


def _providers(label: str) -> Callable[[Snapshot, dt.date], dict[str, Any]]:
    def read(snapshot: Snapshot, as_of: dt.date) -> dict[str, Any]:
        nodes = snapshot.nodes(label)
        found: dict[str, Any] = {"offer": _offers(snapshot.edges(f"{label}-OFFERS-ServiceItem"), as_of)}
        if label == "ServicePoint":
            found["in_service"] = ~nodes.equals("status", "candidate")
        else:
            found["parties"] = [frozenset({f"Organisation:{name}"}) for name in nodes.ids.to_pylist()]
        return found

    return read


def _offers(edges: Edges, as_of: dt.date) -> Floats:
    """Return what is offered on the day; an offer without a capacity is without a limit, one of zero is none."""
    offer = np.zeros((len(edges.indptr) - 1, edges.width))
    capacity = pc.fill_null(pc.cast(edges.property("capacity"), "float64"), np.inf).to_numpy(zero_copy_only=False)
    now = in_force(edges, as_of)
    np.maximum.at(offer, (edges.starts[now], edges.indices[now]), capacity[now])
    return offer


_READ: Mapping[str, Callable[[Snapshot, dt.date], dict[str, Any]]] = {
    "Organisation": _providers("Organisation"),
    "ServicePoint": _providers("ServicePoint"),
    "Venue": _venues,
    "Volunteer": _volunteers,
}
