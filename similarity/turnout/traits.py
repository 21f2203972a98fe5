"""Plain facts about people as codes: age, sex, company at home, years of residence, voluntary work, retirement.

Facts that may follow from taking part (voluntary work, retirement) count by their own date only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.model.text import Text
from similarity.features import Floats, Ints
from similarity.turnout.history import History

YEAR = 365.25
OLDEST = 110
AGES = OLDEST + 2
"""Ages 0 to 110 and, last, "not known"."""
COMPANY = (1, 2, 3, 5)  # people in the home: alone, two, three or four, five or more
RESIDENCE = (2.0, 10.0, 20.0)  # years


@dataclass(frozen=True, slots=True, eq=False)
class Trait:
    """One fact in codes, one code a person, and what each code is called."""

    name: str
    title: Text
    codes: Ints
    levels: tuple[Text, ...]


UNKNOWN = Text("未知", "not known")
_SEX = (Text("男", "man"), Text("女", "woman"), UNKNOWN)
_COMPANY = (
    Text("独自居住", "lives alone"),
    Text("两人同住", "two at home"),
    Text("三至四人同住", "three or four at home"),
    Text("五人以上同住", "five or more at home"),
)
_RESIDENCE = (
    Text("入住不满两年", "here for under 2 years"),
    Text("入住两年以上", "here for 2 to 10 years"),
    Text("入住十年以上", "here for 10 to 20 years"),
    Text("入住二十年以上", "here for over 20 years"),
    Text("入住时间未知", "time of residence not known"),
)
_VOLUNTEER = (Text("不是志愿者", "no volunteer"), Text("注册志愿者", "volunteer"))
_RETIRED = (Text("未退休", "not retired"), Text("已退休", "retired"))


def age_codes(birth: Floats, day: Floats | float) -> Ints:
    """Return completed years on a day as codes 0 to 110, and 111 where unknown or not yet born.

    >>> age_codes(np.array([0.0, np.nan]), 366.0).tolist()
    [1, 111]
    """
    years = np.floor((day - birth) / YEAR)
    known = (years >= 0) & (years <= OLDEST)
    return np.where(known, np.nan_to_num(years), OLDEST + 1).astype(np.int64)


def traits(history: History) -> tuple[Trait, ...]:
    """Return the facts of all people of a history on the eve of its day."""
    people, day = history.people, history.day
    return (
        Trait("sex", Text("性别", "sex"), np.where(people.sex < 0, 2, people.sex), _SEX),
        Trait("company", Text("同住人数", "company at home"), _company(people.home), _COMPANY),
        Trait("residence", Text("居住年数", "years of residence"), _residence(people.since, day), _RESIDENCE),
        Trait("volunteer", Text("志愿服务", "voluntary work"), _since(history.volunteer_since, day), _VOLUNTEER),
        Trait("retired", Text("退休", "retirement"), _since(history.retired_on, day), _RETIRED),
    )


def _company(home: Ints) -> Ints:
    people = np.bincount(home, minlength=1)[home] if len(home) else home
    return np.searchsorted(COMPANY, people, "right") - 1


def _residence(since: Floats, day: int) -> Ints:
    years = (day - since) / YEAR
    return np.where(np.isnan(years), len(RESIDENCE) + 1, np.searchsorted(RESIDENCE, years, "right"))


def _since(begun: Floats, day: int) -> Ints:
    return (begun < day).astype(np.int64)
