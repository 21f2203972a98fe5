"""What a mapping says: a source's columns → record fields, a closed list of powers (docs/mapping.md)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from graph.model.text import Text

Delivery = Literal["full", "changes"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column that is used: where its cell comes from, and how the cell is read."""

    name: str
    headers: tuple[str, ...] = ()
    parse: str = "text"
    codes: str | None = None
    split: tuple[str, ...] = ()
    default: str | None = None
    constant: str | None = None
    required: bool = False


@dataclass(frozen=True, slots=True)
class Only:
    """A row filter: the value of the column is (`inside`) or is not one of `values`."""

    column: str
    values: tuple[str, ...]
    inside: bool


@dataclass(frozen=True, slots=True)
class NodeMapping:
    """A node that each row describes; `name` tells two nodes of one label in a row apart (the label by default)."""

    name: str
    label: str
    keys: tuple[tuple[str, ...], ...]
    skip_if_empty: bool = False
    properties: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A node of any source, found by one of its properties."""

    label: str
    by: str
    column: str


@dataclass(frozen=True, slots=True)
class EdgeMapping:
    """A relationship that each row describes; an end is a node of the row (by its name) or a foreign key."""

    type: str
    start: str | ForeignKey
    end: str | ForeignKey
    relationship: str
    required: bool = False
    properties: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SourceMapping:
    """Everything that a mapping file says, and the text that said it."""

    source: str
    title: Text
    files: tuple[str, ...]
    as_of: dt.date
    columns: Mapping[str, Column]
    sheets: tuple[str, ...] = ()
    delivery: Delivery = "full"
    observed: str | None = None
    trust: int = 50
    key: tuple[str, ...] = ()
    only: tuple[Only, ...] = ()
    nodes: tuple[NodeMapping, ...] = ()
    edges: tuple[EdgeMapping, ...] = ()
    text: str = ""

    def node(self, name: str) -> NodeMapping:
        """Return the node mapping with that name (reading has checked that it exists)."""
        return next(n for n in self.nodes if n.name == name)
