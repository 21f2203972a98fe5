"""Conditions on a snapshot: which rows satisfy one on a given day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

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
from graph.model.schema import FIXED, Kind, Label, Relationship
from graph.snapshot.columns import Edges, Ints, Mask, Nodes, Snapshot

BEGINS = ("since", "at", "from")
FRAME = "Resident-LIVES_IN-Dwelling"
"""The one relationship that may lack a date: an undated residence is long standing."""
LATEST = 2**31 - 1  # a day after all others


class Undated(Enum):
    """What a fact without a date is to somebody who asks what was known on a past day."""

    KEPT = "kept"
    """It counts: nothing says since when it has been so."""
    BARRED = "barred"
    """It was not known: it may have been written down later."""


def _nothing(_: Condition) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of a snapshot on the day `as_of`, which conditions are put to.

    Relationships count while they are in force. Without `undated` properties count as they stand; with it only what
    had been observed by the day. `given` answers conditions on residents in place of the facts (None: it cannot).
    """

    snapshot: Snapshot
    as_of: dt.date
    undated: Undated | None = None
    given: Callable[[Condition], Mask | None] = _nothing

    def mask(self, label: str, condition: Condition) -> Mask:
        """Return for each node of `label` whether the condition holds; shape (nodes,)."""
        given, nodes = self.given(condition), self.snapshot.nodes(label)
        if given is not None:
            return given
        match condition:
            case AllOf(of):
                return _fold(np.logical_and, [self.mask(label, c) for c in of], np.ones(len(nodes), bool))
            case AnyOf(of):
                return _fold(np.logical_or, [self.mask(label, c) for c in of], np.zeros(len(nodes), bool))
            case Not(of):
                return ~self.mask(label, of)
            case Tagged(tag):
                return tagged(self.snapshot, tag, self.as_of, undated=self.undated is not Undated.BARRED)
            case Related(type, to, where):
                edges = self.snapshot.edges(next(SCHEMA.between(label, type, to)).name)
                return _some(edges, np.flatnonzero(self._in_force(edges) & self.mask(to, where)[edges.indices]))
            case LivesAlone(alone):
                return _lives_alone(self.snapshot, self.as_of, alone=alone)
            case Known(name, known=False):
                return ~self.mask(label, Known(name))
            case Is(name) | Between(name) | Known(name):
                return _property_mask(nodes, condition, self.as_of) & self._observed(nodes, name)
            case _:
                return _property_mask(nodes, condition, self.as_of)

    def _in_force(self, edges: Edges) -> Mask:
        undated = self.undated is not Undated.BARRED or edges.relationship.name == FRAME
        return in_force(edges, self.as_of, undated=undated)

    def _observed(self, nodes: Nodes, name: str) -> Mask | bool:
        """Return where the value of a property counts."""
        barred, own = self.undated is Undated.BARRED, nodes.label.by_name[name].observed
        by = dated_by(nodes.label, name) if barred else own
        if self.undated is None or by == FIXED:
            return True
        day = (self.as_of - EPOCH).days
        return not barred if by is None else whole_days(nodes.column(by), unknown=LATEST if barred else day) <= day


def mask(snapshot: Snapshot, label: str, condition: Condition, as_of: dt.date) -> Mask:
    """Return for each node of `label` whether `condition` holds on the day `as_of`; shape (nodes,)."""
    return Facts(snapshot, as_of).mask(label, condition)


def dated_by(label: Label, name: str) -> str | None:
    """Return what dates a property: `FIXED`, the date property beside it, or itself where it is a day of its own."""
    own = label.by_name[name]
    return name if own.observed is None and own.kind is Kind.DATE else own.observed


def begins(relationship: Relationship) -> list[str]:
    """Return the properties that say when a relationship of the type began; none for an undated type."""
    return [name for name in BEGINS if name in relationship.by_name]


def tagged(snapshot: Snapshot, tag: str, as_of: dt.date, *, undated: bool = True) -> Mask:
    """Return which residents carry the tag with that id on the day; nobody when there is no such tag."""
    edges = snapshot.edges("Resident-HAS_TAG-Tag")
    at = np.flatnonzero(edges.indices == int(snapshot.nodes("Tag").rows([tag])[0]))
    return _some(edges, at[in_force(edges, as_of, at=at, undated=undated)])


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


def in_force(edges: Edges, as_of: dt.date, *, at: npt.NDArray[np.intp] | None = None, undated: bool = True) -> Mask:
    """Return which edges hold on the day: begun (`since`, `at`, `from`) on or before it, `until` not before it.

    With `at`, only the edges in these positions are asked, in their order. `undated` says whether an edge without a
    day of beginning has begun.
    """
    day, names = (as_of - EPOCH).days, begins(edges.relationship)
    holds = np.full(len(edges) if at is None else len(at), undated or bool(names))
    for name in names:
        holds &= _dates(edges, name, at=at, unknown=day if undated else LATEST) <= day
    if "until" in edges.relationship.by_name and edges.property("until").null_count < len(edges):
        holds &= _dates(edges, "until", at=at, unknown=day) >= day
    return holds


def _dates(edges: Edges, name: str, *, at: npt.NDArray[np.intp] | None, unknown: int) -> Ints:
    dates = edges.property(name)
    return whole_days(dates if at is None else dates.take(pa.array(at)), unknown=unknown)


def whole_days(dates: pa.Array, *, unknown: int) -> Ints:
    """Return dates as whole days since 1970-01-01."""
    numbers = dates.view(pa.int32())
    return (pc.fill_null(numbers, unknown) if numbers.null_count else numbers).to_numpy()


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
        case Known(name):
            return np.asarray(pc.is_valid(nodes.column(name)).to_numpy(zero_copy_only=False))
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
