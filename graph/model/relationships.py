"""The relationship types of the graph, as data (see `schema`), and the whole schema."""

from __future__ import annotations

from .labels import LABELS
from .schema import FIXED, Kind, Property, Relationship, Schema, Sensitivity
from .text import Text

_SINCE = Property("since", Kind.DATE, Text("自", "since"), observed=FIXED)
_UNTIL = Property("until", Kind.DATE, Text("至", "until"), observed=FIXED)
_SOURCE = Property("source", Kind.CODE, Text("来源", "source"))
_AT = Property("at", Kind.DATE, Text("日期", "on"), required=True, observed=FIXED)


def _code(name: str, zh: str, en: str, codes: str | None = None) -> Property:
    return Property(name, Kind.CODE, Text(zh, en), codes=codes)


_LOCATED = Text("位于", "is in")
_ASKS = Text("提出", "asks for")

RELATIONSHIPS: tuple[Relationship, ...] = (
    Relationship("Area", "PART_OF", "Area", Text("隶属", "is part of")),
    Relationship("Estate", "IN", "Area", _LOCATED),
    Relationship("Building", "IN", "Estate", _LOCATED),
    Relationship("Unit", "IN", "Building", _LOCATED),
    Relationship("Dwelling", "IN", "Unit", _LOCATED),
    Relationship("Household", "LIVES_IN", "Dwelling", Text("居住于", "lives in")),
    Relationship("Resident", "LIVES_IN", "Dwelling", Text("居住于", "lives in"), (_SINCE, _UNTIL)),
    Relationship("Resident", "REGISTERED_AT", "Dwelling", Text("户籍在", "is registered at"), (_SINCE,)),
    Relationship(
        "Resident",
        "MEMBER_OF",
        "Household",
        Text("户成员", "is member of"),
        (_code("role", "与户主关系", "relation to the head", "gbt4761"),),
    ),
    Relationship(
        "Resident",
        "RELATED_TO",
        "Resident",
        Text("亲属", "is related to"),
        (_code("relation", "关系", "relation", "gbt4761"),),
    ),
    Relationship("Resident", "HAS_TAG", "Tag", Text("有标签", "has tag"), (_SINCE, _UNTIL, _SOURCE)),
    Relationship("Tag", "IN_GROUP", "TagGroup", Text("属于", "is in group")),
    Relationship("Volunteer", "IS", "Resident", Text("即居民", "is the resident")),
    Relationship(
        "Volunteer",
        "HAS_SKILL",
        "Skill",
        Text("擅长", "has skill"),
        (Property("level", Kind.INTEGER, Text("等级", "level, 1 to 5")),),
    ),
    Relationship("Venue", "IN", "Area", _LOCATED),
    Relationship("ServicePoint", "IN", "Area", _LOCATED),
    Relationship("Organisation", "IN", "Area", _LOCATED),
    Relationship("Venue", "OWNED_BY", "Organisation", Text("属于", "is owned by")),
    Relationship(
        "Organisation",
        "OFFERS",
        "ServiceItem",
        Text("提供", "offers"),
        (
            Property("capacity", Kind.INTEGER, Text("可供数量", "capacity")),
            Property("from", Kind.DATE, Text("起", "from")),
            Property("until", Kind.DATE, Text("止", "until")),
        ),
    ),
    Relationship(
        "ServicePoint",
        "OFFERS",
        "ServiceItem",
        Text("提供", "offers"),
        (Property("capacity", Kind.INTEGER, Text("可供数量", "capacity")),),
    ),
    Relationship("Area", "ASKS", "Need", _ASKS),
    Relationship("Organisation", "ASKS", "Need", _ASKS),
    Relationship("Resident", "ASKS", "Need", _ASKS),
    Relationship("Need", "WANTS", "ServiceItem", Text("需要服务", "wants the service")),
    Relationship(
        "Need",
        "WANTS",
        "Skill",
        Text("需要技能", "wants the skill"),
        (Property("level", Kind.INTEGER, Text("最低等级", "least level")),),
    ),
    Relationship("Activity", "HELD_AT", "Venue", Text("举办地", "is held at")),
    Relationship(
        "Resident",
        "TOOK_PART_IN",
        "Activity",
        Text("参加", "took part in"),
        (_AT, _code("role", "身份", "role", "activity_role")),
        ("at",),
    ),
    Relationship(
        "Resident",
        "ENROLLED_IN",
        "Programme",
        Text("报名", "enrolled in"),
        (_AT, _code("status", "状态", "status", "enrolment")),
        ("at",),
    ),
    Relationship(
        "Resident",
        "CONTACTED",
        "Programme",
        Text("已联系", "was contacted about"),
        (_AT, _code("channel", "渠道", "channel", "channel"), _code("outcome", "结果", "outcome", "contact_outcome")),
        ("at", "channel"),
    ),
    Relationship("Resident", "LEADS", "Unit", Text("楼组长", "leads"), (_SINCE,)),
    Relationship("Installation", "OF", "Unit", Text("所属楼组", "of the unit")),
    Relationship("Plan", "OF", "Unit", Text("征询楼组", "put to the unit")),
    Relationship(
        "Dwelling",
        "VOTED",
        "Plan",
        Text("表态", "voted on"),
        (
            _AT,
            Property("choice", Kind.CODE, Text("意向", "choice"), Sensitivity.SENSITIVE, codes="vote", observed="at"),
        ),
        ("at",),
    ),
    Relationship("Survey", "ABOUT", "Programme", Text("关于", "is about")),
)

SCHEMA = Schema(LABELS, RELATIONSHIPS)
