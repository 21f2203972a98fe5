"""The service points of one kind: existing ones, candidates, and those across the border that may be used."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from graph.model.codes import table, title
from graph.model.errors import ProblemUnfit, UnknownName
from graph.model.text import Text
from graph.snapshot.columns import Mask, Snapshot
from matching.problem import Floats
from matching.siting.metres import straight

OWN, CANDIDATE, BORDER = "existing", "candidate", "border"
STATUSES = (OWN, BORDER, CANDIDATE)


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """Points of one kind with a position, sorted by status and id; `capacity` is infinite where it is not known.

    `cost` is CNY a year, 0 where it is not known; `notes` say what was left out or not known.
    """

    kind: str
    ids: tuple[str, ...]
    names: tuple[str, ...]
    status: tuple[str, ...]
    capacity: Floats
    cost: Floats
    degrees: Floats
    notes: tuple[Text, ...]

    def __len__(self) -> int:
        return len(self.ids)

    def of(self, *statuses: str) -> Mask:
        """Return which points have one of the statuses."""
        return np.array([s in statuses for s in self.status], bool)


def kind_code(written: str) -> str:
    """Return the code of a kind of point, by code, name or short name; raises `UnknownName` with the nearest."""
    kinds = table("service_point")
    found = kinds.code(written)
    if found is None:
        raise UnknownName(Text("服务点类型", "kind of service point"), written, [*kinds.spellings, *kinds.names()])
    return found


def points_of(snapshot: Snapshot, kind: str, as_of: dt.date) -> Points:
    """Read the points of a kind as they stand on the day; raises `ProblemUnfit` when there are none.

    A point counts as existing from the day on which it opens; points are public facts and known to everybody.
    """
    nodes = snapshot.nodes("ServicePoint")
    rows = np.flatnonzero(nodes.equals("kind", kind))
    found = nodes.table.take(rows).to_pylist()
    later = {r["id"] for r in found if r["opened_on"] is not None and r["opened_on"] > as_of}
    usable = [r for r in found if r["status"] in STATUSES and r["lon"] is not None and r["lat"] is not None]
    kept = sorted((r for r in usable if r["id"] not in later), key=lambda r: (STATUSES.index(r["status"]), r["id"]))
    if not kept:
        name = title("service_point", kind)
        raise ProblemUnfit(
            Text(f"数据里没有可用的{name.zh}", f"the data hold no {name.en} that could be used"),
            Text("请补充服务点的类型、状态和坐标", "Load points with kind, status and position"),
        )
    return _points(kind, kept, notes=_notes(kept, found, later=later))


def walking(degrees: Floats, points: Points, *, detour: float) -> Floats:
    """Return the metres to walk from each place to each point: the straight line in a projected system times `detour`."""
    return straight((degrees, True), (points.degrees, True)) * detour


def _points(kind: str, kept: list[dict[str, object]], *, notes: tuple[Text, ...]) -> Points:
    def column(name: str, unknown: float) -> Floats:
        return np.array([unknown if r[name] is None else r[name] for r in kept], np.float64)

    return Points(
        kind,
        tuple(str(r["id"]) for r in kept),
        tuple(str(r["name"] or r["id"]) for r in kept),
        tuple(str(r["status"]) for r in kept),
        column("capacity", np.inf),
        column("yearly_cost", 0.0),
        np.column_stack([column("lon", np.nan), column("lat", np.nan)]),
        notes,
    )


def _notes(kept: list[dict[str, object]], found: list[dict[str, object]], *, later: set[object]) -> tuple[Text, ...]:
    lost = [str(r["id"]) for r in found if r["id"] not in {k["id"] for k in kept} | later]
    told: list[tuple[list[str], str, str]] = [
        (
            [str(r["id"]) for r in found if r["id"] in later],
            "当日尚未启用，未计",
            "not open yet on the day and left out",
        ),
        (lost, "没有坐标或状态，未计", "without position or status and left out"),
        (
            [str(r["id"]) for r in kept if r["capacity"] is None],
            "容量未知，按不限计",
            "of unknown capacity: counted as unlimited",
        ),
        (
            [str(r["id"]) for r in kept if r["yearly_cost"] is None],
            "年成本未知，按零计",
            "of unknown cost: counted as free",
        ),
    ]
    return tuple(Text(f"{'、'.join(ids)}：{zh}", f"{', '.join(ids)}: {en}") for ids, zh, en in told if ids)
