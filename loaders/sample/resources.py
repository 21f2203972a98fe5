"""Organisations, what they offer, venues with idle rooms among them, and service points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .draws import choose, stream
from .people import AS_OF
from .place import CELL, Committee, Place, degrees
from .sheet import Cell, Sheet, sheet_of
from .tables import rows

VENUE_KINDS: dict[str, tuple[int, int, str, str]] = {  # fewest and most people, opening hours, facilities
    "活动室": (30, 60, "周一至周五 9:00-17:00", "投影仪、音响、桌椅"),
    "会议室": (12, 30, "周一至周五 9:00-20:30", "投影仪、白板"),
    "图书室": (15, 30, "周二至周日 9:00-17:00", "书架、空调"),
    "户外空间": (50, 200, "每天 6:00-21:00", "座椅、照明"),
    "党群服务站": (20, 50, "每天 8:30-20:30", "投影仪、空调、饮水机"),
}
EXTRA = ("教室", "体育场地", "共享厨房", "健康小屋", "礼堂")
EXTRA_FACTS = (10, 80, "双休日全天", "空调、桌椅")
IDLE_FACTS = (10, 40, "每天 9:00-17:00", "")
SHOP = 0.3  # chance that a committee has a shop of some kind
Firm = tuple[str, str, Committee, str]  # name, kind, committee, whether it sits in the party-building conference
IDLE = 0.6  # idle rooms a committee, in the mean


@dataclass(frozen=True, slots=True)
class Resources:
    """The sheets of organisations, offers, venues and points."""

    organisations: Sheet
    offers: Sheet
    venues: Sheet
    points: Sheet


def build(seed: int, place: Place) -> Resources:
    """Set up the resources of the committees that exist."""
    rng = stream(seed, "resources")
    organisations = _organisations(rng, place)
    return Resources(organisations, _offers(rng, organisations), _venues(rng, place, organisations), points(place))


def _by_code(place: Place) -> dict[str, Committee]:
    return {c.code: c for c in place.committees}


def _somewhere(rng: np.random.Generator, committee: Committee) -> tuple[float, float]:
    x, y = rng.uniform(-0.42, 0.42, 2)
    return degrees(committee.x + x * CELL[0], committee.y + y * CELL[1])


def _road(place: Place, committee: Committee) -> str:
    estate = next(e for e in place.estates if place.committees[e.committee] is committee and "路" in e.address)
    return estate.address.split("路")[0] + "路"


def _firms(place: Place) -> list[Firm]:
    known, fallback = _by_code(place), place.committees[0]
    return [(r["name"], r["kind"], known.get(r["committee"], fallback), r["party"]) for r in rows("organisations")]


def _merchants(rng: np.random.Generator, place: Place) -> list[Firm]:
    return [
        (f"{_road(place, committee)}{row['kind']}", "商户", committee, "0")
        for committee in place.committees
        for row in rows("merchants")
        if rng.random() < SHOP
    ]


def _organisations(rng: np.random.Generator, place: Place) -> Sheet:
    found = _firms(place) + _merchants(rng, place)
    listed: list[list[Cell]] = []
    for i, (name, kind, committee, party) in enumerate(found):
        lon, lat = _somewhere(rng, committee)
        number = f"{_road(place, committee)}{int(rng.integers(10, 900))}号"
        phone = f"100{int(rng.integers(10**7, 10**8)):08d}"
        listed.append(
            [f"G{i + 1:03d}", _unique(name, listed), kind, _yes(party), committee.name, number, phone, lon, lat]
        )
    return sheet_of(
        ("单位编号", "单位名称", "单位类型", "党建联席单位", "所在居委", "地址", "联系电话", "经度", "纬度"), listed
    )


def _yes(flag: str) -> str:
    return "是" if flag == "1" else "否"


def _unique(name: str, listed: list[list[Cell]]) -> str:
    same = sum(1 for row in listed if row[1] == name or str(row[1]).startswith(f"{name}（"))
    return f"{name}（{same + 1}）" if same else name


def _offers(rng: np.random.Generator, organisations: Sheet) -> Sheet:
    service = {row["id"]: row["name"] for row in rows("services")}
    own = {row["name"]: row["services"].split("/") for row in rows("organisations")}
    shop = {row["kind"]: row["services"].split("/") for row in rows("merchants")}
    listed: list[list[Cell]] = []
    for row in organisations.rows:
        name = str(row[1])
        given = own.get(name) or next((s for kind, s in shop.items() if kind in name), [])
        for item in given:
            start = (AS_OF - int(rng.integers(30, 700))).item()
            until = None if rng.random() < 0.7 else (AS_OF + int(rng.integers(60, 500))).item()
            listed.append([row[0], name, service[item], int(rng.integers(1, 13)) * 5, start, until])
    return sheet_of(("单位编号", "单位名称", "服务事项", "可供数量", "起始日期", "截止日期"), listed)


def _venues(rng: np.random.Generator, place: Place, organisations: Sheet) -> Sheet:
    listed: list[list[Cell]] = []
    owners = [str(r[1]) for r in organisations.rows if r[2] in ("党组织", "社会组织", "物业公司", "企业")]
    for committee in place.committees:
        kinds = [*VENUE_KINDS, *rng.permutation(EXTRA)[:2].tolist(), *["闲置用房"] * int(rng.poisson(IDLE))]
        for kind in kinds:
            listed.append(
                _venue(rng, _road(place, committee), committee=committee, kind=kind, code=f"R{len(listed) + 1:03d}")
            )
            listed[-1][9] = str(choose(rng, dict.fromkeys(owners, 1.0), 1)[0])
    headers = ("场地编号", "场地名称", "类型", "所属居委", "地址", "容纳人数", "开放时间", "无障碍", "设施", "权属单位")
    return sheet_of((*headers, "最近使用日", "经度", "纬度"), listed)


def _venue(rng: np.random.Generator, road: str, *, committee: Committee, kind: str, code: str) -> list[Cell]:
    idle = kind == "闲置用房"
    low, high, hours, facilities = VENUE_KINDS.get(kind, IDLE_FACTS if idle else EXTRA_FACTS)
    lon, lat = _somewhere(rng, committee)
    used = (AS_OF - int(rng.integers(120, 700) if idle else rng.integers(1, 21))).item()
    address = f"{road}{int(rng.integers(10, 900))}号"
    number = f"{code[1:].lstrip('0')}号" if idle else ""
    step_free = "是" if rng.random() < 0.6 else "否"
    size = int(rng.integers(low, high + 1))
    name = f"{committee.name.removesuffix('居委会')}{kind}{number}"
    return [code, name, kind, committee.name, address, size, hours, step_free, facilities, "", used, lon, lat]


def points(place: Place) -> Sheet:
    """Return the service points of the committees that exist, those beyond the border included."""
    known = _by_code(place)
    listed: list[list[Cell]] = []
    service = {row["id"]: row["name"] for row in rows("services")}
    for row in rows("points"):
        if row["committee"] in known:
            committee = known[row["committee"]]
            lon, lat = degrees(committee.x + float(row["dx"]), committee.y + float(row["dy"]))
            opened = np.datetime64(row["opened_on"]).item() if row["opened_on"] else None
            facts: list[Cell] = [
                row["id"],
                row["name"],
                row["kind"],
                row["status"],
                committee.name,
                int(row["capacity"]),
            ]
            listed.append([*facts, service[row["service"]], opened, int(row["yearly_cost"]), lon, lat])
    headers = ("编号", "名称", "类型", "状态", "所在居委", "容量", "服务事项", "启用日期", "年成本", "经度", "纬度")
    return sheet_of(headers, listed)
