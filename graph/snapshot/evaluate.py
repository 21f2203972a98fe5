"""Conditions on a snapshot: which rows satisfy one on a given day."""

from __future__ import annotations

import datetime as dt

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from graph.model.condition import (
    Age,
    AllOf,
    AnyOf,
    Between,
    Condition,
    Is,
    Known,
    LivesAlone,
    Not,
    Related,
    Scalar,
    Tagged,
)
from graph.model.records import EPOCH
from graph.model.relationships import SCHEMA
from graph.snapshot.columns import Edges, Ints, Mask, Nodes, Snapshot


def mask(snapshot: Snapshot, label: str, condition: Condition, as_of: dt.date) -> Mask:
    """Return for each node of `label` whether `condition` holds on the day `as_of`; shape (nodes,)."""
    nodes = snapshot.nodes(label)
    match condition:
        case AllOf(of):
            return _fold(np.logical_and, [mask(snapshot, label, c, as_of) for c in of], np.ones(len(nodes), bool))
        case AnyOf(of):
            return _fold(np.logical_or, [mask(snapshot, label, c, as_of) for c in of], np.zeros(len(nodes), bool))
        case Not(of):
            return ~mask(snapshot, label, of, as_of)
        case Tagged(tag):
            return tagged(snapshot, tag, as_of)
        case Related(type, to, where):
            edges = snapshot.edges(next(SCHEMA.between(label, type, to)).name)
            chosen = in_force(edges, as_of) & mask(snapshot, to, where, as_of)[edges.indices]
            return _some(edges, np.flatnonzero(chosen))
        case LivesAlone(alone):
            return _lives_alone(snapshot, as_of, alone=alone)
        case _:
            return _property_mask(nodes, condition, as_of)


def tagged(snapshot: Snapshot, tag: str, as_of: dt.date) -> Mask:
    """Return which residents carry the tag with that id on the day; nobody when there is no such tag."""
    edges = snapshot.edges("Resident-HAS_TAG-Tag")
    at = np.flatnonzero(edges.indices == int(snapshot.nodes("Tag").rows([tag])[0]))
    return _some(edges, at[in_force(edges, as_of, at=at)])


def ages(nodes: Nodes, as_of: dt.date) -> Ints:
    """Return completed years of age on the day, -1 where the birth date is unknown or later.

    Somebody born on 29 February completes a year on 1 March of the years that lack the day.
    """
    birth = nodes.column("birth_date")
    year, month, day = (pc.fill_null(part(birth), 0).to_numpy() for part in (pc.year, pc.month, pc.day))
    before = (month > as_of.month) | ((month == as_of.month) & (day > as_of.day))
    age = as_of.year - year - before
    unknown = pc.is_null(birth).to_numpy(zero_copy_only=False) | (age < 0)
    return np.where(unknown, -1, age).astype(np.int32)


def in_force(edges: Edges, as_of: dt.date, *, at: npt.NDArray[np.intp] | None = None) -> Mask:
    """Return which edges hold on the day: begun (`since`, `at`, `from`) on or before it, `until` not before it.

    With `at`, only the edges in these positions are asked, in their order.
    """
    names = edges.relationship.by_name
    holds = np.ones(len(edges) if at is None else len(at), bool)
    day = (as_of - EPOCH).days
    for name in ("since", "at", "from"):
        if name in names:
            holds &= _days(_dates(edges, name, at=at), unknown=day) <= day
    if "until" in names:
        holds &= _days(_dates(edges, "until", at=at), unknown=day) >= day
    return holds


def _dates(edges: Edges, name: str, *, at: npt.NDArray[np.intp] | None) -> pa.Array:
    dates = edges.property(name)
    return dates if at is None else dates.take(pa.array(at))


def _days(dates: pa.Array, *, unknown: int) -> Ints:
    if dates.null_count == len(dates):
        return np.full(len(dates), unknown, np.int32)
    return pc.fill_null(dates.view(pa.int32()), unknown).to_numpy(zero_copy_only=False)


def _fold(how: np.ufunc, masks: list[Mask], start: Mask) -> Mask:
    for one in masks:
        how(start, one, out=start)
    return start


def _some(edges: Edges, at: npt.NDArray[np.intp]) -> Mask:
    """Return which start nodes have one of the edges `at`."""
    found = np.zeros(len(edges.indptr) - 1, bool)
    found[np.searchsorted(edges.indptr, at, side="right") - 1] = True
    return found


def _lives_alone(snapshot: Snapshot, as_of: dt.date, *, alone: bool) -> Mask:
    edges = snapshot.edges("Resident-LIVES_IN-Dwelling")
    now = in_force(edges, as_of)
    living = np.bincount(edges.indices[now], minlength=edges.width)
    return _some(edges, np.flatnonzero(now & ((living[edges.indices] == 1) == alone)))


def _property_mask(nodes: Nodes, condition: Condition, as_of: dt.date) -> Mask:
    match condition:
        case Age(low, high):
            age = ages(nodes, as_of)
            return (age >= max(low or 0, 0)) & (age <= (200 if high is None else high))
        case Known(name, known):
            return np.asarray(pc.is_valid(nodes.column(name)).to_numpy(zero_copy_only=False) == known)
        case Is(name, values):
            return _true(_is_in(nodes.column(name), values))
        case Between(name, low, high):
            return _true(_between(nodes.column(name), low, high))
        case _:
            raise AssertionError(condition)  # every other kind is handled by `mask`


def _is_in(column: pa.Array, values: tuple[Scalar, ...]) -> pa.Array:
    plain = column.dictionary if pa.types.is_dictionary(column.type) else column
    if pa.types.is_list(plain.type):
        wanted = pc.is_in(plain.flatten(), value_set=pa.array(values, pa.string()))
        rows = pc.list_parent_indices(plain).filter(wanted).unique()
        return pc.is_in(pa.array(np.arange(len(plain)), pa.int64()), value_set=rows.cast(pa.int64()))
    inside = pc.is_in(plain, value_set=pa.array(values, plain.type))
    return inside.take(column.indices) if plain is not column else inside


def _between(column: pa.Array, low: Scalar | None, high: Scalar | None) -> pa.Array:
    holds = pc.is_valid(column)
    if low is not None:
        holds = pc.and_(holds, pc.greater_equal(column, pa.scalar(low, column.type)))
    return holds if high is None else pc.and_(holds, pc.less_equal(column, pa.scalar(high, column.type)))


def _true(answers: pa.Array) -> Mask:
    return np.asarray(pc.fill_null(answers, False).to_numpy(zero_copy_only=False))
