"""Who gets what, for a problem given as a folder of tables; needs no graph."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.answers import Answer, Desk, Parameters, answered
from api.tables import folder_digest, folder_tables
from graph.model.errors import SnapshotMissing

if TYPE_CHECKING:
    from matching.assign.fairness import Step
    from matching.assign.unmet import Unmet
    from matching.problem import Plan, Problem

TABLES = ("needs", "resources", "pairs")
MOST_SHOWN = 1_000
"""Pairs and unmet needs in the JSON of an answer; the file that `--out` names holds them all."""


@dataclass(frozen=True, slots=True, eq=False)
class Assigned:
    """A problem with its plan, what is left unmet and why, and the fairness dial where it was asked for."""

    problem: Problem
    plan: Plan
    left: tuple[Unmet, ...]
    dial: tuple[Step, ...]


def answer(desk: Desk, parameters: Parameters, *, snapshot: str | None = None) -> Answer:  # noqa: ARG001
    """Solve a problem; parameters: `folder`, `split`, `seconds`, `floor`, `dial`."""
    from matching.assign.fairness import curve, floored
    from matching.assign.solve import solve
    from matching.assign.unmet import unmet
    from matching.budget import Budget
    from matching.tables import read_problem

    folder = Path(parameters["folder"])
    data = folder_digest(folder, TABLES)
    if snapshot not in (None, data):
        raise SnapshotMissing(str(snapshot))
    problem = read_problem(*folder_tables(folder, TABLES), split=parameters["split"])
    floor = parameters["floor"]
    problem = floored(problem, floor) if floor else problem
    budget = Budget.of(parameters["seconds"])
    dial = curve(problem, budget.part(0.5)) if parameters["dial"] else ()
    plan = solve(problem, budget)
    assigned = Assigned(problem, plan, unmet(problem, plan), dial)
    return answered(_body(assigned), "assign", parameters, data=data, source=assigned)


def _body(assigned: Assigned) -> dict[str, Any]:
    from matching.tables import plan_table

    plan, left = assigned.plan, assigned.left
    table = plan_table(assigned.problem, plan)
    facts: dict[str, Any] = {
        "needs": len(assigned.problem.needs),
        "resources": len(assigned.problem.resources),
        "pairs": len(assigned.problem.pairs),
        **figures(plan),
        "unmet": {"needs": len(left), "priority": plan.unmet, "at_least": plan.least_unmet},
        "plan": table.slice(0, MOST_SHOWN).to_pylist(),
        "blocked": [_blocked(u) for u in left[:MOST_SHOWN]],
        "truncated": table.num_rows > MOST_SHOWN or len(left) > MOST_SHOWN,
    }
    return facts | {"dial": [_step(s) for s in assigned.dial]}


def figures(plan: Plan) -> dict[str, Any]:
    """Return objective, bound, gap and method of a plan as JSON values, rounded to 9 digits."""
    method = {"zh": plan.method.zh, "en": plan.method.en}
    return {
        "objective": round(plan.objective, 9),
        "bound": round(plan.bound, 9),
        "gap": round(plan.gap, 9),
        "proven": plan.proven,
        "method": method,
    }


def _blocked(one: Unmet) -> Mapping[str, Any]:
    text = {"zh": one.text.zh, "en": one.text.en}
    return {
        "need": one.need,
        "missing": round(one.share, 9),
        "rule": str(one.block),
        **text,
        "change": dict(one.change),
    }


def _step(step: Step) -> Mapping[str, Any]:
    worst = {"group": step.worst_group, "share": round(step.worst_share, 9)}
    return {"floor": step.floor, "needs_met": round(step.needs_met, 9), "worst": worst, **figures(step.plan)}
