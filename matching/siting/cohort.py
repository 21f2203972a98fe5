"""Demand of tomorrow: cohorts that age, survive, move and are born, as expected values a year at a time.

The cohort-component method (Preston, Heuveline and Guillot 2001, chapter 6) on cells of unit, sex and single year of age.
Nothing is drawn by chance: the same people and the same assumptions give the same figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from graph.model.errors import ProblemUnfit
from graph.model.text import Text
from matching.problem import Floats, Mask
from matching.siting.rates import GIRLS, MEN, OLDEST, UNKNOWN, WOMEN, Rates, published

MOST_YEARS = 30
"""The tables reach 2050; further on their last period would be stretched."""
CHILDREN = 5
"""Years of births that the fertility of the place is read from: children under five."""


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What a projection supposes; rates a year.

    `mortality` multiplies the table's death rates: 0.56 brings its expectation of life in 2020 to 83.7 years, the figure
    that Shanghai published for 2020. `leave` is the share of everybody who moves away, `arrive` the newcomers as a share
    of today's residents of a unit; they are between `arrive_from` and `arrive_to` years old, by age and sex
    like today's residents of those ages. `fertility` is the total fertility rate; None takes what the children under
    five of the place imply (Hauer, Baker and Brown 2013).
    """

    mortality: float = 0.56
    leave: float = 0.0
    arrive: float = 0.0
    fertility: float | None = None
    arrive_from: int = 20
    arrive_to: int = 44

    def __post_init__(self) -> None:
        limits = (("mortality", self.mortality, 10.0), ("leave", self.leave, 1.0), ("arrive", self.arrive, 1.0))
        for name, value, most in (*limits, ("fertility", self.fertility or 0.0, 15.0)):
            if not 0 <= value <= most:
                raise _unfit(
                    f"{name} = {value:g} 不在 0 到 {most:g} 之间", f"{name} = {value:g} is not within 0 and {most:g}"
                )
        if not 0 <= self.arrive_from <= self.arrive_to <= OLDEST:
            raise _unfit(
                "arrive_from 大于 arrive_to 或超出年龄范围", "arrive_from lies above arrive_to or beyond any age"
            )


def project(counts: Floats, years: Sequence[int], *, start: int, assumed: Assumptions) -> Floats:
    """Return the expected people after each of `years`; shape (years, units, sexes, ages), in the order given.

    `counts` are people by unit, sex and completed age (units x 3 x 111) in the calendar year `start`. Year 0 is `counts`
    itself. Raises `ProblemUnfit` for a year below 0 or past the limit.
    """
    if not years or min(years) < 0 or max(years) > MOST_YEARS:
        raise _unfit(f"推算年数须在 0 到 {MOST_YEARS} 之间", f"years must lie within 0 and {MOST_YEARS}")
    rates = published()
    fertility = implied_fertility(counts, rates, start=start) if assumed.fertility is None else assumed.fertility
    newcomers = _newcomers(counts, assumed)
    found = {0: counts}
    for passed in range(max(years)):
        aged = _aged(found[passed], rates, year=start + passed, assumed=assumed, fertility=fertility)
        found[passed + 1] = aged * (1 - assumed.leave) + newcomers
    return np.stack([found[year] for year in years])


def implied_fertility(counts: Floats, rates: Rates, *, start: int) -> float:
    """Return the total fertility that children under five imply beside the women of the place (0 without women)."""
    births = rates.in_year(start)[1]
    shifted = sum(np.concatenate([np.zeros(back), births[: OLDEST + 1 - back]]) for back in range(CHILDREN))
    expected = float(_women(counts).sum(0) @ shifted)
    return float(counts[:, :, :CHILDREN].sum()) / expected if expected > 0 else 0.0


def _women(counts: Floats) -> Floats:
    return np.asarray(counts[:, WOMEN] + counts[:, UNKNOWN] / 2)


def _aged(counts: Floats, rates: Rates, *, year: int, assumed: Assumptions, fertility: float) -> Floats:
    """Move everybody one year on; whoever is completed `a` years old dies for half a year at the rates of a and of a + 1."""
    deaths, births = rates.in_year(year)
    deaths = deaths * assumed.mortality
    following = np.concatenate([deaths[:, 1:], deaths[:, -1:]], 1)
    survivors = counts * np.exp(-(deaths + following) / 2)
    later = np.zeros_like(counts)
    later[:, :, 1:] = survivors[:, :, :-1]
    later[:, :, -1] += survivors[:, :, -1]
    exposed = (_women(counts) + _women(later)) / 2
    born = exposed @ births * fertility
    for sex, share in ((MEN, 1 - GIRLS), (WOMEN, GIRLS)):
        later[:, sex, 0] = born * share * np.exp(-deaths[sex, 0] / 2)
    return later


def _newcomers(counts: Floats, assumed: Assumptions) -> Floats:
    """Return who arrives in a year: each unit's share of people, spread like today's residents of the moving ages."""
    profile = counts.sum(0) * _band(assumed.arrive_from, assumed.arrive_to)
    total = float(profile.sum())
    if not assumed.arrive or not total:
        return np.zeros_like(counts)
    arrivals = counts.sum((1, 2)) * assumed.arrive
    return np.asarray(arrivals[:, None, None] * (profile / total))


def _band(low: int, high: int) -> Mask:
    ages = np.arange(OLDEST + 1)
    return (ages >= low) & (ages <= high)


def _unfit(zh: str, en: str) -> ProblemUnfit:
    return ProblemUnfit(Text(zh, en), Text("改正情景的参数", "Mend the parameters of the scenario"))
