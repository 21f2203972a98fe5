"""The lists of a ledger as rows: people as a search shows them, with where they stand and how to reach them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from api.answers import Case
from graph.model.codes import title
from graph.model.records import EPOCH
from graph.model.text import Text

if TYPE_CHECKING:
    from matching.gap.households import Map, Point
    from matching.gap.ledger import Ledger
    from matching.gap.lists import Entry

MAP = "map"
"""The list that is a map."""
WITH_PHONE = ("call",)
"""Lists whose purpose is to call: only they carry the number."""


def listed(case: Case, ledger: Ledger, kind: str, *, top: int) -> dict[str, Any]:
    """Return a list as JSON: its first rows, how many there are, and why there are none."""
    if kind == MAP:
        return _map(case, ledger, top=top)
    from matching.gap.lists import TITLES, emptiness, entries

    found = entries(ledger, kind)
    row = _person(case, ledger, phone=kind in WITH_PHONE)
    rows = [row(entry) for entry in found[:top]]
    note = None if found else _both(emptiness(ledger, kind))
    shown = {"kind": kind, "title": _both(TITLES[kind]), "rows": rows, "total": len(found)}
    return shown | {"truncated": len(rows) < len(found), "note": note}


def _person(case: Case, ledger: Ledger, *, phone: bool) -> Callable[[Entry], dict[str, Any]]:
    """Return what makes a row of a person."""
    from matching.gap.breakdown import heads
    from search.facts import facts
    from search.scope import Asked

    asked, units = Asked(case.snapshot, case.viewer, case.as_of), case.snapshot.nodes("Unit")
    residents, head = case.snapshot.nodes("Resident"), heads(ledger.roll)
    names, places, number = residents.column("name"), _places(case, ledger), _of_person(ledger, "phone")

    def row(entry: Entry) -> dict[str, Any]:
        at, unit = entry.person, int(ledger.roll.unit[entry.person])
        shown = {"id": residents.id_of(at), **facts(asked, "Resident", row=at), **places(at)}
        shown |= {"unit": units.id_of(unit) if unit >= 0 else None}
        shown |= {"head": names[int(head[at])].as_py() if head[at] >= 0 else None}
        if phone:
            caller = int(ledger.roll.reach.caller[at])
            shown |= {"phone": number(caller), "phone_of": None if caller == at else names[caller].as_py()}
        return shown | _standing(ledger, at) | {"note": _both(entry.note) if entry.note else None}

    return row


def _places(case: Case, ledger: Ledger) -> Callable[[int], dict[str, Any]]:
    """Return what says where somebody lives, and for those with no home on record where they are registered."""
    home, dwellings = ledger.roll.home, case.snapshot.nodes("Dwelling").column("address")
    told, registered = _of_person(ledger, "address"), _of_person(ledger, "registered_address")

    def places(at: int) -> dict[str, Any]:
        lives = dwellings[int(home[at])].as_py() if home[at] >= 0 else None
        address = lives or told(at)
        shown = {"address": address} if address else {}
        return shown | ({"registered_address": registered(at)} if home[at] < 0 else {})

    return places


def _of_person(ledger: Ledger, name: str) -> Callable[[int], str | None]:
    """Return what gives the text that the first record of a person with any has (several records may be one person)."""
    from matching.gap.reach import written

    column = ledger.roll.snapshot.nodes("Resident").column(name)
    first = ledger.roll.people.first(written(column))
    return lambda at: column[int(first[at])].as_py() if first[at] >= 0 else None


def _standing(ledger: Ledger, at: int) -> dict[str, Any]:
    """Return where a person stands, why, how to reach them, and the last contact about the programme."""
    from matching.gap.events import CHANNELS, UNDATED
    from matching.gap.ledger import REASONS, STATES
    from matching.gap.reach import WAYS

    state, reason, channel = int(ledger.state[at]), int(ledger.reason[at]), int(ledger.channel[at])
    last, seen = int(ledger.contacted[at]), int(ledger.roll.last_event[at])
    quiet = int(ledger.roll.last_try[at]) + ledger.roll.terms.quiet_days
    return {
        "state": STATES[state].value if state >= 0 else None,
        "reason": _both(REASONS[reason].text) if reason >= 0 else None,
        "way": WAYS[int(ledger.roll.reach.way[at])].value,
        "contacted_on": _date(last) if last > UNDATED else None,
        "channel": _both(title("channel", CHANNELS[channel])) if channel >= 0 else None,
        "last_heard_on": _date(seen) if seen > UNDATED else None,
        "quiet_until": _date(quiet) if quiet > ledger.roll.day else None,
        "no_contact": bool(ledger.roll.unasked[at]),
    }


def _map(case: Case, ledger: Ledger, *, top: int) -> dict[str, Any]:
    """Return the households that are silent, a row a stairwell group, most first."""
    from matching.gap.households import households

    own = households(ledger.roll, ledger.silent, inside=None)
    points, withheld = own.points, 0
    if case.parameters.get("beyond") and case.viewer.areas is not None:
        wide = _beyond(case, ledger)
        points, withheld = (*points, *wide.points), wide.withheld
    rows = [_point(case, p) for p in sorted(points, key=lambda p: (-p.people, p.unit))]
    note = None
    if own.unplaced:
        note = _both(
            Text(f"{own.unplaced} 人没有楼组，不在图上", f"{own.unplaced} live in no known unit: not on the map")
        )
    elif not rows:
        note = _both(Text("没有沉默的人", "nobody is silent"))
    shown = {"kind": MAP, "title": _both(Text("仍沉默的住户", "Households still silent")), "rows": rows[:top]}
    more = {"unplaced": own.unplaced, "withheld": withheld, "note": note}
    return shown | {"total": len(rows), "truncated": top < len(rows)} | more


def _beyond(case: Case, ledger: Ledger) -> Map:
    """Return the units outside the scope, counted over everybody; small numbers are withheld."""
    import numpy as np

    from matching.gap.households import Map, households
    from matching.gap.ledger import ledger as draw
    from matching.gap.roll import roll

    residents = case.snapshot.nodes("Resident")
    elsewhere = ~residents.inside(case.viewer.areas)
    people = roll(case.snapshot, case.as_of, elsewhere, terms=ledger.roll.terms)
    found = households(people, draw(people, ledger.rule).silent, inside=case.viewer.areas)
    own = case.snapshot.nodes("Unit").inside(case.viewer.areas)
    outside = tuple(p for p in found.points if not own[np.intp(p.unit)])
    return Map(outside, 0, found.withheld)


def _point(case: Case, point: Point) -> dict[str, Any]:
    units = case.snapshot.nodes("Unit")
    facts = units.record(point.unit)
    place = {"lon": _rounded(point.lon), "lat": _rounded(point.lat)}
    shown = {"unit": facts["id"], "area": facts.get("area"), "address": facts.get("address")}
    return {**shown, "households": point.households, "people": point.people, **place}


def _rounded(degrees: float | None) -> float | None:
    return None if degrees is None else round(degrees, 9)


def _date(day: int) -> str:
    return (EPOCH + dt.timedelta(days=day)).isoformat()


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
