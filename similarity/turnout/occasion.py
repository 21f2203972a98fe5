"""The occasion that is asked about: an activity of the plan, or one that somebody thinks of holding."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.model.errors import NotFound, UnknownName
from graph.model.text import Text
from graph.snapshot.columns import Snapshot
from similarity.turnout.history import venue_places

Areas = tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Occasion:
    """What is held, where and when; numbers are NaN where unknown.

    `held_on` is the day (None: not fixed). `places` is the capacity, `predicted` the plan's number, `attended` the head
    count where it was already known on the day of the question. `id` is empty for an occasion that is only thought of.
    """

    id: str
    name: str
    kind: str
    committee: str
    held_on: dt.date | None
    lon: float
    lat: float
    places: float
    predicted: float
    attended: float

    def known_before(self, as_of: dt.date) -> dt.date:
        """Return the day before whose morning facts may be used: that of the occasion, at latest the day after today."""
        tomorrow = as_of + dt.timedelta(days=1)
        return tomorrow if self.held_on is None else min(self.held_on, tomorrow)


def planned(snapshot: Snapshot, id: str, *, as_of: dt.date, areas: Areas) -> Occasion:
    """Return an activity of the plan; one outside `areas` is as unknown as one that does not exist (`NotFound`)."""
    nodes = snapshot.nodes("Activity")
    inside = np.flatnonzero(nodes.inside(areas))
    row = int(nodes.rows([id])[0])
    if row not in inside:
        raise NotFound("Activity", id, nodes.ids.take(inside).to_pylist())
    record = nodes.record(row)
    lon, lat = venue_places(snapshot)
    held_on = record.get("held_on")
    known = isinstance(held_on, dt.date) and held_on <= as_of
    return Occasion(
        id=id,
        name=str(record.get("name", "")),
        kind=str(record.get("kind", "")),
        committee=str(record.get("area", "")),
        held_on=held_on if isinstance(held_on, dt.date) else None,
        lon=float(lon[row]),
        lat=float(lat[row]),
        places=_number(record.get("capacity")),
        predicted=_number(record.get("predicted")),
        attended=_number(record.get("attended")) if known else float("nan"),
    )


def thought_of(snapshot: Snapshot, kind: str, *, committee: str, held_on: dt.date, areas: Areas) -> Occasion:
    """Return an occasion without a place in the plan; its number of places may be added with `dataclasses.replace`.

    Raises `UnknownName` for a kind or committee that does not occur in `areas`; a committee goes by code or by name.
    """
    nodes = snapshot.nodes("Activity")
    codes, kinds = nodes.codes("kind")
    seen = sorted({kinds[j] for j in np.unique(codes[nodes.inside(areas)]) if j >= 0})
    if kind not in seen:
        raise UnknownName(Text("活动类型", "kind of activity"), kind, seen)
    unknown = float("nan")
    code = committee_code(snapshot, committee, areas=areas)
    return Occasion("", "", kind, code, held_on, *(unknown,) * 5)


def committee_code(snapshot: Snapshot, written: str, *, areas: Areas) -> str:
    """Return the code of a committee in sight that was named by code or by name; raises `UnknownName`."""
    nodes = snapshot.nodes("Area")
    level = nodes.equals("level", "committee")
    seen = (
        level
        if areas is None
        else level & pc.is_in(nodes.ids, value_set=pa.array(areas, pa.string())).to_numpy(zero_copy_only=False)
    )
    names = {str(nodes.column("name")[row]): nodes.id_of(row) for row in np.flatnonzero(seen).tolist()}
    known = {code: code for code in names.values()} | names
    if written not in known:
        raise UnknownName(Text("居委", "committee"), written, [*names, *names.values()])
    return known[written]


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else float("nan")
