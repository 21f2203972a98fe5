"""Which file each system exports, in which format, with which lines above its headers."""

from __future__ import annotations

from .district import District
from .files import File, Part
from .needs import surveys
from .registers import (
    buildings,
    dictionary,
    divisions,
    dwellings,
    estates,
    population,
    registration,
    retired,
    services,
    skills,
    tag_list,
    units,
)
from .volunteers import leader_sheet

_MADE = "导出时间：2021-11-01 08:00  制表：临汾路街道"


def _title(name: str) -> tuple[str, ...]:
    return (f"临汾路街道{name}", _MADE)


def exports(district: District) -> list[File]:
    """Return the clean files of all systems, sorted by name."""
    files = [*_people(district), *_ground(district), *_offers(district), *_events(district)]
    return sorted(files, key=lambda f: f.name)


def _people(district: District) -> list[File]:
    found = [
        File(f"实有人口_{part}.xlsx", "xlsx", (Part(own, "实有人口", _title(f"实有人口登记表（{part}）"), total=True),))
        for part, own in population(district).items()
    ]
    return [
        *found,
        File("户籍人口.csv", "gb18030", (Part(registration(district)),)),
        File("社保退休人员.csv", "gb18030", (Part(retired(district)),)),
        File("居民标签.parquet", "parquet", (Part(tag_list(district)),)),
        File("标签字典.xlsx", "xlsx", (Part(dictionary(district.tags), "标签", _title("特色标签字典")),)),
        File("楼组长名册.csv", "utf-8-sig", (Part(leader_sheet(district.town, district.leaders)),)),
        File("志愿者时间银行.csv", "utf-8-sig", (Part(district.volunteers.register),)),
    ]


def _ground(district: District) -> list[File]:
    place = district.town.place
    ground = (
        Part(estates(place), "小区", _title("小区基本信息表")),
        Part(buildings(place), "楼栋", _title("楼栋信息表")),
        Part(units(district), "楼组", _title("楼组信息表"), total=True),
    )
    return [
        File("行政区划.csv", "utf-8-sig", (Part(divisions(place)),)),
        File("小区楼栋楼组.xlsx", "xlsx", ground),
        File("房屋.parquet", "parquet", (Part(dwellings(district)),)),
        File(
            "加梯台账.xlsx",
            "xlsx",
            (Part(district.lifts.ledger, "加梯", _title("既有多层住宅加装电梯台账"), total=True),),
        ),
        File("加梯征询.xlsx", "xlsx", _votes(district)),
    ]


def _votes(district: District) -> tuple[Part, ...]:
    return (
        Part(district.votes.plans, "方案", _title("加梯征询方案一览表")),
        Part(district.votes.answers, "征询记录", _title("逐户征询记录")),
    )


def _offers(district: District) -> list[File]:
    own = district.resources
    firms = (
        Part(own.organisations, "单位名录", _title("区域化党建单位和驻区单位名录")),
        Part(own.offers, "供给清单", _title("单位服务供给清单")),
    )
    catalogue = (
        Part(services(), "服务事项", _title("社区服务事项清单")),
        Part(skills(), "技能", _title("志愿服务技能表")),
    )
    return [
        File("党建单位.xlsx", "xlsx", firms),
        File("服务与技能.xlsx", "xlsx", catalogue),
        File("场地.xlsx", "xlsx", (Part(own.venues, "场地", _title("公共空间和闲置用房一览表"), total=True),)),
        File("服务点.xlsx", "xlsx", (Part(own.points, "服务点", _title("公共服务点位表")),)),
        File("需求清单.csv", "gb18030", (Part(district.needs),)),
    ]


def _events(district: District) -> list[File]:
    events, policy = district.activities, district.programmes
    return [
        File("活动.xlsx", "xlsx", (Part(events.plan, "活动", _title("社区活动一览表"), total=True),)),
        File("活动签到.csv", "gb18030", (Part(events.signed_in),)),
        File("政策项目.xlsx", "xlsx", (Part(policy.plan, "项目", _title("惠民项目一览表")),)),
        File("项目报名.csv", "utf-8-sig", (Part(policy.enrolled),)),
        File("联系记录.csv", "gb18030", (Part(policy.contacted),)),
        File("调查.xlsx", "xlsx", (Part(surveys(district.town.place), "调查", _title("居民调查汇总表")),)),
    ]
