"""A problem as three tables, for users whose data are not in the graph: needs, resources, pairs; and the plan as a table.

| table | columns |
|---|---|
| needs | `id`, optional `size` (places; one by default), `priority` (1), `group` |
| resources | `id`, `capacity` (places), optional `fixed_cost`, `group` (a pool) |
| pairs | `need`, `resource`, `cost` (least) or `score` (most), optional `size` where it depends on the pair |
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.model.errors import ProblemUnfit, UnknownName
from graph.model.text import Text
from matching.problem import Floats, Ints, Pairs, Plan, Problem

COLUMN, NEED, RESOURCE = Text("列", "column"), Text("需求", "need"), Text("资源", "resource")


def read_problem(needs: pa.Table, resources: pa.Table, pairs: pa.Table, *, split: bool = False) -> Problem:
    """Read three tables as a problem.

    Raises `UnknownName` (a missing column; a pair that names no need or no resource, with the nearest ids) and
    `ProblemUnfit` (empty or repeated ids, numbers that are none, both `cost` and `score`).
    """
    need_ids, resource_ids = identifiers(needs, "needs"), identifiers(resources, "resources")
    need = positions(pairs, "need", known=need_ids, kind=NEED)
    resource = positions(pairs, "resource", known=resource_ids, kind=RESOURCE)
    price = _price(pairs)
    size = (
        numbers(pairs, "size", "pairs", missing=np.nan) if "size" in pairs.column_names else np.full(len(need), np.nan)
    )
    own = numbers(needs, "size", "needs", missing=1.0) if "size" in needs.column_names else np.ones(len(need_ids))
    listed = Pairs.of(
        need, resource, cost=numbers(pairs, price, "pairs"), size=np.where(np.isnan(size), own[need], size)
    )
    capacity = numbers(resources, "capacity", "resources")
    problem = Problem.of(need_ids, resource_ids, listed, capacity=capacity, maximise=price == "score")
    return replace(
        problem,
        priority=numbers(needs, "priority", "needs", missing=1.0)
        if "priority" in needs.column_names
        else problem.priority,
        fixed_cost=numbers(resources, "fixed_cost", "resources", missing=0.0)
        if "fixed_cost" in resources.column_names
        else problem.fixed_cost,
        split=split,
        group=_texts(needs, "group"),
        pool=_texts(resources, "group"),
    )


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


def identifiers(table: pa.Table, name: str) -> tuple[str, ...]:
    """Return the column `id` as texts; raises `ProblemUnfit` for an empty cell."""
    found = texts(table, "id", name)
    if "" in found:
        row = found.index("") + 2
        raise _unfit(f"{name} 第 {row} 行没有编号", f"row {row} of {name} has no id")
    return found


def texts(table: pa.Table, column: str, name: str) -> tuple[str, ...]:
    """Return a column as texts, empty where unknown; whole numbers lose a `.0` that a spreadsheet gave them."""
    values = _column(table, column, name)
    if pa.types.is_floating(values.type):
        return tuple("" if v is None else f"{v:.15g}" for v in values.to_pylist())
    return tuple("" if v is None else str(v).strip() for v in values.to_pylist())


def numbers(table: pa.Table, column: str, name: str, *, missing: float | None = None) -> Floats:
    """Return a column as numbers; empty cells are `missing`, or an error that names the row where that is None."""
    values = _column(table, column, name)
    if not (pa.types.is_integer(values.type) or pa.types.is_floating(values.type) or pa.types.is_null(values.type)):
        bad = next(i for i, v in enumerate(values.to_pylist()) if not _is_number(v))
        raise _unfit(
            f"{name} 第 {bad + 2} 行的 {column} 不是数字", f"{column} in row {bad + 2} of {name} is not a number"
        )
    if missing is None and values.null_count:
        row = values.is_null().to_pylist().index(True) + 2
        raise _unfit(f"{name} 第 {row} 行缺 {column}", f"row {row} of {name} lacks {column}")
    filled = pc.fill_null(pc.cast(values, pa.float64()), missing if missing is not None else 0.0)
    return filled.to_numpy().astype(np.float64)


def positions(table: pa.Table, column: str, *, known: Sequence[str], kind: Text) -> Ints:
    """Return the row of each id of a column; raises `UnknownName` for one that is not known."""
    row = {name: i for i, name in enumerate(known)}
    found = texts(table, column, "pairs")
    for name in found:
        if name not in row:
            raise UnknownName(kind, name, known)
    return np.array([row[name] for name in found], np.int64)


def _price(pairs: pa.Table) -> str:
    given = [name for name in ("cost", "score") if name in pairs.column_names]
    if len(given) == 2:
        raise _unfit("pairs 里 cost 与 score 只能有一个", "pairs may have `cost` or `score`, not both")
    if not given:
        raise UnknownName(COLUMN, "cost", pairs.column_names)
    return given[0]


def _texts(table: pa.Table, column: str) -> tuple[str, ...]:
    return texts(table, column, "") if column in table.column_names else ()


def _column(table: pa.Table, column: str, name: str) -> pa.ChunkedArray:
    if column not in table.column_names:
        raise UnknownName(Text(f"{name} 的列", f"column of {name}"), column, table.column_names)
    return table[column]


def _is_number(value: object) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def _unfit(zh: str, en: str) -> ProblemUnfit:
    return ProblemUnfit(Text(zh, en), Text("改正表格后再试", "Mend the table and try again"))
