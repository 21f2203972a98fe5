"""What the registers say about each resident: schooling, marriage, party, retirement, all dependent on age."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .draws import Bools, Floats, Ints, Words, choose, stream
from .people import AS_OF, Days, People
from .place import Place

_SCHOOLING: tuple[tuple[int, dict[str, float]], ...] = (  # from this birth year on: shares among adults
    (1900, {"小学毕业": 46, "初中毕业": 30, "普通高中毕业": 12, "大学专科毕业": 6, "大学本科毕业": 6}),
    (1940, {"小学毕业": 14, "初中毕业": 52, "普通高中毕业": 22, "大学专科毕业": 7, "大学本科毕业": 5}),
    (1955, {"小学毕业": 4, "初中毕业": 42, "普通高中毕业": 38, "大学专科毕业": 10, "大学本科毕业": 6}),
    (1970, {"初中毕业": 22, "普通高中毕业": 33, "大学专科毕业": 22, "大学本科毕业": 20, "硕士研究生毕业": 3}),
    (1980, {"初中毕业": 13, "中等专科毕业": 13, "大学专科毕业": 24, "大学本科毕业": 42, "硕士研究生毕业": 8}),
)
_ETHNICITIES = {"汉族": 98.53, "回族": 0.5, "满族": 0.3, "蒙古族": 0.2, "土家族": 0.17, "苗族": 0.15, "壮族": 0.15}


@dataclass(frozen=True, slots=True)
class Traits:
    """Traits in columns, one row a resident; `spirit` is how active the stairwell is, one a unit (standard normal)."""

    ethnicity: Words
    education: Words
    marital: Words
    politics: Words
    retired: Bools
    retired_on: Days
    verified: Bools
    spirit: Floats

    @property
    def member(self) -> Bools:
        """Who belongs to the party."""
        return np.asarray(self.politics == "中共党员")


def build(seed: int, place: Place, people: People) -> Traits:
    """Draw the traits of all people."""
    rng = stream(seed, "traits")
    spirit = rng.normal(size=len(place.units.estate))
    own = spirit[place.dwellings.unit[people.home()]]
    retired, retired_on = _retirement(rng, people)
    return Traits(
        choose(rng, _ETHNICITIES, len(people)),
        _education(rng, people),
        _marital(rng, people),
        _politics(rng, people, own),
        retired,
        retired_on,
        rng.random(len(people)) < 0.9,
        spirit,
    )


def _education(rng: np.random.Generator, people: People) -> Words:
    year = people.born.astype("datetime64[Y]").astype(int) + 1970
    schooling = np.full(len(people), "", object)
    for first, shares in _SCHOOLING:
        drawn = choose(rng, shares, len(people))
        schooling = np.where(year >= first, drawn, schooling)
    for age, word in ((22, "普通高中毕业"), (18, "初中毕业"), (15, "小学毕业"), (12, "")):
        schooling = np.where(people.age < age, word, schooling)
    return schooling


def _marital(rng: np.random.Generator, people: People) -> Words:
    spouse = _has_spouse(people)
    chance = rng.random(len(people))
    widowed = np.clip((people.age - 60) / 35, 0.02, 0.9)
    divorced = np.where(people.age < 30, 0.03, 0.35)
    alone = np.where(chance < widowed, "丧偶", np.where(chance < widowed + divorced, "离婚", "未婚"))
    alone = np.where((people.age >= 60) & (alone == "未婚") & (rng.random(len(people)) < 0.6), "丧偶", alone)
    alone = np.where(people.age < 23, "未婚", alone)
    wed = np.where(rng.random(len(people)) < 0.06, "再婚", "初婚")
    away = (people.household < 0) & (people.age >= 30) & (rng.random(len(people)) < 0.8)
    return np.where(spouse | away, wed, alone).astype(object)


def _has_spouse(people: People) -> Bools:
    """Return who lives with a spouse: role 10, and the head of a household that has one."""
    married = np.zeros(int(people.household.max()) + 2, bool)
    married[people.household[people.role == "10"]] = True
    return np.asarray((people.role == "10") | ((people.role == "02") & married[people.household]))


def _politics(rng: np.random.Generator, people: People, spirit: Floats) -> Words:
    odds = -2.75 + 0.45 * spirit + 0.5 * (people.sex == 1) + 0.02 * np.clip(people.age - 30, 0, 45)
    member = (rng.random(len(people)) < 1 / (1 + np.exp(-odds))) & (people.age >= 20)
    youth = (people.age >= 14) & (people.age < 28) & (rng.random(len(people)) < 0.45)
    other = choose(rng, {"群众": 985, "民盟盟员": 4, "民建会员": 4, "民进会员": 3, "九三学社社员": 4}, len(people))
    other = np.where(people.age < 30, "群众", other)
    return np.where(member, "中共党员", np.where(youth, "共青团员", other)).astype(object)


def _retirement(rng: np.random.Generator, people: People) -> tuple[Bools, Days]:
    """Retire women at 50 or 55 and men at 60, some later."""
    woman = people.sex == 2
    legal = np.where(woman, np.where(rng.random(len(people)) < 0.6, 50, 55), 60)
    late = np.floor(rng.exponential(0.6, len(people))).astype(np.int64)
    month = people.born.astype("datetime64[M]")
    on = (month + 12 * (legal + late) + 1).astype("datetime64[D]")
    return np.asarray(on <= AS_OF), on


def years_ago(rng: np.random.Generator, count: int, years: float) -> Days:
    """Draw days in the last `years` years before AS_OF."""
    back = np.floor(rng.random(count) * years * 365.25).astype(np.int64) + 1
    return np.asarray(AS_OF - back)


def by_unit(place: Place, people: People, value: Ints | Bools | Floats) -> Floats:
    """Return the sum of `value` over those who live in each unit."""
    living = people.living
    unit = place.dwellings.unit[people.dwelling[living]]
    return np.bincount(unit, weights=value[living].astype(float), minlength=len(place.units.estate)).astype(float)
