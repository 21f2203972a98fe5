"""Whom the service points of one kind reach: the people of an age within a walk, in common, and those whom none reaches.

The people of the viewer's committees count, and nobody else; points are public facts and stand whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from api.answers import Answer, Case, Desk, Parameters
from graph.model.codes import title
from graph.model.errors import OptionInvalid
from graph.model.text import Text

if TYPE_CHECKING:
    from matching.siting.covered import Covered
    from matching.siting.demand import Ages, Population
    from matching.siting.points import Points
    from matching.siting.served import Reach

SCOPED = Text(
    "只计范围内的居民；点位容量未扣除范围外居民的使用",
    "only residents of the scope are counted; what others use of the points' places is not taken off",
)


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What both questions about points start from: the people, the points, who reaches what, and what was asked."""

    case: Case
    population: Population
    points: Points
    reach: Reach
    ages: Ages
    asked: dict[str, Any]

    def notes(self) -> list[Text]:
        """Return what the reader must know: what is missing, and what is not counted."""
        people = self.population
        told = list(self.points.notes)
        for count, zh, en in (
            (people.unaged, "人出生日期未知，未计", "residents of unknown age are not counted"),
            (people.unplaced, "人不住在有坐标的楼组，未计", "residents of no unit with a position are not counted"),
        ):
            told += [Text(f"{count} {zh}", f"{count} {en}")] if count else []
        return told + ([SCOPED] if self.case.viewer.areas is not None else [])

    def head(self) -> dict[str, Any]:
        """Return how every answer about points begins."""
        kind = title("service_point", self.points.kind)
        return {
            "as_of": self.case.as_of.isoformat(),
            "kind": {"code": self.points.kind, **both(kind)},
            "asked": self.asked,
            "residents": int(self.population.counts.sum()),
        }


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """What stands behind an answer: the ground and whom the points reach."""

    ground: Ground
    covered: Covered


def answer(desk: Desk, parameters: Parameters, *, snapshot: str | None = None) -> Answer:
    """Say whom the points of a kind reach.

    Parameters: `kind` (code or name), `age`, `radius`, `detour` (None for age and radius: the kind's own), `top` (how many
    units), `areas`, `as_of`.
    """
    from matching.siting.covered import covered

    found = ground(desk.case("points", parameters, snapshot=snapshot))
    drawn = Drawn(found, covered(found.population, found.points, found.reach, found.ages))
    return found.case.answer(_body(drawn, top=parameters["top"]), drawn)


def ground(case: Case) -> Ground:
    """Read people and points for a question; raises `UnknownName`, `OptionInvalid` and `ProblemUnfit`."""
    from matching.siting.demand import Ages, population
    from matching.siting.kinds import habits
    from matching.siting.points import kind_code, points_of, walking
    from matching.siting.served import Reach

    given = case.parameters
    kind = kind_code(given["kind"])
    own, radius = habits(kind), given["radius"]
    asked: dict[str, Any] = {
        "age": own.age if given["age"] is None else given["age"],
        "radius": within(own.radius if radius is None else radius, "--radius", low=1.0, high=100_000.0),
        "detour": within(given["detour"], "--detour", low=1.0, high=10.0),
    }
    ages = Ages.parse(asked["age"])
    people = population(case.snapshot, case.as_of, areas=case.viewer.areas)
    points = points_of(case.snapshot, kind, case.as_of)
    metres = walking(people.degrees, points, detour=asked["detour"])
    return Ground(case, people, points, Reach.of(metres, asked["radius"]), ages, asked)


def within(value: float, option: str, *, low: float, high: float) -> float:
    """Return a number that lies within two limits; raises `OptionInvalid`."""
    if not low <= value <= high:
        raise OptionInvalid(
            option, f"{value:g}", Text(f"应在 {low:g} 到 {high:g} 之间", f"it must lie within {low:g} and {high:g}")
        )
    return value


def both(text: Text) -> dict[str, str]:
    """Return a text as the body holds it."""
    return {"zh": text.zh, "en": text.en}


def area_names(case: Case) -> dict[str, str]:
    """Return the name of each committee."""
    areas = case.snapshot.nodes("Area")
    return dict(zip(areas.ids.to_pylist(), areas.column("name").to_pylist(), strict=True))


def _body(drawn: Drawn, *, top: int) -> dict[str, Any]:
    found, names = drawn.covered, area_names(drawn.ground.case)
    nobody = float(found.uncovered.sum())
    worst = found.worst_units()
    people = found.population
    return {
        **drawn.ground.head(),
        "people": int(found.wanted),
        "uncovered": int(nobody),
        "times": [int(n) for n in found.times],
        "points": [_point(found, i) for i in range(len(found.points))],
        "overlaps": _overlaps(found),
        "areas": [
            {"area": code, "name": names.get(code), "people": int(n), "uncovered": int(left)}
            for code, n, left in found.by_area()
        ],
        "units": [
            {"unit": people.units[i], "address": people.address[i], "uncovered": int(found.uncovered[i])}
            for i in worst[:top].tolist()
        ],
        "truncated": len(worst) > top,
        "notes": [both(n) for n in drawn.ground.notes()],
    }


def _point(found: Covered, at: int) -> dict[str, Any]:
    from matching.siting.covered import BANDS

    points, share = found.points, found.redundancy(at)
    bands = {band.written(): int(n) for band, n in zip(BANDS, found.by_band[at], strict=True)}
    return {
        "id": points.ids[at],
        "name": points.names[at],
        "status": points.status[at],
        "capacity": int(points.capacity[at]) if np.isfinite(points.capacity[at]) else None,
        "people": int(found.reached[at]),
        "newly": int(found.newly[at]),
        "redundancy": None if share is None else round(share, 9),
        "ages": bands,
    }


def _overlaps(found: Covered) -> list[dict[str, Any]]:
    """Return each two points with people in reach of both, most first, then by id."""
    ids = found.points.ids
    pairs = [
        (int(found.both[i, j]), ids[i], ids[j]) for i in range(len(ids)) for j in range(i) if int(found.both[i, j]) > 0
    ]
    ranked = sorted(pairs, key=lambda p: (-p[0], p[1], p[2]))
    return [{"one": one, "other": other, "people": n} for n, one, other in ranked]
