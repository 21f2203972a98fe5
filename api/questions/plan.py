"""One plan for all waiting needs: as many as possible are met, nobody is in two places at a time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from api.answers import Answer, Desk, Parameters
from api.dials import dial_json
from api.pairing import both, need_facts, open_crossing, resource_facts, unheeded
from graph.model.errors import OptionInvalid
from graph.model.text import Text

if TYPE_CHECKING:
    from matching.budget import Budget
    from matching.dial import Dial
    from matching.recommend.index import Index
    from matching.recommend.memory import Kept
    from matching.recommend.plan import Allotment, Limits


@dataclass(frozen=True, slots=True, eq=False)
class Planned:
    """The index of all pairs and the plan that was chosen from it."""

    index: Index
    plan: Allotment
    kept: Kept | None
    dial: Dial[Allotment] | None


def answer(desk: Desk, parameters: Parameters, *, snapshot: str | None = None) -> Answer:
    """Plan all waiting needs.

    Parameters: `load` (needs that a volunteer takes at most), `floor` (least share met in each committee), `seconds`,
    `dial` (whether to show what each floor costs), `previous` (rows of `need`, `resource` of a former plan, or None) with `worth` (what a change against it must gain);
    `policy`, `bookings`, `declined`, `areas`, `as_of` as for a list (`api.pairing`). Raises `ProblemUnfit`.
    """
    from matching.budget import Budget
    from matching.recommend.idle import waiting
    from matching.recommend.index import index
    from matching.recommend.plan import Limits
    from matching.rules.tables import taken

    if not 0 < parameters["load"] < 1_000:
        raise OptionInvalid("--load", str(parameters["load"]), Text("应为 1 至 999", "it must be 1 to 999"))
    case = desk.case("plan", parameters, snapshot=snapshot)
    crossing = open_crossing(case)
    crossing = replace(crossing, needs=taken(crossing.needs, waiting(crossing.needs, crossing.policy)))
    found = index(crossing, progress=desk.progress)
    limits = Limits(parameters["load"], parameters["floor"])
    budget = Budget.of(parameters["seconds"], desk.progress)
    planned = _planned(found, limits, budget, parameters=parameters)
    head = {"as_of": case.as_of.isoformat(), "policy": crossing.policy.version, **unheeded(crossing, parameters)}
    return case.answer({**head, **_body(planned)}, planned)


def _planned(index: Index, limits: Limits, budget: Budget, *, parameters: Parameters) -> Planned:
    from matching.recommend.dial import dial
    from matching.recommend.memory import keeping
    from matching.recommend.plan import allot

    former = parameters.get("previous")
    turned = dial(index, limits, budget.part(0.5)) if parameters.get("dial") else None
    if former is None:
        return Planned(index, allot(index, limits, budget), None, turned)
    pairs = {(row["need"], row["resource"]) for row in former}
    kept = keeping(index, limits, budget, former=pairs, worth=parameters["worth"])
    return Planned(index, kept.plan, kept, turned)


def _figures(plan: Allotment) -> dict[str, float]:
    return {"score": round(plan.score, 9), "bound": round(plan.bound, 9), "gap": round(plan.gap, 9)}


def _body(planned: Planned) -> dict[str, Any]:
    index, plan, kept = planned.index, planned.plan, planned.kept
    return {
        "needs": len(index.crossing.needs),
        "met": len(plan.pairs),
        "most_met": plan.most_met,
        **_figures(plan),
        "plan": [_pair(planned, row) for row in range(len(plan.pairs))],
        "kept": kept and {"before": kept.before, "changes": kept.changes, "price": round(kept.price, 9)},
        "dial": dial_json(planned.dial, _figures),
        "unmet": [{"need": need_facts(index.crossing, one.need), **both(one.why)} for one in plan.left],
    }


def _pair(planned: Planned, row: int) -> dict[str, Any]:
    """Return one pair of the plan: the slots that are kept for it (none: at any time), and the service that is given."""
    index, plan = planned.index, planned.plan
    pair, item = int(plan.pairs[row]), int(plan.items[row])
    return {
        "need": need_facts(index.crossing, int(index.need[pair])),
        "resource": resource_facts(index.crossing, int(index.resource[pair])),
        "slots": list(plan.slots[row]),
        "item": index.crossing.words.item_names[item] if item >= 0 else None,
        "score": round(float(index.score[pair]), 9),
    }
