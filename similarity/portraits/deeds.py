"""What people of a stairwell group carry and do: tags, activities, programmes, voluntary work, needs.

Tags and memberships count by the date of their edge, never by the load that brought them.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.model.text import Text
from graph.snapshot.columns import Edges
from similarity.features import Feature, FeatureKind, Ints, Mask
from similarity.portraits.crowd import Crowd, Head, days, held_before
from similarity.portraits.people import OLD

SENSITIVE_TAGS = "sensitive_tags"
SPANS = ((365, "1y", Text("近一年", "within a year")), (1095, "3y", Text("近三年", "within three years")))


def tags(crowd: Crowd) -> list[Feature]:
    """Return the share of residents who carry each tag, and any tag of each group; sensitive tags are their own group."""
    edges, nodes = crowd.snapshot.edges("Resident-HAS_TAG-Tag"), crowd.snapshot.nodes("Tag")
    held = held_before(edges, crowd.day)
    person, tag = edges.starts[held], edges.indices[held]
    sensitive = nodes.equals("sensitivity", "sensitive")
    names = nodes.column("name").to_pylist()
    counts = crowd.pairs(person, tag, kinds=len(nodes))
    found = []
    for row, (name, secret) in enumerate(zip(names, sensitive, strict=True)):
        title = Text(f"标签“{name}”占比", f"share with the tag {name}")
        group = SENSITIVE_TAGS if secret else "tags"
        found.append(crowd.share(Head(f"tag:{nodes.id_of(row)}", title, group), counts[row]))
    return [*found, *_tag_groups(crowd, person, tag=tag, open_tags=~sensitive)]


def _tag_groups(crowd: Crowd, person: Ints, *, tag: Ints, open_tags: Mask) -> list[Feature]:
    """Return the share with any open tag of each group: a sensitive tag must not shine through its group."""
    groups = crowd.snapshot.nodes("TagGroup")
    of = crowd.snapshot.edges("Tag-IN_GROUP-TagGroup").first()
    names = groups.column("name").to_pylist()
    heads = [
        Head(f"tag_group:{groups.id_of(j)}", Text(f"“{n}”类标签占比", f"share with any tag of the group {n}"), "tags")
        for j, n in enumerate(names)
    ]
    counts = crowd.holders(person, np.where(open_tags, of, -1)[tag], kinds=len(groups))
    return [crowd.share(head, row) for head, row in zip(heads, counts, strict=True)]


def activities(crowd: Crowd) -> list[Feature]:
    """Return who took part, how often, in what and as what, within one and three years before the day."""
    edges, nodes = crowd.snapshot.edges("Resident-TOOK_PART_IN-Activity"), crowd.snapshot.nodes("Activity")
    at = days(edges.property("at"))
    found = []
    for span, key, title in SPANS:
        recent = (at < crowd.day) & (at >= crowd.day - span)
        visits = np.bincount(edges.starts[recent], minlength=len(crowd.unit))
        found += _visits(crowd, visits, key=key, title=title)
    kind, kinds = nodes.codes("kind")
    heads = _heads("activity", kinds, zh="参加活动")
    found += _any_code(crowd, edges, chosen=at < crowd.day, codes=kind[edges.indices], heads=heads)
    role, roles = _roles(edges)
    heads = _heads("activity_role", roles, zh="活动身份")
    return found + _any_code(crowd, edges, chosen=at < crowd.day, codes=role, heads=heads)


def _visits(crowd: Crowd, visits: Ints, *, key: str, title: Text) -> list[Feature]:
    def head(name: str, zh: str, en: str) -> Head:
        return Head(f"activity_{name}_{key}", title + Text(zh, en), "activity")

    return [
        crowd.share(head("any", "参加过活动者占比", ": share who took part"), crowd.count(visits > 0)),
        crowd.share(head("often", "参加三次以上者占比", ": share who came 3 times"), crowd.count(visits >= 3)),
        crowd.mean(
            head("visits", "人均参加次数", ": visits a resident"), visits.astype(np.float64), unit=Text(" 次", "visits")
        ),
    ]


def _roles(edges: Edges) -> tuple[Ints, list[str]]:
    """Return the role of each edge as a position in the sorted list of roles (-1: unknown), and that list."""
    roles = edges.property("role").cast(pa.string())
    names = sorted(roles.unique().drop_null().to_pylist())
    return pc.fill_null(pc.index_in(roles, value_set=pa.array(names, pa.string())), -1).to_numpy(), names


def _heads(name: str, values: list[str], *, zh: str) -> list[Head]:
    en = name.replace("_", " ")
    return [
        Head(f"{name}:{v}", Text(f"{zh}“{v}”者占比", f"share with {en} {v}"), name.split("_", maxsplit=1)[0])
        for v in values
    ]


def _any_code(crowd: Crowd, edges: Edges, *, chosen: Mask, codes: Ints, heads: list[Head]) -> list[Feature]:
    """Return for each code the share of residents with at least one chosen edge of that code."""
    counts = crowd.holders(edges.starts, np.where(chosen, codes, -1), kinds=len(heads))
    return [crowd.share(head, row) for head, row in zip(heads, counts, strict=True)]


def programmes(crowd: Crowd) -> list[Feature]:
    """Return who enrolled in each programme or was contacted about it, and how contacts ended."""
    nodes = crowd.snapshot.nodes("Programme")
    names = nodes.column("name").to_pylist()
    found = []
    for kind, key, zh, en in (
        ("ENROLLED_IN", "programme", "报名", "enrolled in"),
        ("CONTACTED", "contacted", "被联系", "contacted about"),
    ):
        edges = crowd.snapshot.edges(f"Resident-{kind}-Programme")
        ever = days(edges.property("at")) < crowd.day
        heads = [
            Head(f"{key}:{nodes.id_of(j)}", Text(f"{zh}“{n}”者占比", f"share {en} {n}"), "programme")
            for j, n in enumerate(names)
        ]
        found += _any_code(crowd, edges, chosen=ever, codes=edges.indices, heads=heads)
        one = np.zeros(len(edges.indices), np.int64)
        head = Head(f"{key}_any", Text(f"{zh}过政策项目者占比", f"share ever {en} a programme"), "programme")
        found += _any_code(crowd, edges, chosen=ever, codes=one, heads=[head])
    return found


def volunteers(crowd: Crowd) -> list[Feature]:
    """Return the share of registered volunteers, and how long they have been registered."""
    nodes, edges = crowd.snapshot.nodes("Volunteer"), crowd.snapshot.edges("Volunteer-IS-Resident")
    joined = nodes.numbers("joined_on")[edges.starts]
    serving = np.full(len(crowd.unit), np.nan)
    before = joined < crowd.day
    serving[edges.indices[before]] = (crowd.day - joined[before]) / 365.25
    is_one = ~np.isnan(serving)
    long = serving >= 3
    return [
        crowd.share(Head("volunteer", Text("志愿者占比", "share of volunteers"), "volunteer"), crowd.count(is_one)),
        crowd.share(
            Head("volunteer_old", Text("老年志愿者占比", "share of old volunteers"), "volunteer"),
            crowd.count(is_one & (crowd.age >= OLD)),
        ),
        crowd.share(
            Head("volunteer_long", Text("三年以上志愿者占比", "share of volunteers for 3 years"), "volunteer"),
            crowd.count(long),
        ),
    ]


def needs(crowd: Crowd) -> list[Feature]:
    """Return the share of residents who raised a need before the day, in all and by kind."""
    nodes, edges = crowd.snapshot.nodes("Need"), crowd.snapshot.edges("Resident-ASKS-Need")
    before = (nodes.numbers("raised_on") < crowd.day)[edges.indices]
    kind, kinds = nodes.codes("kind")
    one = np.zeros(len(edges.indices), np.int64)
    any_need = [Head("need_any", Text("提过需求者占比", "share who raised a need"), "need")]
    found = _any_code(crowd, edges, chosen=before, codes=one, heads=any_need)
    heads = _heads("need", kinds, zh="提出需求")
    return found + _any_code(crowd, edges, chosen=before, codes=kind[edges.indices], heads=heads)


def leaders(crowd: Crowd) -> list[Feature]:
    """Return whether the unit had a head (楼组长) before the day, for how long, and whether an old one."""
    edges = crowd.snapshot.edges("Resident-LEADS-Unit")
    held = held_before(edges, crowd.day)
    unit, since = edges.indices[held], days(edges.property("since"))[held]
    led, years = np.zeros(len(crowd.residents)), np.full(len(crowd.residents), np.nan)
    led[unit] = 1.0
    np.fmax.at(years, unit, (crowd.day - since) / 365.25)
    title = Text("有楼组长", "has a head of the stairwell")
    has = Feature("leader", title, FeatureKind.BOOLEAN, led, (), crowd.observed, "leader")
    title = Text("楼组长任职年数", "years that the head has served")
    return [has, crowd.number(Head("leader_years", title, "leader"), years)]
