"""Options under several futures: each case is a scenario some years ahead; regret over the cases, and the choice.

The rule of the choice, as stated to the reader:

1. An option that builds is redundant, and out, when its new points would on average fill less than `fill` of their places
   with people who otherwise go without.
2. Options that leave at most `enough` of the demand unmet in every case are good enough: the cheapest a year is chosen.
3. If none is, the option with the least largest regret (places unmet beyond the best option of the case) is chosen.

Closings are chosen only where one was asked for. Ties go to the cheaper, then to the first by name. Cases in which most
of the people are not born yet are shown as an outlook and do not decide.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import pyarrow as pa

from graph.model.errors import ProblemUnfit, UnknownName
from graph.model.text import Text
from matching.problem import Floats, Mask
from matching.siting.cohort import Assumptions, project
from matching.siting.demand import Ages, Population
from matching.siting.options import BUILDS, Deed, Option, Outcome, best_adding, best_closing, options, outcome
from matching.siting.points import Points
from matching.siting.served import Reach

UNBORN = 0.5
"""Share of a case's people who are not born yet above which it does not decide."""
MOST_SCENARIOS = 50


@dataclass(frozen=True, slots=True)
class Scenario:
    """A named future."""

    name: Text
    assumed: Assumptions


def default_scenarios() -> tuple[Scenario, ...]:
    """Return the five futures weighed unless told otherwise: the middle one, and survival by moves, high and low.

    A quarter more or fewer deaths is about two years of life at birth; three in a hundred moving each way a year is set
    by hand, since no public rate is known below the district.
    """
    middle = Assumptions()
    long, short = (replace(middle, mortality=middle.mortality * share) for share in (0.75, 1.25))
    named = [
        (Text("中间", "middle"), middle),
        (Text("长寿、少搬迁", "long lives, few moves"), long),
        (Text("长寿、多搬迁", "long lives, many moves"), replace(long, leave=0.03, arrive=0.03)),
        (Text("短寿、少搬迁", "short lives, few moves"), short),
        (Text("短寿、多搬迁", "short lives, many moves"), replace(short, leave=0.03, arrive=0.03)),
    ]
    return tuple(Scenario(name, assumed) for name, assumed in named)


def read_scenarios(rows: Sequence[Mapping[str, Any]]) -> tuple[Scenario, ...]:
    """Read scenarios as data (`name` and any field of `Assumptions`); raises `UnknownName` and `ProblemUnfit`."""
    known = {f.name for f in fields(Assumptions)}
    if not 0 < len(rows) <= MOST_SCENARIOS:
        raise _unfit(f"情景须有 1 到 {MOST_SCENARIOS} 个", f"there must be 1 to {MOST_SCENARIOS} scenarios")
    found = []
    for number, row in enumerate(rows, 1):
        for key in row:
            if key not in known | {"name"}:
                raise UnknownName(Text("情景参数", "parameter of a scenario"), key, known | {"name"})
        strange = [k for k in known & row.keys() if isinstance(row[k], bool) or not isinstance(row[k], int | float)]
        if strange:
            raise _unfit(f"情景 {number} 的 {strange[0]} 不是数字", f"{strange[0]} of scenario {number} is no number")
        name = str(row.get("name", number))
        found.append(Scenario(Text(name, name), Assumptions(**{k: row[k] for k in known & row.keys()})))
    if len({s.name.en for s in found}) < len(found):
        raise _unfit("情景重名", "two scenarios have the same name")
    return tuple(found)


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A scenario some years ahead: the people of each unit, and the share of them who are not born yet."""

    years: int
    scenario: Text
    people: Floats
    unborn: float

    @property
    def decides(self) -> bool:
        """Whether most of the people already live."""
        return self.unborn <= UNBORN


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked: how many points to add and to close, places wanted a person, and the limits of the rule above.

    Without `may_close` closings are shown, but not chosen: nobody asked for one.
    """

    add: int = 1
    close: int = 1
    use: float = 1.0
    enough: float = 0.05
    fill: float = 1 / 3
    may_close: bool = True


@dataclass(frozen=True, slots=True)
class Choice:
    """The option chosen (its place among the options), by which step of the rule, and which options are redundant."""

    chosen: int
    why: Text
    redundant: tuple[bool, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Weighed:
    """All options in all cases: `outcomes` and `regret` (places) are options x cases.

    `deciding` are the cases that decide: those whose people mostly live already, or all where none is so. `proven` is
    the fewest places that any set of points to add leaves unmet in each case (None: every set stands among the options).
    """

    options: tuple[Option, ...]
    cases: tuple[Case, ...]
    deciding: Mask
    outcomes: tuple[tuple[Outcome, ...], ...]
    regret: Floats
    proven: tuple[float | None, ...]
    choice: Choice

    @property
    def worst_regret(self) -> Floats:
        """The largest regret of each option over the cases that decide."""
        return np.asarray(self.regret[:, self.deciding].max(1))

    def best(self, case: int, *, among: tuple[Deed, ...]) -> int | None:
        """Return the option with the least unmet in a case among some deeds (of equals the cheaper); None: no such."""
        rows = [i for i, o in enumerate(self.options) if o.deed in among]
        return min(rows, key=lambda i: (self.outcomes[i][case].unmet, self.options[i].cost, i), default=None)

    def bound(self, case: int) -> float | None:
        """Return the fewest places that adding can leave unmet in a case; None when nothing is to be added."""
        best = self.best(case, among=BUILDS)
        if best is None:
            return None
        proven = self.proven[case]
        found = self.outcomes[best][case].unmet
        return found if proven is None else min(found, round(max(0.0, proven), 6))


def cases(
    population: Population, ages: Ages, *, years: Sequence[int], start: int, scenarios: Sequence[Scenario]
) -> tuple[Case, ...]:
    """Return the cases; year 0 is the same in every scenario and stands once. Raises `ProblemUnfit`."""
    found: list[Case] = []
    ahead = sorted({*years})
    for scenario in scenarios:
        for year, counts in zip(
            ahead, project(population.counts, ahead, start=start, assumed=scenario.assumed), strict=True
        ):
            if year == 0 and any(c.years == 0 for c in found):
                continue
            by_age = counts.sum(1)
            people = ages.of(by_age)
            total = float(people.sum())
            unborn = float(ages.of(by_age * (np.arange(by_age.shape[-1]) < year)).sum()) / total if total else 0.0
            name = Text("今日", "today") if year == 0 else scenario.name
            found.append(Case(year, name, people, unborn))
    return tuple(sorted(found, key=lambda c: c.years))


def expected(population: Population, futures: Sequence[Case]) -> pa.Table:
    """Return the expected people of each unit in each case: `unit, address, area, years, scenario, people`."""
    units, whole = len(population.units), len(futures)
    people = np.round(np.concatenate([c.people for c in futures]), 6)
    return pa.table(
        {
            "unit": [*population.units] * whole,
            "address": [*population.address] * whole,
            "area": [*population.area] * whole,
            "years": np.repeat([c.years for c in futures], units),
            "scenario": [c.scenario.en for c in futures for _ in range(units)],
            "people": people,
        }
    )


def weigh(points: Points, reach: Reach, futures: Sequence[Case], *, asked: Asked) -> Weighed:
    """Weigh all options in all cases and choose. Raises `ProblemUnfit`."""
    deciding = _deciding(futures)
    listed, bounds = _listed(points, reach, futures, asked=asked)
    outcomes = tuple(tuple(outcome(o, points, reach, people=c.people, use=asked.use) for c in futures) for o in listed)
    unmet = np.array([[o.unmet for o in row] for row in outcomes])
    redundant = _redundant(points, listed, unmet[:, deciding], fill=asked.fill)
    standing = ~np.array(redundant)
    regret = np.round(np.maximum(unmet - unmet[standing].min(0), 0.0), 6)
    share = np.array([[o.unmet / o.wanted if o.wanted else 0.0 for o in row] for row in outcomes])[:, deciding].max(1)
    standing &= np.array([asked.may_close or o.deed is not Deed.CLOSE for o in listed])
    chosen, why = _choose(listed, share, regret[:, deciding].max(1), standing=standing, enough=asked.enough)
    choice = Choice(chosen, why, redundant)
    return Weighed(listed, tuple(futures), deciding, outcomes, regret, tuple(bounds), choice)


def _deciding(futures: Sequence[Case]) -> Mask:
    deciding = np.array([c.decides for c in futures])
    deciding = deciding if deciding.any() else np.ones(len(futures), bool)
    if not any(c.people.sum() > 0 for c, counts in zip(futures, deciding, strict=True) if counts):
        raise _unfit("范围内没有该年龄段的居民", "nobody of these ages lives in the scope")
    return deciding


def _listed(
    points: Points, reach: Reach, futures: Sequence[Case], *, asked: Asked
) -> tuple[tuple[Option, ...], list[float | None]]:
    """Return the options as they are shown, with those that only the programme finds, and its bound for each case."""
    found = {o.key(points): o for o in options(points, add=asked.add, close=asked.close)}
    bounds: list[float | None] = []
    for case in futures:
        places = case.people * asked.use
        best = best_adding(points, reach, places, add=asked.add)
        bounds.append(None if best is None else best[1])
        for option in (*(best[0] if best else ()), *best_closing(points, reach, places, close=asked.close)):
            found.setdefault(option.key(points), option)
    return tuple(sorted(found.values(), key=lambda o: (list(Deed).index(o.deed), o.changed))), bounds


def _redundant(points: Points, listed: Sequence[Option], unmet: Floats, *, fill: float) -> tuple[bool, ...]:
    """Say which options build points that would stay too empty, compared with the same without building."""
    row = {o.deed: i for i, o in enumerate(listed) if o.deed in (Deed.USE, Deed.SHARE)}

    def empty(at: int, option: Option) -> bool:
        before = unmet[row[Deed.USE if option.deed is Deed.ADD else Deed.SHARE]]
        places = float(points.capacity[list(option.changed)].sum())
        won = float((before - unmet[at]).mean())
        return won <= 1e-6 or (np.isfinite(places) and won < fill * places)

    return tuple(option.deed in BUILDS and empty(at, option) for at, option in enumerate(listed))


def _choose(
    listed: Sequence[Option], share: Floats, worst: Floats, *, standing: Mask, enough: float
) -> tuple[int, Text]:
    """Choose by the largest share unmet and the largest regret of each option; ties to the cheaper, then the first."""
    rows = np.flatnonzero(standing).tolist()
    good = [i for i in rows if share[i] <= enough + 1e-9]
    if good:
        return min(good, key=lambda i: (listed[i].cost, i)), Text(
            f"各情形下未满足都不超过 {enough:.0%} 的方案中年成本最低",
            f"the cheapest a year of those that leave at most {enough:.0%} unmet in every case",
        )
    chosen = min(rows, key=lambda i: (float(worst[i]), listed[i].cost, i))
    return chosen, Text(
        f"没有方案在各情形下都把未满足压到 {enough:.0%} 以下；取最大遗憾最小者（{worst[chosen]:.1f} 个名额）",
        f"no option leaves at most {enough:.0%} unmet in every case: the least largest regret, {worst[chosen]:.1f} places",
    )


def _unfit(zh: str, en: str) -> ProblemUnfit:
    return ProblemUnfit(Text(zh, en), Text("改正后再试", "Mend it and try again"))
