"""Who gets what, for a problem given as a folder of tables; needs no graph."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.answers import Answer, Desk, Parameters, answered
from api.dials import dial_json
from api.tables import files_digest, listed
from graph.model.errors import SnapshotMissing

if TYPE_CHECKING:
    from matching.assign.stability import Kept
    from matching.assign.unmet import Unmet
    from matching.budget import Budget
    from matching.dial import Dial
    from matching.problem import Plan, Problem

TABLES = ("needs", "resources", "pairs")
LIMITS = "groups"
"""The optional table of quotas and floors."""
MOST_SHOWN = 1_000
"""Pairs and unmet needs in the JSON of an answer; the file that `--out` names holds them all."""


@dataclass(frozen=True, slots=True, eq=False)
class Assigned:
    """A problem with its plan, what is left unmet and why; the fairness dial and the memory where they were asked for."""

    problem: Problem
    plan: Plan
    left: tuple[Unmet, ...]
    dial: Dial[Plan] | None
    kept: Kept | None


def answer(desk: Desk, parameters: Parameters, *, snapshot: str | None = None) -> Answer:
    """Solve a problem.

    Parameters: `folder`, `split`, `seconds`, `floor`, `dial`, and `previous` (the file of a former plan, or None) with
    `worth` (what a change against it must save).
    """
    from matching.assign.fairness import curve
    from matching.assign.unmet import unmet
    from matching.budget import Budget

    files = listed(Path(parameters["folder"]), TABLES, optional=(LIMITS,))
    previous = parameters.get("previous")
    data = files_digest([*files.values(), *([Path(previous)] if previous else [])])
    if snapshot not in (None, data):
        raise SnapshotMissing(str(snapshot))
    desk.progress("tables", 0, None)
    problem = _problem(files, parameters)
    budget = Budget.of(parameters["seconds"], desk.progress)
    dial = curve(problem, budget.part(0.5)) if parameters["dial"] else None
    plan, kept = _solved(problem, parameters, budget=budget)
    assigned = Assigned(problem, plan, unmet(problem, plan), dial, kept)
    return answered(_body(assigned), "assign", parameters, data=data, source=assigned)


def _problem(files: Mapping[str, Path], parameters: Parameters) -> Problem:
    from loaders.table import read_table
    from matching.assign.fairness import floored
    from matching.assign.groups import limited
    from matching.cells import IDS
    from matching.tables import read_problem

    needs, resources, pairs = (read_table(files[name], texts=IDS) for name in TABLES)
    problem = read_problem(needs, resources, pairs, split=parameters["split"])
    problem = limited(problem, read_table(files[LIMITS], texts=IDS)) if LIMITS in files else problem
    return floored(problem, parameters["floor"]) if parameters["floor"] else problem


def _solved(problem: Problem, parameters: Parameters, *, budget: Budget) -> tuple[Plan, Kept | None]:
    from loaders.table import read_table
    from matching.assign.solve import solve
    from matching.assign.stability import keeping
    from matching.cells import IDS, texts, tidy

    previous = parameters.get("previous")
    if previous is None:
        return solve(problem, budget), None
    table = tidy(read_table(Path(previous), texts=IDS), "--previous", "need", "resource")
    pairs = zip(texts(table, "need", "--previous"), texts(table, "resource", "--previous"), strict=True)
    kept = keeping(problem, pairs, parameters["worth"], budget=budget)
    return kept.plan, kept


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
    return facts | {"dial": dial_json(assigned.dial, figures), "kept": _kept(assigned.kept)}


def _kept(kept: Kept | None) -> dict[str, Any] | None:
    if kept is None:
        return None
    return {"before": kept.before, "changes": kept.changes, "price": round(kept.price, 9)}


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
