"""A room, a slot, a lead, helpers and participants as one answer; or one for each of several needs, together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from api.answers import Answer, Case, Desk, Parameters
from api.bundling import Asking
from graph.model.errors import ProblemUnfit
from graph.model.text import Text

if TYPE_CHECKING:
    from matching.budget import Budget
    from matching.bundle.blocked import Blocked, Change
    from matching.bundle.draft import Draft
    from matching.bundle.event import Bundle
    from matching.bundle.together import Together
    from matching.bundle.town import Town
    from matching.bundle.wish import Wish
    from matching.problem import Ints

TOGETHER = Text("一起安排：每人只请一次", "planned together: everybody is asked once")
CONFLICT = Text(
    "{all} 项不能全部安排（已证明）：{left} 项排不成，缺的如下；其余 {planned} 项已排",
    "not all {all} can happen together (proven): {left} cannot, for lack of what is named; {planned} are planned",
)
UNDECIDED = Text(
    "没有找到 {all} 项全部安排的方案（未证明不存在）：{left} 项未排，缺的如下；其余 {planned} 项已排；可加大 --seconds",
    "no plan for all {all} was found, nor proven impossible: {left} are left out, for lack of what is named;"
    " {planned} are planned; raise --seconds",
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

    seconds = SECONDS if parameters.get("seconds") is None else parameters["seconds"]
    case = desk.case("bundle", {**parameters, "seconds": seconds}, snapshot=snapshot)
    asking = Asking.of(case)
    budget = Budget.of(seconds, desk.progress)
    wishes = asking.wishes()
    if len(wishes) == 1:
        return _alone(asking, draft(asking.town, wishes[0]))
    drafts, roomless = _drafts(asking, wishes, budget)
    return _together(asking, drafts, budget, roomless=roomless)


def _drafts(asking: Asking, wishes: list[Wish], budget: Budget) -> tuple[tuple[Draft, ...], dict[str, ProblemUnfit]]:
    """Draft several wishes; return those for which there is no room beside them, and raise when there is none for all."""
    from matching.bundle.draft import draft

    drafts, roomless = [], {}
    for done, wish in enumerate(wishes):
        budget.tell("bundle", done, len(wishes))
        try:
            drafts.append(draft(asking.town, wish))
        except ProblemUnfit as why:
            roomless[wish.name] = why
    budget.tell("bundle", len(wishes), len(wishes))
    if not drafts:
        raise next(iter(roomless.values()))
    return tuple(drafts), roomless


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


def _together(
    asking: Asking, drafts: tuple[Draft, ...], budget: Budget, *, roomless: dict[str, ProblemUnfit]
) -> Answer:
    """Plan several needs at once; raises nothing when they cannot all be: the answer then names what is short."""
    from matching.bundle.most import most

    found = most([d.event for d in drafts], budget)
    source = Bundled(asking.town, asking.monday, drafts, tuple(found.left.get(k) for k in range(len(drafts))))
    placed = zip(found.kept, found.plan.bundles, strict=True)
    body = _body(asking.case, source) | {
        "bundles": [_bundle_json(asking.case, source, at, bundle=b) for at, b in placed],
        "alternatives": [],
        "blocked": [_blocked_json(source, at, why) for at, why in found.left.items()],
        "roomless": [_roomless_json(name, why) for name, why in roomless.items()],
        "rule": _both(TOGETHER),
    }
    if found.kept:
        body |= _figures(found.plan)
    out = len(found.left) + len(roomless)
    if out:
        said = {"left": out, "planned": len(found.kept), "all": len(drafts) + len(roomless)}
        body["conflict"] = _both((CONFLICT if found.impossible or roomless else UNDECIDED).fill(**said))
    return asking.case.answer(body, source)


def _figures(plan: Together) -> dict[str, Any]:
    ended = ENDED["proven" if plan.gap == 0 else "timed" if plan.timed else "searched"]
    shown = {name: round(getattr(plan, name), 9) for name in ("score", "bound", "gap")}
    return shown | {"ended": _both(ended)}


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
    changes = [_change_json(source, at, c) for c in why.changes]
    where = {"venue": event.venues[why.venue], "slot": event.slots[why.slot]}
    counts = {"cells": why.cells, "ruled_out": why.ruled_out}
    return {"asked": event.name, **_both(why.text()), **where, "changes": changes, **counts}


def _change_json(source: Bundled, at: int, change: Change) -> dict[str, Any]:
    """Return a change, with who would have to come where it names somebody."""
    shown = {"resource": change.resource, "amount": change.amount, **_both(change.text)}
    if change.person >= 0:
        shown["person"] = _volunteer(source.town, source.drafts[at].leads, change.person)
    return shown


def _roomless_json(name: str, why: ProblemUnfit) -> dict[str, Any]:
    return {"asked": name, "zh": why.facts["why_zh"], "en": why.facts["why"], "hint": _both(why.hint)}


def _both(text: Text) -> Mapping[str, str]:
    return {"zh": text.zh, "en": text.en}
