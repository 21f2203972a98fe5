"""Judge bundles against their events, independently of whatever made them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np

from graph.model.text import Text
from matching.bundle.event import Bundle, Event

TOLERANCE = 1e-9


def check(event: Event, bundle: Bundle) -> list[Text]:
    """Return every rule that a bundle breaks, as sentences; empty when it can really happen."""
    return [*_room(event, bundle), *_roles(event, bundle), *_figures(event, bundle)]


def check_together(events: Sequence[Event], bundles: Sequence[Bundle]) -> list[Text]:
    """Return what each bundle breaks, and what two of them want at once; persons may be asked once only."""
    broken = [text for event, bundle in zip(events, bundles, strict=True) for text in check(event, bundle)]
    for (one, a), (other, b) in combinations(list(zip(events, bundles, strict=True)), 2):
        shared = bool((one.hours[a.slot] & other.hours[b.slot]).any())
        if shared and one.venues[a.venue] == other.venues[b.venue]:
            broken.append(Text("场地 {v} 同时订了两次", "the room {v} is booked twice").fill(v=one.venues[a.venue]))
        twice = Text("第 {p} 人被安排两次", "the person {p} is asked twice")
        broken += [twice.fill(p=person) for person in sorted(_persons(one, a) & _persons(other, b))]
    return broken


def _persons(event: Event, bundle: Bundle) -> set[int]:
    return {int(pool.person[row]) for role, pool, _ in event.roles for row in bundle.rows(role)}


def _room(event: Event, bundle: Bundle) -> Iterator[Text]:
    name, slot = event.venues[bundle.venue], event.slots[bundle.slot]
    if not event.open_at[bundle.venue, bundle.slot]:
        yield Text("{v} 在 {s} 不可用", "the room {v} cannot be had at {s}").fill(v=name, s=slot)
    heads = 1 + len(bundle.helpers) + len(bundle.people) + event.guests
    if heads > event.capacity[bundle.venue]:
        text = Text("{v} 容纳 {c} 人，到场 {h} 人", "the room {v} holds {c}, {h} come")
        yield text.fill(v=name, c=int(event.capacity[bundle.venue]), h=heads)


def _roles(event: Event, bundle: Bundle) -> Iterator[Text]:
    asked: Counter[int] = Counter()
    for role, pool, count in event.roles:
        rows = bundle.rows(role)
        asked.update(int(pool.person[r]) for r in rows)
        if len(rows) != count:
            text = Text("{r} 需 {n} 人，安排了 {k} 人", "{r}: {k} of the {n} that are needed")
            yield text.fill(r=role, n=count, k=len(rows))
        for row in rows:
            if not pool.free[row, bundle.slot] or not np.isfinite(pool.near[row, bundle.venue]):
                yield Text("{p} 那时那里来不了", "{p} cannot be there then").fill(p=pool.ids[row])
    for person, times in sorted(asked.items()):
        if times > 1:
            yield Text("第 {p} 人担任 {k} 个角色", "the person {p} takes {k} roles").fill(p=person, k=times)


def _figures(event: Event, bundle: Bundle) -> Iterator[Text]:
    own = sum(float(v[bundle.venue]) for v in event.venue_parts.values())
    own += sum(float(v[bundle.slot]) for v in event.slot_parts.values())
    for role, pool, count in event.roles:
        for row in bundle.rows(role):
            own += (float(pool.near[row, bundle.venue]) + sum(float(v[row]) for v in pool.own.values())) / max(count, 1)
    if abs(own - bundle.score) > TOLERANCE:
        yield Text("得分写作 {a:g}，实为 {b:g}", "the score says {a:g}, it is {b:g}").fill(a=bundle.score, b=own)
    if bundle.bound < bundle.score - TOLERANCE:
        yield Text("界低于得分", "the bound lies below the score")
