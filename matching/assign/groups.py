"""Limits of groups as a table: the most places of a group of resources, the least share met of a group of needs.

| column | meaning |
|---|---|
| `group` | a group of needs or of resources, as their tables name it |
| `quota` | the most places that the resources of the group give together; empty: no limit |
| `floor` | the least share (0 to 1) of the group's needs that must be met; empty: none |
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa

from graph.model.errors import ProblemUnfit, UnknownName
from graph.model.text import Text
from matching.cells import numbers, texts, tidy
from matching.problem import Problem

GROUP = Text("组", "group")


def limited(problem: Problem, groups: pa.Table) -> Problem:
    """Return the problem with the quotas and floors of a table.

    Raises `UnknownName` for a group that no need or resource bears, `ProblemUnfit` for a quota below zero, a floor
    outside 0 to 1, or a group listed twice.
    """
    groups = tidy(groups, "groups", "group")
    names = texts(groups, "group", "groups")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise _unfit(f"groups 里 {twice[0]} 出现两次", f"groups lists {twice[0]} twice")
    limits = {"quota": set(problem.pool), "floor": set(problem.group)}
    quotas, floors = (_column(groups, names, column, known=known) for column, known in limits.items())
    wrong = [name for name, quota in quotas.items() if quota < 0] + [n for n, f in floors.items() if not 0 <= f <= 1]
    if wrong:
        raise _unfit(
            f"groups 里 {wrong[0]} 的配额应不小于零，下限应在 0 与 1 之间",
            f"in groups, {wrong[0]}: a quota is zero or above, a floor lies between 0 and 1",
        )
    return replace(problem, quotas=quotas, floors=floors)


def _column(groups: pa.Table, names: tuple[str, ...], column: str, *, known: set[str]) -> dict[str, float]:
    """Return the limits that are given, by group; a limit for a group of the other kind has nobody to bind."""
    if column not in groups.column_names:
        return {}
    values = numbers(groups, column, "groups", missing=np.nan)
    given = {name: value for name, value in zip(names, values.tolist(), strict=True) if not np.isnan(value)}
    for name in given:
        if name not in known:
            raise UnknownName(GROUP, name, sorted(known))
    return given


def _unfit(zh: str, en: str) -> ProblemUnfit:
    return ProblemUnfit(Text(zh, en), Text("改正 groups 表后再试", "Mend the table `groups` and try again"))
