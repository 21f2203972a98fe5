"""A snapshot in memory: the nodes of each label in columns, the relationships of each type as one CSR matrix.

Nodes are sorted by (area, id), so a committee is one range of rows; labels without an area are sorted by id. A
relationship is stored as an Arrow list array with one list for each start node: its offsets are the row pointers of
a CSR matrix, the `end` field of its values the column indices, the other fields the columns of the edges. The same
records always give the same columns, byte for byte.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graph.model.errors import NotFound
from graph.model.records import Records, edge_schema, node_schema
from graph.model.relationships import SCHEMA
from graph.model.schema import Kind, Label, Relationship

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]


class Nodes:
    """The nodes of one label; row `i` of every column is the same node."""

    def __init__(self, label: Label, table: pa.Table) -> None:
        self.label = label
        self.table = table

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def column(self, name: str) -> pa.Array:
        """Return one property as an Arrow array (code properties are dictionary arrays)."""
        column = self.table[name]
        return column.chunk(0) if column.num_chunks else pa.array([], column.type)

    @cached_property
    def ids(self) -> pa.Array:
        """The ids, in row order."""
        return self.column("id")

    def id_of(self, row: int) -> str:
        """Return the id in `row`."""
        return str(self.ids[int(row)])

    def rows(self, ids: Iterable[str] | pa.Array) -> Ints:
        """Return the row of each id, -1 for an unknown one."""
        wanted = ids if isinstance(ids, pa.Array) else pa.array(list(ids), pa.string())
        found = pc.fill_null(pc.index_in(wanted, value_set=self.ids), -1)
        return found.to_numpy(zero_copy_only=False).astype(np.int32)

    def row(self, id: str) -> int:
        """Return the row of `id`; raises `NotFound` with the nearest ids."""
        row = int(self.rows([id])[0])
        if row < 0:
            raise NotFound(self.label.name, id, self.ids.to_pylist())
        return row

    def numbers(self, name: str) -> Floats:
        """Return a numeric, boolean or date property (days since 1970-01-01) as floats, NaN where unknown."""
        column = self.column(name)
        if pa.types.is_date32(column.type):
            column = column.view(pa.int32())
        return pc.cast(column, pa.float64()).to_numpy(zero_copy_only=False)

    def codes(self, name: str) -> tuple[Ints, list[str]]:
        """Return a code property as positions in a sorted list of its values (-1 where unknown), and that list."""
        column = self.column(name)
        positions = pc.fill_null(column.indices, -1).to_numpy(zero_copy_only=False).astype(np.int32)
        return positions, column.dictionary.to_pylist()

    def equals(self, name: str, value: str) -> Mask:
        """Return the mask of rows whose code property `name` is `value`."""
        positions, values = self.codes(name)
        return positions == (values.index(value) if value in values else -2)

    def inside(self, areas: tuple[str, ...] | None) -> Mask:
        """Return the mask of rows in one of the committees `areas` (all rows for None or an unscoped label)."""
        if areas is None or not self.label.scoped:
            return np.ones(len(self), bool)
        positions, values = self.codes("area")
        wanted = np.array([v in areas for v in values] + [False])
        return wanted[positions]

    def record(self, row: int) -> dict[str, object]:
        """Return one node as a dictionary of the properties that are known."""
        values = self.table.slice(row, 1).to_pylist()[0]
        return {name: value for name, value in values.items() if value is not None}


class Edges:
    """The relationships of one type between two labels: a CSR matrix with a column for each property."""

    def __init__(self, relationship: Relationship, lists: pa.ListArray, width: int) -> None:
        self.relationship = relationship
        self.width = width
        """The number of end nodes."""
        self._lists = lists
        self._codes: dict[str, tuple[Ints, list[str]]] = {}

    def __len__(self) -> int:
        return len(self._lists.values)

    @cached_property
    def indptr(self) -> Ints:
        """Row pointers: the edges of start row `i` are `indptr[i]:indptr[i + 1]`."""
        return self._lists.offsets.to_numpy()

    @cached_property
    def indices(self) -> Ints:
        """The end row of each edge."""
        return self._lists.values.field("end").to_numpy()

    @cached_property
    def starts(self) -> Ints:
        """The start row of each edge."""
        return np.repeat(np.arange(len(self.indptr) - 1, dtype=np.int32), np.diff(self.indptr))

    def property(self, name: str) -> pa.Array:
        """Return one property of the edges, in edge order."""
        return self._lists.values.field(name)

    def codes(self, name: str) -> tuple[Ints, list[str]]:
        """Return a code property as positions in a sorted list of its values (-1 where unknown), and that list."""
        if name not in self._codes:
            found = _coded(self.property(name).cast(pa.string()))
            positions = pc.fill_null(found.indices, -1).to_numpy(zero_copy_only=False).astype(np.int32)
            self._codes[name] = positions, found.dictionary.to_pylist()
        return self._codes[name]

    def count(self, chosen: Mask) -> Ints:
        """Return how many of the chosen edges each start row has."""
        words = np.zeros(len(self) // 64 + 1, "<u8")  # 64 edges a word: counting bits is quicker than adding up
        words.view(np.uint8)[: (len(self) + 7) // 8] = np.packbits(chosen, bitorder="little")
        before = np.cumsum(np.bitwise_count(words), dtype=np.int32) - np.bitwise_count(words)
        at, bit = self.indptr >> 6, (self.indptr & 63).astype(np.uint64)
        return np.diff(before.take(at) + np.bitwise_count(words.take(at) & ((np.uint64(1) << bit) - np.uint64(1))))

    def ends(self, row: int) -> Ints:
        """Return the end rows of one start row."""
        return self.indices[self.indptr[row] : self.indptr[row + 1]]

    def first(self) -> Ints:
        """Return the first end row of each start row, -1 where there is none."""
        start, end = self.indptr[:-1], self.indptr[1:]
        has = end > start
        return np.where(has, self.indices[np.where(has, start, 0)] if len(self) else -1, -1).astype(np.int32)

    def csr(self) -> csr_matrix:
        """Return the matrix starts x ends of ones (parallel relationships add up)."""
        from scipy.sparse import csr_matrix

        shape = (len(self.indptr) - 1, self.width)
        return csr_matrix((np.ones(len(self)), self.indices, self.indptr), shape=shape)

    @cached_property
    def backward(self) -> tuple[Ints, Ints]:
        """The transpose: row pointers over end rows, and the start row of each edge."""
        order = np.argsort(self.indices, kind="stable")
        counts = np.bincount(self.indices, minlength=self.width)
        return np.concatenate(([0], np.cumsum(counts))).astype(np.int32), self.starts[order]

    def starts_of(self, row: int) -> Ints:
        """Return the start rows of one end row."""
        indptr, rows = self.backward
        return rows[indptr[row] : indptr[row + 1]]


class Snapshot:
    """Everything that computes reads this: immutable, addressed by the digest of its content.

    Parts are opened when first used; `load` returns the table of a part by its name (a label or a relationship).
    """

    def __init__(self, load: Callable[[str], pa.Table], *, digest: str) -> None:
        self._load = load
        self.digest = digest
        self._nodes: dict[str, Nodes] = {}
        self._edges: dict[str, Edges] = {}

    @classmethod
    def of(cls, records: Records, *, digest: str = "") -> Snapshot:
        """Bring records into columns (the digest is known when the parts are written)."""
        tables = {name: _node_columns(label, records.node_table(name)) for name, label in SCHEMA.label.items()}
        ids = {name: table["id"].combine_chunks() for name, table in tables.items()}
        for name, relationship in SCHEMA.relationship.items():
            tables[name] = _edge_lists(relationship, records.edge_table(name), ids)
        return cls(tables.__getitem__, digest=digest)

    def table(self, name: str) -> pa.Table:
        """Return the table of one part."""
        return self._load(name)

    def nodes(self, label: str) -> Nodes:
        """Return the nodes of a label."""
        if label not in self._nodes:
            self._nodes[label] = Nodes(SCHEMA.label[label], self._load(label))
        return self._nodes[label]

    def edges(self, name: str) -> Edges:
        """Return the relationships with that full name (`Resident-LIVES_IN-Dwelling`)."""
        if name not in self._edges:
            relationship = SCHEMA.relationship[name]
            lists = self._load(name)["edges"].combine_chunks()
            self._edges[name] = Edges(relationship, lists, len(self.nodes(relationship.end)))
        return self._edges[name]

    def records(self) -> Records:
        """Return the records again, as `Records.of` would give them."""
        nodes = {label: _decoded(self.nodes(label).table) for label in SCHEMA.label}
        edges = {name: self.edge_rows(name) for name in SCHEMA.relationship}
        return Records.of(nodes, edges)

    def edge_rows(self, name: str) -> pa.Table:
        """Return the relationships with that full name as rows of ids: `start`, `end` and their properties."""
        edges, relationship = self.edges(name), SCHEMA.relationship[name]
        columns: dict[str, pa.Array] = {
            "start": self.nodes(relationship.start).ids.take(pa.array(edges.starts)),
            "end": self.nodes(relationship.end).ids.take(pa.array(edges.indices)),
        }
        for p in relationship.properties:
            columns[p.name] = edges.property(p.name)
        return pa.table(columns)


def parts() -> list[str]:
    """Return the names of all parts of a snapshot, in the order of the schema."""
    return [*SCHEMA.label, *SCHEMA.relationship]


def _node_columns(label: Label, table: pa.Table) -> pa.Table:
    keys = [("area", "ascending"), ("id", "ascending")] if label.scoped else [("id", "ascending")]
    ordered = table.take(pc.sort_indices(table, sort_keys=keys))
    columns = []
    for p in label.properties:
        column = _settled(ordered[p.name])
        columns.append(_coded(column) if p.kind is Kind.CODE else column)
    return pa.table(columns, names=node_schema(label.name).names)


def _edge_lists(relationship: Relationship, table: pa.Table, ids: Mapping[str, pa.Array]) -> pa.Table:
    start = _positions(table["start"], ids[relationship.start], relationship.start)
    end = _positions(table["end"], ids[relationship.end], relationship.end)
    keys = {"start": start, "end": end} | {k: table[k] for k in relationship.key}
    order = pc.sort_indices(pa.table(keys), sort_keys=[(k, "ascending") for k in keys])
    fields = [pa.field("end", pa.int32()), *list(edge_schema(relationship.name))[2:]]
    values = [_settled(pa.chunked_array([end.take(order)]))]
    values += [_settled(table[p.name].take(order)) for p in relationship.properties]
    counts = np.bincount(start.to_numpy(), minlength=len(ids[relationship.start]))
    offsets = np.concatenate(([0], np.cumsum(counts))).astype(np.int32)
    edges = pa.ListArray.from_arrays(pa.array(offsets), pa.StructArray.from_arrays(values, fields=fields))
    return pa.table({"edges": edges})


def _positions(wanted: pa.ChunkedArray, ids: pa.Array, label: str) -> pa.Array:
    found = pc.index_in(wanted.combine_chunks(), value_set=ids)
    if found.null_count:
        raise NotFound(label, str(wanted.filter(pc.is_null(found))[0]))
    return found


def _coded(column: pa.Array) -> pa.DictionaryArray:
    values = pc.sort_indices(column.unique().drop_null())
    dictionary = column.unique().drop_null().take(values)
    return pa.DictionaryArray.from_arrays(pc.index_in(column, value_set=dictionary), dictionary)


def _decoded(table: pa.Table) -> pa.Table:
    columns = [c.cast(pa.string()) if pa.types.is_dictionary(c.type) else c for c in table.columns]
    return pa.table(columns, names=table.column_names)


def _settled(column: pa.ChunkedArray) -> pa.Array:
    """Return the column in one chunk, zeros under its nulls, so that equal values are equal bytes."""
    whole = column.combine_chunks()
    whole = whole if isinstance(whole, pa.Array) else whole.chunk(0)
    kind = whole.type
    if pa.types.is_string(kind) or pa.types.is_list(kind):
        return pa.concat_arrays([whole.take(pa.array(np.arange(len(whole))))])
    plain = whole.view(pa.int32()) if pa.types.is_date32(kind) else whole
    zero = pa.scalar(False if pa.types.is_boolean(kind) else 0, plain.type)
    values = pc.fill_null(plain, zero).to_numpy(zero_copy_only=False)
    if pa.types.is_floating(kind):
        values = values + 0.0  # -0.0 and 0.0 are one value
    missing = pc.is_null(whole).to_numpy(zero_copy_only=False)
    settled = pa.array(values, plain.type, mask=missing if whole.null_count else None)
    return settled.view(kind) if pa.types.is_date32(kind) else settled
