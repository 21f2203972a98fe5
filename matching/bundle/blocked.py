"""Why no bundle can be: the resource that is missing, and the least change that would make one possible.

The room and slot that lack the fewest things, and of these the least of them, are looked at; what they lack is what
blocks. A change is checked by making it: after `unblocked` there is a bundle.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from graph.model.text import Text
from matching.bundle.cells import able
from matching.bundle.event import Event, Pool
from matching.problem import Floats, Ints
from matching.rules.week import said

ROOM, PLACES, LEAD, HELPERS, PEOPLE = "room", "places", "lead", "helpers", "people"
TITLES = {
    ROOM: Text("场地的开放时间或预订", "opening hours or bookings of the rooms"),
    PLACES: Text("场地的容量", "places in the rooms"),
    LEAD: Text("骨干", "a lead"),
    HELPERS: Text("帮手", "helpers"),
    PEOPLE: Text("参加者", "participants"),
}
REDUCED = {
    HELPERS: Text("帮手减少 {k} 人（{v} {s} 只有 {a} 人能来）", "{k} helpers fewer ({v}, {s}: {a} could come)"),
    PEOPLE: Text("参加者减少 {k} 人（{v} {s} 只有 {a} 人能来）", "{k} participants fewer ({v}, {s}: {a} could come)"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One change: of which resource, by how much, and for `LEAD` the row of who would have to be free (-1: a new one)."""

    resource: str
    amount: int
    text: Text
    person: int = -1


@dataclass(frozen=True, slots=True)
class Blocked:
    """What blocks an event: the changes that would unblock it at one room and slot, and how many cells each rules out."""

    venue: int
    slot: int
    changes: tuple[Change, ...]
    cells: int
    ruled_out: dict[str, int]

    def text(self) -> Text:
        """Name the blocking resources."""
        names = [TITLES[c.resource] for c in self.changes]
        return Text("缺：" + "、".join(n.zh for n in names), "lacking: " + ", ".join(n.en for n in names))


def blocked(event: Event) -> Blocked:
    """Say why an event has no bundle; meant for events without one."""
    lacks = _lacks(event)
    kinds = np.sum([lack > 0 for lack in lacks.values()], axis=0, dtype=np.int64)
    heads = {ROOM: 1, PLACES: event.heads, LEAD: 1, HELPERS: event.helpers_needed, PEOPLE: event.people_needed}
    amount: Floats = sum((lack / max(heads[k], 1) for k, lack in lacks.items()), np.zeros(kinds.shape))
    at = int(np.lexsort((amount.ravel(), kinds.ravel()))[0])
    venue, slot = divmod(at, kinds.shape[1])
    changes = list(_changes(event, {k: int(lack[venue, slot]) for k, lack in lacks.items()}, at=(venue, slot)))
    changes = _for_different_persons(event, changes, at=(venue, slot))
    changes = _needed(event, changes, at=(venue, slot))
    out = {k: int((lack > 0).sum()) for k, lack in lacks.items()}
    return Blocked(venue, slot, tuple(changes), kinds.size, out)


def unblocked(event: Event, why: Blocked) -> Event:
    """Return the event with the changes made."""
    venue, slot, changed = why.venue, why.slot, event
    for change in why.changes:
        if change.resource == ROOM:
            open_at = changed.open_at.copy()
            open_at[venue, slot] = True
            changed = replace(changed, open_at=open_at)
        elif change.resource == PLACES:
            capacity = changed.capacity.copy()
            capacity[venue] += change.amount
            changed = replace(changed, capacity=capacity)
        elif change.resource == LEAD:
            changed = replace(changed, leads=_with_lead(changed.leads, change, at=(venue, slot)))
        elif change.resource == HELPERS:
            changed = replace(changed, helpers_needed=changed.helpers_needed - change.amount)
        else:
            changed = replace(changed, people_needed=changed.people_needed - change.amount)
    return changed


def possible(event: Event, why: Blocked) -> bool:
    """Say whether the changes make a bundle possible at the room and slot of `why`."""
    changed = unblocked(event, why)
    room = bool(changed.open_at[why.venue, why.slot] and changed.capacity[why.venue] >= changed.heads)
    return room and all(_short(changed, (why.venue, why.slot), role=role) <= 0 for role, _, _ in changed.roles)


def _short(event: Event, at: tuple[int, int], *, role: str) -> int:
    """Return by how many a role asks for too many, when everybody takes one role only.

    Hall's theorem (1935): places can be filled by different persons exactly when no set of roles has more places than
    there are persons for any of its roles; these are the sets with `role` and roles before it.
    """
    names = [name for name, _, _ in event.roles]
    earlier = event.roles[: names.index(role)]
    own = event.roles[names.index(role)]
    sets = [(*some, own) for size in range(len(earlier) + 1) for some in combinations(earlier, size)]
    return max(sum(count for _, _, count in roles) - len(_who(roles, at)) for roles in sets)


def _who(roles: Sequence[tuple[str, Pool, int]], at: tuple[int, int]) -> Ints:
    venue, slot = at
    free = [pool.person[pool.free[:, slot] & np.isfinite(pool.near[:, venue])] for _, pool, _ in roles]
    return np.unique(np.concatenate(free))


def _needed(event: Event, changes: list[Change], *, at: tuple[int, int]) -> list[Change]:
    """Drop changes that others make superfluous: with fewer people the room may be large enough."""
    for change in list(changes):
        others = [c for c in changes if c is not change]
        if possible(event, Blocked(at[0], at[1], tuple(others), 0, {})):
            changes = others
    return changes


def _lacks(event: Event) -> dict[str, Ints]:
    """Return how much of each resource every cell lacks, venues x slots each."""
    shape = event.open_at.shape
    places = np.broadcast_to(np.maximum(event.heads - event.capacity, 0)[:, None], shape)
    counts = {name: np.maximum(count - able(pool), 0) for name, pool, count in event.roles}
    room = (~event.open_at).astype(np.int64)
    return {ROOM: room, PLACES: places, LEAD: counts["lead"], HELPERS: counts["helpers"], PEOPLE: counts["people"]}


def _changes(event: Event, lack: dict[str, int], *, at: tuple[int, int]) -> Iterator[Change]:
    name, when = event.venues[at[0]], said(event.slots[at[1]])
    facts = {"v": name, "s": when.en, "s_zh": when.zh}
    if lack[ROOM]:
        text = Text(
            "{v} 在 {s_zh} 开放（现为关闭、已订或不合条件）", "have {v} open on {s} (closed, booked or unfit now)"
        )
        yield Change(ROOM, 1, text.fill(**facts))
    if lack[PLACES]:
        text = Text(
            "{v} 容 {c} 人，到场 {h} 人（含骨干和帮手）：减少 {k} 人，或换大的场地",
            "{v} holds {c}, {h} come (lead and helpers included): {k} people fewer, or a larger room",
        )
        shown = {"c": int(event.capacity[at[0]]), "h": event.heads, "k": lack[PLACES]}
        yield Change(PLACES, lack[PLACES], text.fill(v=name, **shown))
    if lack[LEAD]:
        yield _lead_change(event, at=at)


def _fewer(event: Event, role: str, amount: int, *, at: tuple[int, int], come: int) -> Change:
    when = said(event.slots[at[1]])
    shown = {"k": amount, "a": come, "v": event.venues[at[0]]}
    return Change(
        role, amount, Text(REDUCED[role].zh.format(s=when.zh, **shown), REDUCED[role].en.format(s=when.en, **shown))
    )


def _lead_change(event: Event, *, at: tuple[int, int]) -> Change:
    when, venue = said(event.slots[at[1]]), event.venues[at[0]]
    if not len(event.leads):
        text = Text("找一位骨干：没有人合乎要求", "find a lead: nobody qualifies")
        return Change(LEAD, 1, text)
    values = event.leads.values()[:, at[0]]
    if np.isfinite(values).any():
        row = int(np.argmax(values))
    else:
        row = int(np.argmax(sum(event.leads.own.values(), np.zeros(len(values)))))
    text = Text(
        f"请 {event.leads.ids[row]} {when.zh} 到 {venue}", f"have {event.leads.ids[row]} come to {venue} on {when.en}"
    )
    return Change(LEAD, 1, text, row)


def _with_lead(leads: Pool, change: Change, *, at: tuple[int, int]) -> Pool:
    if change.person < 0:
        own = {k: np.append(v, 0.0) for k, v in leads.own.items()}
        free, near = np.ones((1, leads.free.shape[1]), bool), np.zeros((1, leads.near.shape[1]))
        person = np.append(leads.person, -1)
        return Pool((*leads.ids, "?"), person, np.vstack([leads.free, free]), own, np.vstack([leads.near, near]))
    free, near = leads.free.copy(), leads.near.copy()
    free[change.person, at[1]] = True
    near[change.person, at[0]] = max(float(near[change.person, at[0]]), 0.0)
    return replace(leads, free=free, near=near)


def _for_different_persons(event: Event, changes: list[Change], *, at: tuple[int, int]) -> list[Change]:
    """Ask for fewer helpers, then fewer participants, so that nobody has to take two roles."""
    kept = [c for c in changes if c.resource not in REDUCED]
    needed = {HELPERS: event.helpers_needed, PEOPLE: event.people_needed}
    for role in (HELPERS, PEOPLE):
        short = _short(unblocked(event, Blocked(at[0], at[1], tuple(kept), 0, {})), at, role=role)
        if short > 0 and needed[role]:
            kept.append(_fewer(event, role, short, at=at, come=needed[role] - short))
    return kept
