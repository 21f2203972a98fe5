"""Volunteers: who gives time, when, and with which skills; and the leaders of the stairwell groups."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .draws import Floats, Ints, Words, choose, pick, stream
from .names import given_names, phones, surnames
from .people import AS_OF
from .place import CENTRE, Place
from .sheet import Sheet, dates, number, sheet
from .tables import rows
from .tags import Tags
from .town import Town
from .traits import years_ago

COUNT = {"full": 3_000, "small": 720}
FROM_ELSEWHERE = 0.08  # share of volunteers who live outside the sub-district
LEADERLESS = 0.04  # share of stairwell groups without a leader
SLOTS = {
    "周一至周五 9:00-17:00": 9,
    "每周二、四下午": 9,
    "双休日全天": 12,
    "每周六上午": 9,
    "周一至周五晚上": 6,
    "每周三 13:30-16:30": 7,
    "每天 7:00-9:00": 5,
    "每周一、三、五上午": 7,
    "每周日下午": 6,
    "周六 9:00-11:30；周日 9:00-11:30": 5,
}


@dataclass(frozen=True, slots=True)
class Volunteers:
    """`person` is the index of the resident or -1; the sheet is the register of the time bank."""

    person: Ints
    register: Sheet


def leaders(town: Town) -> Ints:
    """Appoint a leader for nearly every stairwell group: a person index for each unit, -1 for none."""
    rng, place, people = stream(town.seed, "leaders"), town.place, town.people
    living = np.flatnonzero(people.living & (people.age >= 38) & (people.age <= 80) & ~people.renting)
    unit = place.dwellings.unit[people.dwelling[living]]
    odds = np.exp(1.2 * town.traits.member[living] + 0.04 * np.minimum(people.age[living], 66))
    keys = np.log(odds) + rng.gumbel(size=len(living))
    order = np.lexsort((-keys, unit))
    first = np.concatenate([[True], np.diff(unit[order]) > 0])
    found = np.full(len(place.units.estate), -1)
    found[unit[order][first]] = living[order][first]
    found[rng.random(len(found)) < LEADERLESS] = -1
    return found


def leader_sheet(town: Town, chosen: Ints) -> Sheet:
    """List the leaders as the committees do."""
    units = np.flatnonzero(chosen >= 0)
    person, people = chosen[units], town.people
    since = np.datetime64("2013-01-15") + (person * 37 % 2900)
    return sheet(
        {
            "楼组地址": town.place.units.address[units],
            "楼组长姓名": people.name[person],
            "证件号码": people.id_number[person],
            "联系电话": people.phone[person],
            "任职日期": dates(since),
        }
    )


def build(town: Town, tags: Tags) -> Volunteers:
    """Draw the volunteers and their register."""
    rng = stream(town.seed, "volunteers")
    count = COUNT[town.size]
    guests = round(count * FROM_ELSEWHERE)
    person = pick(rng, _odds(town, tags), count - guests)
    person = np.concatenate([person, np.full(guests, -1)])
    return Volunteers(person, _register(rng, town, person=person, tags=tags))


def _odds(town: Town, tags: Tags) -> Floats:
    people = town.people
    grown = people.living & (people.age >= 16) & (people.age <= 80)
    spirit = town.traits.spirit[town.home_unit()]
    ripe = np.exp(-(((people.age - 62) / 14.0) ** 2))
    skilled = np.sum([tags.of(_tag_ids()[row["tag"]]) for row in rows("skills") if row["tag"]], axis=0)
    odds = np.exp(0.45 * spirit + 0.8 * town.traits.member + 1.3 * np.minimum(skilled, 2)) * (0.15 + ripe)
    return np.where(grown, odds, 0.0)


def _tag_ids() -> dict[str, str]:
    return {row["name"]: row["id"] for row in rows("tags")}


def _register(rng: np.random.Generator, town: Town, *, person: Ints, tags: Tags) -> Sheet:
    n, local, who = len(person), person >= 0, np.maximum(person, 0)
    unit, units = town.home_unit()[who], town.place.units
    away = np.round(np.array(CENTRE) + rng.normal(0, 0.012, (n, 2)), 6)
    hours = np.round(np.clip(rng.gamma(2.2, 2.0, n), 0.5, 20.0) * 2) / 2
    return sheet(
        {
            "志愿者编号": [f"V{i + 1:05d}" for i in range(n)],
            "姓名": np.where(local, town.people.name[who], _strangers(rng, n)),
            "证件号码": np.where(local, town.people.id_number[who], ""),
            "联系电话": np.where(local, town.people.phone[who], phones(rng, n)),
            "所属居委": _committees(town.place, person, unit),
            "服务技能": _skills(rng, person, tags),
            "技能等级": choose(rng, {"2": 2, "3": 5, "4": 3, "5": 1}, n).astype(int),
            "每周可服务小时": number(hours, 1),
            "可服务时段": choose(rng, {k: float(v) for k, v in SLOTS.items()}, n),
            "累计小时": number(rng.gamma(1.6, 205.0, n), 1),
            "注册日期": dates(np.minimum(years_ago(rng, n, 6.0), AS_OF)),
            "经度": np.where(local, units.lon[unit], away[:, 0]),
            "纬度": np.where(local, units.lat[unit], away[:, 1]),
        }
    )


def _strangers(rng: np.random.Generator, count: int) -> Words:
    return surnames(rng, count) + given_names(rng, rng.integers(1, 3, count), rng.integers(1955, 2003, count))


def _committees(place: Place, person: Ints, unit: Ints) -> Words:
    names = np.array([c.name for c in place.committees], object)
    return np.where(person >= 0, names[place.unit_committee[unit]], "")


def _skills(rng: np.random.Generator, person: Ints, tags: Tags) -> list[str]:
    """Return one to three skills a volunteer, first those that the tags tell of."""
    table = rows("skills")
    told = np.array(
        [tags.of(_tag_ids()[r["tag"]]) if r["tag"] else np.zeros(tags.carried.shape[1], bool) for r in table]
    )
    keys = rng.random((len(table), len(person)))
    keys = np.where((person >= 0) & told[:, np.maximum(person, 0)], keys + 1.0, keys)
    count = rng.integers(1, 4, len(person))
    order = np.argsort(-keys, axis=0, kind="stable")
    names = [r["name"] for r in table]
    return ["、".join(names[s] for s in order[:c, i].tolist()) for i, c in enumerate(count.tolist())]
