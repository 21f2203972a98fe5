"""Which facts about people go together: two lists of tags or properties, every pair beside independence."""

from __future__ import annotations

from api.answers import Answer, Desk, Parameters
from api.questions.portrait import check_day


def answer(desk: Desk, parameters: Parameters, *, snapshot: str | None = None) -> Answer:
    """Count pairs; parameters: `left`, `right` (names of lists, see `association.traits`), `as_of`, `areas`, `top`, `sensitive`."""
    from similarity.portraits.association import associations, traits
    from similarity.portraits.crowd import crowd
    from similarity.portraits.groups import by_level

    case = desk.case("associations", parameters, snapshot=snapshot)
    who = crowd(case.snapshot, case.as_of, by_level(case.snapshot, "unit", areas=case.viewer.areas))
    check_day(case, who)
    sensitive, top = tuple(parameters["sensitive"]), parameters["top"]
    left, right = (traits(who, parameters[side], sensitive=sensitive) for side in ("left", "right"))
    found = associations(who, left, right)
    body = {
        "as_of": case.as_of.isoformat(),
        "people": found.people,
        "pairs": [p.to_json() for p in found.pairs[:top]],
        "more_pairs": max(len(found.pairs) - top, 0),
        "hidden": found.hidden,
    }
    return case.answer(body, found)
