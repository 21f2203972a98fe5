"""Rules of time, place and person: hours, bookings, distance, committee, age, consent, conflict of interest."""

from __future__ import annotations

import numpy as np

from graph.model.relationships import SCHEMA
from graph.model.text import Text, joined
from matching.problem import Mask
from matching.rules.change import Change
from matching.rules.consent import CONSENT
from matching.rules.crossing import Crossing, open_hours
from matching.rules.rule import Rule
from matching.rules.week import Bits, said, slots_of, taken_week

MOST_SAID = 3
"""Slots named in one sentence."""


def _slots(slots: tuple[str, ...]) -> Text:
    more = Text(f"等{len(slots)}段", f" and {len(slots) - MOST_SAID} more") if len(slots) > MOST_SAID else Text("", "")
    return joined([said(s) for s in slots[:MOST_SAID]], "、") + more


# Opening hours and weekly availability.


def _there(c: Crossing) -> Mask:
    return c.open_share > 0


def _shut(pair: Crossing) -> Text:
    wanted = _slots(pair.needs.slots[0])
    label, hours, _ = pair.resources.times[0]
    there = _slots(hours) if hours else Text("时间未知", "hours not known")
    if label == "Venue":
        return Text("需求时段 ", "wanted ") + wanted + Text("；开放 ", "; open ") + there
    return Text("需求时段 ", "wanted ") + wanted + Text("；可服务 ", "; available ") + there


def _missing(pair: Crossing, slot: str) -> Bits:
    """Return the first half hours of a slot that would have to be added for the slot to do."""
    asked = taken_week([slot])
    has = open_hours(pair.resources.times[0][1], ())
    short = int(min(asked.sum(), pair.least_halves()[0]) - (asked * has).sum())
    lacking = np.flatnonzero(asked * (1 - has))[: max(short, 0)]
    added = np.zeros_like(asked)
    added[lacking] = 1
    return added


def _open_longer(pair: Crossing) -> Change:
    """Open or come for the fewest half hours more; ties go to the earlier slot."""
    added = min((_missing(pair, slot) for slot in sorted(pair.needs.slots[0])), key=lambda bits: float(bits.sum()))
    slots = slots_of(added)
    text = Text("另在 ", "be there also ") + _slots(slots) + Text(" 开放或到场", "")
    return Change("resource", "hours", list(slots), text)


# One in one place at a time.


def _free(c: Crossing) -> Mask:
    return (c.free_share > 0) | (c.open_share <= 0)


def _booked(pair: Crossing) -> Text:
    return Text("需求时段已被预约：", "booked in the wanted slots: ") + _slots(pair.resources.times[0][2])


def _move_booking(pair: Crossing) -> Change:
    """Move the fewest half hours of bookings; ties go to the earlier slot."""
    _, hours, busy = pair.resources.times[0]
    there, taken = open_hours(hours, ()), taken_week(busy)
    least = pair.least_halves()[0]
    moved: list[Bits] = []
    for slot in sorted(pair.needs.slots[0]):
        asked = taken_week([slot]) * there
        short = int(min(taken_week([slot]).sum(), least) - (asked * (1 - taken)).sum())
        clash = np.flatnonzero(asked * taken)
        if asked.sum() >= min(taken_week([slot]).sum(), least):
            bits = np.zeros_like(taken)
            bits[clash[: max(short, 0)]] = 1
            moved.append(bits)
    gone = min(moved, key=lambda bits: float(bits.sum()))
    text = Text("挪开预约 ", "move the booking of ") + _slots(slots_of(gone))
    return Change("resource", "busy", list(slots_of(taken * (1 - gone))), text)


# Distance and committee.


def _near(c: Crossing) -> Mask:
    return c.walk <= c.limit[None, :]


def _far(pair: Crossing) -> Text:
    walk, limit = pair.walk[0, 0], pair.limit[0]
    if np.isnan(walk):
        return Text("位置未知", "the position is not known")
    return Text(f"步行约 {walk:.0f} 米，上限 {limit:g} 米", f"about {walk:.0f} m to walk, the limit is {limit:g} m")


def _go_farther(pair: Crossing) -> Change:
    walk, label = pair.walk[0, 0], pair.resources.label[0]
    if np.isnan(walk):
        return _locate(pair)
    metres = int(np.ceil(walk))
    return Change(
        "policy",
        "distance",
        [label, metres],
        Text(f"{SCHEMA.label[label].title.zh}的步行上限放宽到 {metres} 米", f"allow a walk of {metres} m ({label})"),
    )


def _locate(pair: Crossing) -> Change:
    """Record the position that is not known; the change names no position, since the other one may be a home."""
    text = Text("登记位置（就近即可）", "record where it is (near enough)")
    if np.isnan(pair.needs.place).any():
        return Change("need", "place", None, Text("需求", "the need: ") + text)
    return Change("resource", "place", None, Text("资源", "the resource: ") + text)


def _own_committee(c: Crossing) -> Mask:
    return ~c.labelled(*c.policy.own_committee)[None, :] | c.same_area


def _open_border(pair: Crossing) -> Change:
    label = pair.resources.label[0]
    text = Text(f"策略 own_committee 去掉 {label}", f"take {label} out of own_committee")
    return Change("policy", "own_committee", label, text)


# Age of volunteers.


def _of_age(c: Crossing) -> Mask:
    low, high = c.policy.volunteer_age
    outside = (c.resources.age < low) | (c.resources.age > high)
    return ~(c.labelled("Volunteer") & outside)[None, :]


def _not_of_age(pair: Crossing) -> Text:
    low, high = pair.policy.volunteer_age
    return Text(f"年龄不在 {low:g} 至 {high:g} 岁之间", f"not of {low:g} to {high:g} years")


def _other_ages(pair: Crossing) -> Change:
    (low, high), age = pair.policy.volunteer_age, float(pair.resources.age[0])
    bounds = [min(low, age), max(high, age)]
    text = Text(f"志愿者年龄放宽为 {bounds[0]:g} 至 {bounds[1]:g} 岁", f"allow {bounds[0]:g} to {bounds[1]:g} years")
    return Change("policy", "volunteer_age", bounds, text)


# Conflict of interest.


def _apart(c: Crossing) -> Mask:
    holds = np.ones(c.shape, bool)
    if c.policy.own:
        return holds
    needs, resources = c.needs.parties, c.resources.parties
    asking = frozenset[str]().union(*needs.values)
    known = [(row, parties) for row, parties in enumerate(resources.values) if not parties.isdisjoint(asking)]
    for code, parties in enumerate(needs.values):
        rows = [row for row, others in known if not parties.isdisjoint(others)]
        if rows:
            holds[np.ix_(needs.at == code, np.isin(resources.at, rows))] = False
    return holds


def _conflict(pair: Crossing) -> Text:
    shared = pair.needs.parties[0] & pair.resources.parties[0]
    kinds = {party.split(":", 1)[0] for party in shared}
    if "Organisation" in kinds:
        return Text("提出单位与资源所属单位相同", "the asking organisation owns the resource")
    if "Household" in kinds:
        return Text("与提出人为同一人或同住一户", "the asker, or of the asker's household")
    return Text("与提出人为同一人或亲属", "the asker, or related to the asker")


PRESENCE = (
    Rule("hours", Text("开放与可服务时间", "opening hours and availability"), _there, _shut, _open_longer),
    Rule("booked", Text("同一时间只在一处", "one place at a time"), _free, _booked, _move_booking),
    Rule("distance", Text("步行距离", "walking distance"), _near, _far, _go_farther),
    Rule(
        "own_committee",
        Text("限本居委", "own committee only"),
        _own_committee,
        lambda pair: Text("只服务本居委，需求在别处", "serves its own committee; the need lies in another"),
        _open_border,
    ),
    Rule("age", Text("志愿者年龄", "age of volunteers"), _of_age, _not_of_age, _other_ages),
    CONSENT,
    Rule(
        "conflict",
        Text("利益回避", "conflict of interest"),
        _apart,
        _conflict,
        lambda pair: Change("policy", "own", True, Text("策略允许自有资源（own = true）", "allow own = true")),
    ),
)
"""In the order in which they are told."""
