"""Rooms and volunteers that have stood idle, with the waiting need each should take now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from api.answers import Answer, Desk, Parameters
from api.pairing import both, open_crossing, recommendation_json, resource_facts, unheeded
from graph.model.errors import OptionInvalid
from graph.model.text import Text

if TYPE_CHECKING:
    from matching.recommend.idle import Idle, Radar
    from matching.rules.crossing import Crossing


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """The radar and the crossing its rows belong to."""

    crossing: Crossing
    radar: Radar


def answer(desk: Desk, parameters: Parameters, *, snapshot: str | None = None) -> Answer:
    """List what has been idle for `days` days; parameters: `days`, `top` (of each label) and those of `api.pairing`, `areas`, `as_of`."""
    from matching.recommend.idle import radar
    from matching.recommend.index import index

    days = parameters["days"]
    if days < 1:
        raise OptionInvalid("--idle", str(days), Text("应为 1 天或更多", "it must be a day or more"))
    case = desk.case("idle", parameters, snapshot=snapshot)
    crossing = open_crossing(case)
    found = radar(index(crossing), days, top=parameters["top"])
    body: dict[str, Any] = {
        "as_of": case.as_of.isoformat(),
        "policy": crossing.policy.version,
        **unheeded(crossing, parameters),
        "days": days,
        "idle": found.fitting + found.without,
        "fitting": found.fitting,
        "of": {label: {"fitting": n.fitting, "without": n.without} for label, n in found.of.items()},
        "truncated": found.fitting > len(found.rows),
        "rows": [_row(crossing, one) for one in found.rows],
    }
    if not found.rows:
        body["empty"] = both(nothing(found))
    return case.answer(body, Seen(crossing, found))


def _row(crossing: Crossing, one: Idle) -> dict[str, Any]:
    best = [recommendation_json(crossing, each, side="need") for each in one.best]
    return {**resource_facts(crossing, one.resource), "days": one.days, "needs": one.needs, "best": best}


def nothing(radar: Radar) -> Text:
    """Say why no idle resource is listed."""
    if not radar.without:
        return Text("没有闲置的场地或志愿者", "no room and no volunteer stands idle")
    return Text(
        f"{radar.without} 个闲置资源都没有可接的待响应需求",
        f"none of {radar.without} idle resources fits a waiting need",
    )
