"""What to do about one kind of service point: leave it, use what exists, share, add, close; today and some years ahead.

The people of the viewer's committees count, and nobody else; points are public facts and stand whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from api.answers import Answer, Desk, Parameters
from api.questions.points import Ground, area_names, both, ground, within
from graph.model.errors import OptionInvalid
from graph.model.text import Text

if TYPE_CHECKING:
    from matching.siting.options import Option
    from matching.siting.scenarios import Asked, Case, Weighed

MOST_AHEAD = 10
"""Years asked for at once: each is a column of the answer in every scenario."""


@dataclass(frozen=True, slots=True, eq=False)
class Sited:
    """What stands behind an answer: the ground, and all options weighed in all cases."""

    ground: Ground
    weighed: Weighed


def answer(desk: Desk, parameters: Parameters, *, snapshot: str | None = None) -> Answer:
    """Weigh what can be done about a kind of point.

    Parameters: `kind`, `age`, `radius`, `use` (None: the kind's own), `detour`, `years`, `add`, `close` (None: one where there is
    any; a closing is then shown and not chosen), `enough`, `fill`,
    `scenarios` (rows of a file, None: the five of linli), `areas`, `as_of`. Raises `UnknownName`, `OptionInvalid` and
    `ProblemUnfit`.
    """
    from matching.siting.scenarios import cases, default_scenarios, read_scenarios, weigh

    found = ground(desk.case("site", parameters, snapshot=snapshot))
    asked, years = _asked(found, parameters), _years(parameters["years"])
    rows = parameters["scenarios"]
    scenarios = default_scenarios() if rows is None else read_scenarios(rows)
    start = found.case.as_of.year
    futures = cases(found.population, found.ages, years=years, start=start, scenarios=scenarios)
    sited = Sited(found, weigh(found.points, found.reach, futures, asked=asked))
    return found.case.answer(_body(sited, asked, years=years), sited)


def _asked(found: Ground, parameters: Parameters) -> Asked:
    from matching.siting.kinds import habits
    from matching.siting.points import CANDIDATE, OWN
    from matching.siting.scenarios import Asked

    use = habits(found.points.kind).use if parameters["use"] is None else parameters["use"]
    return Asked(
        _count(found, parameters["add"], CANDIDATE),
        _count(found, parameters["close"], OWN),
        within(use, "--use", low=1e-6, high=1000.0),
        within(parameters["enough"], "--enough", low=0.0, high=1.0),
        within(parameters["fill"], "--fill", low=0.0, high=1.0),
        may_close=parameters["close"] is not None,
    )


def _count(found: Ground, given: int | None, status: str) -> int:
    """Return how many points to change; one where there is any, unless told otherwise."""
    return min(1, int(found.points.of(status).sum())) if given is None else given


def _years(years: Iterable[int]) -> list[int]:
    found = sorted({*years})
    if not 0 < len(found) <= MOST_AHEAD:
        raise OptionInvalid(
            "--years", str(found), Text(f"应有 1 到 {MOST_AHEAD} 个年数", f"give 1 to {MOST_AHEAD} numbers of years")
        )
    return found


def _body(sited: Sited, asked: Asked, *, years: list[int]) -> dict[str, Any]:
    weighed, found = sited.weighed, sited.ground
    chosen, head = weighed.options[weighed.choice.chosen], found.head()
    limits = {"use": asked.use, "years": years, "add": asked.add, "close": asked.close}
    head["asked"] = head["asked"] | limits | {"enough": asked.enough, "fill": asked.fill}
    return {
        **head,
        **_where(found, weighed.cases),
        "cases": [_case(sited, i, use=asked.use) for i in range(len(weighed.cases))],
        "options": [_option(sited, i) for i in range(len(weighed.options))],
        "choice": {
            "key": chosen.key(found.points),
            **both(chosen.text(found.points)),
            "build": builds(chosen),
            "why": both(weighed.choice.why),
        },
        "notes": [both(n) for n in [*found.notes(), *outlook(weighed), *empty(weighed, asked.fill)]],
    }


def builds(option: Option) -> bool:
    """Say whether an option builds a point."""
    from matching.siting.options import BUILDS

    return option.deed in BUILDS


def outlook(weighed: Weighed) -> list[Text]:
    """Say which cases do not decide."""
    years = sorted({c.years for c, decides in zip(weighed.cases, weighed.deciding, strict=True) if not decides})
    if not years:
        return []
    listed = "、".join(map(str, years)), ", ".join(map(str, years))
    return [
        Text(
            f"{listed[0]} 年后的对象大多尚未出生：只作展望，不参与选择，请每年重算",
            f"most of the people in {listed[1]} years are not born yet: an outlook that does not decide; ask again each year",
        )
    ]


def empty(weighed: Weighed, fill: float) -> list[Text]:
    """Say that new points would stay too empty, where that rules some out."""
    out, building = sum(weighed.choice.redundant), sum(map(builds, weighed.options))
    if not out:
        return []
    return [
        Text(
            f"{building} 个新建方案中有 {out} 个属重复建设：新点平均用不到 {fill:.0%} 的名额",
            f"{out} of the {building} options that build are redundant: their new points would fill less than {fill:.0%}",
        )
    ]


def _where(found: Ground, cases: tuple[Case, ...]) -> dict[str, Any]:
    """Return where the people of the ages live today, by committee and by part of the map, most first.

    `expected` are the people of a committee in each case.
    """
    from matching.siting.demand import by_compass

    people = found.ages.of(found.population.counts.sum(1))
    total, names = float(people.sum()), area_names(found.case)
    codes, at = np.unique(np.array(found.population.area, object).astype(str), return_inverse=True)
    counts = np.bincount(at, people, minlength=len(codes))
    ahead = np.stack([np.bincount(at, c.people, minlength=len(codes)) for c in cases], 1).round(6).tolist()
    ranked = sorted(range(len(codes)), key=lambda i: (-counts[i], codes[i]))

    def share(n: float) -> dict[str, Any]:
        return {"people": int(n), "share": round(n / total, 9) if total else None}

    return {
        "people": int(total),
        "areas": [
            {"area": str(codes[i]), "name": names.get(str(codes[i])), **share(counts[i]), "expected": ahead[i]}
            for i in ranked
        ],
        "parts": [{**both(name), **share(n)} for name, n in by_compass(found.population, people)],
    }


def _case(sited: Sited, at: int, *, use: float) -> dict[str, Any]:
    from matching.siting.options import BUILDS

    weighed, points = sited.weighed, sited.ground.points
    case: Case = weighed.cases[at]
    best = weighed.best(at, among=BUILDS)
    adding = None
    if best is not None:
        unmet, bound = weighed.outcomes[best][at].unmet, weighed.bound(at) or 0.0
        gap = 0.0 if unmet - bound <= 1e-6 else round((unmet - bound) / unmet, 9)
        adding = {"key": weighed.options[best].key(points), "objective": unmet, "bound": bound, "gap": gap}
    people = round(float(case.people.sum()), 6)
    facts = {"years": case.years, "scenario": both(case.scenario), "people": people, "wanted": round(people * use, 6)}
    return facts | {"unborn": round(case.unborn, 9), "decides": bool(weighed.deciding[at]), "best_adding": adding}


def _option(sited: Sited, at: int) -> dict[str, Any]:
    weighed, points = sited.weighed, sited.ground.points
    option, added = weighed.options[at], max(1, len(weighed.options[at].changed))
    return {
        "key": option.key(points),
        **both(option.text(points)),
        "deed": option.deed.value,
        "points": [points.ids[i] for i in option.changed],
        "cost": option.cost,
        "redundant": weighed.choice.redundant[at],
        "worst_regret": round(float(weighed.worst_regret[at]), 6),
        "cases": [
            {"unmet": o.unmet, "bound": o.bound, "covered": o.covered, "newly_per_point": round(o.newly / added, 6)}
            | {"regret": float(weighed.regret[at, i])}
            for i, o in enumerate(weighed.outcomes[at])
        ],
    }
