"""Rates of a projection by single years of age: deaths by sex and period, and how births spread over a woman's life.

The tables lie beside this file (`life_table.csv`, `births_by_age.csv`); their heads name the public source.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from matching.problem import Floats, Ints

OLDEST = 110
"""The last single year of age; whoever is older stands in it."""
MEN, WOMEN, UNKNOWN = 0, 1, 2
"""Rows of the sexes; of whom the sex is not known, the rates of both are averaged."""
GIRLS = 1 / 2.07
"""Share of girls among births: 107 boys to 100 girls, the table's own ratio from 2020 on (same source)."""


@dataclass(frozen=True, slots=True, eq=False)
class Rates:
    """Deaths a person-year (sexes x ages x periods) and births a woman-year at a total fertility of one (ages x periods).

    `periods` are the first years of the calendar periods; the last one holds on.
    """

    periods: Ints
    deaths: Floats
    births: Floats

    def in_year(self, year: int) -> tuple[Floats, Floats]:
        """Return the deaths (sexes x ages) and births (ages) of a calendar year."""
        at = max(0, int(np.searchsorted(self.periods, year, side="right")) - 1)
        return self.deaths[:, :, at], self.births[:, at]


@cache
def published() -> Rates:
    """Return the rates of the published tables."""
    periods, deaths = _table("life_table.csv", keys=2)
    _, births = _table("births_by_age.csv", keys=1)
    ages = np.arange(OLDEST + 1)
    by_sex = [_by_year(deaths, sex, ages) for sex in (1.0, 2.0)]
    per_year = np.zeros((OLDEST + 1, len(periods)))
    for row in births:
        at = int(row[0])
        per_year[at : at + 5] = row[1:] / births[:, 1:].sum(0) / 5
    return Rates(periods, np.stack([*by_sex, (by_sex[0] + by_sex[1]) / 2]), per_year)


def expectancy(rates: Rates, year: int, *, mortality: float = 1.0) -> float:
    """Return the expectation of life at birth, both sexes together, at the rates of one year times `mortality`."""
    deaths = rates.in_year(year)[0] * mortality
    alive = np.exp(-np.concatenate([np.zeros((3, 1)), np.cumsum(deaths[:, :-1], 1)], 1))
    lived = alive * -np.expm1(-deaths) / deaths
    lived[:, -1] = alive[:, -1] / deaths[:, -1]
    boys = 1 - GIRLS
    return float(boys * lived[MEN].sum() + GIRLS * lived[WOMEN].sum())


def _table(name: str, *, keys: int) -> tuple[Ints, Floats]:
    text = Path(__file__).with_name(name).read_text(encoding="utf-8")
    rows = list(csv.reader(line for line in text.splitlines() if not line.startswith("#")))
    return np.array(rows[0][keys:], np.int64), np.array(rows[1:], np.float64)


def _by_year(deaths: Floats, sex: float, ages: Ints) -> Floats:
    own = deaths[deaths[:, 0] == sex]
    return np.asarray(own[np.searchsorted(own[:, 1], ages, side="right") - 1, 2:])
