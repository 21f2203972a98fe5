"""Parsed rows of all sources → `Records`: identities, winners, references, derived columns; everything is counted.

Pure: tables in, tables out. The same rows give the same records, whatever the order of sources.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from graph.model.progress import Progress, silent
from graph.model.records import Records
from graph.model.relationships import SCHEMA

from . import assemble, winners
from .assemble import Part, Things
from .committees import Committees
from .derive import SINGLE, derive, single
from .identity import Identities, KeyKind, cases, identify
from .mapping import EdgeMapping, ForeignKey
from .person_keys import key_kinds
from .references import Directory, Ends, refuse, unresolved
from .report import Ambiguous, RowError, Unresolved
from .source_rows import SourceRows, areas, properties, translate, with_ids


@dataclass(frozen=True, slots=True)
class Resolution:
    """The records, and what the rows did on their way."""

    records: Records
    errors: Mapping[str, tuple[RowError, ...]]
    """Rows refused because they do not fit the others, by source: one error a row."""
    conflicts: Mapping[str, int]
    unresolved: tuple[Unresolved, ...]
    ambiguous: tuple[Ambiguous, ...]
    merges: Mapping[str, int]
    links: pa.Table
    """`source`, `key` (of the row), `resident`, `via` (the kind of key that joined it to other rows)."""


def resolve(sources: Sequence[SourceRows], *, secret: bytes, as_of: dt.date, progress: Progress = silent) -> Resolution:
    """Resolve the rows of all sources; `secret` makes the residents' ids, `as_of` is the day of derived values."""
    steps = 5
    progress("resolve", 0, steps)
    rows, errors = _fitting(sorted(sources, key=lambda s: s.mapping.source))
    progress("resolve", 1, steps)
    rows, identities, places = _identified(rows, secret)
    rows, late = _with_residents(rows)
    progress("resolve", 2, steps)
    ranks = _ranks(rows)
    disputed: Counter[str] = Counter()
    nodes = _nodes(rows, ranks, disputed)
    progress("resolve", 3, steps)
    edges, lost = _edges(rows, ranks, disputed, as_of=as_of)
    progress("resolve", 4, steps)
    derive(nodes, edges, as_of)
    records = Records.of(_tables(nodes), _tables(edges))
    progress("resolve", steps, steps)
    return Resolution(
        records,
        {s.mapping.source: (*errors[s.mapping.source], *late[s.mapping.source]) for s in rows},
        dict(sorted(disputed.items())),
        tuple(lost),
        _ambiguous(identities, places),
        identities.merges(),
        _links(identities, places),
    )


def _fitting(sources: list[SourceRows]) -> tuple[list[SourceRows], dict[str, list[RowError]]]:
    """Translate committees, name nodes, and refuse rows whose required references meet nothing, until none is left."""
    committees = Committees.of(areas(sources))
    errors: dict[str, list[RowError]] = {}
    rows: list[SourceRows] = []
    for source in sources:
        translated, refused, kept = translate(source, committees)
        errors[source.mapping.source] = refused
        rows.append(with_ids(translated.keep(kept)))
    while True:
        rows, refused_now = _refused(rows, residents=False)
        for name, found in refused_now.items():
            errors[name] += found
        if not any(refused_now.values()):
            return rows, errors


def _refused(rows: list[SourceRows], *, residents: bool) -> tuple[list[SourceRows], dict[str, list[RowError]]]:
    directory = Directory(rows)
    kept: list[SourceRows] = []
    errors: dict[str, list[RowError]] = {}
    for source in rows:
        mask, errors[source.mapping.source] = refuse(source, directory, residents=residents)
        kept.append(source.keep(mask))
    return kept, errors


Places = list[tuple[SourceRows, str]]
"""Which rows the positions of `Identities` are: for each resident node of each source its rows, one after another."""


def _identified(rows: list[SourceRows], secret: bytes) -> tuple[list[SourceRows], Identities, Places]:
    """Find the resident of every row that describes one."""
    places: Places = [(s, n.name) for s in rows for n in s.mapping.nodes if n.label == "Resident"]
    parts = [key_kinds(source, source.mapping.node(name)) for source, name in places]
    kinds: list[KeyKind] = sorted({kind for part in parts for kind in part})
    keys = {
        kind: pa.concat_arrays(
            [
                part.get(kind, pa.nulls(len(source.table), pa.string()))
                for part, (source, _) in zip(parts, places, strict=True)
            ]
        )
        for kind in kinds
    }
    identities = identify(keys, secret)
    ids: dict[tuple[str, str], pa.Array] = {}
    at = 0
    for source, name in places:
        ids[source.mapping.source, name] = identities.residents.slice(at, len(source.table))
        at += len(source.table)
    named = [
        replace(s, ids={**s.ids, **{n: i for (source, n), i in ids.items() if source == s.mapping.source}})
        for s in rows
    ]
    return named, identities, places


def _with_residents(rows: list[SourceRows]) -> tuple[list[SourceRows], dict[str, list[RowError]]]:
    return _refused(rows, residents=True)


def _ranks(rows: list[SourceRows]) -> dict[str, assemble.Ints]:
    """Return the rank of every row among all rows: who wins where two disagree."""
    sizes = [len(s.table) for s in rows]
    trust = np.repeat([s.mapping.trust for s in rows], sizes)
    days = pa.concat_arrays([s.column("_at") for s in rows]).view(pa.int32()).to_numpy().astype(np.int64)
    keys = winners.key_order([s.column("_key") for s in rows])
    whole = winners.ranks(trust, days, np.repeat(np.arange(len(rows)), sizes), keys)
    parts = np.split(whole, np.cumsum(sizes)[:-1])
    return {s.mapping.source: part for s, part in zip(rows, parts, strict=True)}


def _nodes(rows: list[SourceRows], ranks: Mapping[str, assemble.Ints], disputed: Counter[str]) -> dict[str, Things]:
    def parts() -> Iterator[tuple[str, Part]]:
        for s in rows:
            for node in s.mapping.nodes:
                columns = {p: s.column(c) for p, c in properties(s.mapping, node).items()}
                yield node.label, Part((s.ids[node.name],), ranks[s.mapping.source], s.column("_at"), columns)

    found: dict[str, Things] = {}
    for label, several in assemble.gathered(parts()).items():
        found[label] = assemble.nodes(SCHEMA.label[label], several)
        disputed.update({f"{label}.{p}": n for p, n in found[label].disputed.items()})
    return found


def _edges(
    rows: list[SourceRows], ranks: Mapping[str, assemble.Ints], disputed: Counter[str], *, as_of: dt.date
) -> tuple[dict[str, Things], list[Unresolved]]:
    directory, lost = Directory(rows), []
    parts: list[tuple[str, Part]] = []
    for s in rows:
        for edge in s.mapping.edges:
            part, met_nothing = _edge_part(s, edge, directory, ranks=ranks[s.mapping.source])
            parts.append((edge.relationship, part))
            lost += met_nothing
    found: dict[str, Things] = {}
    for name, several in assemble.gathered(iter(parts)).items():
        things, best = assemble.edges(SCHEMA.relationship[name], several)
        disputed.update({f"{name}.{p}": n for p, n in things.disputed.items()})
        if name in SINGLE:
            stays, several_ends = single(things, best, as_of)
            things = Things({c: values.filter(pa.array(stays)) for c, values in things.columns.items()})
            disputed.update({name: several_ends} if several_ends else {})
        found[name] = things
    return found, lost


def _edge_part(
    rows: SourceRows, edge: EdgeMapping, directory: Directory, *, ranks: assemble.Ints
) -> tuple[Part, list[Unresolved]]:
    """Return what the rows of a source say about one relationship."""
    start, end = directory.ends(rows, edge.start), directory.ends(rows, edge.end)
    lost = [
        u
        for key, ends in ((edge.start, start), (edge.end, end))
        if isinstance(key, ForeignKey)
        for u in unresolved(rows, edge, key, ends)
    ]
    starts, ends_, at = _paired(start, end)
    chosen = pa.array(at)
    columns = {p: rows.column(c).take(chosen) for p, c in edge.properties.items()}
    relationship = SCHEMA.relationship[edge.relationship]
    if "source" in relationship.by_name and "source" not in columns:
        columns["source"] = pa.repeat(rows.mapping.source, len(at))
    part = Part((starts, ends_), ranks[at], rows.column("_at").take(chosen), columns)
    for name in relationship.key:
        part, missing = _with_key(part, name)
        if missing:
            lost.append(Unresolved(rows.mapping.source, edge.relationship, "missing_value", missing, (name,)))
    return part, lost


def _with_key(part: Part, name: str) -> tuple[Part, int]:
    """Drop the edges that lack a property of their key; return how many real ones that were."""
    known = pc.is_valid(part.columns[name])
    ends = pc.and_(pc.is_valid(part.ids[0]), pc.is_valid(part.ids[1]))
    missing = pc.sum(pc.and_(ends, pc.invert(known))).as_py() or 0
    if not missing:
        return part, 0
    columns = {c: values.filter(known) for c, values in part.columns.items()}
    mask = known.to_numpy(zero_copy_only=False)
    return Part(tuple(i.filter(known) for i in part.ids), part.ranks[mask], part.days.filter(known), columns), missing


def _paired(start: Ends, end: Ends) -> tuple[pa.Array, pa.Array, assemble.Ints]:
    """Bring both ends to one entry an edge; only one of them can be a list."""
    if len(start.rows) == len(end.rows) and np.array_equal(start.rows, end.rows):
        return start.ids, end.ids, start.rows
    if _plain(start):
        return start.ids.take(pa.array(end.rows)), end.ids, end.rows
    if _plain(end):
        return start.ids, end.ids.take(pa.array(start.rows)), start.rows
    left = pa.table({"row": start.rows, "start": start.ids})
    both = left.join(pa.table({"row": end.rows, "end": end.ids}), "row", join_type="inner")
    both = both.combine_chunks()
    return both["start"].combine_chunks(), both["end"].combine_chunks(), both["row"].to_numpy()


def _plain(ends: Ends) -> bool:
    return np.array_equal(ends.rows, np.arange(len(ends.rows)))


def _tables(things: Mapping[str, Things]) -> dict[str, pa.Table]:
    return {name: pa.table(t.columns) for name, t in things.items()}


def _ambiguous(identities: Identities, places: Places) -> tuple[Ambiguous, ...]:
    where = _where(places)
    return (
        tuple(
            Ambiguous(kind, residents, tuple(sorted(where[r] for r in rows)))
            for kind, residents, rows in cases(identities.clashes, identities.residents)
        )
        if identities.clashes
        else ()
    )


def _where(places: Places) -> list[tuple[str, str, int]]:
    found: list[tuple[str, str, int]] = []
    for source, _ in places:
        columns = (source.table[name].to_pylist() for name in ("_file", "_sheet", "_row"))
        found += zip(*columns, strict=True)
    return found


def _links(identities: Identities, places: Places) -> pa.Table:
    names = [pa.repeat(s.mapping.source, len(s.table)) for s, _ in places]
    keys = [s.column("_key") for s, _ in places]
    nothing = pa.array([], pa.string())
    return pa.table(
        {
            "source": pa.concat_arrays(names) if names else nothing,
            "key": pa.concat_arrays(keys) if keys else nothing,
            "resident": identities.residents,
            "via": identities.via,
        }
    )
