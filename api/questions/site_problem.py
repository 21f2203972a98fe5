"""Where points should stand, for a problem given as a folder of tables; needs no graph."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.answers import Answer, Desk, Parameters, answered
from api.tables import find, folder_digest, folder_tables
from graph.model.errors import FileMissing, SettingInvalid, SnapshotMissing
from graph.model.text import Text

if TYPE_CHECKING:
    from matching.siting.places import Places, Siting

OBJECTIVES = ("median", "coverage", "fewest")


@dataclass(frozen=True, slots=True, eq=False)
class Sited:
    """The places of a problem and the sites that were chosen among them."""

    places: Places
    siting: Siting
    objective: str


def answer(desk: Desk, parameters: Parameters, *, snapshot: str | None = None) -> Answer:  # noqa: ARG001
    """Choose sites; parameters: `folder`, `count`, `objective`, `radius`, `detour`, `seconds`."""
    from matching.siting.tables import read_places

    folder = Path(parameters["folder"])
    names = ("demand", "sites", *(["distances"] if _listed(folder) else []))
    data = folder_digest(folder, names)
    if snapshot not in (None, data):
        raise SnapshotMissing(str(snapshot))
    tables = [*folder_tables(folder, names), None]
    places = read_places(tables[0], tables[1], tables[2], detour=parameters["detour"])
    sited = Sited(places, _solve(places, parameters), parameters["objective"])
    return answered(_body(sited), "site_problem", parameters, data=data, source=sited)


def _listed(folder: Path) -> bool:
    try:
        return find(folder, "distances").is_file()
    except FileMissing:
        return False


def _solve(places: Places, parameters: Parameters) -> Siting:
    from matching.budget import Budget
    from matching.siting.coverage import fewest, most_covered
    from matching.siting.nearest import least_walking

    budget, radius, count = Budget.of(parameters["seconds"]), parameters["radius"], parameters["count"]
    if parameters["objective"] == "median":
        return least_walking(places, _needed(count, "--p"), budget)
    if parameters["objective"] == "coverage":
        return most_covered(places, _needed(count, "--p"), _needed(radius, "--radius"), budget=budget)
    if parameters["objective"] == "fewest":
        return fewest(places, _needed(radius, "--radius"), budget=budget)
    names = " | ".join(OBJECTIVES)
    raise SettingInvalid("--objective", str(parameters["objective"]), Text(f"应为 {names}", f"it must be {names}"))


def _needed(value: Any, option: str) -> Any:
    if value is None or not value > 0:
        raise SettingInvalid(option, str(value), Text("请给出大于零的值", "give it a value above zero"))
    return value


def _body(sited: Sited) -> dict[str, Any]:
    from matching.siting.tables import chosen_table

    siting, places = sited.siting, sited.places
    return {
        "demand": len(places.demand),
        "sites": len(places.sites),
        "objective": round(siting.objective, 9),
        "bound": round(siting.bound, 9),
        "gap": round(siting.gap, 9),
        "method": {"zh": siting.method.zh, "en": siting.method.en},
        "left": round(siting.left, 9),
        "chosen": chosen_table(places, siting).to_pylist(),
    }
