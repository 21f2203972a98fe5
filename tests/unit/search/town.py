"""A small hand-made sub-district for the tests of search: 4 committees, 16 stairwell groups, 128 people.

Everything about a person follows from the number of the person, so that a test can say who must be found.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from graph.model.records import Records
from graph.snapshot.columns import Snapshot

AS_OF = dt.date(2021, 11, 1)
COMMITTEES = {
    "310106021001": ("岭南路一百弄居委会", "岭南路100弄", 121.440, 31.310),
    "310106021008": ("汾西路二六一弄居委会", "汾西路261弄", 121.450, 31.312),
    "310106021012": ("汾西路二六零弄居委会", "汾西路260弄", 121.455, 31.314),
    "310106021019": ("和源名城第一居委会", "场中路1211弄", 121.462, 31.318),
}
ESTATES = {"310106021019": "和源名城"}
TAGS = {
    "t_alone": ("独居老人", ["孤老"], lambda n: age_of(n) >= 60 and n % 2 == 0 and n % 3 == 0),
    "t_party": ("党员", [], lambda n: n % 5 == 0),
    "t_disabled": ("残疾人", [], lambda n: n % 7 == 0),
    "t_choir": ("合唱爱好者", ["爱唱歌"], lambda n: n % 11 == 0),
    "t_meals": ("需要助餐", ["助餐"], lambda n: n % 13 == 0),
    "t_volunteer": ("志愿者", [], lambda n: n % 9 == 0),
}
SKILLS = {"s1": "理发", "s2": "合唱", "s3": "手机教学", "s4": "书法", "s5": "法律咨询"}
ITEMS = {
    "i1": ("路灯报修", "repair", "小区公共照明损坏，统一报修", "全体居民"),
    "i2": ("招聘信息发布", "employment", "辖区企业用工信息每周更新", "求职居民"),
    "i3": ("老年助餐", "elderly", "午餐送上门", "60岁以上老人"),
    "i4": ("法律咨询", "legal", "每月一次律师坐堂", "全体居民"),
    "i5": ("两病筛查", "health", "退休妇女免费筛查", "退休妇女"),
}


@dataclass(frozen=True, slots=True)
class Person:
    id: str
    area: str
    unit: str
    dwelling: str
    sex: str
    birth: dt.date
    tags: frozenset[str]

    @property
    def age(self) -> int:
        return AS_OF.year - self.birth.year - ((self.birth.month, self.birth.day) > (AS_OF.month, AS_OF.day))


def age_of(n: int) -> int:
    """Ages 0 to 95, spread so that every committee has all of them."""
    return (n * 37) % 96


def people() -> list[Person]:
    found = []
    for n, (area, unit, dwelling) in enumerate(_beds()):
        birth = dt.date(AS_OF.year - age_of(n), 1 + n % 10, 1 + n % 28)
        tags = frozenset(tag for tag, (_, _, holds) in TAGS.items() if holds(n))
        found.append(Person(f"p{n:03d}", area, unit, dwelling, "12"[n % 2], birth, tags))
    return found


def _beds() -> list[tuple[str, str, str]]:
    beds = []
    for area, (_, lane, _, _) in COMMITTEES.items():
        for house in (1, 2, 11, 12):
            for room in (101, 102, 201, 502):
                unit = f"{lane}{house}号"
                beds += [(area, unit, f"{unit}{room}室")] * 2
    return beds


def town() -> Snapshot:
    """Return the snapshot of the whole sub-district."""
    return Snapshot.of(records(), digest="town")


def records() -> Records:
    nodes: dict[str, list[dict[str, Any]]] = defaultdict(list)
    edges: dict[str, list[dict[str, Any]]] = defaultdict(list)
    _areas(nodes, edges)
    _houses(nodes, edges)
    _residents(nodes, edges)
    _offers(nodes, edges)
    _organisations(nodes, edges)
    _needs(nodes, edges)
    return Records.of({k: _table(v) for k, v in nodes.items()}, {k: _table(v) for k, v in edges.items()})


def _table(rows: list[dict[str, Any]]) -> pa.Table:
    """Return the rows as a table with every key of any row (Arrow looks at the first row only)."""
    keys = sorted({key for row in rows for key in row})
    return pa.table({key: [row.get(key) for row in rows] for key in keys})


def _areas(nodes: Any, edges: Any) -> None:
    nodes["Area"] += [
        {"id": "310106", "name": "静安区", "level": "district"},
        {"id": "310106021", "name": "临汾路街道", "level": "subdistrict"},
    ]
    edges["Area-PART_OF-Area"].append({"start": "310106021", "end": "310106"})
    for code, (name, _, lon, lat) in COMMITTEES.items():
        nodes["Area"].append({"id": code, "name": name, "level": "committee", "lon": lon, "lat": lat})
        edges["Area-PART_OF-Area"].append({"start": code, "end": "310106021"})


def _houses(nodes: Any, edges: Any) -> None:
    for code, (_, lane, lon, lat) in COMMITTEES.items():
        estate = {"id": lane, "area": code, "name": ESTATES.get(code, lane + "小区"), "address_key": lane}
        nodes["Estate"].append(estate | {"lon": lon, "lat": lat})
        for step, house in enumerate((1, 2, 11, 12)):
            key = f"{lane}{house}号"
            at = {"id": key, "area": code, "address": key, "address_key": key, "lon": lon + step * 0.0005, "lat": lat}
            nodes["Building"].append(at)
            nodes["Unit"].append(at)
            edges["Building-IN-Estate"].append({"start": key, "end": lane})
            edges["Unit-IN-Building"].append({"start": key, "end": key})
            for room in (101, 102, 201, 502):
                dwelling = f"{key}{room}室"
                nodes["Dwelling"].append({"id": dwelling, "area": code, "address": dwelling, "address_key": dwelling})
                edges["Dwelling-IN-Unit"].append({"start": dwelling, "end": key})


def _residents(nodes: Any, edges: Any) -> None:
    for tag, (name, synonyms, _) in TAGS.items():
        nodes["Tag"].append({"id": tag, "name": name, "synonyms": synonyms})
    for person in people():
        named = {"id": person.id, "area": person.area, "name": f"居民{person.id}", "sex": person.sex}
        nodes["Resident"].append(named | {"birth_date": person.birth})
        edges["Resident-LIVES_IN-Dwelling"].append({"start": person.id, "end": person.dwelling})
        edges["Resident-HAS_TAG-Tag"] += [{"start": person.id, "end": tag} for tag in sorted(person.tags)]
    # somebody who moved out of 502 in 2020 no longer lives there
    left = {"start": "p127", "end": "汾西路261弄12号502室", "until": dt.date(2020, 5, 1)}
    edges["Resident-LIVES_IN-Dwelling"].append(left)


def _offers(nodes: Any, edges: Any) -> None:
    nodes["Skill"] += [{"id": key, "name": name} for key, name in SKILLS.items()]
    for key, (name, kind, description, audience) in ITEMS.items():
        item = {"id": key, "name": name, "kind": kind, "description": description, "audience": audience}
        nodes["ServiceItem"].append(item)
    for n, (code, (_, lane, lon, lat)) in enumerate(COMMITTEES.items()):
        place = {"area": code, "lon": lon, "lat": lat, "address": lane + "1号", "address_key": lane + "1号"}
        nodes["Venue"] += [
            place | {"id": f"v{n}a", "name": f"{lane}活动室", "kind": "activity_room", "capacity": 15 + 10 * n},
            place | {"id": f"v{n}b", "name": f"{lane}图书室", "kind": "library", "capacity": 12},
        ]
        nodes["ServicePoint"].append(
            place
            | {"id": f"c{n}", "name": f"{lane}食堂", "kind": "canteen", "status": ("existing", "candidate")[n % 2]}
        )
        for k in range(2):
            skill = sorted(SKILLS)[(2 * n + k) % len(SKILLS)]
            volunteer = {"id": f"w{n}{k}", "area": code, "name": f"志愿者{n}{k}", "lon": lon, "lat": lat}
            nodes["Volunteer"].append(volunteer)
            edges["Volunteer-HAS_SKILL-Skill"].append({"start": f"w{n}{k}", "end": skill, "level": 3})
    edges["Volunteer-IS-Resident"] += [{"start": "w11", "end": "p036"}, {"start": "w00", "end": "p001"}]


def _organisations(nodes: Any, edges: Any) -> None:
    first = {"area": "310106021001", "lon": 121.441, "lat": 31.311}
    nodes["Organisation"] += [
        first | {"id": "o1", "name": "临汾市政养护队", "kind": "public_body", "phone": "021-00000001"},
        first | {"id": "o2", "name": "汾西百货公司", "kind": "company"},
        first | {"id": "o3", "name": "社区事务受理中心", "kind": "public_body"},
    ]
    for start, end in (("o1", "i1"), ("o3", "i2"), ("o3", "i4")):
        edges["Organisation-OFFERS-ServiceItem"].append({"start": start, "end": end})


def _needs(nodes: Any, edges: Any) -> None:
    def need(id: str, area: str, name: str, kind: str, status: str = "open") -> None:
        lon, lat = COMMITTEES[area][2:]
        nodes["Need"].append(
            {"id": id, "area": area, "name": name, "kind": kind, "status": status, "lon": lon, "lat": lat}
        )

    need("n1", "310106021001", "百货公司招聘收银员", "hiring")
    need("n2", "310106021008", "3号楼门口路灯不亮", "repair")
    need("n3", "310106021008", "合唱队找排练场地", "venue")
    need("n4", "310106021012", "老人想学手机", "service")
    need("n5", "310106021012", "旧路灯报修", "repair", "done")
    edges["Organisation-ASKS-Need"].append({"start": "o2", "end": "n1"})
    edges["Need-WANTS-Skill"].append({"start": "n4", "end": "s3", "level": 1})
    edges["Need-WANTS-ServiceItem"].append({"start": "n2", "end": "i1"})
