"""Where points should stand, for a problem given as a folder of tables; needs no graph."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.answers import Answer, Desk, Parameters, answered
from api.tables import files_digest, listed
from graph.model.errors import OptionInvalid, SnapshotMissing
from graph.model.text import Text

if TYPE_CHECKING:
    from matching.budget import Budget
    from matching.siting.places import Places, Siting

OBJECTIVES = ("median", "coverage", "fewest")


@dataclass(frozen=True, slots=True, eq=False)
class Sited:
    """The places of a problem and the sites that were chosen among them."""

    places: Places
    siting: Siting
    objective: str


def answer(desk: Desk, parameters: Parameters, *, snapshot: str | None = None) -> Answer:
    """Choose sites; parameters: `folder`, `count`, `objective`, `radius`, `detour`, `seconds`."""
    from loaders.table import read_table
    from matching.budget import Budget
    from matching.cells import IDS
    from matching.siting.tables import read_places

    files = listed(Path(parameters["folder"]), ("demand", "sites"), optional=("distances",))
    data = files_digest(files.values())
    if snapshot not in (None, data):
        raise SnapshotMissing(str(snapshot))
    desk.progress("tables", 0, None)
    tables = {name: read_table(file, texts=IDS) for name, file in files.items()}
    places = read_places(tables["demand"], tables["sites"], tables.get("distances"), detour=parameters["detour"])
    siting = _solve(places, parameters, budget=Budget.of(parameters["seconds"], desk.progress))
    sited = Sited(places, siting, parameters["objective"])
    return answered(_body(sited), "site_problem", parameters, data=data, source=sited)


def _solve(places: Places, parameters: Parameters, *, budget: Budget) -> Siting:
    from matching.siting.coverage import fewest, most_covered
    from matching.siting.nearest import least_walking

    radius, count = parameters["radius"], parameters["count"]
    if parameters["objective"] == "median":
        return least_walking(places, _needed(count, "--p"), budget)
    if parameters["objective"] == "coverage":
        return most_covered(places, _needed(count, "--p"), _needed(radius, "--radius"), budget=budget)
    if parameters["objective"] == "fewest":
        return fewest(places, _needed(radius, "--radius"), budget=budget)
    names = " | ".join(OBJECTIVES)
    raise OptionInvalid("--objective", str(parameters["objective"]), Text(f"应为 {names}", f"it must be {names}"))


def _needed(value: Any, option: str) -> Any:
    if value is None or not value > 0:
        raise OptionInvalid(option, str(value), Text("请给出大于零的值", "give it a value above zero"))
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
