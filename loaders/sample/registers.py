"""The registers of people, houses and tags as sheets, the way their systems export them."""

from __future__ import annotations

import numpy as np

from .district import District
from .draws import Bools, Words, choose, stream
from .lifts import DECIDED
from .people import AS_OF, Days, People
from .place import SUBDISTRICT, Place, degrees
from .settle import zone_of
from .sheet import Cell, Sheet, dates, sheet, sheet_of
from .tables import rows
from .tags import Tags

PARTS = {"west": "西片", "centre": "中片", "north": "北片", "east": "东片"}
OBSERVED_EARLY = 0.8  # share of entries made before the first votes on lifts: what came later must not explain them


def divisions(place: Place) -> Sheet:
    """List the divisions from the city down to the committees that exist."""
    above: list[list[Cell]] = [
        ["3101", "上海市", "", "市", None, None],
        ["310106", "静安区", "3101", "区", None, None],
        [SUBDISTRICT, "临汾路街道", "310106", "街道", *degrees(0.0, 0.0)],
    ]
    own: list[list[Cell]] = [[c.code, c.name, SUBDISTRICT, "居委会", *degrees(c.x, c.y)] for c in place.committees]
    return sheet_of(("区划代码", "区划名称", "上级代码", "层级", "经度", "纬度"), [*above, *own])


def estates(place: Place) -> Sheet:
    """List the estates."""
    listed: list[list[Cell]] = [
        [e.address, e.name, place.committees[e.committee].name, e.kind, e.built, *degrees(e.x, e.y)]
        for e in place.estates
    ]
    return sheet_of(("小区地址", "小区名称", "所属居委", "房屋类型", "建成年份", "经度", "纬度"), listed)


def _building_codes(place: Place) -> Words:
    return np.array([f"LD{b + 1:04d}" for b in place.units.building.tolist()], object)


def buildings(place: Place) -> Sheet:
    """List the buildings, each by its first stairwell."""
    first = np.unique(place.units.building, return_index=True)[1]
    units = place.units
    return sheet(
        {
            "楼栋编号": _building_codes(place)[first],
            "小区地址": [place.estates[e].address for e in units.estate[first].tolist()],
            "楼栋地址": units.address[first],
            "建成年份": units.built[first],
            "层数": units.floors[first],
            "经度": units.lon[first],
            "纬度": units.lat[first],
        }
    )


def _yes(flags: Bools) -> Words:
    return np.where(flags, "是", "否").astype(object)


def units(district: District) -> Sheet:
    """List the stairwell groups with their physical facts and the two undated marks that leak."""
    place, own = district.town.place, district.town.place.units
    return sheet(
        {
            "楼组地址": own.address,
            "楼栋编号": _building_codes(place),
            "所属居委": [place.committees[c].name for c in place.unit_committee.tolist()],
            "建成年份": own.built,
            "总层数": own.floors,
            "户数": np.bincount(place.dwellings.unit, minlength=len(own.estate)),
            "房屋结构": own.structure,
            "楼梯形式": own.stairs,
            "外墙燃气管": _yes(own.gas_pipe_outside),
            "底层商铺": _yes(own.ground_shops),
            "楼前净宽(米)": own.clear_width,
            "已开加梯专户": _yes(district.lifts.leaks["lift_fund_opened"]),
            "已电力增容": _yes(district.lifts.leaks["power_upgraded"]),
            "现有电梯": _yes(district.lifts.has_lift(place)),
            "经度": own.lon,
            "纬度": own.lat,
        }
    )


def dwellings(district: District) -> Sheet:
    """List the dwellings with their use and tenure."""
    rng = stream(district.town.seed, "dwellings")
    place, people = district.town.place, district.town.people
    n = len(place.dwellings.unit)
    rented = np.zeros(n, bool)
    rented[people.dwelling[people.renting & people.living]] = True
    vacant = np.zeros(n, bool)
    vacant[district.town.settled.vacant] = True
    old = np.array([e.kind == "售后公房" for e in place.estates])[place.units.estate][place.dwellings.unit]
    public = choose(rng, {"产权房": 86.0, "公房": 14.0}, n)
    return sheet(
        {
            "房屋编号": [f"FW{i + 1:06d}" for i in range(n)],
            "房屋地址": place.dwellings.address,
            "所在楼层": place.dwellings.floor,
            "室号": place.dwellings.room,
            "建筑面积": place.dwellings.area,
            "使用情况": np.where(vacant, "空关", np.where(rented, "出租", "自住")).astype(object),
            "产权性质": np.where(old, public, "产权房").astype(object),
            "登记日期": _seen(stream(district.town.seed, "dwellings seen"), place).astype(str).astype(object),
        }
    )


def _seen(rng: np.random.Generator, place: Place) -> Days:
    """Draw when each dwelling was last looked at: after its house was built, before AS_OF."""
    built = (place.units.built[place.dwellings.unit] - 1970 + 1).astype("datetime64[Y]").astype("datetime64[D]")
    return np.asarray(np.minimum(np.maximum(_entered(rng, len(built)), built), AS_OF - 1))


def _entered(rng: np.random.Generator, count: int) -> Days:
    early = rng.random(count) < OBSERVED_EARLY
    before = DECIDED[0] - 1 - rng.integers(0, 1200, count)
    after = DECIDED[0] + rng.integers(0, int((AS_OF - DECIDED[0]).astype(int)) - 5, count)
    return np.asarray(np.where(early, before, after))


def _registered_addresses(place: Place, people: People) -> Words:
    own = np.append(place.dwellings.address, "")[people.registered]
    return np.where(people.registered >= 0, own, people.elsewhere)


def population(district: District) -> dict[str, Sheet]:
    """Return the register of those who live here, one sheet for each part of the sub-district."""
    place, people, traits = district.town.place, district.town.people, district.town.traits
    everyone: dict[str, Words] = {
        "人口编号": np.array([f"RK{i + 1:06d}" for i in range(len(people))], object),
        "姓名": people.name,
        "性别": np.array(["", "男", "女"], object)[people.sex],
        "证件号码": people.id_number,
        "出生日期": people.born.astype(str).astype(object),
        "民族": traits.ethnicity,
        "文化程度": traits.education,
        "婚姻状况": traits.marital,
        "政治面貌": traits.politics,
        "联系电话": people.phone,
        "居住地址": np.append(place.dwellings.address, "")[people.dwelling],
        "户籍地址": _registered_addresses(place, people),
        "户编号": np.array([f"H{h + 1:06d}" for h in people.household.tolist()], object),
        "与户主关系": _roles(people),
        "户类别": np.where(people.kind == "sharers", "合租户", "家庭户").astype(object),
        "入住日期": people.moved_in.astype(str).astype(object),
        "是否核验": _yes(traits.verified),
        "更新日期": _updated(district).astype(str).astype(object),
        "状态": np.full(len(people), "在册", object),
    }
    zone = zone_of(place, people.dwelling)
    parts = {part: np.flatnonzero(zone == name) for name, part in PARTS.items()}
    return {part: sheet({header: column[who] for header, column in everyone.items()}) for part, who in parts.items()}


def _updated(district: District) -> Days:
    """Draw when each entry was last looked at: after birth and moving in."""
    people = district.town.people
    entered = np.maximum(_entered(stream(district.town.seed, "population"), len(people)), people.born + 30)
    return np.asarray(np.minimum(np.maximum(entered, people.moved_in), AS_OF - 1))


def _roles(people: People) -> Words:
    names = {"02": "户主", "10": "配偶", "20": "子", "30": "女", "40": "孙子、孙女或外孙子、外孙女"}
    names |= {"51": "父亲", "52": "母亲", "97": "其他亲属", "99": "非亲属"}
    return np.array([names[r] for r in people.role.tolist()], object)


def registration(district: District) -> Sheet:
    """Return the household register: all who are registered here, wherever they live."""
    rng = stream(district.town.seed, "registration")
    place, people = district.town.place, district.town.people
    who = np.flatnonzero(people.registered >= 0)
    dwelling = people.registered[who]
    built = (place.units.built[place.dwellings.unit[dwelling]] - 1970).astype("datetime64[Y]").astype("datetime64[D]")
    came = np.maximum(built + rng.integers(200, 4000, len(who)), people.born[who] + 20)
    return sheet(
        {
            "户号": [f"HJ{d + 1:06d}" for d in dwelling.tolist()],
            "姓名": people.name[who],
            "性别": np.array(["", "男", "女"], object)[people.sex[who]],
            "公民身份号码": people.id_number[who],
            "出生日期": [d.strftime("%Y%m%d") for d in dates(people.born[who])],
            "民族": district.town.traits.ethnicity[who],
            "户籍地址": place.dwellings.address[dwelling],
            "联系电话": people.phone[who],
            "迁入日期": [d.strftime("%Y%m%d") for d in dates(np.minimum(came, AS_OF - 30))],
        }
    )


def retired(district: District) -> Sheet:
    """Return the list of pensioners."""
    who = np.flatnonzero(district.town.traits.retired)
    return sheet(
        {
            "姓名": district.town.people.name[who],
            "身份证号": district.town.people.id_number[who],
            "退休日期": dates(district.town.traits.retired_on[who]),
            "月养老金领取": np.full(len(who), "是", object),
        }
    )


def dictionary(tags: Tags) -> Sheet:
    """Return the tag dictionary."""
    return sheet(
        {
            "标签编码": [t.id for t in tags.dictionary],
            "标签名称": [t.name for t in tags.dictionary],
            "标签组": [t.group for t in tags.dictionary],
            "定义": [_definition(t.name, by_rule=t.rule is not None) for t in tags.dictionary],
            "来源": ["规则计算" if t.rule else "走访登记" for t in tags.dictionary],
            "产生方式": ["规则" if t.rule else "人工" for t in tags.dictionary],
            "规则": [t.rule_json for t in tags.dictionary],
            "启用日期": [np.datetime64("2018-01-01").item()] * len(tags.dictionary),
            "停用日期": [None] * len(tags.dictionary),
            "敏感级别": [t.sensitivity for t in tags.dictionary],
            "同义词": ["、".join(t.synonyms) for t in tags.dictionary],
        }
    )


def _definition(name: str, *, by_rule: bool) -> str:
    return f"按人口登记自动判定的{name}" if by_rule else f"经社区走访登记为“{name}”的居民"


def tag_list(district: District) -> Sheet:
    """Return the tags set by hand, one row a resident."""
    rng = stream(district.town.seed, "tag list")
    names = np.array([t.name for t in district.tags.dictionary], object)
    tag, person = np.nonzero(district.tags.carried)
    order = np.lexsort((tag, person))
    who, counts = np.unique(person[order], return_counts=True)
    lists: list[Cell] = [part.tolist() for part in np.split(names[tag[order]], np.cumsum(counts)[:-1])]
    return sheet(
        {
            "姓名": district.town.people.name[who],
            "证件号码": district.town.people.id_number[who],
            "标签": lists,
            "采集日期": dates(_entered(rng, len(who))),
        }
    )


def services() -> Sheet:
    """List the service items."""
    columns = (
        ("编号", "id"),
        ("事项名称", "name"),
        ("类别", "kind"),
        ("服务对象", "audience"),
        ("说明", "description"),
    )
    found = {zh: [row[name] for row in rows("services")] for zh, name in columns}
    return sheet({**found, "同义词": [row["synonyms"].replace("/", "、") for row in rows("services")]})


def skills() -> Sheet:
    """List the skills."""
    found = {
        zh: [row[name] for row in rows("skills")]
        for zh, name in (("编号", "id"), ("技能名称", "name"), ("类别", "group"))
    }
    return sheet({**found, "同义词": [row["synonyms"].replace("/", "、") for row in rows("skills")]})
