"""Needs and resources as a viewer may see them, under a policy: what the questions of matching share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from api.answers import Case, Parameters
from api.scope import check_scope
from graph.model.errors import ArgumentInvalid, NotFound, UnknownName
from graph.model.text import Text

if TYPE_CHECKING:
    from matching.recommend.listed import Miss, Recommendation, Removed
    from matching.rules.crossing import Crossing
    from matching.rules.tables import Needs, Resources


def open_crossing(case: Case) -> Crossing:
    """Return the needs and resources in the viewer's committees.

    Parameters read: `policy` (a table laid over the shipped one, or None), `bookings` (rows of `resource`, `slot`) and
    `declined` (rows of `resource`, `need`), with resources as `Label:id`. What is outside the scope is never crossed,
    so no answer can depend on it. Raises `UnknownName` for a code that is no committee's.
    """
    from matching.rules.crossing import Crossing
    from matching.rules.policy import read_policy
    from matching.rules.stock import Commitments, Reading, read_stock
    from matching.rules.week import minutes

    check_scope(case)
    given = case.parameters
    policy = read_policy(given.get("policy"))
    booked, declined = _grouped(given.get("bookings"), "slot"), _grouped(given.get("declined"), "need")
    for slots in booked.values():
        for slot in slots:
            minutes(slot)
    commitments = Commitments(booked, {key: frozenset(needs) for key, needs in declined.items()})
    stock = read_stock(Reading(case.snapshot, case.as_of, policy, commitments), case.viewer.areas)
    return Crossing.of(stock, policy)


def _grouped(rows: Sequence[dict[str, Any]] | None, column: str) -> dict[str, tuple[str, ...]]:
    """Group the rows of a table by their resource; raises `ArgumentInvalid` for a table without the columns."""
    found: dict[str, list[str]] = {}
    for row in rows or ():
        if not row.get("resource") or not row.get(column):
            why = Text(f"每行应有 resource 和 {column}", f"each row must have resource and {column}")
            raise ArgumentInvalid("bookings" if column == "slot" else "declined", str(row), why)
        _check_label(str(row["resource"]))
        found.setdefault(str(row["resource"]), []).append(str(row[column]))
    return {key: tuple(sorted(values)) for key, values in found.items()}


def need_row(needs: Needs, id: str) -> int:
    """Return the row of a need; raises `NotFound` with the nearest ids in sight (foreign and missing look the same)."""
    ids = needs.ids.tolist()
    if id not in ids:
        raise NotFound("Need", id, ids)
    return int(ids.index(id))


def resource_row(resources: Resources, key: str) -> int:
    """Return the row of `Label:id`; raises `UnknownName` for another label, `NotFound` with the nearest ids in sight."""
    label, name = _check_label(key)
    keys = resources.keys()
    if key not in keys:
        raise NotFound(label, name, [k.partition(":")[2] for k in keys if k.startswith(label + ":")])
    return keys.index(key)


def _check_label(key: str) -> tuple[str, str]:
    """Take `Label:id` apart; raises `UnknownName` for another label, or for an id without one."""
    from matching.rules.policy import LABELS

    label, colon, name = key.partition(":")
    if label not in LABELS:
        such = f"Venue:{name if colon else key}"
        kind = Text(f"资源类别（写作 类别:编号，如 {such}）", f"label of resources (written LABEL:ID, such as {such})")
        raise UnknownName(kind, label, LABELS)
    return label, name


def unheeded(crossing: Crossing, given: Parameters) -> dict[str, list[str]]:
    """Return the resources of bookings and refusals that are not in sight: a slip of the pen would book a room twice."""
    named = {str(row["resource"]) for name in ("bookings", "declined") for row in given.get(name) or ()}
    return {"unheeded": sorted(named - {*crossing.resources.keys()}) if named else []}


def need_facts(crossing: Crossing, row: int) -> dict[str, Any]:
    """Return what an answer shows of a need, with its duty owner."""
    needs = crossing.needs
    owner = crossing.policy.duties.get(needs.kind[row])
    return {
        "id": needs.ids[row],
        "name": needs.name[row],
        "kind": needs.kind[row],
        "status": needs.status[row],
        "area": needs.area[row],
        "people": float(needs.people[row]),
        "slots": list(needs.slots[row]),
        "duty": both(owner) if owner else None,
    }


def resource_facts(crossing: Crossing, row: int) -> dict[str, Any]:
    """Return what an answer shows of a resource: never a phone number or a home position."""
    resources = crossing.resources
    return {
        "label": resources.label[row],
        "id": resources.ids[row],
        "name": resources.name[row],
        "area": resources.area[row],
    }


def recommendation_json(crossing: Crossing, one: Recommendation, *, side: str) -> dict[str, Any]:
    """Return a recommendation as JSON; `side` says whether the `resource` or the `need` is listed."""
    facts = resource_facts(crossing, one.resource) if side == "resource" else need_facts(crossing, one.need)
    return {"rank": one.rank, **facts, "score": one.score, "reasons": [r.to_json() for r in one.reasons]}


def miss_json(crossing: Crossing, one: Miss, *, side: str) -> dict[str, Any]:
    """Return what was left out as JSON, with its failed rules and least changes."""
    facts = resource_facts(crossing, one.resource) if side == "resource" else need_facts(crossing, one.need)
    return {**facts, "exclusions": [e.to_json() for e in one.exclusions]}


def removed_json(removed: Sequence[Removed]) -> list[dict[str, Any]]:
    """Return how many candidates each rule keeps out."""
    return [{"rule": r.rule, **both(r.title), "out": r.out, "alone": r.alone} for r in removed]


def both(text: Text) -> dict[str, str]:
    """Return a sentence in both languages as JSON."""
    return {"zh": text.zh, "en": text.en}
