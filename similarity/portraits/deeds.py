"""What people of a stairwell group carry and do: tags, activities, programmes, voluntary work, needs.

Tags and memberships count by the date of their edge, never by the load that brought them.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from graph.model import codes
from graph.model.text import Text
from graph.snapshot.evaluate import LATEST, whole_days
from similarity.features import Feature, FeatureKind, Floats, Ints, Mask
from similarity.portraits.crowd import Crowd, Head, Share, days, held_before
from similarity.portraits.edge_kinds import Reading, any_of, carriers
from similarity.portraits.people import OLD
from similarity.portraits.rule_tags import RuleTags

SENSITIVE_TAGS, POLITICAL_TAGS = "sensitive_tags", "political_tags"
SPANS = (
    (365, "1y", Text("近一年", "within a year")),
    (1095, "3y", Text("近三年", "within three years")),
    (LATEST, "ever", Text("历来", "ever")),
)


def tags(crowd: Crowd) -> list[Feature]:
    """Return the share of residents who carry each tag, and any tag of each group; sensitive tags are their own group.

    Rule tags are evaluated on the eve of the day; those whose rule reads an undated fact are barred (`rule_tags`).
    """
    nodes, by_rule = crowd.snapshot.nodes("Tag"), RuleTags.of(crowd)
    edges = crowd.snapshot.edges("Resident-HAS_TAG-Tag")
    stated, ruled = _stated(by_rule), _ruled(by_rule)
    sensitive, political = nodes.equals("sensitivity", "sensitive"), _political(crowd, by_rule)
    groups = np.where(political, POLITICAL_TAGS, np.where(sensitive, SENSITIVE_TAGS, "tags")).tolist()
    barred = {b.name for b in by_rule.barred()}
    counts = crowd.counts(edges.indices, len(nodes), people=edges.starts, chosen=stated)
    for row, holders in ruled.items():
        counts[row] = crowd.count(holders)
    heads = list(map(_tag_head, nodes.ids.to_pylist(), nodes.column("name").to_pylist(), groups))
    found = [f for f in crowd.shares(heads, counts) if f.name not in barred]
    of = crowd.snapshot.edges("Tag-IN_GROUP-TagGroup").first()
    return [*found, *_tag_groups(crowd, stated, ruled=ruled, of=np.where(~sensitive & ~political, of, -1))]


@lru_cache(maxsize=4096)
def _tag_head(key: str, name: str | None, group: str) -> Head:
    """Return the head of a tag; portraits of several days ask for the same ones again."""
    return Head(f"tag:{key}", Text(f"标签“{name}”占比", f"share with the tag {name}"), group)


def _political(crowd: Crowd, by_rule: RuleTags) -> Mask:
    """Return which tags tell political affiliation: those whose rule reads it, and all others of their tag groups."""
    nodes = crowd.snapshot.nodes("Tag")
    told = [tag for tag, rule in by_rule.rules.items() if "politics" in by_rule.reads(rule)]
    chosen = np.zeros(len(nodes), bool)
    chosen[nodes.rows(told)] = True
    of = crowd.snapshot.edges("Tag-IN_GROUP-TagGroup").first()
    return chosen | (np.isin(of, of[chosen]) & (of >= 0))


def _stated(by_rule: RuleTags) -> Mask:
    """Return which edges were stated before the day and held on the eve.

    Edges of rule tags are not among them: they count with those for whom the rule holds.
    """
    stated = by_rule.stated.copy()
    stated[by_rule.ruled] = False
    return stated


def _ruled(by_rule: RuleTags) -> dict[int, Mask]:
    """Return who carries each rule tag that is not barred, by the row of the tag."""
    nodes, barred = by_rule.crowd.snapshot.nodes("Tag"), {b.name.removeprefix("tag:") for b in by_rule.barred()}
    return {nodes.row(tag): by_rule.holders(tag) for tag in by_rule.rules if tag not in barred}


def _tag_groups(crowd: Crowd, stated: Mask, *, ruled: dict[int, Mask], of: Ints) -> list[Share]:
    """Return the share with any open tag of each group: a sensitive or political tag must not shine through its group.

    `stated` are the edges that count, `of` is the group of each tag (-1: none, or not open).
    """
    groups = crowd.snapshot.nodes("TagGroup")
    heads = [
        Head(f"tag_group:{groups.id_of(j)}", Text(f"“{n}”类标签占比", f"share with any tag of the group {n}"), "tags")
        for j, n in enumerate(groups.column("name").to_pylist())
    ]
    edges = crowd.snapshot.edges("Resident-HAS_TAG-Tag")
    carries = carriers(edges, stated, Reading(edges.indices, of, len(groups)))
    for row, holders in ruled.items():
        if of[row] >= 0:
            carries[of[row]] |= holders
    return crowd.shares(heads, crowd.count_each(carries))


def activities(crowd: Crowd) -> list[Feature]:
    """Return who took part, how often, in what and as what, within one and three years before the day."""
    edges, nodes = crowd.snapshot.edges("Resident-TOOK_PART_IN-Activity"), crowd.snapshot.nodes("Activity")
    at = whole_days(edges.property("at"), unknown=LATEST)
    before = at < crowd.day
    visits = [edges.count(before & (at >= crowd.day - span)) for span, *_ in SPANS]
    kind, kinds = nodes.codes("kind")
    role, roles = edges.codes("role")
    heads = [
        *_heads("activity", kinds, said=Text("参加过“{zh}”者占比", "share who took part in activities: {en}")),
        *_heads("activity_role", roles, said=Text("以“{zh}”身份参加活动者占比", "share who took part as {en}")),
    ]
    by_kind, by_role = Reading(edges.indices, kind, len(kinds)), Reading(role, None, len(roles))
    often = [own >= least for own in visits for least in (1, 3)]
    counts = crowd.count_each(np.concatenate([often, carriers(edges, before, by_kind, by_role)]))
    found: list[Feature] = []
    for (_, key, title), own, shares in zip(
        SPANS, visits, counts[: len(often)].reshape(len(SPANS), 2, -1), strict=True
    ):
        found += _visits(crowd, own, key=key, title=title, shares=shares)
    return [*found, *crowd.shares(heads, counts[len(often) :])]


def _visits(crowd: Crowd, visits: Ints, *, key: str, title: Text, shares: Floats) -> list[Feature]:
    """Return who took part, and often, of whom `shares` has the numbers, and the mean of visits."""

    def head(name: str, zh: str, en: str) -> Head:
        return Head(f"activity_{name}_{key}", title + Text(zh, en), "activity")

    any_visit = head("any", "参加过活动者占比", ": share who took part")
    often = head("often", "参加三次以上者占比", ": share who came 3 times")
    mean = head("visits", "人均参加次数", ": visits a resident")
    unit = Text(" 次", "visits")
    return [
        *crowd.shares([any_visit, often], shares),
        crowd.mean(mean, visits.astype(np.float64), unit=unit),
    ]


def _heads(table: str, values: list[str], *, said: Text) -> list[Head]:
    """Return a head for each code of a table; `said` has a place for its title."""
    titles = [codes.title(table, value) for value in values]
    group = table.split("_", maxsplit=1)[0]
    return [Head(f"{table}:{v}", said.fill(zh=t.zh, en=t.en), group) for v, t in zip(values, titles, strict=True)]


def programmes(crowd: Crowd) -> list[Feature]:
    """Return who enrolled in each programme or was contacted about it, and how contacts ended."""
    nodes = crowd.snapshot.nodes("Programme")
    names = nodes.column("name").to_pylist()
    found: list[Feature] = []
    for kind, key, zh, en in (
        ("ENROLLED_IN", "programme", "报名", "enrolled in"),
        ("CONTACTED", "contacted", "被联系", "contacted about"),
    ):
        edges = crowd.snapshot.edges(f"Resident-{kind}-Programme")
        ever = whole_days(edges.property("at"), unknown=LATEST) < crowd.day
        heads = [
            Head(f"{key}:{nodes.id_of(j)}", Text(f"{zh}“{n}”者占比", f"share {en} {n}"), "programme")
            for j, n in enumerate(names)
        ]
        heads.append(Head(f"{key}_any", Text(f"{zh}过政策项目者占比", f"share ever {en} a programme"), "programme"))
        own = Reading(edges.indices, None, len(names))
        found += crowd.shares(heads, crowd.count_each(carriers(edges, ever, own, any_of(edges))))
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
    heads = [
        Head("need_any", Text("提过需求者占比", "share who raised a need"), "need"),
        *_heads("need", kinds, said=Text("提过“{zh}”者占比", "share who raised a need: {en}")),
    ]
    by_kind = Reading(edges.indices, kind, len(kinds))
    return [*crowd.shares(heads, crowd.count_each(carriers(edges, before, any_of(edges), by_kind)))]


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
