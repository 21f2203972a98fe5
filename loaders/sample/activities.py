"""Activities of three years, and who came: the lively stairwells more often than others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .draws import Bools, Floats, Ints, Words, choose, stream
from .people import AS_OF, Days, People
from .place import Place
from .sheet import Sheet, dates, sheet
from .town import Town

COUNT = {"full": 1_200, "small": 300}
DAYS = 1_095
KINDS: dict[str, tuple[float, int, int, int, tuple[str, ...]]] = {  # share, ages, places, names
    "文化活动": (3, 20, 85, 40, ("社区音乐会", "沪剧专场", "合唱排练日", "书画展", "露天电影")),
    "体育活动": (2, 14, 75, 30, ("太极拳晨练", "乒乓球友谊赛", "荧光夜跑", "健步走")),
    "健康讲座": (3, 45, 95, 40, ("血压日义诊", "糖尿病讲座", "骨骼健康讲座", "急救培训")),
    "学习培训": (2, 50, 88, 25, ("智能手机课堂", "防诈骗讲座", "书法班", "插花课")),
    "志愿服务": (3, 18, 75, 30, ("垃圾分类督导", "清洁家园", "平安巡逻", "爱心义卖")),
    "党建活动": (2, 22, 85, 35, ("主题党日", "党史宣讲", "党员双报到")),
    "亲子活动": (2, 2, 46, 25, ("亲子阅读", "手工课堂", "儿童节游园")),
    "为老服务": (2, 60, 100, 40, ("重阳敬老", "集体生日会", "老伙伴聚会")),
    "议事协商": (3, 30, 80, 25, ("居民议事会", "加梯意见征询会", "停车协商会")),
    "节庆活动": (1, 5, 90, 80, ("元宵灯会", "端午包粽子", "中秋游园")),
}


@dataclass(frozen=True, slots=True)
class Activities:
    """`person[i]` came to `activity[i]` on `on[i]`; the sheets are the plan of events and the sign-in list."""

    person: Ints
    activity: Ints
    on: Days
    plan: Sheet
    signed_in: Sheet


def build(town: Town, venues: Sheet) -> Activities:
    """Hold the activities; a fifth of the places stay empty in the mean, some events overflow."""
    rng = stream(town.seed, "activities")
    events = _events(rng, COUNT[town.size], len(town.place.committees))
    wanted = np.maximum(4, np.round(events.places * rng.normal(0.8, 0.25, len(events.kind)))).astype(np.int64)
    kinds = zip(events.kind.tolist(), events.committee.tolist(), wanted.tolist(), strict=True)
    person = [_visitors(rng, _odds(town, c, ages=KINDS[k][1:3]), int(m)) for k, c, m in kinds]
    came = np.array([len(p) for p in person])
    activity, who = np.repeat(np.arange(len(came)), came), np.concatenate(person)
    on = events.day[activity]
    plan = _plan(rng, town.place, events=events, came=came, venues=venues)
    return Activities(who, activity, on, plan, _sign_in(rng, town.people, who=who, activity=activity, on=on))


@dataclass(frozen=True, slots=True)
class _Events:
    kind: Words
    day: Days
    committee: Ints
    places: Ints


def _events(rng: np.random.Generator, count: int, committees: int) -> _Events:
    kind = choose(rng, {name: facts[0] for name, facts in KINDS.items()}, count)
    day = AS_OF - 1 - np.sort(rng.integers(0, DAYS, count))[::-1]
    committee = rng.integers(0, committees, count)
    return _Events(kind, np.asarray(day), committee, np.array([KINDS[k][3] for k in kind.tolist()]))


def _odds(town: Town, committee: int, *, ages: tuple[int, int]) -> Floats:
    people, unit = town.people, town.home_unit()
    near: Bools = people.living & (town.place.unit_committee[unit] == committee)
    fits = near & (people.age >= ages[0]) & (people.age <= ages[1])
    return np.where(fits, np.exp(0.75 * town.traits.spirit[unit] + 0.4 * town.traits.member), 0.0)


def _visitors(rng: np.random.Generator, odds: Floats, count: int) -> Ints:
    possible = np.flatnonzero(odds > 0)
    keys = np.log(odds[possible]) + rng.gumbel(size=len(possible))
    count = min(count, len(possible))
    return np.sort(possible[np.argpartition(-keys, count - 1)[:count]]) if count else possible[:0]


def _plan(rng: np.random.Generator, place: Place, *, events: _Events, came: Ints, venues: Sheet) -> Sheet:
    chosen = rng.random(len(came)).tolist()
    committee = events.committee.tolist()
    where = _venues_by_committee(place, venues)
    names = [KINDS[k][4] for k in events.kind.tolist()]
    return sheet(
        {
            "活动编号": [f"A{i + 1:04d}" for i in range(len(came))],
            "活动名称": [own[int(c * len(own))] for own, c in zip(names, chosen, strict=True)],
            "活动类型": events.kind,
            "举办居委": [place.committees[c].name for c in committee],
            "举办日期": dates(events.day),
            "名额": events.places,
            "预计人数": np.round(events.places * rng.normal(0.85, 0.12, len(came))).astype(int),
            "实到人数": came,
            "场地编号": [where[c][int(x * len(where[c]))] for c, x in zip(committee, chosen, strict=True)],
        }
    )


def _venues_by_committee(place: Place, venues: Sheet) -> list[list[str]]:
    code, committee = venues.column("场地编号"), venues.column("所属居委")
    return [[str(row[code]) for row in venues.rows if row[committee] == c.name] for c in place.committees]


def _sign_in(rng: np.random.Generator, people: People, *, who: Ints, activity: Ints, on: Days) -> Sheet:
    return sheet(
        {
            "活动编号": [f"A{i + 1:04d}" for i in activity.tolist()],
            "姓名": people.name[who],
            "证件号码": people.id_number[who],
            "签到日期": dates(on),
            "身份": choose(rng, {"参与者": 86, "志愿者": 10, "组织者": 4}, len(who)),
        }
    )
