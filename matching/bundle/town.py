"""Rooms, volunteers and residents of a snapshot, as bundles read them: one number for each person, places in metres."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from graph.snapshot.columns import Snapshot
from graph.snapshot.evaluate import in_force, tagged
from matching.bundle.policy import BundlePolicy
from matching.bundle.slots import busy_week
from matching.problem import Floats, Ints, Mask
from matching.rules.crossing import open_hours
from matching.rules.policy import Policy
from matching.rules.refused import refusals, refused_lately
from matching.rules.stock import Reading, centres, read_stock
from matching.rules.tables import Stock
from matching.rules.week import WEEK
from matching.siting.metres import projected


@dataclass(frozen=True, slots=True, eq=False)
class Town:
    """What bundles are made of.

    `rooms` and `volunteers` are rows of the stock's resources, sorted by id; `person` of a volunteer is the row of the
    resident who it is, or a number past all residents. `place` of residents are metres, NaN where no home is known.
    `room_week` and `volunteer_week` are the half hours in which they are there and not booked, rows x 336; a volunteer is
    also not free when booked as a resident. `willing` residents may be invited; `declined` are rows of those who said no
    to a need.
    """

    stock: Stock
    policy: Policy
    own: BundlePolicy
    rooms: Ints
    room_week: Mask
    room_kind: tuple[str | None, ...]
    volunteers: Ints
    volunteer_week: Mask
    person: Ints
    backbone: Mask
    skill_group: tuple[str | None, ...]
    residents: tuple[str, ...]
    seen: Mask
    place: Floats
    impaired: Mask
    willing: Mask
    declined: Mapping[str, Ints]
    busy: Mapping[int, Mask]
    centre: Mapping[str | None, Floats]


def read_town(reading: Reading, own: BundlePolicy, *, areas: tuple[str, ...] | None) -> Town:
    """Read what lies in the committees `areas` (None: all) on the day of the reading."""
    snapshot = reading.snapshot
    stock = read_stock(reading, areas)
    rooms, volunteers = _labelled(stock, "Venue"), _labelled(stock, "Volunteer")
    names = stock.resources.ids[volunteers].tolist()
    person = _persons(snapshot, names)
    busy = _busy(reading, names, person)
    return Town(
        stock=stock,
        policy=reading.policy,
        own=own,
        rooms=rooms,
        room_week=_weeks(stock, rooms),
        room_kind=_room_kinds(snapshot, stock.resources.ids[rooms].tolist()),
        volunteers=volunteers,
        volunteer_week=_volunteer_weeks(stock, volunteers, person=person, busy=busy),
        person=person,
        backbone=_backbone(reading, own, person),
        skill_group=tuple(snapshot.nodes("Skill").column("group").to_pylist()),
        **_residents(reading, areas),
        busy=busy,
        centre=_centres(snapshot),
    )


def _residents(reading: Reading, areas: tuple[str, ...] | None) -> dict[str, Any]:
    """Return the columns of residents, in the order of the snapshot."""
    nodes = reading.snapshot.nodes("Resident")
    return {
        "residents": tuple(nodes.ids.to_pylist()),
        "seen": nodes.inside(areas),
        "place": _homes(reading),
        "impaired": _with_tags(reading, frozenset(reading.policy.step_free_tags)),
        "willing": _willing(reading),
        "declined": _declined(reading),
    }


def _willing(reading: Reading) -> Mask:
    """Return which residents may be invited: no tag asks not to contact them, none has refused a contact lately."""
    snapshot, policy = reading.snapshot, reading.policy
    found = ~refused_lately(snapshot, reading.as_of, policy.quiet_days)
    found[list(refusals(snapshot, reading.as_of, policy.unasked))] = False
    return found


def _declined(reading: Reading) -> dict[str, Ints]:
    """Return the rows of the residents who said no to each need in the list that was given."""
    found: dict[str, list[int]] = {}
    for key, needs in reading.commitments.declined.items():
        label, _, name = key.partition(":")
        row = int(reading.snapshot.nodes("Resident").rows([name])[0]) if label == "Resident" else -1
        for need in needs if row >= 0 else ():
            found.setdefault(need, []).append(row)
    return {need: np.array(sorted(rows), np.int64) for need, rows in found.items()}


def _backbone(reading: Reading, own: BundlePolicy, person: Ints) -> Mask:
    """Return which volunteers are residents with a tag of a 骨干."""
    tagged_so = np.append(_with_tags(reading, own.backbone), False)
    return tagged_so[np.minimum(person, len(tagged_so) - 1)]


def _labelled(stock: Stock, label: str) -> Ints:
    """Return the rows of a label, sorted by id."""
    coded, ids = stock.resources.label, stock.resources.ids
    rows = np.flatnonzero(np.array([value == label for value in coded.values] or [False])[coded.at])
    return rows[np.argsort(ids[rows].astype(str), kind="stable")].astype(np.int64)


def _room_kinds(snapshot: Snapshot, rooms: list[str]) -> tuple[str | None, ...]:
    nodes = snapshot.nodes("Venue")
    kinds = nodes.column("kind").to_pylist()
    return tuple(kinds[row] for row in nodes.rows(rooms).tolist())


def _weeks(stock: Stock, rows: Ints) -> Mask:
    """Return the half hours in which resources are there and not booked, rows x 336."""
    times = stock.resources.times
    distinct = np.array([open_hours(hours, booked) > 0 for _, hours, booked in times.values], bool).reshape(-1, WEEK)
    return np.asarray(distinct[times.at[rows]])


def _volunteer_weeks(stock: Stock, rows: Ints, *, person: Ints, busy: Mapping[int, Mask]) -> Mask:
    weeks = _weeks(stock, rows)
    for at in np.flatnonzero(np.isin(person, list(busy))).tolist():
        weeks[at] &= ~busy[int(person[at])]
    return weeks


def _persons(snapshot: Snapshot, volunteers: list[str]) -> Ints:
    """Return the person of each volunteer."""
    rows = snapshot.nodes("Volunteer").rows(volunteers)
    known = snapshot.edges("Volunteer-IS-Resident").first()[rows].astype(np.int64)
    return np.where(known >= 0, known, len(snapshot.nodes("Resident")) + rows)


def _with_tags(reading: Reading, names: frozenset[str]) -> Mask:
    """Return which residents carry a tag of one of these names on the day."""
    tags = reading.snapshot.nodes("Tag")
    found = np.zeros(len(reading.snapshot.nodes("Resident")), bool)
    for tag, name in zip(tags.ids.to_pylist(), tags.column("name").to_pylist(), strict=True):
        if name in names:
            found |= tagged(reading.snapshot, tag, reading.as_of)
    return found


def _busy(reading: Reading, volunteers: list[str], person: Ints) -> dict[int, Mask]:
    """Return when each person is booked, as a resident or as a volunteer."""
    residents = reading.snapshot.nodes("Resident")
    place = dict(zip(volunteers, person.tolist(), strict=True))
    found: dict[int, Mask] = {}
    for key, slots in sorted(reading.commitments.booked.items()):
        label, _, name = key.partition(":")
        row = int(residents.rows([name])[0]) if label == "Resident" else place.get(name, -1)
        if label in ("Resident", "Volunteer") and row >= 0:
            found[row] = found.get(row, np.zeros(WEEK, bool)) | busy_week(slots)
    return found


def _homes(reading: Reading) -> Floats:
    """Return where residents live on the day, in metres; the first of several dwellings, by its stairwell."""
    snapshot = reading.snapshot
    lives, units = snapshot.edges("Resident-LIVES_IN-Dwelling"), snapshot.nodes("Unit")
    degrees = np.column_stack([units.numbers("lon"), units.numbers("lat")])
    of_unit = np.full((len(units) + 1, 2), np.nan)
    known = np.flatnonzero(~np.isnan(degrees).any(1))
    of_unit[known] = _metres(snapshot, degrees[known])
    here = np.flatnonzero(in_force(lives, reading.as_of))
    person, at = np.unique(lives.starts[here], return_index=True)
    found = np.full((len(snapshot.nodes("Resident")), 2), np.nan)
    found[person] = of_unit[snapshot.edges("Dwelling-IN-Unit").first()[lives.indices[here[at]]]]
    return found


def _centres(snapshot: Snapshot) -> dict[str | None, Floats]:
    found = centres(snapshot)
    if not found:
        return {}
    metres = _metres(snapshot, np.array(list(found.values())))
    return dict(zip(found, metres, strict=True))


def _metres(snapshot: Snapshot, degrees: Floats) -> Floats:
    """Project in the zone that the rules use: of the middle of all committees."""
    middle = centres(snapshot).get(None)
    if not len(degrees):
        return degrees
    return projected(degrees, middle=degrees.mean(0) if middle is None else np.array(middle))
