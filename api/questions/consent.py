"""How far a stairwell's plan is from the gates of consent, and the smallest sets of homes that would close them.

What each home said is seen by the operator and by the cadres of the unit's own committee; other roles see the gates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api.answers import Answer, Case, Desk, Parameters
from graph.model.errors import NotFound
from graph.model.text import Text
from graph.model.viewer import Viewer

if TYPE_CHECKING:
    from graph.snapshot.columns import Snapshot
    from similarity.readiness.consent import Rules
    from similarity.readiness.standing import Standing

NO_PLAN = Text("这个楼组到那天为止没有提出过方案", "no plan was put to this unit up to that day")
NEAR = ("operator", "cadre")
"""The roles that may see what a single home said; a cadre's scope is the own committee."""


def answer(desk: Desk, parameters: Parameters, *, snapshot: str | None = None) -> Answer:
    """Answer for a unit, or list the votes under way (`unit` None).

    Parameters: `unit`, `plan`, `participation` and `agreement` (fractions as texts), `as_of`, `areas`.
    """
    from similarity.readiness.standing import standing, under_way
    from similarity.readiness.votes import Votes

    case, rules = desk.case("consent", parameters, snapshot=snapshot), rules_of(parameters)
    votes, facts = Votes(case.snapshot, case.as_of), {"as_of": case.as_of.isoformat(), "rules": _rules(rules)}
    if parameters["unit"] is None:
        inside = case.snapshot.nodes("Unit").inside(case.viewer.areas)
        found = under_way(votes, inside, rules=rules)
        return case.answer({**facts, "votes": [_line(case.snapshot, vote) for vote in found]}, found)
    row = unit_row(case.snapshot, parameters["unit"], viewer=case.viewer)
    vote = standing(votes, row, rules=rules, plan=parameters["plan"])
    if vote is None:
        none = {"unit": unit_facts(case.snapshot, row), "plan": None, "notes": [_both(NO_PLAN)]}
        return case.answer({**facts, **none}, None)
    return case.answer({**facts, **to_json(case, vote)}, vote)


def rules_of(parameters: Parameters) -> Rules:
    """Read the fractions of the question; raises `OptionInvalid`."""
    from similarity.readiness.consent import Rules, fraction

    return Rules(
        fraction("--participation", parameters["participation"]), fraction("--agreement", parameters["agreement"])
    )


def unit_row(snapshot: Snapshot, written: str, *, viewer: Viewer) -> int:
    """Return the row of a unit by its id or its address; one outside the viewer's scope is as unknown as any other."""
    import pyarrow as pa

    from graph.model.address import parse

    nodes = snapshot.nodes("Unit")
    inside = nodes.inside(viewer.areas)
    for name in (written, parse(written).unit):
        row = int(nodes.rows([name])[0]) if name else -1
        if row >= 0 and inside[row]:
            return row
    raise NotFound("Unit", written, nodes.ids.filter(pa.array(inside)).to_pylist())


def unit_facts(snapshot: Snapshot, row: int) -> dict[str, Any]:
    """Return what names a unit in an answer."""
    record = snapshot.nodes("Unit").record(row)
    return {name: record.get(name) for name in ("id", "area", "address")}


def to_json(case: Case, vote: Standing) -> dict[str, Any]:
    """Return how a vote stands as a JSON value; homes by name only for those who may see them."""
    from similarity.readiness import consent

    near = case.viewer.role in NEAR
    short = vote.shortfall
    facts = {
        "unit": unit_facts(case.snapshot, case.snapshot.nodes("Unit").row(vote.ballot.unit)),
        "plan": _plan(case.snapshot, vote.plan),
        "choices": choices(vote),
        "gates": [consent.to_json(gate) for gate in vote.gates],
        "closed": vote.closed,
        "asking": short is not None,
        "count": short.count if short else None,
        "notes": [_both(note) for note in vote.notes],
    }
    return facts | (_homes(case.snapshot, vote) if near else {})


def choices(vote: Standing) -> dict[str, dict[str, int]]:
    """Return how many homes made each choice, and their area in hundredths of a square metre."""
    from similarity.readiness.consent import Choice

    own = {choice: [h for h in vote.ballot.homes if h.choice is choice] for choice in Choice}
    return {c.value: {"homes": len(homes), "area": sum(h.area for h in homes)} for c, homes in own.items()}


def _homes(snapshot: Snapshot, vote: Standing) -> dict[str, Any]:
    nodes, short = snapshot.nodes("Dwelling"), vote.shortfall
    rows = nodes.rows([h.id for h in vote.ballot.homes])
    floor, room = nodes.numbers("floor"), nodes.column("room")
    homes = [
        {
            "id": home.id,
            "floor": None if floor[row] != floor[row] else int(floor[row]),
            "room": room[int(row)].as_py(),
            "area": home.area,
            "choice": home.choice.value,
            "at": home.at and home.at.isoformat(),
            "open": home.open,
            "refused_before": home.id in vote.again,
        }
        for home, row in zip(vote.ballot.homes, rows, strict=True)
    ]
    if short is None:
        return {"homes": homes}
    sets = [{"homes": list(s.homes), "area": s.area} for s in short.sets]
    facts = {"sets": sets, "more": short.more, "always": list(short.always)}
    return facts | {"exact": short.exact, "bound": short.bound, "homes": homes}


def _line(snapshot: Snapshot, vote: Standing) -> dict[str, Any]:
    """Return one vote of the list: counts only."""
    plan = _plan(snapshot, vote.plan)
    row = snapshot.nodes("Unit").row(vote.ballot.unit)
    facts = {"unit": unit_facts(snapshot, row), "plan": plan, "choices": choices(vote), "closed": vote.closed}
    met = sum(gate.met for gate in vote.gates)
    return facts | {"gates_met": met, "count": vote.shortfall.count if vote.shortfall else None}


def _plan(snapshot: Snapshot, row: int) -> dict[str, Any]:
    record = snapshot.nodes("Plan").record(row)
    days = {name: str(record[name]) if name in record else None for name in ("proposed_on", "closes_on")}
    return {name: record.get(name) for name in ("id", "name", "kind", "version")} | days


def _rules(rules: Rules) -> dict[str, str]:
    return {"participation": str(rules.participation), "agreement": str(rules.agreement)}


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
