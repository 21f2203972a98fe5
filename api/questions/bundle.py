"""A room, a slot, a lead, helpers and participants as one answer; or one for each of several needs, together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from api.answers import Answer, Case, Desk, Parameters
from api.bundling import Asking
from graph.model.text import Text

if TYPE_CHECKING:
    from matching.budget import Budget
    from matching.bundle.blocked import Blocked
    from matching.bundle.draft import Draft
    from matching.bundle.event import Bundle, Event
    from matching.bundle.town import Town
    from matching.problem import Ints

TOGETHER = Text("一起安排：每人只请一次", "planned together: everybody is asked once")
CONFLICT = Text(
    "不能全部安排：缺的如下（其余各项已占用场地和人员）",
    "not all of them can happen together; beside the others these lack:",
)
UNDECIDED = Text(
    "没有找到能全部安排的方案，也未证明不存在；可减少项数，或逐项安排并用 --bookings 带上已定的",
    "no plan for all of them was found, nor proven impossible: ask for fewer, or one by one with --bookings",
)


ENDED = {
    "proven": Text("已证明最优", "proven: no better plan exists"),
    "searched": Text("已用完 --seconds 对应的计算量", "ended by the work that --seconds allows"),
    "timed": Text(
        "到时停止，重算可能略有不同；可加大 --seconds", "stopped by the clock: another run may differ; raise --seconds"
    ),
}


@dataclass(frozen=True, slots=True, eq=False)
class Bundled:
    """What stands behind the answer: the town, a draft for each activity, and their bundles or what blocks them."""

    town: Town
    monday: dt.date
    drafts: tuple[Draft, ...]
    blocked: tuple[Blocked | None, ...]


def answer(desk: Desk, parameters: Parameters, *, snapshot: str | None = None) -> Answer:
    """Form bundles.

    Parameters: `kind` (code of activities, None for needs), `people`, `committee` (code or name), `needs` (ids),
    `week` (a Monday, None: the next one), `minutes`, `wanted` slots, `skills` (ids), `helpers`, `step_free`, `audience`
    (a condition), `bookings` (rows, see `matching.bundle.slots`), `declined` (rows of `resource`, `need`), `alternatives`,
    `seconds` (for several needs), `policy`, `areas`, `as_of`.
    """
    from matching.budget import Budget
    from matching.bundle.draft import draft
    from matching.bundle.together import SECONDS

    case = desk.case("bundle", parameters, snapshot=snapshot)
    asking = Asking.of(case)
    budget = Budget.of(parameters.get("seconds") or SECONDS, desk.progress)
    wishes = asking.wishes()
    drafts = []
    for done, wish in enumerate(wishes):
        budget.tell("draft", done, len(wishes))
        drafts.append(draft(asking.town, wish))
    return _alone(asking, drafts[0]) if len(drafts) == 1 else _together(asking, tuple(drafts), budget)


def _alone(asking: Asking, drafted: Draft) -> Answer:
    from matching.bundle.best import AXES, alternatives, best
    from matching.bundle.blocked import blocked

    found = best(drafted.event)
    why = None if found is not None else blocked(drafted.event)
    count = 0 if found is None else int(asking.case.parameters.get("alternatives", len(AXES)))
    others = [] if found is None else alternatives(drafted.event, found, count=count)
    source = Bundled(asking.town, asking.monday, (drafted,), (why,))
    body = _body(asking.case, source) | {
        "bundles": [] if found is None else [_bundle_json(asking.case, source, 0, bundle=found)],
        "alternatives": [
            {"axis": o.axis, "differs": list(o.differs), **_bundle_json(asking.case, source, 0, bundle=o.bundle)}
            for o in others
        ],
        "no_other": sorted(set(tuple(AXES)[:count]) - {o.axis for o in others}),
        "blocked": [] if why is None else [_blocked_json(source, 0, why)],
    }
    return asking.case.answer(body, source)


def _together(asking: Asking, drafts: tuple[Draft, ...], budget: Budget) -> Answer:
    """Plan several needs at once; raises nothing when they cannot all be: the answer then names what is short."""
    from matching.bundle.event import NEVER
    from matching.bundle.together import plan

    events = [d.event for d in drafts]
    found = plan(events, budget)
    why = (None,) * len(events) if found.bundles else _short(events)
    source = Bundled(asking.town, asking.monday, drafts, why)
    body = _body(asking.case, source) | {
        "bundles": [_bundle_json(asking.case, source, at, bundle=b) for at, b in enumerate(found.bundles)],
        "alternatives": [],
        "blocked": [_blocked_json(source, at, w) for at, w in enumerate(why) if w is not None],
        "rule": _both(TOGETHER),
    }
    if found.bundles:
        body |= {"score": round(found.score, 9), "bound": round(found.bound, 9), "gap": round(found.gap, 9)}
        body["ended"] = _both(ENDED["proven" if found.gap == 0 else "timed" if found.timed else "searched"])
    else:
        body["conflict"] = _both(CONFLICT if found.bound == NEVER else UNDECIDED)
    return asking.case.answer(body, source)


def _short(events: list[Event]) -> tuple[Blocked | None, ...]:
    """Say what is short for those events that cannot happen beside the others (or at all)."""
    from matching.bundle.blocked import blocked
    from matching.bundle.sequence import one_after_another, remaining, scarcest_first

    placed, left = one_after_another(events, scarcest_first(events))
    return tuple(blocked(remaining(events, k, placed)) if k in left else None for k in range(len(events)))


def _body(case: Case, source: Bundled) -> dict[str, Any]:
    return {
        "as_of": case.as_of.isoformat(),
        "week": source.monday.isoformat(),
        "policy": source.town.policy.version,
        "asked": [_asked_json(source, d) for d in source.drafts],
    }


def _asked_json(source: Bundled, drafted: Draft) -> dict[str, Any]:
    event, wish = drafted.event, drafted.wish
    needs = source.town.stock.needs
    row = needs.ids.tolist().index(wish.name) if wish.name in needs.ids.tolist() else None
    sizes = {"rooms": len(event.venues), "slots": len(event.slots), "leads": len(event.leads)}
    sizes |= {"volunteers": len(event.helpers), "audience": len(event.people), "unasked": drafted.unasked}
    title = None if row is None else needs.name[row]
    asked = {"name": wish.name, "title": title, "kind": wish.kind or None, "people": wish.people}
    return asked | {"helpers": event.helpers_needed, "invites": wish.invites, "step_free": wish.step_free, **sizes}


def _bundle_json(case: Case, source: Bundled, at: int, *, bundle: Bundle) -> dict[str, Any]:
    from matching.bundle.reasons import reasons

    drafted, town = source.drafts[at], source.town
    residents = case.snapshot.nodes("Resident")
    rows = [int(drafted.people[r]) for r in bundle.people]
    return {
        "asked": drafted.wish.name,
        **_where_and_when(source, drafted, bundle),
        "lead": _volunteer(town, drafted.leads, bundle.lead),
        "helpers": [_volunteer(town, drafted.helpers, r) for r in bundle.helpers],
        "people": [{"id": residents.id_of(r), "name": residents.record(r).get("name")} for r in rows],
        "heads": drafted.event.heads,
        "score": round(bundle.score, 9),
        "bound": round(bundle.bound, 9),
        "gap": round(bundle.gap, 9),
        "reasons": [r.to_json() for r in reasons(town, drafted, bundle)],
    }


def _where_and_when(source: Bundled, drafted: Draft, bundle: Bundle) -> dict[str, Any]:
    from matching.bundle.slots import date_of

    event, resources = drafted.event, source.town.stock.resources
    slot, room = event.slots[bundle.slot], int(source.town.rooms[drafted.rooms[bundle.venue]])
    begin, end = slot[2:].split("-")
    places = int(event.capacity[bundle.venue])
    return {
        "venue": {"id": resources.ids[room], "name": resources.name[room], "places": places},
        "when": {"slot": slot, "date": date_of(slot, source.monday).isoformat(), "begin": begin, "end": end},
    }


def _volunteer(town: Town, rows: Ints, row: int) -> dict[str, Any]:
    at = int(town.volunteers[int(rows[row])])
    return {"id": town.stock.resources.ids[at], "name": town.stock.resources.name[at]}


def _blocked_json(source: Bundled, at: int, why: Blocked) -> dict[str, Any]:
    event = source.drafts[at].event
    changes = [{"resource": c.resource, "amount": c.amount, **_both(c.text)} for c in why.changes]
    where = {"venue": event.venues[why.venue], "slot": event.slots[why.slot]}
    counts = {"cells": why.cells, "ruled_out": why.ruled_out}
    return {"asked": event.name, **_both(why.text()), **where, "changes": changes, **counts}


def _both(text: Text) -> Mapping[str, str]:
    return {"zh": text.zh, "en": text.en}
