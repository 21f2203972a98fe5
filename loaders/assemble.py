"""The claims of all rows → one node for each id and one relationship for each key, in columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graph.model.records import ARROW
from graph.model.relationships import SCHEMA
from graph.model.schema import Kind, Label, Property, Relationship

from . import winners
from .winners import Claims

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Part:
    """What the rows of one source say about things of one kind (a label, a relationship).

    `ids` has the key of the thing in each row: one array for a node, start and end for a relationship. `columns` gives
    values by property; `ranks` and `days` belong to the rows.
    """

    ids: tuple[pa.Array, ...]
    ranks: Ints
    days: pa.Array
    columns: Mapping[str, pa.Array]


@dataclass(slots=True)
class Things:
    """Nodes of one label, sorted by id, or relationships of one type: columns, and how many are disputed."""

    columns: dict[str, pa.Array]
    disputed: dict[str, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))


def nodes(label: Label, parts: Sequence[Part]) -> Things:
    """Return the nodes of a label that any part describes."""
    parts = [_known(p) for p in parts]
    ids = pa.chunked_array([p.ids[0] for p in parts], pa.string()).unique()
    ids = ids.take(pc.sort_indices(ids))
    things = [_positions(p.ids[0], ids) for p in parts]
    found = Things({"id": ids})
    _settle(found, parts, things, label.properties)
    _observe(found, parts, things, label)
    return found


def edges(relationship: Relationship, parts: Sequence[Part]) -> tuple[Things, Ints]:
    """Return the relationships of one type, and the best rank of each (which row says so)."""
    parts = [_known(p) for p in parts]
    ends = [pa.chunked_array([p.ids[side] for p in parts], pa.string()) for side in (0, 1)]
    keys = [pa.chunked_array([fit(p.columns[k], relationship.by_name[k]) for p in parts]) for k in relationship.key]
    codes = [c.combine_chunks().dictionary_encode().indices.to_numpy() for c in (*ends, *keys)]
    _, first, number = np.unique(_numbered(codes), return_index=True, return_inverse=True)
    found = Things(
        {name: side.combine_chunks().take(pa.array(first)) for name, side in zip(("start", "end"), ends, strict=True)}
    )
    things = np.split(number, np.cumsum([len(p.ranks) for p in parts])[:-1])
    _settle(found, parts, things, relationship.properties)
    best = np.full(len(first), np.iinfo(np.int64).max)
    np.minimum.at(best, number, np.concatenate([p.ranks for p in parts]))
    return found, best


def _numbered(codes: Sequence[npt.NDArray[np.int32]]) -> Ints:
    """Return one number for each distinct combination of codes."""
    whole = codes[0].astype(np.int64)
    for column in codes[1:]:
        whole = whole * (int(column.max(initial=0)) + 1) + column
        if whole.max(initial=0) > 2**40:  # keep room for the next factor
            whole = np.unique(whole, return_inverse=True)[1]
    return whole


def _known(part: Part) -> Part:
    """Drop the rows of a part that name no thing."""
    known = pc.is_valid(part.ids[0])
    for other in part.ids[1:]:
        known = pc.and_(known, pc.is_valid(other))
    mask = known.to_numpy(zero_copy_only=False)
    if mask.all():
        return part
    return Part(
        tuple(i.filter(known) for i in part.ids),
        part.ranks[mask],
        part.days.filter(known),
        {name: values.filter(known) for name, values in part.columns.items()},
    )


def _positions(wanted: pa.Array, ids: pa.Array) -> Ints:
    return np.asarray(pc.index_in(wanted, value_set=ids).to_numpy(zero_copy_only=False), np.int64)


def _settle(found: Things, parts: Sequence[Part], things: Sequence[Ints], properties: Sequence[Property]) -> None:
    """Let the best claim win, property by property."""
    for p in properties:
        if p.name in found.columns:
            continue
        claims = _claims(p, parts, things)
        if claims is not None:
            winner, disputed = winners.pick(claims, len(found))
            found.columns[p.name] = winners.chosen(claims.values, winner)
            if disputed:
                found.disputed[p.name] = disputed


def _claims(p: Property, parts: Sequence[Part], things: Sequence[Ints]) -> Claims | None:
    having = [(part, thing) for part, thing in zip(parts, things, strict=True) if p.name in part.columns]
    if not having:
        return None
    return Claims(
        np.concatenate([thing for _, thing in having]),
        np.concatenate([part.ranks for part, _ in having]),
        pa.concat_arrays([fit(part.columns[p.name], p) for part, _ in having]),
    )


def _observe(found: Things, parts: Sequence[Part], things: Sequence[Ints], label: Label) -> None:
    """Give a code that carries its date the day of the row it came from, where no source says a day.

    A flag's date (retired on) is an event of its own and is never guessed.
    """
    for p in label.properties:
        if p.kind is not Kind.CODE or p.observed not in label.by_name or p.name not in found.columns:
            continue
        claims = _claims(p, parts, things)
        if claims is None:
            continue
        winner, _ = winners.pick(claims, len(found))
        days = pa.concat_arrays([part.days for part in parts if p.name in part.columns])
        on = winners.chosen(days, winner)
        said = found.columns.get(str(p.observed))
        if said is not None:
            on = pc.if_else(pc.is_valid(found.columns[p.name]), pc.coalesce(said, on), said)
        found.columns[str(p.observed)] = on


def fit(values: pa.Array, p: Property) -> pa.Array:
    """Return a column in the type of its property: whole numbers may be numbers or texts, a text a list of one."""
    wanted = ARROW[p.kind]
    if pa.types.is_list(wanted) and not pa.types.is_list(values.type):
        known = values.drop_null()
        ends = np.concatenate(([0], np.cumsum(values.is_valid().to_numpy(zero_copy_only=False))))
        offsets = pa.array(ends, pa.int32(), mask=np.append(values.is_null().to_numpy(zero_copy_only=False), False))
        return pa.ListArray.from_arrays(offsets, known)
    return values if values.type == wanted else values.cast(wanted)


def gathered(parts: Iterator[tuple[str, Part]]) -> dict[str, list[Part]]:
    """Gather parts under the name of their label or relationship, in the order of the schema."""
    found: dict[str, list[Part]] = {}
    for name, part in parts:
        found.setdefault(name, []).append(part)
    order = [*SCHEMA.label, *SCHEMA.relationship]
    return {name: found[name] for name in order if name in found}
