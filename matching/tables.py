"""A problem as three tables, for users whose data are not in the graph: needs, resources, pairs; and the plan as a table.

| table | columns |
|---|---|
| needs | `id`, optional `size` (places; one by default), `priority` (1), `group` |
| resources | `id`, `capacity` (places), optional `fixed_cost`, `group` (a pool) |
| pairs | `need`, `resource`, `cost` (least) or `score` (most), optional `size` where it depends on the pair |
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa

from graph.model.text import Text
from matching.cells import ABOVE_ZERO, identifiers, numbers, positions, texts, tidy, unfit
from matching.problem import Floats, Ints, Pairs, Plan, Problem

NEED, RESOURCE = Text("需求", "need"), Text("资源", "resource")


def read_problem(needs: pa.Table, resources: pa.Table, pairs: pa.Table, *, split: bool = False) -> Problem:
    """Read three tables as a problem.

    Raises `UnknownName` (a pair that names no need or no resource, with the nearest ids) and `ProblemUnfit` (a missing
    column, empty or repeated ids and pairs, numbers that are none, both `cost` and `score`), each with the row.
    """
    needs, resources = tidy(needs, "needs", "id"), tidy(resources, "resources", "id", "capacity")
    pairs = tidy(pairs, "pairs", "need", "resource")
    price = _price(pairs)
    need_ids, resource_ids = identifiers(needs, "needs"), identifiers(resources, "resources")
    for ids, zh, en in (
        (need_ids, "没有需求", "there are no needs"),
        (resource_ids, "没有资源", "there are no resources"),
    ):
        if not ids:
            raise unfit(zh, en)
    listed = _pairs(needs, pairs, (need_ids, resource_ids), price=price)
    capacity = numbers(resources, "capacity", "resources", least=0.0)
    problem = Problem.of(need_ids, resource_ids, listed, capacity=capacity, maximise=price == "score")
    return replace(
        problem,
        priority=_optional(needs, "priority", "needs", missing=1.0, least=ABOVE_ZERO),
        fixed_cost=_optional(resources, "fixed_cost", "resources", missing=0.0),
        split=split,
        group=_names(needs, "needs"),
        pool=_names(resources, "resources"),
    )


def _pairs(needs: pa.Table, pairs: pa.Table, ids: tuple[tuple[str, ...], tuple[str, ...]], *, price: str) -> Pairs:
    """Read the pairs; a pair without a size has that of its need."""
    need = positions(pairs, "need", "pairs", known=ids[0], kind=NEED)
    resource = positions(pairs, "resource", "pairs", known=ids[1], kind=RESOURCE)
    once(need * len(ids[1]) + resource, "pairs")
    own = _optional(needs, "size", "needs", missing=1.0)
    size = _optional(pairs, "size", "pairs", missing=np.nan)
    size = np.where(np.isnan(size), own[need], size)
    return Pairs.of(need, resource, cost=numbers(pairs, price, "pairs"), size=size)


def once(keys: Ints, name: str) -> None:
    """Check that each row's key stands once; raises `ProblemUnfit` that names two rows."""
    ordered = np.sort(keys)
    twice = ordered[1:][np.diff(ordered) == 0]
    if not len(twice):
        return
    rows = np.flatnonzero(keys == keys[np.flatnonzero(np.isin(keys, twice))[0]]) + 2
    raise unfit(
        f"{name} 第 {rows[0]} 行与第 {rows[1]} 行是同一对",
        f"rows {rows[0]} and {rows[1]} of {name} list one pair twice",
    )


def _optional(table: pa.Table, column: str, name: str, *, missing: float, least: float = 0.0) -> Floats:
    """Return a column that may be absent."""
    if column not in table.column_names:
        return np.full(table.num_rows, missing)
    return numbers(table, column, name, missing=missing, least=least)


def plan_table(problem: Problem, plan: Plan) -> pa.Table:
    """Return the plan as `need, resource, share, cost`; `cost` (or the score) is that of the share taken."""
    pairs = problem.pairs
    return pa.table(
        {
            "need": [problem.needs[i] for i in pairs.need[plan.chosen]],
            "resource": [problem.resources[i] for i in pairs.resource[plan.chosen]],
            "share": pa.array(np.round(plan.share, 9)),
            "cost": pa.array(np.round(problem.sign * pairs.cost[plan.chosen] * plan.share, 9) + 0.0),
        }
    )


def _price(pairs: pa.Table) -> str:
    given = [name for name in ("cost", "score") if name in pairs.column_names]
    if len(given) == 2:
        raise unfit("pairs 里 cost 与 score 只能有一个", "pairs may have `cost` or `score`, not both")
    if not given:
        raise unfit("pairs 缺少 cost（费用）或 score（得分）列", "pairs lacks the column `cost` or `score`")
    return given[0]


def _names(table: pa.Table, name: str) -> tuple[str, ...]:
    return texts(table, "group", name) if "group" in table.column_names else ()
