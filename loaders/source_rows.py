"""The rows of one source on their way to records: parsed values, the ids of the nodes they describe, what was refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graph.model.errors import nearest
from graph.model.relationships import SCHEMA

from .cells import bad, masked
from .committees import Committees
from .mapping import NodeMapping, SourceMapping
from .parse import is_shown
from .reading import as_text
from .report import RowError

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class SourceRows:
    """The rows of one source; `ids` has for each node of the mapping one id a row (null: no such node)."""

    mapping: SourceMapping
    table: pa.Table
    ids: Mapping[str, pa.Array] = field(default_factory=dict)

    def column(self, name: str) -> pa.Array:
        """Return one facet as an array."""
        column = self.table[name]
        return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)

    def keep(self, mask: Mask) -> SourceRows:
        """Return only the rows of a mask."""
        if mask.all():
            return self
        chosen = pa.array(mask)
        ids = {name: values.filter(chosen) for name, values in self.ids.items()}
        return replace(self, table=self.table.filter(chosen).combine_chunks(), ids=ids)


def properties(mapping: SourceMapping, node: NodeMapping) -> dict[str, str]:
    """Return property → facet, those included that follow from the mapping without being said.

    A resident's key column of ID numbers gives `id_hash` and `id_last4`; an address gives the `address_key` beside it.
    """
    found = dict(node.properties)
    known = SCHEMA.label[node.label].by_name
    for name in (name for key in node.keys for name in key):
        if "id_hash" in known and name in mapping.columns and mapping.columns[name].parse == "id_number":
            found.setdefault("id_hash", name)
            found.setdefault("id_last4", f"{name}.last4")
    source = found.get("address", "")
    if "address_key" in known and source in mapping.columns and mapping.columns[source].parse == "address":
        found.setdefault("address_key", f"{source}.key")
    return found


def with_ids(rows: SourceRows) -> SourceRows:
    """Add the ids of every node but residents: the text of the key columns, joined by "|"."""
    ids = dict(rows.ids)
    for node in rows.mapping.nodes:
        if node.label != "Resident":
            texts = [as_text(rows.column(name)) for name in node.keys[0]]
            ids[node.name] = pc.binary_join_element_wise(*texts, "|") if len(rows.table) else pa.array([], pa.string())
    return replace(rows, ids=ids)


def areas(sources: list[SourceRows]) -> Iterator[tuple[str, str | None, str | None]]:
    """Yield code, name and level of every area that some row describes."""
    for rows in sources:
        for node in rows.mapping.nodes:
            if node.label == "Area":
                nothing = pa.nulls(len(rows.table), pa.string())
                names, levels = (
                    rows.column(node.properties[p]) if p in node.properties else nothing for p in ("name", "level")
                )
                codes = pc.binary_join_element_wise(*(as_text(rows.column(k)) for k in node.keys[0]), "|")
                for code, name, level in zip(codes.to_pylist(), names.to_pylist(), levels.to_pylist(), strict=True):
                    if code is not None:
                        yield code, name, level


def translate(rows: SourceRows, committees: Committees) -> tuple[SourceRows, list[RowError], Mask]:
    """Replace the texts of committee columns by codes; rows with an unknown one are refused (False in the mask)."""
    table, kept, errors = rows.table, np.ones(len(rows.table), bool), []
    for name, column in rows.mapping.columns.items():
        if column.parse != "committee" or not len(table):
            continue
        texts = rows.column(name).dictionary_encode()
        codes = pa.array([committees.code(t) for t in texts.dictionary.to_pylist()], pa.string())
        found = codes.take(texts.indices)
        unknown = pc.and_(pc.is_valid(texts), pc.is_null(found)).to_numpy(zero_copy_only=False)
        table = table.set_column(table.column_names.index(name), name, found)
        for row in np.flatnonzero(unknown & kept).tolist():
            text = texts[row].as_py()
            alike = nearest(text, committees.names.values())
            errors.append(refusal(rows, row, column=name, value=text, code="unknown_committee", alike=alike))
        kept &= ~unknown
    return replace(rows, table=table), errors, kept


def refusal(
    rows: SourceRows, row: int, *, column: str, value: object, code: str, alike: list[str] | None = None
) -> RowError:
    """Return the error of a row that was read well but does not fit the other rows."""
    file, sheet, number = (rows.table[name][row].as_py() for name in ("_file", "_sheet", "_row"))
    known = rows.mapping.columns[column.partition(".")[0]]
    title = known.headers[0] if known.headers else known.name
    shown = masked(str(value), shown=is_shown(known) or column != known.name)
    return RowError(file, sheet, number, title, code, shown, bad(code, alike).hint)
