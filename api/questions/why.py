"""Why a resource fits a need, or why not and what would have to change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.answers import Answer, Desk, Parameters
from api.pairing import need_facts, need_row, open_crossing, resource_facts, resource_row, unheeded

if TYPE_CHECKING:
    from matching.rules.crossing import Crossing
    from matching.rules.judge import Exclusion
    from similarity.reasons import Reason


@dataclass(frozen=True, slots=True, eq=False)
class Explained:
    """A pair: its score and reasons when it may happen, else why it may not."""

    pair: Crossing
    score: float | None
    reasons: tuple[Reason, ...]
    exclusions: tuple[Exclusion, ...]


def answer(desk: Desk, parameters: Parameters, *, snapshot: str | None = None) -> Answer:
    """Explain one pair; parameters: `need`, `resource` (`Label:id`) and those of `api.pairing`, `areas`, `as_of`."""
    import numpy as np

    from matching.rules.judge import exclusions, pair_of
    from matching.rules.score import parts, reasons, total

    case = desk.case("why", parameters, snapshot=snapshot)
    crossing = open_crossing(case)
    row = need_row(crossing.needs, parameters["need"])
    pair = pair_of(crossing, row, resource_row(crossing.resources, parameters["resource"]))
    out = exclusions(pair)
    zero = np.zeros(1, np.int64)
    score = None if out else float(total(parts(pair, zero, zero))[0])
    found = Explained(pair, score, () if out else reasons(pair, zero, zero)[0], out)
    body = {
        "as_of": case.as_of.isoformat(),
        "policy": pair.policy.version,
        **unheeded(crossing, parameters),
        "need": need_facts(pair, 0),
        "resource": resource_facts(pair, 0),
        "eligible": not out,
        "score": score,
        "reasons": [r.to_json() for r in found.reasons],
        "exclusions": [e.to_json() for e in out],
    }
    return case.answer(body, found)
