"""What a list shows of a row besides its name: a few properties and neighbours by label."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from graph.model.schema import Kind
from graph.snapshot.evaluate import in_force
from search.scope import Asked, visible

Facts = Mapping[str, Any]

_SHOWN: dict[str, tuple[str, ...]] = {
    "Resident": ("name", "sex", "address"),
    "Need": ("kind", "status", "people", "raised_on", "due_on", "slots", "address"),
    "Venue": ("kind", "capacity", "opening_hours", "address"),
    "Volunteer": ("weekly_hours", "availability"),
    "Organisation": ("kind", "phone", "address"),
    "ServicePoint": ("kind", "status", "capacity", "address"),
    "ServiceItem": ("kind", "audience"),
    "Activity": ("kind", "held_on", "capacity"),
    "Programme": ("kind", "closes_on"),
}
MOST_NEIGHBOURS = 5


def facts(asked: Asked, label: str, *, row: int) -> Facts:
    """Return what is shown of one row, as JSON values; unknown values are left out."""
    nodes = asked.snapshot.nodes(label)
    shown: dict[str, Any] = {}
    for name in _SHOWN[label]:
        value = nodes.column(name)[row].as_py()
        if value not in (None, []):
            shown[name] = value.isoformat() if nodes.label.by_name[name].kind is Kind.DATE else value
    if "area" in nodes.label.by_name:
        shown["committee"] = _committee(asked, nodes.column("area")[row].as_py())
    if label in _MORE:
        shown |= _MORE[label](asked, row)
    return {name: value for name, value in shown.items() if value not in (None, [])}


def _committee(asked: Asked, code: str | None) -> str | None:
    areas = asked.snapshot.nodes("Area")
    row = int(areas.rows([code])[0]) if code else -1
    return str(areas.column("name")[row].as_py()) if row >= 0 else code


def _resident(asked: Asked, row: int) -> Facts:
    nodes = asked.snapshot.nodes("Resident")
    birth = nodes.column("birth_date")[row].as_py()
    day = asked.as_of
    age = day.year - birth.year - ((birth.month, birth.day) > (day.month, day.day)) if birth else None
    dwelling = int(asked.home[row])
    lives = asked.snapshot.nodes("Dwelling").column("address")[dwelling].as_py() if dwelling >= 0 else None
    return {"age": age} | ({"address": lives} if lives else {})


def _names(asked: Asked, edge: str, *, row: int) -> list[str]:
    """Return the names at the end of the edges of a row that hold on the day, the first few by id."""
    edges = asked.snapshot.edges(edge)
    at = np.arange(edges.indptr[row], edges.indptr[row + 1])
    ends = edges.indices[at[in_force(edges, asked.as_of, at=at)]]
    column = asked.snapshot.nodes(edges.relationship.end).column("name")
    return [str(column[int(end)].as_py()) for end in ends[:MOST_NEIGHBOURS]]


def _from(asked: Asked, edge: str, *, row: int) -> list[str]:
    """Return the names at the start of the edges into a row, of those that the viewer may see."""
    edges = asked.snapshot.edges(edge)
    at = np.flatnonzero(edges.indices == row)
    starts = np.unique(edges.starts[at[in_force(edges, asked.as_of, at=at)]])
    seen = starts[visible(asked, edges.relationship.start)[starts]]
    column = asked.snapshot.nodes(edges.relationship.start).column("name")
    return [str(column[int(start)].as_py()) for start in seen[:MOST_NEIGHBOURS]]


_MORE: dict[str, Callable[[Asked, int], Facts]] = {
    "Resident": _resident,
    "Volunteer": lambda asked, row: {"skills": _names(asked, "Volunteer-HAS_SKILL-Skill", row=row)},
    "Organisation": lambda asked, row: {"offers": _names(asked, "Organisation-OFFERS-ServiceItem", row=row)},
    "ServiceItem": lambda asked, row: {"offered_by": _from(asked, "Organisation-OFFERS-ServiceItem", row=row)},
    "Need": lambda asked, row: {"asked_by": _from(asked, "Organisation-ASKS-Need", row=row)},
}
