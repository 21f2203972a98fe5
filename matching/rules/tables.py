"""What rules read: needs, resources and the dictionaries they share, as columns.

Positions are metres east and north in one projected system; NaN is unknown. Rows come from a snapshot (see `stock`) or
from a test; nothing here knows a store.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from matching.problem import Floats, Mask
from matching.rules.coded import Coded, Ints
from matching.rules.refused import Refusal

Words = npt.NDArray[np.object_]
"""Text, one for each row; None where unknown."""
Times = tuple[str, tuple[str, ...] | None, tuple[str, ...]]
"""Label, opening hours or availability (None: unknown), and the slots that are booked."""
Table = TypeVar("Table", "Needs", "Resources")


@dataclass(frozen=True, slots=True, eq=False)
class Dictionary:
    """Skills and service items, by id; `item_ages` holds the least and the highest age each item is meant for."""

    skills: tuple[str, ...]
    skill_names: tuple[str, ...]
    items: tuple[str, ...]
    item_names: tuple[str, ...]
    item_ages: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Needs:
    """Needs as columns.

    `skills` holds (column of the dictionary, least level or 0 for any), `items` columns of the dictionary, `ages` the
    completed years of the asker's household, `parties` who asks: persons, household, organisation as `Label:id`,
    `purposes` the words that name what a room is wanted for, each with its key of the policy.
    """

    ids: Words
    name: Words
    kind: Coded[str]
    status: Words
    area: Words
    people: Floats
    place: Floats
    slots: Coded[tuple[str, ...]]
    skills: Coded[tuple[tuple[int, int], ...]]
    items: Coded[tuple[int, ...]]
    step_free: Mask
    ages: Coded[tuple[int, ...]]
    parties: Coded[frozenset[str]]
    purposes: Coded[tuple[tuple[str, str], ...]]

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True, eq=False)
class Resources:
    """Resources of all labels as columns; what a label lacks is NaN or empty.

    `level` holds a volunteer's level in each skill (0: lacks it), `offer` how many a provider can serve of each item
    (0: does not offer it, infinite: without a stated limit), `idle` the days since the last use (NaN: none on record),
    `declined` the needs that the resource has said no to, `refusal` the no to being asked at all that the graph holds,
    `room` the kind of a room (None: unknown, or no room).
    """

    label: Coded[str]
    ids: Words
    name: Words
    area: Words
    place: Floats
    capacity: Floats
    times: Coded[Times]
    level: npt.NDArray[np.int8]
    offer: Floats
    step_free: Mask
    age: Floats
    weekly_hours: Floats
    in_service: Mask
    idle: Floats
    parties: Coded[frozenset[str]]
    declined: Coded[frozenset[str]]
    refusal: Coded[Refusal | None]
    room: Coded[str | None]

    def __len__(self) -> int:
        return len(self.ids)

    def keys(self) -> list[str]:
        """Return `Label:id` of every row."""
        return [f"{self.label[i]}:{name}" for i, name in enumerate(self.ids.tolist())]


@dataclass(frozen=True, slots=True, eq=False)
class Stock:
    """Needs, resources and their dictionaries: all that matching reads."""

    needs: Needs
    resources: Resources
    words: Dictionary


def taken(table: Table, rows: Ints) -> Table:
    """Return some rows of a table, in the order of `rows`."""
    columns: dict[str, Any] = {}
    for column in fields(table):
        values = getattr(table, column.name)
        columns[column.name] = values.take(rows) if isinstance(values, Coded) else values[rows]
    return type(table)(**columns)


def in_areas(table: Table, areas: tuple[str, ...] | None) -> Table:
    """Return the rows that lie in one of the committees (all for None)."""
    if areas is None:
        return table
    return taken(table, np.flatnonzero([area in areas for area in table.area.tolist()]).astype(np.int64))
