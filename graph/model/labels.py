"""The labels of the graph and their properties, as data (see `schema`)."""

from __future__ import annotations

from .schema import FIXED, Kind, Label, Property, Sensitivity
from .text import Text

_PUBLIC, _PERSONAL, _SENSITIVE = Sensitivity.PUBLIC, Sensitivity.PERSONAL, Sensitivity.SENSITIVE

ID = Property("id", Kind.TEXT, Text("编号", "identifier"), required=True)
AREA = Property("area", Kind.CODE, Text("所属居委", "committee code"), _PUBLIC)
LON = Property("lon", Kind.NUMBER, Text("经度", "longitude, WGS 84"), _PUBLIC, observed=FIXED, unit="degree")
LAT = Property("lat", Kind.NUMBER, Text("纬度", "latitude, WGS 84"), _PUBLIC, observed=FIXED, unit="degree")
ADDRESS = Property("address", Kind.TEXT, Text("地址", "address as written"), _PUBLIC)
ADDRESS_KEY = Property("address_key", Kind.TEXT, Text("规范地址", "canonical address key"), _PUBLIC)


def _named(zh: str, en: str, *, sensitivity: Sensitivity = _PUBLIC) -> Property:
    return Property("name", Kind.TEXT, Text(zh, en), sensitivity, required=True)


def _text(name: str, zh: str, en: str, sensitivity: Sensitivity = Sensitivity.INTERNAL) -> Property:
    return Property(name, Kind.TEXT, Text(zh, en), sensitivity)


def _code(name: str, zh: str, en: str, codes: str | None = None, **more: object) -> Property:
    return Property(name, Kind.CODE, Text(zh, en), codes=codes, **more)  # type: ignore[arg-type]


def _date(name: str, zh: str, en: str, **more: object) -> Property:
    return Property(name, Kind.DATE, Text(zh, en), **more)  # type: ignore[arg-type]


def _integer(name: str, zh: str, en: str, **more: object) -> Property:
    return Property(name, Kind.INTEGER, Text(zh, en), **more)  # type: ignore[arg-type]


def _number(name: str, zh: str, en: str, **more: object) -> Property:
    return Property(name, Kind.NUMBER, Text(zh, en), **more)  # type: ignore[arg-type]


def _flag(name: str, zh: str, en: str, **more: object) -> Property:
    return Property(name, Kind.BOOLEAN, Text(zh, en), **more)  # type: ignore[arg-type]


AREA_LABEL = Label(
    "Area",
    Text("区域", "area"),
    (
        ID,
        _named("名称", "name"),
        _code("level", "层级", "city, district, subdistrict or committee", "area_level"),
        LON,
        LAT,
    ),
    scoped=False,
)
ESTATE = Label(
    "Estate",
    Text("小区", "estate"),
    (
        ID,
        AREA,
        _named("名称", "name"),
        ADDRESS,
        ADDRESS_KEY,
        _code("kind", "房屋类型", "kind of housing", "housing", observed=FIXED),
        _integer("built_year", "建成年份", "year built", observed=FIXED),
        LON,
        LAT,
    ),
)
BUILDING = Label(
    "Building",
    Text("楼栋", "building"),
    (
        ID,
        AREA,
        ADDRESS,
        ADDRESS_KEY,
        _integer("built_year", "建成年份", "year built", observed=FIXED),
        _integer("floors", "层数", "storeys", observed=FIXED),
        LON,
        LAT,
    ),
)
UNIT = Label(
    "Unit",
    Text("楼组", "stairwell group"),
    (
        ID,
        AREA,
        ADDRESS,
        ADDRESS_KEY,
        _integer("built_year", "建成年份", "year built", observed=FIXED),
        _integer("floors", "层数", "storeys", observed=FIXED),
        _integer("dwellings", "户数", "dwellings on the plan", observed=FIXED),
        _code("structure", "结构", "structure of the house", "structure", observed=FIXED),
        _code("stairs", "楼梯形式", "form of the stairs", "stairs", observed=FIXED),
        _flag("gas_pipe_outside", "外墙燃气管", "gas pipe on the outer wall", observed=FIXED),
        _flag("ground_shops", "底层商铺", "shops on the ground floor", observed=FIXED),
        _number("clear_width", "楼前净宽", "clear width in front of the stairwell", observed=FIXED, unit="metre"),
        _flag("lift_fund_opened", "已开加梯专户", "an account for a lift is open"),
        _flag("power_upgraded", "已增容", "the power supply was upgraded"),
        _flag("has_lift", "已有电梯", "there is a lift"),
        LON,
        LAT,
    ),
)
DWELLING = Label(
    "Dwelling",
    Text("房屋", "dwelling"),
    (
        ID,
        AREA,
        ADDRESS,
        ADDRESS_KEY,
        _integer("floor", "楼层", "storey", observed=FIXED),
        Property("room", Kind.TEXT, Text("室号", "room"), _PUBLIC),
        _number("floor_area", "建筑面积", "floor area", observed=FIXED, unit="square metre"),
        _code("use", "使用情况", "how it is used", "dwelling_use", observed="use_on"),
        _date("use_on", "使用情况登记日", "use observed on"),
        _code("tenure", "产权", "tenure", "tenure", observed="tenure_on"),
        _date("tenure_on", "产权登记日", "tenure observed on"),
    ),
)
HOUSEHOLD = Label(
    "Household",
    Text("户", "household"),
    (ID, AREA, _code("kind", "户类别", "kind of household", "household")),
)
RESIDENT = Label(
    "Resident",
    Text("居民", "resident"),
    (
        ID,
        AREA,
        _code("registered_area", "户籍所在居委", "committee of registration"),
        Property("name", Kind.TEXT, Text("姓名", "name"), _PERSONAL),
        _code("sex", "性别", "sex", "gbt2261.1", sensitivity=_PERSONAL, observed=FIXED),
        _date("birth_date", "出生日期", "date of birth", sensitivity=_PERSONAL, observed=FIXED),
        _code("ethnicity", "民族", "ethnic group", "gbt3304", sensitivity=_SENSITIVE),
        _code("education", "文化程度", "education", "gbt4658", sensitivity=_PERSONAL, observed="education_on"),
        _date("education_on", "文化程度登记日", "education observed on", sensitivity=_PERSONAL),
        _code("marital", "婚姻状况", "marital status", "gbt2261.2", sensitivity=_PERSONAL, observed="marital_on"),
        _date("marital_on", "婚姻登记日", "marital status observed on", sensitivity=_PERSONAL),
        _code(
            "politics", "政治面貌", "political affiliation", "gbt4762", sensitivity=_SENSITIVE, observed="politics_on"
        ),
        _date("politics_on", "政治面貌登记日", "political affiliation observed on", sensitivity=_SENSITIVE),
        Property("id_hash", Kind.TEXT, Text("证件摘要", "keyed hash of the ID number"), _SENSITIVE),
        Property("id_last4", Kind.TEXT, Text("证件后四位", "last four of the ID number"), _SENSITIVE),
        Property("phone", Kind.TEXT, Text("电话", "phone"), _PERSONAL),
        Property("address", Kind.TEXT, Text("居住地址", "address as written"), _PERSONAL),
        Property("registered_address", Kind.TEXT, Text("户籍地址", "registered address as written"), _PERSONAL),
        _code("residence", "人户状态", "registered here, living here, or both", "residence"),
        _flag("no_dwelling", "无房屋信息", "no dwelling is known"),
        _flag("retired", "退休", "retired", sensitivity=_PERSONAL, observed="retired_on"),
        _date("retired_on", "退休日期", "retired on", sensitivity=_PERSONAL),
        _flag("verified", "已实名核验", "residency verified"),
    ),
)
TAG = Label(
    "Tag",
    Text("标签", "tag"),
    (
        ID,
        _named("名称", "name"),
        Property("definition", Kind.TEXT, Text("定义", "definition"), _PUBLIC),
        Property("source", Kind.TEXT, Text("来源", "source"), _PUBLIC),
        _code("method", "产生方式", "rule or manual", "tag_method"),
        Property("rule", Kind.TEXT, Text("规则", "condition of a rule tag, as JSON"), _PUBLIC),
        _date("valid_from", "启用日期", "valid from"),
        _date("valid_until", "停用日期", "valid until"),
        _code("sensitivity", "敏感级别", "sensitivity", "sensitivity"),
        Property("synonyms", Kind.TEXTS, Text("同义词", "synonyms"), _PUBLIC),
    ),
    scoped=False,
)
TAG_GROUP = Label("TagGroup", Text("标签组", "tag group"), (ID, _named("名称", "name")), scoped=False)
VOLUNTEER = Label(
    "Volunteer",
    Text("志愿者", "volunteer"),
    (
        ID,
        AREA,
        _named("姓名", "name", sensitivity=_PERSONAL),
        Property("phone", Kind.TEXT, Text("电话", "phone"), _PERSONAL),
        _number("weekly_hours", "每周可服务小时", "hours a week", unit="hour"),
        Property("availability", Kind.TEXTS, Text("可服务时段", "weekly availability, slots")),
        _date("joined_on", "注册日期", "joined on"),
        LON,
        LAT,
    ),
)
SKILL = Label(
    "Skill",
    Text("技能", "skill"),
    (
        ID,
        _named("名称", "name"),
        _code("group", "类别", "group", "skill_group"),
        Property("synonyms", Kind.TEXTS, Text("同义词", "synonyms"), _PUBLIC),
    ),
    scoped=False,
)
VENUE = Label(
    "Venue",
    Text("场地", "venue"),
    (
        ID,
        AREA,
        _named("名称", "name"),
        _code("kind", "类型", "kind", "venue"),
        ADDRESS,
        ADDRESS_KEY,
        Property("capacity", Kind.INTEGER, Text("容纳人数", "capacity"), _PUBLIC, unit="person"),
        Property("opening_hours", Kind.TEXTS, Text("开放时间", "opening hours, slots"), _PUBLIC),
        _flag("step_free", "无障碍", "step-free access"),
        Property("facilities", Kind.TEXTS, Text("设施", "facilities"), _PUBLIC),
        _date("last_used_on", "最近使用日", "last used on"),
        LON,
        LAT,
    ),
)
SERVICE_POINT = Label(
    "ServicePoint",
    Text("服务点", "service point"),
    (
        ID,
        AREA,
        _named("名称", "name"),
        _code("kind", "类型", "kind", "service_point"),
        _code("status", "状态", "existing, candidate or across the border", "point_status"),
        ADDRESS,
        ADDRESS_KEY,
        Property("capacity", Kind.INTEGER, Text("容量", "capacity"), _PUBLIC),
        _date("opened_on", "启用日期", "opened on"),
        _number("yearly_cost", "年成本", "cost a year", unit="CNY"),
        LON,
        LAT,
    ),
)
ORGANISATION = Label(
    "Organisation",
    Text("单位", "organisation"),
    (
        ID,
        AREA,
        _named("名称", "name"),
        _code("kind", "类型", "kind", "organisation"),
        ADDRESS,
        ADDRESS_KEY,
        Property("phone", Kind.TEXT, Text("电话", "phone"), _PUBLIC),
        LON,
        LAT,
    ),
)
SERVICE_ITEM = Label(
    "ServiceItem",
    Text("服务事项", "service item"),
    (
        ID,
        _named("名称", "name"),
        _code("kind", "类别", "kind", "service_item"),
        Property("description", Kind.TEXT, Text("说明", "description"), _PUBLIC),
        Property("audience", Kind.TEXT, Text("服务对象", "audience"), _PUBLIC),
        Property("synonyms", Kind.TEXTS, Text("同义词", "synonyms"), _PUBLIC),
    ),
    scoped=False,
)
NEED = Label(
    "Need",
    Text("需求", "need"),
    (
        ID,
        AREA,
        _named("标题", "title"),
        Property("description", Kind.TEXT, Text("说明", "description")),
        _code("kind", "类型", "kind", "need"),
        _code("status", "状态", "status", "need_status"),
        _code("owner_kind", "提出方", "who raises it", "need_owner"),
        _date("raised_on", "提出日期", "raised on"),
        _date("due_on", "期望日期", "wanted by"),
        _integer("people", "人数", "head count", unit="person"),
        Property("slots", Kind.TEXTS, Text("时段", "wanted slots")),
        ADDRESS,
        ADDRESS_KEY,
        LON,
        LAT,
    ),
)
ACTIVITY = Label(
    "Activity",
    Text("活动", "activity"),
    (
        ID,
        AREA,
        _named("名称", "name"),
        _code("kind", "类型", "kind", "activity"),
        _date("held_on", "举办日期", "held on"),
        _integer("capacity", "名额", "places", unit="person"),
        _integer("predicted", "预计人数", "predicted attendance", unit="person"),
        _integer("attended", "实到人数", "actual attendance", unit="person"),
    ),
)
PROGRAMME = Label(
    "Programme",
    Text("政策项目", "programme"),
    (
        ID,
        _named("名称", "name"),
        _code("kind", "类型", "kind", "programme"),
        Property("description", Kind.TEXT, Text("说明", "description"), _PUBLIC),
        Property("eligibility", Kind.TEXT, Text("资格条件", "eligibility condition, as JSON"), _PUBLIC),
        _date("opens_on", "开始日期", "opens on"),
        _date("closes_on", "结束日期", "closes on"),
    ),
    scoped=False,
)
INSTALLATION = Label(
    "Installation",
    Text("加梯记录", "lift installation"),
    (
        ID,
        AREA,
        _integer("wave", "批次", "wave"),
        _date("voted_on", "表决日期", "voted on"),
        _date("installed_on", "建成日期", "installed on"),
        _code("outcome", "结果", "agreed or refused", "installation_outcome"),
        Property("reason", Kind.TEXT, Text("原因", "reason")),
    ),
)
PLAN = Label(
    "Plan",
    Text("征询方案", "plan put to a vote"),
    (
        ID,
        AREA,
        Property("name", Kind.TEXT, Text("名称", "name"), _PUBLIC),
        _code("kind", "事项", "what is voted on", "plan"),
        _integer("version", "版次", "version of the plan", observed=FIXED),
        _date("proposed_on", "提出日期", "proposed on", observed=FIXED),
        _date("closes_on", "截止日期", "votes are taken until", observed=FIXED),
    ),
)
SURVEY = Label(
    "Survey",
    Text("调查", "survey"),
    (
        ID,
        AREA,
        _named("名称", "name"),
        Property("question", Kind.TEXT, Text("问题", "question"), _PUBLIC),
        _date("held_on", "调查日期", "held on"),
        _integer("asked", "受访人数", "people asked", unit="person"),
        _integer("agreed", "肯定人数", "people who said yes", unit="person"),
    ),
)

LABELS: tuple[Label, ...] = (
    AREA_LABEL,
    ESTATE,
    BUILDING,
    UNIT,
    DWELLING,
    HOUSEHOLD,
    RESIDENT,
    TAG,
    TAG_GROUP,
    VOLUNTEER,
    SKILL,
    VENUE,
    SERVICE_POINT,
    ORGANISATION,
    SERVICE_ITEM,
    NEED,
    ACTIVITY,
    PROGRAMME,
    INSTALLATION,
    PLAN,
    SURVEY,
)
