"""Look-alike on any table: an analyst's spreadsheet, no graph and no snapshot.

`read_task` turns a table into features and positives; `rank_table` ranks it. A table says nothing about when its
columns became known: the analyst answers for that. Columns that tell positives apart all but perfectly are named in a
note, because such a column usually came after the event.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.model.errors import TableUnfit, UnknownName
from graph.model.text import Text
from similarity.features import Feature, FeatureKind, Features, Mask
from similarity.kinds import MISSING, NO, YES, recognise
from similarity.lookalike.design import named
from similarity.lookalike.estimator import LookAlike
from similarity.lookalike.ranking import Ranking, rank
from similarity.metrics import area_under_curve

COLUMN = Text("列", "column")
TELLING, ENOUGH = 0.995, 5  # an area this near to 1 (or 0) with so many positives is too good to be true


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """A table made ready: its features and the ids of its positives, in the order of the rows."""

    features: Features
    positives: tuple[str, ...]


def rank_table(
    table: pa.Table, *, id: str, positives: str, exclude: Collection[str] = (), model: LookAlike | None = None
) -> Ranking:
    """Rank the rows of a table that are not positives by their likeness to those that are.

    `id` and `positives` name columns, `exclude` columns that must not be used; `model` is an unfitted
    estimator. Raises `UnknownName` for a column that
    is not there, `TableUnfit` for empty or repeated ids, no positives, nothing but positives, nothing that varies.
    """
    task = read_task(table, id=id, positives=positives, exclude=exclude)
    return rank(task.features, task.positives, model=model)


def read_task(table: pa.Table, *, id: str, positives: str, exclude: Collection[str] = ()) -> Task:
    """Recognise the columns of a table; notes say what was left out, lumped together or is suspect."""
    _check_columns(table.column_names, (id, positives, *exclude))
    if id == positives:
        raise TableUnfit(
            Text("编号列和样本列是同一列", "the id column is also the column of positives"),
            Text("用 --id 和 --positives 指出两列", "Name two columns with --id and --positives"),
        )
    ids = identifiers(table[id])
    marked = truths(positives, table[positives])
    left = [n for n in table.column_names if n not in {id, positives, *exclude}]
    found = [recognise(name, table[name]) for name in left]
    columns = tuple(feature for feature, _ in found if feature is not None)
    notes = tuple(note for _, note in found if note is not None)
    features = Features(ids, columns, notes=notes)
    features = replace(features, notes=notes + telling(features, marked))
    return Task(features, tuple(name for name, is_one in zip(ids, marked, strict=True) if is_one))


def _check_columns(names: list[str], wanted: Iterable[str]) -> None:
    for name in wanted:
        if name not in names:
            raise UnknownName(COLUMN, name, names)
    twice = sorted({n for n in names if names.count(n) > 1})
    if twice:
        raise TableUnfit(
            Text(f"列名重复：{'、'.join(twice[:5])}", f"column names occur twice: {', '.join(twice[:5])}"),
            Text("给每列一个不同的名字", "Give each column a name of its own"),
        )


def identifiers(column: pa.ChunkedArray) -> tuple[str, ...]:
    """Return ids as texts; whole numbers that a spreadsheet turned into floats lose their `.0`."""
    if pa.types.is_floating(column.type):
        numbers = pc.if_else(pc.is_nan(column), None, column).to_pylist()
        return tuple("" if x is None else str(int(x)) if x.is_integer() else str(x) for x in numbers)
    return tuple("" if x is None else str(x).strip() for x in column.to_pylist())


def truths(name: str, column: pa.ChunkedArray) -> Mask:
    """Return which rows are marked as positives: true, 1, yes, 是 …; raises `TableUnfit` for any other word."""
    texts = [str(v).casefold() for v in column.unique().to_pylist() if v is not None]
    strange = [t for t in texts if t.strip() not in YES | NO | MISSING]
    if strange:
        shown = "、".join(t[:20] for t in sorted(strange)[:3])
        raise TableUnfit(
            Text(
                f"列 {name} 里有既非“是”也非“否”的值：{shown}",
                f"column {name} holds values that are neither yes nor no: {shown}",
            ),
            Text("用 1/0、是/否 或 yes/no 标出已知样本", "Mark positives with 1/0, yes/no or 是/否"),
        )
    return np.array([v is not None and str(v).casefold().strip() in YES for v in column.to_pylist()], bool)


def telling(features: Features, positives: Mask) -> tuple[Text, ...]:
    """Name the columns that alone tell positives from the other rows all but perfectly."""
    if positives.sum() < ENOUGH or positives.all():
        return ()
    names = [c.name for c in features.columns if _separation(c, positives) >= TELLING]
    if not names:
        return ()
    what = Text(
        "几乎单凭该列就能分出样本，可能是事后才知的信息，请核对",
        "tells positives apart alone: known only afterwards? Check",
    )
    return (named(what, names),)


def _separation(column: Feature, positives: Mask) -> float:
    """Return the larger of the areas of the values (either way) and of being known (either way)."""
    known = ~np.isnan(column.values)
    if column.kind is FeatureKind.CATEGORICAL:
        levels = range(len(column.levels))
        values = [(column.values == level).astype(np.float64) for level in levels]
    else:
        values = [np.where(known, column.values, np.median(column.values[known]))] if known.any() else []
    areas = [area_under_curve(v, positives) for v in (*values, known.astype(np.float64))]
    return max(max(a, 1 - a) for a in areas)
