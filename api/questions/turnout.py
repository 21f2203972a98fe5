"""Who is likely to come to an activity, how many, who would be left out, and how well the like was foreseen before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from api.answers import Answer, Case, Desk, Parameters
from graph.model.errors import OptionInvalid
from graph.model.text import Text

if TYPE_CHECKING:
    from similarity.turnout.history import History
    from similarity.turnout.left_out import LeftOut
    from similarity.turnout.likely import Likely
    from similarity.turnout.occasion import Occasion
    from similarity.turnout.trial import Trial

REASONS = 4
NO_VISITS = Text(
    "此前可见范围内没有签到记录，无从排序",
    "Nobody in sight is on record at an activity before that day: there is no ranking",
)


NO_AUDIENCE = Text("可见范围内没有符合邀请条件的居民", "Nobody in sight satisfies the condition of the audience")


@dataclass(frozen=True, slots=True)
class Turnout:
    """The answer as drawn: the ranking, the groups left out, the back-test (None: not asked for, or nothing to judge)."""

    likely: Likely
    left_out: LeftOut | None
    trial: Trial | None
    notes: tuple[Text, ...]


def answer(desk: Desk, parameters: Parameters, *, snapshot: str | None = None) -> Answer:
    """Rank residents for an activity.

    Parameters: `activity` (an id), or `kind`, `committee`, `on`; `places`; `audience` (a condition); `sensitive`;
    `backtest`; `top`; `areas`, `as_of`.
    """
    from similarity.turnout import history, likely, model

    case = desk.case("turnout", parameters, snapshot=snapshot)
    occasion = likely.with_places(_occasion(case), parameters.get("places"))
    sensitive = bool(parameters.get("sensitive"))
    day = occasion.known_before(case.as_of)
    past = history.read(case.snapshot, day, areas=case.viewer.areas, sensitive=sensitive)
    invited = _invited(case, parameters.get("audience"))
    ranking = likely.rank(case.snapshot, past, model.fit(past), occasion=occasion, audience=invited)
    return case.answer(*_whole(case, ranking, backtest=bool(parameters.get("backtest", True))))


def _occasion(case: Case) -> Occasion:
    from similarity.turnout.occasion import planned, thought_of

    given, areas = case.parameters, case.viewer.areas
    if given.get("activity"):
        return planned(case.snapshot, given["activity"], as_of=case.as_of, areas=areas)
    missing = [name for name in ("kind", "committee", "on") if not given.get(name)]
    if missing:
        why = Text("没有活动编号时必须给出", "it is needed where no activity is named")
        raise OptionInvalid(f"--{missing[0]}", "", why)
    try:
        held_on = dt.date.fromisoformat(given["on"])
    except ValueError:
        raise OptionInvalid("--on", given["on"], Text("应写作 2021-12-05", "write it as 2021-12-05")) from None
    return thought_of(case.snapshot, given["kind"], committee=given["committee"], held_on=held_on, areas=areas)


def _invited(case: Case, condition: object) -> Any:
    if condition is None:
        return None
    from graph.model.condition_json import parse
    from graph.snapshot.evaluate import mask

    return mask(case.snapshot, "Resident", parse(condition), case.as_of)


def _whole(case: Case, ranking: Likely, *, backtest: bool) -> tuple[dict[str, Any], Turnout]:
    from similarity.turnout.left_out import left_out

    seen = len(ranking.history.visitor) > 0
    trial = _trial(case, ranking.history) if backtest and seen else None
    groups = left_out(case.snapshot, ranking) if seen else None
    notes = () if seen and len(ranking) else (NO_AUDIENCE if seen else NO_VISITS,)
    top = case.parameters["top"] if seen else 0
    body = {
        "as_of": case.as_of.isoformat(),
        "occasion": occasion_json(ranking.occasion),
        "expected": ranking.expected.to_json(),
        "audience": len(ranking),
        "rows": [row(case, ranking, at) for at in range(min(top, len(ranking)))],
        "truncated": top < len(ranking),
        "left_out": None if groups is None else groups.to_json(),
        "backtest": None if trial is None else trial.to_json(),
        "notes": [{"zh": n.zh, "en": n.en} for n in notes],
    }
    return body, Turnout(ranking, groups, trial, notes)


def row(case: Case, ranking: Likely, at: int) -> dict[str, Any]:
    """Return one person of the list with chance, score and reasons."""
    residents = case.snapshot.nodes("Resident")
    record = residents.record(int(ranking.history.people.resident[ranking.people[at]]))
    facts = {"rank": at + 1, "id": record["id"], "name": record.get("name"), "area": record.get("area")}
    figures = {"chance": float(ranking.chances[at]), "score": float(ranking.scores[at])}
    return facts | figures | {"reasons": [r.to_json() for r in ranking.reasons(at, most=REASONS)]}


def occasion_json(occasion: Occasion) -> Mapping[str, Any]:
    """Return the occasion as a JSON value; unknown numbers are null."""
    texts = {k: getattr(occasion, k) or None for k in ("id", "name", "kind", "committee")}
    held_on = None if occasion.held_on is None else occasion.held_on.isoformat()
    numbers = {k: getattr(occasion, k) for k in ("places", "predicted", "attended")}
    return texts | {"on": held_on} | {k: v if v == v else None for k, v in numbers.items()}  # noqa: PLR0124 - NaN


def _trial(case: Case, later: History) -> Trial | None:
    """Hold out the last quarter of the visits before the day and foresee it from what was known before it."""
    from graph.model.records import EPOCH
    from similarity.turnout import history, model
    from similarity.turnout.trial import cut, trial

    day = cut(later)
    if day is None:
        return None
    sensitive = bool(case.parameters.get("sensitive"))
    until = EPOCH + dt.timedelta(days=day)
    past = history.read(case.snapshot, until, areas=case.viewer.areas, sensitive=sensitive)
    return trial(past, model.fit(past), later=later)
