"""Who may see which rows, which rows count on a day, and where a place is: masks over the nodes of a label."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.model.records import EPOCH
from graph.model.viewer import Viewer
from graph.snapshot.columns import Edges, Floats, Ints, Mask, Nodes, Snapshot
from graph.snapshot.evaluate import in_force
from search.slots import Place

_OVER = {"Need": ("status", ("done", "closed")), "ServicePoint": ("status", ("candidate",))}
_LAST_DAYS = {"Activity": "held_on", "Programme": "closes_on"}


@dataclass(frozen=True)
class Asked:
    """What a search reads: the snapshot, for whom, on which day. Not slotted: homes are found once."""

    snapshot: Snapshot
    viewer: Viewer
    as_of: dt.date

    @cached_property
    def home(self) -> Ints:
        """The row of each resident's dwelling on the day, -1 where there is none; the first of several."""
        return _first_in_force(self.snapshot.edges("Resident-LIVES_IN-Dwelling"), self.as_of)


def visible(asked: Asked, label: str) -> Mask:
    """Return which nodes of `label` the viewer may see: the one place where a search is cut to a scope."""
    return asked.snapshot.nodes(label).inside(asked.viewer.areas)


def current(asked: Asked, label: str) -> Mask:
    """Return which nodes still count on the day: open needs, existing points, activities and programmes to come."""
    nodes = asked.snapshot.nodes(label)
    counts = np.ones(len(nodes), bool)
    if label in _OVER:
        status, codes = _OVER[label]
        for code in codes:
            counts &= ~nodes.equals(status, code)
    if label in _LAST_DAYS:
        last = nodes.numbers(_LAST_DAYS[label])
        counts &= np.isnan(last) | (last >= (asked.as_of - EPOCH).days)
    return counts


def inside(asked: Asked, label: str, *, places: Sequence[Place]) -> Mask:
    """Return which nodes of `label` lie in one of the places."""
    nodes = asked.snapshot.nodes(label)
    found = np.zeros(len(nodes), bool)
    for place in places:
        found |= _inside(asked, nodes, place=place)
    return found


def _inside(asked: Asked, nodes: Nodes, *, place: Place) -> Mask:
    label, snapshot = nodes.label.name, asked.snapshot
    found = nodes.inside(place.areas) if place.areas and nodes.label.scoped else np.zeros(len(nodes), bool)
    if not (place.keys or place.estates):
        return found
    if label == "Resident":
        return found | _reached(asked.home, _inside(asked, snapshot.nodes("Dwelling"), place=place))
    if label == "Volunteer":
        person = snapshot.edges("Volunteer-IS-Resident").first()
        return found | _reached(person, _inside(asked, snapshot.nodes("Resident"), place=place))
    if "address_key" in nodes.label.by_name:
        found = found | _keyed(nodes, [*place.keys, *_estate_keys(snapshot, place)])
    return found | _of_estates(snapshot, label, place=place) if place.estates else found


def _keyed(nodes: Nodes, keys: Sequence[str]) -> Mask:
    """Return the nodes whose address key begins with one of the keys (a key ends in 弄, 号, 室 or a name)."""
    column = nodes.column("address_key")
    masks = [pc.fill_null(pc.starts_with(column, key), False).to_numpy(zero_copy_only=False) for key in keys]
    return reduce(np.logical_or, masks, np.zeros(len(nodes), bool))


def _estate_keys(snapshot: Snapshot, place: Place) -> list[str]:
    nodes = snapshot.nodes("Estate")
    rows = nodes.rows(place.estates)
    return [key for key in nodes.column("address_key").take(pa.array(rows[rows >= 0])).to_pylist() if key]


def _of_estates(snapshot: Snapshot, label: str, *, place: Place) -> Mask:
    """Follow IN from the estates down to `label`."""
    chain = ["Estate", "Building", "Unit", "Dwelling"]
    if label not in chain:
        return np.zeros(len(snapshot.nodes(label)), bool)
    estates = snapshot.nodes("Estate")
    mask = np.zeros(len(estates), bool)
    rows = estates.rows(place.estates)
    mask[rows[rows >= 0]] = True
    for above, below in pairwise(chain[: chain.index(label) + 1]):
        mask = _reached(snapshot.edges(f"{below}-IN-{above}").first(), mask)
    return mask


def _first_in_force(edges: Edges, as_of: dt.date) -> Ints:
    first = np.full(len(edges.indptr) - 1, -1, np.int32)
    holds = in_force(edges, as_of)
    first[edges.starts[holds][::-1]] = edges.indices[holds][::-1]
    return first


def _reached(ends: Ints, mask: Mask) -> Mask:
    """Return for each start whether its one end (-1: none) is in the mask."""
    return np.append(mask, False)[ends]


def positions(asked: Asked, label: str, *, rows: Ints) -> tuple[Floats, Floats]:
    """Return longitude and latitude of rows (degrees, NaN where unknown); a resident is at the stairwell group."""
    snapshot = asked.snapshot
    if label == "Resident":
        unit = np.append(snapshot.edges("Dwelling-IN-Unit").first(), -1)
        label, rows = "Unit", unit[asked.home[rows]]
    nodes = snapshot.nodes(label)
    if "lon" not in nodes.label.by_name:
        return np.full(len(rows), np.nan), np.full(len(rows), np.nan)
    return np.append(nodes.numbers("lon"), np.nan)[rows], np.append(nodes.numbers("lat"), np.nan)[rows]


def centre(asked: Asked, places: Sequence[Place]) -> tuple[float, float] | None:
    """Return the middle of the places: the mean of their stairwell groups, else of their estates or committees."""
    for label in ("Unit", "Estate", "Area"):
        nodes = asked.snapshot.nodes(label)
        if label == "Area":
            rows = nodes.rows([code for place in places for code in place.areas])
            rows = rows[rows >= 0]
        else:
            rows = np.flatnonzero(_around(asked, label, places=places)).astype(np.int32)
        lon, lat = positions(asked, label, rows=rows)
        known = ~(np.isnan(lon) | np.isnan(lat))
        if known.any():
            return float(np.mean(lon[known])), float(np.mean(lat[known]))
    return None


def _around(asked: Asked, label: str, *, places: Sequence[Place]) -> Mask:
    """Return the units (or estates) in the places, those of the dwellings in them included."""
    found = inside(asked, label, places=places)
    if label == "Unit" and not found.any():
        dwellings = np.flatnonzero(inside(asked, "Dwelling", places=places))
        units = asked.snapshot.edges("Dwelling-IN-Unit").first()[dwellings]
        found[units[units >= 0]] = True
    return found
