"""Foreign keys: which node a value of a row means, whichever source describes that node."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graph.model.codes import spelling
from graph.model.errors import nearest

from .cells import masked
from .mapping import EdgeMapping, ForeignKey
from .parse import is_shown
from .reading import as_text
from .report import RowError, Unresolved
from .source_rows import SourceRows, properties, refusal

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

MOST_EXAMPLES = 5
UNKNOWN, AMBIGUOUS = "unknown_reference", "ambiguous_reference"


@dataclass(frozen=True, slots=True)
class Ends:
    """One end of the edges of a source: the id for each edge (null: none), and the row that each edge comes from."""

    ids: pa.Array
    rows: Ints
    values: pa.Array | None = None
    """What was written, for a foreign key."""
    problem: pa.Array | None = None
    """For a foreign key: the code of an error where a value meets no node, null elsewhere."""


@dataclass(slots=True)
class Directory:
    """Finds nodes by a property, over the rows of all sources."""

    sources: list[SourceRows]
    _known: dict[tuple[str, str], tuple[pa.Array, pa.Array, list[str]]] = field(default_factory=dict)

    def ends(self, rows: SourceRows, end: str | ForeignKey) -> Ends:
        """Return the ids of one end for each edge of the rows; a list gives an edge for each of its values."""
        if isinstance(end, str):
            return Ends(rows.ids[end], np.arange(len(rows.table)))
        column = rows.column(end.column)
        at = np.arange(len(column))
        if pa.types.is_list(column.type):
            at = pc.list_parent_indices(column).to_numpy().astype(np.int64)
            column = pc.list_flatten(column)
        texts = as_text(column)
        ids, problem = self.find(
            texts, end, area=rows.mapping.columns[end.column.partition(".")[0]].parse == "committee"
        )
        return Ends(ids, at, texts, problem)

    def find(self, texts: pa.Array, key: ForeignKey, *, area: bool) -> tuple[pa.Array, pa.Array]:
        """Return id and problem of each text."""
        spelled, ids, _ = self._index(key.label, "id" if area else key.by)
        distinct = texts.dictionary_encode()
        wanted = pa.array([None if t is None else spelling(t) for t in distinct.dictionary.to_pylist()], pa.string())
        position = pc.index_in(wanted, value_set=spelled)
        found = ids.take(position)
        problem = pc.if_else(pc.is_valid(position), pa.scalar(AMBIGUOUS), pa.scalar(UNKNOWN))
        problem = pc.if_else(pc.is_valid(found), pa.scalar(None, pa.string()), problem)
        return found.take(distinct.indices), problem.take(distinct.indices)

    def names(self, key: ForeignKey) -> list[str]:
        """Return what a foreign key may say, for the nearest ones of an unknown value."""
        return self._index(key.label, key.by)[2]

    def _index(self, label: str, by: str) -> tuple[pa.Array, pa.Array, list[str]]:
        if (label, by) not in self._known:
            self._known[label, by] = self._build(label, by)
        return self._known[label, by]

    def _build(self, label: str, by: str) -> tuple[pa.Array, pa.Array, list[str]]:
        found: dict[str, str | None] = {}
        names: dict[str, None] = {}
        for value, node in self._pairs(label, by):
            key = spelling(value)
            names[value] = None
            if found.setdefault(key, node) != node:
                found[key] = None
        return pa.array(list(found), pa.string()), pa.array(list(found.values()), pa.string()), list(names)

    def _pairs(self, label: str, by: str) -> list[tuple[str, str]]:
        """Return the distinct (value, id) pairs in which rows describe nodes of the label."""
        pairs: set[tuple[str, str]] = set()
        for rows in self.sources:
            for node in rows.mapping.nodes:
                named = {"id": ""} | properties(rows.mapping, node)
                if node.label != label or by not in named or node.name not in rows.ids:
                    continue
                ids = rows.ids[node.name]
                values = ids if by == "id" else rows.column(named[by])
                if pa.types.is_list(values.type):
                    ids, values = ids.take(pc.list_parent_indices(values)), pc.list_flatten(values)
                pairs.update(zip(as_text(values).to_pylist(), ids.to_pylist(), strict=True))
        return sorted((v, i) for v, i in pairs if v is not None and i is not None)


def refuse(rows: SourceRows, directory: Directory, *, residents: bool) -> tuple[Mask, list[RowError]]:
    """Return which rows keep all their required references, and the errors of the others.

    `residents` says whether references to residents are judged (their ids are known last) or those to other labels.
    """
    kept, errors = np.ones(len(rows.table), bool), []
    for edge in rows.mapping.edges:
        for key in foreign_keys(edge) if edge.required else ():
            if (key.label == "Resident") != residents:
                continue
            ends = directory.ends(rows, key)
            for at in np.flatnonzero(_problems(ends)).tolist():
                row = int(ends.rows[at])
                if kept[row]:
                    kept[row] = False
                    value, code = ends.values[at].as_py(), ends.problem[at].as_py()  # type: ignore[index]
                    alike = nearest(value, directory.names(key)) if len(directory.names(key)) < 5_000 else []
                    errors.append(refusal(rows, row, column=key.column, value=value, code=code, alike=alike))
    return kept, errors


def foreign_keys(edge: EdgeMapping) -> list[ForeignKey]:
    """Return the ends of an edge that are foreign keys."""
    return [end for end in (edge.start, edge.end) if isinstance(end, ForeignKey)]


def unresolved(rows: SourceRows, edge: EdgeMapping, key: ForeignKey, ends: Ends) -> list[Unresolved]:
    """Count the references that met no node, by the code of the problem."""
    at = np.flatnonzero(_problems(ends))
    if not len(at):
        return []
    chosen = pa.array(at)
    counted: dict[str, Counter[str]] = {}
    pairs = zip(ends.problem.take(chosen).to_pylist(), ends.values.take(chosen).to_pylist(), strict=True)  # type: ignore[union-attr]
    for code, value in pairs:
        counted.setdefault(code, Counter())[value] += 1
    shown = is_shown(rows.mapping.columns[key.column.partition(".")[0]])
    return [
        Unresolved(rows.mapping.source, edge.relationship, code, values.total(), _examples(values, shown=shown))
        for code, values in sorted(counted.items())
    ]


def _examples(values: Counter[str], *, shown: bool) -> tuple[str, ...]:
    most = sorted(values.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_EXAMPLES]
    return tuple(masked(value, shown=shown) for value, _ in most)


def _problems(ends: Ends) -> Mask:
    if ends.problem is None or ends.values is None:
        return np.zeros(len(ends.rows), bool)
    wrong = pc.and_(pc.is_valid(ends.problem), pc.is_valid(ends.values))
    return np.asarray(wrong.to_numpy(zero_copy_only=False))
