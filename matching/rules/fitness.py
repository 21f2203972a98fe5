"""Rules of what is wanted: status, kind, service, audience, skill, capacity, step-free access."""

from __future__ import annotations

import numpy as np

from graph.model.codes import title
from graph.model.relationships import SCHEMA
from graph.model.text import Text
from matching.problem import Mask
from matching.rules.change import Change
from matching.rules.crossing import PROVIDERS, Crossing
from matching.rules.rule import Rule


def _label(pair: Crossing) -> Text:
    return SCHEMA.label[pair.resources.label[0]].title


def _kind(pair: Crossing) -> Text:
    return title("need", pair.needs.kind[0])


# A need that is over.


def _open(c: Crossing) -> Mask:
    return np.array([status in c.policy.eligible for status in c.needs.status.tolist()], bool)[:, None]


def _over(pair: Crossing) -> Text:
    status = title("need_status", str(pair.needs.status[0]))
    return Text(f"需求状态为“{status.zh}”", f"the need is {status.en}")


def _reopen(pair: Crossing) -> Change | None:
    if not pair.policy.eligible:
        return None
    status = min(pair.policy.waiting & pair.policy.eligible or pair.policy.eligible)
    return Change("need", "status", status, Text("重新登记为待响应的需求", "reopen the need"))


# Which resources may meet which kind of need.


def _serves(c: Crossing) -> Mask:
    kinds, labels = c.needs.kind, c.resources.label
    table = np.zeros((max(len(kinds.values), 1), max(len(labels.values), 1)), bool)
    for row, kind in enumerate(kinds.values):
        for column, label in enumerate(labels.values):
            table[row, column] = label in c.policy.serves.get(kind, ())
    return table[kinds.at[:, None], labels.at[None, :]]


def _not_served(pair: Crossing) -> Text:
    kind, label = _kind(pair), _label(pair)
    return Text(f"策略中{kind.zh}不由{label.zh}承接", f"by the policy a {label.en} does not meet the kind “{kind.en}”")


def _serve(pair: Crossing) -> Change:
    label, kind = pair.resources.label[0], pair.needs.kind[0]
    return Change(
        "policy", "serves", [kind, label], Text(f"策略 serves.{kind} 加上 {label}", f"add {label} to serves.{kind}")
    )


# A point that is planned only.


def _works(c: Crossing) -> Mask:
    return c.resources.in_service[None, :]


def _open_point(pair: Crossing) -> Change:
    return Change("resource", "in_service", True, Text("启用该服务点", "open the service point"))


# What a provider offers.


def _offers(c: Crossing) -> Mask:
    return ~c.labelled(*PROVIDERS)[None, :] | (c.offered > 0)


def _offers_not(pair: Crossing) -> Text:
    names = [pair.words.item_names[i] for i in pair.needs.items[0]]
    if not names:
        return Text("需求未说明所需服务", "the need names no service")
    return Text(f"不提供所需服务“{'”“'.join(names)}”", f"does not offer “{'”, “'.join(names)}”")


def _offer(pair: Crossing) -> Change | None:
    wanted, words = pair.needs.items[0], pair.words
    offers = np.flatnonzero(pair.resources.offer[0] > 0)
    if wanted:
        name = words.item_names[wanted[0]]
        value = [words.items[wanted[0]], float(pair.needs.people[0])]
        return Change("resource", "offer", value, Text(f"增加服务“{name}”", f"begin to offer “{name}”"))
    if len(offers):
        name = words.item_names[offers[0]]
        return Change(
            "need", "items", words.items[offers[0]], Text(f"写明需要“{name}”", f"say that “{name}” is wanted")
        )
    return None


# Whom an item is meant for.


def _meant(c: Crossing) -> Mask:
    return ~c.labelled(*PROVIDERS)[None, :] | (c.offered <= 0) | (c.supply > 0)


def _blocked_items(pair: Crossing) -> list[int]:
    offers = pair.resources.offer[0]
    return [i for i in pair.needs.items[0] if offers[i] > 0 and i not in pair.admitted[0]]


def _not_meant(pair: Crossing) -> Text:
    low, high = pair.words.item_ages[_blocked_items(pair)[0]]
    zh = f"{low:g}岁以上" if np.isinf(high) else f"{low:g}至{high:g}岁"
    en = f"people from {low:g}" if np.isinf(high) else f"people of {low:g} to {high:g}"
    return Text(f"该服务面向{zh}，提出人家中没有", f"meant for {en}; nobody in the asker's household is")


def _ask_for(pair: Crossing) -> Change:
    age = int(np.ceil(pair.words.item_ages[_blocked_items(pair)[0]][0]))
    return Change(
        "need",
        "ages",
        age,
        Text(f"为家中一位 {age} 岁的人提出", f"ask on behalf of somebody in the household aged {age}"),
    )


# Skill and level.


def _able(c: Crossing) -> Mask:
    skills, kinds = c.needs.skills, c.needs.kind
    names_none = np.array([not wanted for wanted in skills.values] or [False])[skills.at]
    anybody = np.array([kind in c.policy.unskilled for kind in kinds.values] or [False])[kinds.at]
    return ~c.labelled("Volunteer")[None, :] | (names_none & anybody)[:, None] | (c.held > 0)


def _nearest_skill(pair: Crossing) -> tuple[int, int, int]:
    """Return the wanted skill whose level is missed by least: its column, the level held, the level wanted."""
    wanted = [(s, max(least or pair.policy.least_level, 1)) for s, least in pair.needs.skills[0]]
    levels = [(s, int(pair.resources.level[0, s]), least) for s, least in wanted]
    return min(levels, key=lambda one: (one[2] - one[1], pair.words.skills[one[0]]))


def _unable(pair: Crossing) -> Text:
    if not pair.needs.skills[0]:
        return Text("需求未写明所需技能，不宜派志愿者", "the need names no skill that a volunteer could bring")
    skill, has, least = _nearest_skill(pair)
    name = pair.words.skill_names[skill]
    if not has:
        return Text(f"没有所需技能“{name}”", f"does not have the skill “{name}”")
    return Text(f"“{name}”为 {has} 级，需要 {least} 级", f"“{name}” at level {has}, wanted at {least}")


def _learn(pair: Crossing) -> Change:
    if not pair.needs.skills[0]:
        kind = pair.needs.kind[0]
        text = Text(f"策略 unskilled 加上 {kind}", f"add {kind} to skill.unskilled")
        return Change("policy", "unskilled", kind, text)
    skill, _, least = _nearest_skill(pair)
    name = pair.words.skill_names[skill]
    text = Text(f"“{name}”达到 {least} 级", f"“{name}” at level {least}")
    return Change("resource", "skill", [pair.words.skills[skill], least], text)


# Capacity: places of a room, what a provider can still serve, hours of a volunteer.


def _room(c: Crossing) -> Mask:
    people = c.needs.people[:, None]
    venue = ~c.labelled("Venue")[None, :] | (c.resources.capacity[None, :] >= people)
    provider = ~c.labelled(*PROVIDERS)[None, :] | (c.supply <= 0) | (c.supply >= people)
    return venue & provider & (~c.labelled("Volunteer") | ~(c.resources.weekly_hours < _visit(c)))[None, :]


def _visit(c: Crossing) -> float:
    """Return the hours of one visit."""
    return c.policy.hours.get("Volunteer", 0.0) / 60


def _too_small(pair: Crossing) -> Text:
    people, label = pair.needs.people[0], pair.resources.label[0]
    if label == "Volunteer":
        hours = pair.resources.weekly_hours[0]
        return Text(
            f"每周只有 {hours:g} 小时，一次需 {_visit(pair):g} 小时",
            f"{hours:g} hours a week; one visit takes {_visit(pair):g}",
        )
    places = pair.resources.capacity[0] if label == "Venue" else pair.supply[0, 0]
    if np.isnan(places):
        return Text(f"容量未知，需要容纳 {people:g} 人", f"its capacity is not known; {people:g} people come")
    return Text(f"只能容纳 {places:g} 人，需要 {people:g} 人", f"room for {places:g}, wanted for {people:g}")


def _fit(pair: Crossing) -> Change:
    people, label = pair.needs.people[0], pair.resources.label[0]
    if label == "Volunteer":
        hours = _visit(pair)
        return Change(
            "resource", "weekly_hours", hours, Text(f"每周抽出 {hours:g} 小时", f"give {hours:g} hours a week")
        )
    places = pair.resources.capacity[0] if label == "Venue" else pair.supply[0, 0]
    if places >= 1:
        text = Text(f"人数减至 {places:g} 人", f"a group of {places:g} people")
        return Change("need", "people", float(places), text)
    text = Text(f"可容纳 {people:g} 人", f"room for {people:g} people")
    if label == "Venue":
        return Change("resource", "capacity", float(people), text)
    item = next(i for i in pair.admitted[0] if pair.resources.offer[0, i] > 0)
    return Change("resource", "offer", [pair.words.items[item], float(people)], text)


# Step-free access.


def _reachable(c: Crossing) -> Mask:
    return ~c.needs.step_free[:, None] | (~c.labelled("Venue") | c.resources.step_free)[None, :]


FITNESS = (
    Rule("status", Text("需求状态", "state of the need"), _open, _over, _reopen),
    Rule("serves", Text("承接类别", "kind of resource"), _serves, _not_served, _serve),
    Rule(
        "in_service",
        Text("已启用", "in service"),
        _works,
        lambda pair: Text("该服务点尚未启用", "the service point is planned only"),
        _open_point,
    ),
    Rule("item", Text("所需服务", "service wanted"), _offers, _offers_not, _offer),
    Rule("audience", Text("服务对象", "audience"), _meant, _not_meant, _ask_for),
    Rule("skill", Text("技能与等级", "skill and level"), _able, _unable, _learn),
    Rule("capacity", Text("容量", "capacity"), _room, _too_small, _fit),
    Rule(
        "step_free",
        Text("无障碍", "step-free access"),
        _reachable,
        lambda pair: Text(
            "需要无障碍通道，该处没有或未知", "step-free access is needed; it has none, or none is known"
        ),
        lambda pair: Change(
            "resource", "step_free", True, Text("提供无障碍通道", "make it step-free (a ramp, the ground floor)")
        ),
    ),
)
"""In the order in which they are told."""
