"""Sixty searches as cadres type them, each with the slots that must be understood and who must be found.

A slot is written `kind:text`, with `!` before a denied one. `people` tells of each person of the town (tests/unit/
search/town.py) whether the list must hold the person; None when the request asks for nobody. `first` are the ids that
the lists of needs and resources must begin with.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.unit.search.town import Person

FENXI, LINGNAN, FENXI_260, HEYUAN = "310106021008", "310106021001", "310106021012", "310106021019"


@dataclass(frozen=True, slots=True)
class Recorded:
    """One recorded search."""

    text: str
    slots: str
    people: Callable[[Person], bool] | None = None
    needs: str | None = None
    resources: str | None = None
    unmatched: str = ""


def _old(person: Person) -> bool:
    return person.age >= 60


def _woman(person: Person) -> bool:
    return person.sex == "2"


SEARCHES: tuple[Recorded, ...] = (
    # the three questions of a portal
    Recorded(
        "汾西路261弄12号502室住了多少人",
        "place:汾西路261弄12号502室 question:住了多少人",
        lambda p: p.dwelling == "汾西路261弄12号502室",
    ),
    Recorded("小区门口路灯坏了找谁修", "service:路灯坏了", needs="n2", resources="i1 o1", unmatched="修"),
    Recorded("企业招聘用人需求在哪里看", "kind:企业 kind:招聘 kind:用人需求", needs="n1", resources="i2 o3"),
    # places
    Recorded("汾西路261弄", "place:汾西路261弄", lambda p: p.area == FENXI, needs="n2 n3"),
    Recorded("261弄", "place:261弄", lambda p: p.area == FENXI),
    Recorded("汾西路二六一弄居委会", "place:汾西路二六一弄居委会", lambda p: p.area == FENXI),
    Recorded("汾西路二百六十一弄有哪些人", "place:汾西路二百六十一弄", lambda p: p.area == FENXI),
    Recorded("汾西路261弄小区", "place:汾西路261弄小区", lambda p: p.unit.startswith("汾西路261弄")),
    Recorded("310106021008", "place:310106021008", lambda p: p.area == FENXI),
    Recorded("上海市静安区临汾路街道汾西路261弄1号",
        "place:上海市静安区临汾路街道汾西路261弄1号",
        lambda p: p.unit == "汾西路261弄1号",
    ),
    Recorded("汾西路261弄1号", "place:汾西路261弄1号", lambda p: p.unit == "汾西路261弄1号"),
    Recorded("汾西路261弄12号201", "place:汾西路261弄12号201", lambda p: p.dwelling == "汾西路261弄12号201室"),
    Recorded("汾西路261弄12-201住几个人", "place:汾西路261弄12-201 question:住几个人", lambda p: p.dwelling == "汾西路261弄12号201室"),
    Recorded("岭南路100弄和汾西路260弄", "place:岭南路100弄 place:汾西路260弄", lambda p: p.area in (LINGNAN, FENXI_260)),
    Recorded("和源名城", "place:和源名城", lambda p: p.area == HEYUAN),
    Recorded("和源名城11号", "place:和源名城11号", lambda p: p.unit == "场中路1211弄11号"),
    Recorded("和源名城第一居委", "place:和源名城第一居委", lambda p: p.area == HEYUAN),
    Recorded("临汾路街道有多少居民", "place:临汾路街道 question:有多少居民", lambda p: True),
    Recorded("份西路261弄2号", "place:份西路261弄2号", lambda p: p.unit == "汾西路261弄2号"),
    Recorded("汾西路的老人", "place:汾西路 people:老人", lambda p: p.unit.startswith("汾西路") and _old(p)),
    Recorded("９９９弄的老人", "place:999弄 people:老人", lambda p: False),
    # ages and sex
    Recorded("汾西路261弄 70岁以上独居老人", "place:汾西路261弄 people:70岁以上 tag:独居老人", lambda p: p.area == FENXI and p.age >= 70 and "t_alone" in p.tags),
    Recorded("60-80岁女性", "people:60-80岁 people:女性", lambda p: 60 <= p.age <= 80 and _woman(p)),
    Recorded("60岁~80岁的男士", "people:60岁~80岁 people:男士", lambda p: 60 <= p.age <= 80 and not _woman(p)),
    Recorded("六十到七十岁的党员", "people:六十到七十岁 tag:党员", lambda p: 60 <= p.age <= 70 and "t_party" in p.tags),
    Recorded("七十多岁的奶奶", "people:七十多岁 people:奶奶", lambda p: 70 <= p.age <= 79 and _woman(p)),
    Recorded("七八十岁的老人", "people:七八十岁 people:老人", lambda p: 70 <= p.age <= 89),
    Recorded("80后", "people:80后", lambda p: 1980 <= p.birth.year <= 1989),
    Recorded("零零后党员", "people:零零后 tag:党员", lambda p: 2000 <= p.birth.year <= 2009 and "t_party" in p.tags),
    Recorded("2-3岁幼儿有多少人", "people:2-3岁 people:幼儿 question:有多少人", lambda p: 2 <= p.age <= 3),
    Recorded("两三岁的孩子", "people:两三岁 people:孩子", lambda p: 2 <= p.age <= 3),
    Recorded("未满18岁", "people:未满18岁", lambda p: p.age < 18),
    Recorded("超过90岁的高龄老人", "people:超过90岁 people:高龄老人", lambda p: p.age > 90),
    Recorded("年满60周岁的妇女", "people:年满60周岁 people:妇女", lambda p: p.age >= 60 and _woman(p)),
    Recorded("55岁以上老人", "people:55岁以上 people:老人", lambda p: p.age >= 55),
    Recorded("70岁左右的男性", "people:70岁左右 people:男性", lambda p: 68 <= p.age <= 72 and not _woman(p)),
    Recorded("育龄妇女", "people:育龄妇女", lambda p: 15 <= p.age <= 49 and _woman(p)),
    Recorded("高龄老人", "people:高龄老人", lambda p: p.age >= 80),
    Recorded("臨汾路街道７０歲以上獨居老人", "place:临汾路街道 people:70岁以上 tag:独居老人", lambda p: p.age >= 70 and "t_alone" in p.tags),
    # tags, lists, denial
    Recorded("孤老", "tag:孤老", lambda p: "t_alone" in p.tags),
    Recorded("老党员", "tag:党员", lambda p: "t_party" in p.tags, unmatched="老"),
    Recorded("党员和残疾人", "tag:党员 tag:残疾人", lambda p: bool(p.tags & {"t_party", "t_disabled"})),
    Recorded("残疾党员", "tag:残疾 tag:党员", lambda p: {"t_party", "t_disabled"} <= p.tags),
    Recorded("不是党员的老人", "!tag:党员 people:老人", lambda p: _old(p) and "t_party" not in p.tags),
    Recorded("除了党员和残疾人以外的老人", "!tag:党员 !tag:残疾人 people:老人", lambda p: _old(p) and not p.tags & {"t_party", "t_disabled"}),
    Recorded("非独居老人的80岁以上老人", "!tag:独居老人 people:80岁以上 people:老人", lambda p: p.age >= 80 and "t_alone" not in p.tags),
    Recorded("不在汾西路261弄的残疾人", "!place:汾西路261弄 tag:残疾人", lambda p: p.area != FENXI and "t_disabled" in p.tags),
    Recorded("子女不在身边的老人", "people:老人", _old, unmatched="身边"),
    # head counts
    Recorded("找30位70岁以上老人", "head_count:30位 people:70岁以上 people:老人", lambda p: p.age >= 70),
    Recorded("二十来个党员", "head_count:二十来个 tag:党员", lambda p: "t_party" in p.tags),
    Recorded("20人左右的活动室", "head_count:20人左右 kind:活动室", resources="v1a v2a v3a v0a"),
    Recorded("260弄附近能容纳30人的场地", "place:260弄 word:容纳 head_count:30人 label:场地", resources="v2a v2b v3a", unmatched="容纳"),
    # resources and needs
    Recorded("谁会理发", "skill:会理发", resources="w00 w21"),
    Recorded("261弄会理发的志愿者", "place:261弄 skill:会理发 label+tag:志愿者", lambda p: False, resources="w21 w00"),
    Recorded("会书法的老人", "skill:会书法 people:老人", lambda p: p.id == "p036"),
    Recorded("汾西路食堂",
        "place:汾西路 kind+service+tag:食堂",
        lambda p: p.unit.startswith("汾西路") and "t_meals" in p.tags,
        resources="c2 c0 i3",
    ),
    Recorded("合唱队排练场地，周三下午，汾西路261弄", "skill:合唱队 word:排练 label:场地 place:汾西路261弄", None, needs="n3", unmatched="周三下午"),
    Recorded("组织20人的合唱活动", "word:组织 head_count:20人 skill:合唱 label:活动", resources="v1a v2a v3a", unmatched="组织"),
    Recorded("不要图书室，20人，260弄，场地", "!kind:图书室 head_count:20人 place:260弄 label:场地", resources="v2a"),
    Recorded("法律咨询", "service+skill:法律咨询", resources="i4 o3"),
)  # fmt: skip
