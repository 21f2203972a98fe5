"""Groups among the nodes of a label: who takes part in the same things, say, found without naming them before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api.answers import Answer, Case, Desk, Parameters
from api.questions.structure import asked_of, both, seen_of, shown
from graph.model.errors import ArgumentInvalid
from graph.model.relationships import SCHEMA
from graph.model.text import Text

if TYPE_CHECKING:
    from similarity.structure.communities import Group, Groups

STANDARD = {
    "Resident": ("TOOK_PART_IN",),
    "Volunteer": ("IS", "TOOK_PART_IN"),
    "Unit": ("IN:Dwelling", "LIVES_IN:Resident", "TOOK_PART_IN"),
    "Venue": ("HELD_AT", "TOOK_PART_IN"),
    "Organisation": ("OFFERS",),
    "Need": ("WANTS:ServiceItem",),
}
"""What the nodes of a label are grouped by when nobody says: mostly, by the people who come together."""
NOTHING = Text("他们之间没有共同点", "They share nothing")


def answer(desk: Desk, parameters: Parameters, *, snapshot: str | None = None) -> Answer:
    """Group the nodes of a label.

    Parameters: `label`, `by` (a chain of types or None), `weight`, `resolution`, `seed`, `top`, `members`,
    `most_pairs`, `most_nodes`, `sensitive_tags`, `as_of`, `areas`.
    """
    from similarity.structure.communities import communities, strongest
    from similarity.structure.projection import chain, projected, shared_matrix
    from similarity.structure.written import label_written

    case, label = desk.case("groups", parameters, snapshot=snapshot), label_written(parameters["label"])
    if not parameters["resolution"] > 0:
        raise ArgumentInvalid("--resolution", f"{parameters['resolution']:g}", Text("应大于 0", "it must be above 0"))
    by = _by(label, parameters["by"])
    hops, seen = chain(label, by), seen_of(case)
    shared = shared_matrix(seen, label, hops=hops)
    weights = strongest(projected(shared, weight=parameters["weight"], most_pairs=parameters["most_pairs"]))
    how = {name: parameters[name] for name in ("seed", "resolution", "most_nodes")}
    found = communities(weights, shared, **how)
    seen_rows = int(seen.nodes(label).sum())
    hidden = shared.shape[0] - seen_rows
    body = _question(case, label, by) | _found(case, found, label=label, to=hops[-1].to)
    return case.answer(body | {"alone": found.alone - hidden, "among": seen_rows}, found)


def _by(label: str, written: list[str] | None) -> list[str]:
    words = [one.strip() for part in written or [] for one in part.split(",") if one.strip()]
    if words:
        return words
    if label not in STANDARD:
        why = Text("请说明按什么分组，如 --by IS,TOOK_PART_IN", "say by what, like --by IS,TOOK_PART_IN")
        raise ArgumentInvalid("--by", "", why)
    return list(STANDARD[label])


def _question(case: Case, label: str, by: list[str]) -> dict[str, Any]:
    asked = {name: case.parameters[name] for name in ("weight", "resolution", "seed")}
    sensitive = bool(case.parameters.get("sensitive_tags"))
    return {"as_of": case.as_of.isoformat(), "label": label, "by": by, "sensitive_tags": sensitive, **asked}


def _found(case: Case, found: Groups, *, label: str, to: str) -> dict[str, Any]:
    top = case.parameters["top"]
    return {
        "modularity": found.modularity,
        "groups": [_group(case, one, label=label, to=to) | {"rank": r} for r, one in enumerate(found.groups[:top], 1)],
        "total": len(found.groups),
        "truncated": top < len(found.groups),
        "note": None if found.groups else both(NOTHING),
    }


def _group(case: Case, group: Group, *, label: str, to: str) -> dict[str, Any]:
    from similarity.structure.seen import Node

    seen, asked, most = seen_of(case), asked_of(case), case.parameters["members"]
    members = [shown(seen, asked, node=Node(label, row)) for row in group.rows[:most]]
    joined = [
        {
            "label": to,
            "id": seen.id_of(Node(to, row)),
            "title": seen.title(Node(to, row)),
            "here": here,
            "all": everywhere,
        }
        for row, here, everywhere in group.joined_by
    ]
    said = [_said(one) for one in joined]
    return {
        "size": len(group.rows),
        "members": members,
        "truncated": len(members) < len(group.rows),
        "joined_by": [one | {"text": both(text)} for one, text in zip(joined, said, strict=True)],
    }


def _said(one: dict[str, Any]) -> Text:
    title = SCHEMA.label[one["label"]].title
    return Text(
        f"{title.zh} {one['title']}（{one['id']}）：{one['here']} 个成员，共 {one['all']} 个",
        f"{title.en} {one['title']} ({one['id']}): {one['here']} members, of {one['all']} in all",
    )
