"""Needs that committees, party-building units and residents raised, and surveys."""

from __future__ import annotations

import numpy as np

from .draws import choose, pick, stream
from .people import AS_OF
from .place import Place
from .sheet import Cell, Sheet, sheet_of
from .tables import Row, rows
from .town import Town

COUNT = {"full": 420, "small": 110}
STATUSES = {"待响应": 42.0, "已匹配": 12.0, "进行中": 18.0, "已完成": 24.0, "已关闭": 4.0}
HEADERS = (
    "需求编号",
    "标题",
    "说明",
    "类型",
    "状态",
    "提出方",
    "提出单位",
    "提出人",
    "提出人证件",
    "所属居委",
    "提出日期",
    "期望日期",
)
MORE = ("人数", "时段", "所需服务", "所需技能", "地址", "经度", "纬度")
SURVEYS: tuple[tuple[str, str, str, int, int], ...] = (  # programme, title, question, asked, agreed
    ("退休妇女两病筛查", "两病筛查意愿调查", "您今年愿意参加免费两病筛查吗？", 240, 205),
    ("普惠托育登记", "托育需求调查", "您家两岁幼儿需要普惠托位吗？", 120, 71),
    ("65岁以上老人免费体检", "体检满意度调查", "您对免费体检满意吗？", 300, 268),
    ("老伙伴结对", "结对意愿调查", "您希望有老伙伴定期探望吗？", 150, 96),
    ("独居老人智能水表", "智能水表意愿调查", "您愿意安装智能水表吗？", 160, 118),
    ("居家适老化改造", "适老化改造需求调查", "您家需要安装扶手和防滑设施吗？", 200, 87),
    ("流感疫苗免费接种", "流感疫苗意愿调查", "您今年打算接种流感疫苗吗？", 220, 129),
)


def build(town: Town, organisations: Sheet) -> Sheet:
    """Return the list of needs."""
    rng, people = stream(town.seed, "needs"), town.people
    templates = rows("needs")
    adults = pick(rng, np.where(people.living & (people.age >= 25), 1.0, 0.0), COUNT[town.size])
    listed = [
        _need(rng, town, row=templates[int(rng.integers(len(templates)))], person=int(person), firms=organisations)
        for person in rng.permutation(adults).tolist()
    ]
    numbered: list[list[Cell]] = [[f"N{i + 1:04d}", *need] for i, need in enumerate(listed)]
    return sheet_of((*HEADERS, *MORE), numbered)


def _need(rng: np.random.Generator, town: Town, *, row: Row, person: int, firms: Sheet) -> list[Cell]:
    place, people = town.place, town.people
    unit = int(place.dwellings.unit[people.dwelling[person]])
    committee = place.committees[int(place.unit_committee[unit])]
    raised = AS_OF - int(rng.integers(1, 330))
    due = raised + int(rng.integers(7, 90))
    firm = _firm(rng, firms) if row["owner"] == "党建单位" else ""
    service = next((s["name"] for s in rows("services") if s["id"] == row["service"]), "")
    skill = next((s["name"] for s in rows("skills") if s["id"] == row["skill"]), "")
    where: list[Cell] = [str(place.units.address[unit]), float(place.units.lon[unit]), float(place.units.lat[unit])]
    who: list[Cell] = [str(people.name[person]), str(people.id_number[person])] if row["owner"] == "居民" else ["", ""]
    status = str(choose(rng, STATUSES, 1)[0])
    count = int(rng.integers(int(row["low"]), int(row["high"]) + 1))
    head: list[Cell] = [row["title"], row["description"], row["kind"], status, row["owner"], firm, *who]
    return [*head, committee.name, raised.item(), due.item(), count, row["slots"], service, skill, *where]


def _firm(rng: np.random.Generator, organisations: Sheet) -> str:
    firms = [str(r[1]) for r in organisations.rows if r[3] == "是"]
    return firms[int(rng.integers(len(firms)))]


def surveys(place: Place) -> Sheet:
    """Return the surveys of the year; the first committee of the list held each."""
    listed: list[list[Cell]] = []
    for i, (programme, title, question, asked, agreed) in enumerate(SURVEYS):
        committee = place.committees[i % len(place.committees)].name
        held = (AS_OF - 20 - 11 * i).item()
        listed.append([f"S{i + 1:02d}", title, question, committee, held, asked, agreed, programme])
    return sheet_of(("调查编号", "名称", "问题", "组织居委", "调查日期", "受访人数", "肯定人数", "相关项目"), listed)
