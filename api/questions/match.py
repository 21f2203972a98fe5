"""Who can meet a need, which needs a resource should take, or the best resource of every waiting need."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from api.answers import Answer, Case, Desk, Parameters
from api.pairing import (
    both,
    miss_json,
    need_facts,
    need_row,
    open_crossing,
    recommendation_json,
    removed_json,
    resource_facts,
    resource_row,
    unheeded,
)
from graph.model.errors import OptionInvalid
from graph.model.text import Text

if TYPE_CHECKING:
    from matching.recommend.duties import Duty
    from matching.recommend.index import Index
    from matching.recommend.listed import Miss, Recommendation, Removed
    from matching.rules.crossing import Crossing


@dataclass(frozen=True, slots=True, eq=False)
class Matched:
    """One list: the crossing it was read from, its first rows, near misses, and what the rules kept out.

    `side` says what is listed, `resource` or `need`; `eligible` how many could stand on the list.
    """

    crossing: Crossing
    side: str
    rows: tuple[Recommendation, ...]
    misses: tuple[Miss, ...]
    removed: tuple[Removed, ...]
    candidates: int
    eligible: int


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Every waiting need with its list; the lists share one index."""

    index: Index
    lists: tuple[Matched, ...]
    needs: tuple[int, ...]


def answer(desk: Desk, parameters: Parameters, *, snapshot: str | None = None) -> Answer:
    """List matches, best first.

    Parameters: one of `need` (an id), `resource` (`Label:id`) and `all` (every waiting need); `top`, `why_not` (how
    many of those left out to explain), `policy`, `bookings`, `declined` (see `api.pairing`), `areas`, `as_of`. Raises
    `NotFound` and `UnknownName` with the nearest ones, `OptionInvalid` unless exactly one thing is asked.
    """
    asked = [name for name in ("need", "resource", "all") if parameters.get(name)]
    if len(asked) != 1:
        why = Text("需求编号、--resource 和 --all 三者选一", "name one of NEED, --resource and --all")
        raise OptionInvalid("NEED", " ".join(asked), why)
    case = desk.case("match", parameters, snapshot=snapshot)
    crossing = open_crossing(case)
    head: dict[str, Any] = {"as_of": case.as_of.isoformat(), "policy": crossing.policy.version}
    head |= unheeded(crossing, parameters)
    if asked == ["all"]:
        return _all(case, crossing, head)
    if asked == ["need"]:
        crossing = _only(crossing, need=need_row(crossing.needs, parameters["need"]))
        head["need"] = need_facts(crossing, 0)
    else:
        crossing = _only(crossing, resource=resource_row(crossing.resources, parameters["resource"]))
        head["resource"] = resource_facts(crossing, 0)
    found = _listed(case, crossing, side="resource" if asked == ["need"] else "need")
    return case.answer({**head, **_body(found, parameters["top"])}, found)


def _only(crossing: Crossing, *, need: int | None = None, resource: int | None = None) -> Crossing:
    from matching.rules.tables import taken

    if need is not None:
        return replace(crossing, needs=taken(crossing.needs, np.array([need])))
    return replace(crossing, resources=taken(crossing.resources, np.array([resource])))


def _listed(case: Case, crossing: Crossing, *, side: str) -> Matched:
    """Read one list out of a crossing with one need or one resource."""
    from matching.recommend.index import index
    from matching.recommend.listed import misses_of_need, misses_of_resource, recommended, removed

    found, given = index(crossing), case.parameters
    pairs = found.of_need(0) if side == "resource" else found.of_resource(0)
    misses = misses_of_need if side == "resource" else misses_of_resource
    return Matched(
        crossing,
        side,
        recommended(found, pairs, top=given["top"]),
        misses(found, 0, top=given["why_not"]),
        removed(found.bits),
        int(found.bits.size),
        len(pairs),
    )


def _body(found: Matched, top: int) -> dict[str, Any]:
    from matching.recommend.listed import emptiness

    body: dict[str, Any] = {
        "candidates": found.candidates,
        "eligible": found.eligible,
        "truncated": found.eligible > top,
        "rows": [recommendation_json(found.crossing, one, side=found.side) for one in found.rows],
        "why_not": [miss_json(found.crossing, one, side=found.side) for one in found.misses],
        "removed": removed_json(found.removed),
    }
    return body if found.rows else body | {"empty": both(emptiness(found.candidates, found.removed))}


def _all(case: Case, crossing: Crossing, head: dict[str, Any]) -> Answer:
    """Match every waiting need in one batch; needs without a match say why; then who answers for which kind."""
    from matching.recommend.duties import duties
    from matching.recommend.idle import waiting
    from matching.recommend.index import index
    from matching.rules.tables import taken

    batch = replace(crossing, needs=taken(crossing.needs, waiting(crossing.needs, crossing.policy)))
    found, given = index(batch), case.parameters
    lists = tuple(_of_batch(found, row, case=case) for row in range(len(batch.needs)))
    needs = [{**need_facts(batch, row), **_body(one, given["top"])} for row, one in enumerate(lists)]
    unmet = sum(not one.rows for one in lists)
    body = {**head, "needs": needs, "matched": len(needs) - unmet, "unmatched": unmet}
    listed = duties(batch.needs, batch.policy)
    body["duties"] = [_duty(one) for one in listed]
    body["without_duty"] = {one.kind: one.needs for one in listed if one.owner is None}
    return case.answer(body, Batch(found, lists, tuple(range(len(batch.needs)))))


def _duty(duty: Duty) -> dict[str, Any]:
    from graph.model.codes import title

    owner = both(duty.owner) if duty.owner else None
    return {"kind": duty.kind, **both(title("need", duty.kind)), "needs": duty.needs, "owner": owner}


def _of_batch(found: Index, row: int, *, case: Case) -> Matched:
    from matching.recommend.listed import misses_of_need, recommended, removed

    pairs, given = found.of_need(row), case.parameters
    rows = recommended(found, pairs, top=given["top"])
    misses = misses_of_need(found, row, top=given["why_not"])
    out = removed(found.bits[row])
    return Matched(found.crossing, "resource", rows, misses, out, found.bits.shape[1], len(pairs))
