"""From a wish and the town to an event: who and what could be part of it, and what each would add.

Weights of the policy are scaled so that all parts in use add up to at most 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.model.codes import title
from graph.model.errors import ProblemUnfit
from graph.model.text import Text, joined
from matching.bundle.event import NEVER, Event, Pool
from matching.bundle.slots import candidate_slots, free_at
from matching.bundle.town import Town
from matching.bundle.wish import Wish
from matching.problem import Floats, Ints, Mask
from matching.rules.purpose import fits as may_hold
from matching.rules.purpose import suited
from matching.rules.tables import taken

LEVELS = 5  # levels of a skill, 1 to 5
STAND_INS = 3  # so many others who could lead count in full


@dataclass(frozen=True, slots=True, eq=False)
class Draft:
    """An event and what its rows are: positions in the town's rooms, volunteers and residents.

    `weight` is what each part can add at most, by `group.feature`; `skill` the level that each lead's best fitting
    skill has, and which skill it is (-1: none); `unasked` how many of the audience said no and are left out.
    """

    wish: Wish
    event: Event
    rooms: Ints
    leads: Ints
    helpers: Ints
    people: Ints
    weight: dict[str, float]
    skill: tuple[Ints, Ints]
    unasked: int


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """What the pools of an event share: rooms (rows of the town's), slots with their half hours, and the weights."""

    rooms: Ints
    slots: tuple[str, ...]
    hours: Mask
    weight: dict[str, float]


def draft(town: Town, wish: Wish) -> Draft:
    """Return the event of a wish; raises `ProblemUnfit` when no room can be thought of."""
    slots, hours = candidate_slots(wish.minutes, wanted=wish.wanted, policy=town.own)
    helpers = _helpers_needed(town, wish)
    scene = Scene(_rooms(town, wish), slots, hours, _weights(town, wish, helpers=helpers))
    able = _volunteers(town, wish, halves=int(hours.sum(1).min()))
    level, best = _fitting(town, wish, able)
    lead = (level > 0) if wish.skills else (level > 0) | town.backbone[able]
    free = free_at(hours, town.volunteer_week[able])
    asked = wish.audience & town.seen if wish.invites else np.zeros(len(town.seen), bool)
    willing = asked & town.willing & ~np.isin(np.arange(len(asked)), town.declined.get(wish.name, ()))
    invited = _sorted(town, np.flatnonzero(willing))
    pools = (
        _lead_pool(town, able[lead], scene, free=free[lead], level=level[lead]),
        _helper_pool(town, able, scene, free=free),
        _people_pool(town, invited, scene, wish=wish),
    )
    event = _event(town, wish, scene, pools=pools, helpers=helpers)
    skill = (level[lead], best[lead])
    return Draft(
        wish, event, scene.rooms, able[lead], able, invited, scene.weight, skill, int((asked & ~willing).sum())
    )


def _event(town: Town, wish: Wish, scene: Scene, *, pools: tuple[Pool, Pool, Pool], helpers: int) -> Event:
    resources, invited = taken(town.stock.resources, town.rooms[scene.rooms]), wish.people if wish.invites else 0
    spare = np.clip((standing_by(pools[0]) - 1) / STAND_INS, 0, 1)
    shut = float(town.impaired[pools[2].person].mean()) if len(pools[2]) else 0.0
    return Event(
        wish.name,
        tuple(f"{n}（{i}）" for n, i in zip(resources.name, resources.ids, strict=True)),
        scene.slots,
        scene.hours,
        free_at(scene.hours, town.room_week[scene.rooms]),
        np.nan_to_num(resources.capacity, nan=0.0).astype(np.int64),
        _room_parts(town, wish, scene, heads=wish.people + helpers + 1, shut=shut),
        {"stand_in": scene.weight["slot.stand_in"] * spare},
        *pools,
        helpers_needed=helpers,
        people_needed=invited,
        guests=wish.people - invited,
    )


def standing_by(leads: Pool) -> Ints:
    """Return how many leads could come to one of the rooms in each slot."""
    return leads.free[np.isfinite(leads.near).any(1)].sum(0, dtype=np.int64)


def walks(town: Town, rooms: Ints, places: Floats) -> Floats:
    """Return walking metres from places to rooms, places x rooms; NaN where a place is unknown."""
    there = town.stock.resources.place[town.rooms[rooms]]
    east, north = places[:, None, 0] - there[None, :, 0], places[:, None, 1] - there[None, :, 1]
    return np.asarray(np.sqrt(east * east + north * north) * town.policy.detour)


def _helpers_needed(town: Town, wish: Wish) -> int:
    return int(-(-wish.people // town.own.people_each)) if wish.helpers is None else wish.helpers


def _weights(town: Town, wish: Wish, *, helpers: int) -> dict[str, float]:
    """Return the weight of each part in use, by `group.feature`, scaled to a sum of 1; 0 for what is not in use."""
    unused = {"helpers"} if not helpers else set()
    unused |= {"people"} if not wish.invites else set()
    unused |= {"venue.committee"} if wish.committee is None else set()
    every = {f"{group}.{k}": w for group, parts in town.own.weights.items() for k, w in parts.items()}
    weight = {name: 0.0 if {name, name.split(".")[0]} & unused else w for name, w in every.items()}
    total = sum(weight.values())
    return {name: w / total for name, w in weight.items()} if total else weight


def _rooms(town: Town, wish: Wish) -> Ints:
    """Return which rooms the rules admit: kind, step-free access, distance, conflict of interest."""
    resources, at = town.stock.resources, town.rooms
    kinds = town.own.venues.get(wish.kind)
    fits = {Text("场地类型", "kind"): np.array([kinds is None or k in kinds for k in town.room_kind], bool)}
    suits = suited(wish.purposes, town.policy.purposes)
    if suits:
        fits[Text("场地用途", "what the room is for")] = np.array([may_hold(k, suits) for k in town.room_kind], bool)
    if wish.step_free:
        fits[Text("无障碍", "step-free access")] = resources.step_free[at]
    centre = wish.at if wish.at is not None else town.centre.get(wish.committee)
    if centre is not None and wish.committee is not None:
        walk = walks(town, np.arange(len(at)), np.asarray(centre)[None, :])[0]
        fits[Text("步行距离", "walking distance")] = walk <= town.policy.distance.get("Venue", np.inf)
    if not town.policy.own and wish.parties:
        apart = [not (wish.parties & resources.parties[r]) for r in at.tolist()]
        fits[Text("利益回避", "conflict of interest")] = np.array(apart, bool)
    rooms = np.flatnonzero(np.logical_and.reduce(list(fits.values())))
    if not len(rooms):
        raise _no_room(wish, {rule: int((~holds).sum()) for rule, holds in fits.items()}, rooms=len(at))
    return rooms


def _no_room(wish: Wish, out: dict[Text, int], *, rooms: int) -> ProblemUnfit:
    kind = title("activity", wish.kind) if wish.kind else Text(wish.name, wish.name)
    each = joined([Text(f"{t.zh}排除 {n}", f"{t.en} rules out {n}") for t, n in out.items()], "、")
    why = Text(f"“{kind.zh}”没有可用的场地：共 {rooms} 处，", f"no room suits “{kind.en}”: of {rooms}, ") + each
    return ProblemUnfit(why, Text("放宽策略 bundle.venues 或 distance，或换居委", "Widen bundle.venues or distance"))


def _volunteers(town: Town, wish: Wish, *, halves: int) -> Ints:
    """Return which volunteers the rules admit: age, hours a week, consent, conflict of interest; one row a person."""
    resources, at = town.stock.resources, town.volunteers
    low, high = town.policy.volunteer_age
    age, hours = resources.age[at], resources.weekly_hours[at]
    fits = ~((age < low) | (age > high)) & ~(hours < halves / 2)
    fits &= np.array(
        [wish.name not in resources.declined[r] and resources.refusal[r] is None for r in at.tolist()], bool
    )
    if not town.policy.own and wish.parties:
        fits &= np.array([not (wish.parties & resources.parties[r]) for r in at.tolist()], bool)
    rows = np.flatnonzero(fits)
    _, first = np.unique(town.person[rows], return_index=True)
    return rows[np.sort(first)]


def _fitting(town: Town, wish: Wish, able: Ints) -> tuple[Ints, Ints]:
    """Return the level of each volunteer's best fitting skill (0: none) and its column of the dictionary (-1)."""
    level = town.stock.resources.level[town.volunteers[able]].astype(np.int64)
    if wish.skills:
        least = {skill: max(wanted or town.policy.least_level, 1) for skill, wanted in wish.skills}
    else:
        groups = town.own.leads.get(wish.kind)
        least = {s: 1 for s, group in enumerate(town.skill_group) if groups is None or group in groups}
    columns = sorted(least)
    if not columns or not len(able):
        return np.zeros(len(able), np.int64), np.full(len(able), -1)
    held = np.where(level[:, columns] >= [least[c] for c in columns], level[:, columns], 0)
    best = held.max(1)
    return best, np.where(best > 0, np.array(columns)[held.argmax(1)], -1)


def _near(walk: Floats, limit: float, *, weight: float) -> Floats:
    """Return what closeness adds: all of the weight next door, nothing at the limit, `NEVER` beyond or unknown."""
    return np.where(walk <= limit, weight * (1 - np.minimum(walk / limit, 1)), NEVER)


def _lead_pool(town: Town, rows: Ints, scene: Scene, *, free: Mask, level: Ints) -> Pool:
    weight = scene.weight
    own: dict[str, Floats] = {
        "skill": weight["lead.skill"] * level / LEVELS,
        "backbone": weight["lead.backbone"] * town.backbone[rows].astype(np.float64),
    }
    return Pool(*_volunteer_columns(town, rows), free, own, _volunteers_near(town, rows, scene, weight["lead.near"]))


def _helper_pool(town: Town, rows: Ints, scene: Scene, *, free: Mask) -> Pool:
    weight = scene.weight
    own = {"idle": weight["helpers.idle"] * _idle(town, town.volunteers[rows])}
    return Pool(*_volunteer_columns(town, rows), free, own, _volunteers_near(town, rows, scene, weight["helpers.near"]))


def _volunteer_columns(town: Town, rows: Ints) -> tuple[tuple[str, ...], Ints]:
    return tuple(str(i) for i in town.stock.resources.ids[town.volunteers[rows]]), town.person[rows]


def _volunteers_near(town: Town, rows: Ints, scene: Scene, weight: float) -> Floats:
    place = town.stock.resources.place[town.volunteers[rows]]
    return _near(walks(town, scene.rooms, place), town.policy.distance.get("Volunteer", np.inf), weight=weight)


def _people_pool(town: Town, rows: Ints, scene: Scene, *, wish: Wish) -> Pool:
    """Return the residents of an audience; whoever needs step-free access comes to rooms that have it only."""
    near = _near(walks(town, scene.rooms, town.place[rows]), town.own.walk, weight=scene.weight["people.near"])
    shut = ~town.stock.resources.step_free[town.rooms[scene.rooms]]
    near[np.ix_(town.impaired[rows], shut)] = NEVER
    free = np.ones((len(rows), len(scene.hours)), bool)
    for place in np.flatnonzero(np.isin(rows, list(town.busy))).tolist():
        free[place] = free_at(scene.hours, ~town.busy[int(rows[place])][None, :])[0]
    own = {"interest": scene.weight["people.interest"] * wish.interest[rows]}
    return Pool(tuple(town.residents[r] for r in rows.tolist()), rows, free, own, near)


def _sorted(town: Town, rows: Ints) -> Ints:
    """Return residents in the order of their ids."""
    ids = np.array([town.residents[r] for r in rows.tolist()], str)
    return rows[np.argsort(ids, kind="stable")].astype(np.int64)


def _room_parts(town: Town, wish: Wish, scene: Scene, *, heads: int, shut: float) -> dict[str, Floats]:
    """Return what each room adds; `shut` is the share of the audience that needs step-free access."""
    resources, weight = taken(town.stock.resources, town.rooms[scene.rooms]), scene.weight
    capacity = np.maximum(np.nan_to_num(resources.capacity, nan=0.0), 1.0)
    own = np.array([wish.committee is None or a == wish.committee for a in resources.area.tolist()], float)
    return {
        "fill": weight["venue.fill"] * np.minimum(heads / capacity, 1.0),
        "access": weight["venue.access"] * np.where(resources.step_free, 1.0, 1.0 - shut),
        "idle": weight["venue.idle"] * _idle(town, town.rooms[scene.rooms]),
        "committee": weight["venue.committee"] * own,
    }


def _idle(town: Town, rows: Ints) -> Floats:
    """Return how idle resources are: 1 for the policy's days without use and more, also for never used."""
    days = town.stock.resources.idle[rows]
    return np.clip(np.nan_to_num(days / town.policy.idle_days, nan=1.0), 0.0, 1.0)
