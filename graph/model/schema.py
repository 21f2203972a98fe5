"""What the graph may hold, as data: labels, relationship types, properties, keys, sensitivity, titles.

Everything that must agree with the graph is derived from here: constraints and indexes (`graph.stores.statements`),
loader checks (`loaders.mapping`), column types (`graph.snapshot`), and `docs/data-dictionary.md`. The declarations
themselves stand in `labels.py` and `relationships.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from .text import Text

SCHEMA_VERSION = 1


class Kind(StrEnum):
    """The type of a property, the same in every engine and file."""

    TEXT = "text"
    CODE = "code"  # a text from a short list; stored dictionary-encoded in a snapshot
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"  # a calendar day, ISO 8601 in statements, days since 1970-01-01 in columns
    TEXTS = "texts"  # a list of texts


class Sensitivity(StrEnum):
    """How closely a property must be held."""

    PUBLIC = "public"
    INTERNAL = "internal"
    PERSONAL = "personal"
    SENSITIVE = "sensitive"


FIXED = "fixed"
"""`Property.observed` of a physical fact that does not change with time (a build year)."""


@dataclass(frozen=True, slots=True)
class Property:
    """One property of a node or a relationship.

    `observed` says from when the value was true: `FIXED`, the name of a date property beside it, or None for a value
    that carries no date and is therefore barred from every back-test. `codes` names the code table of its values.
    """

    name: str
    kind: Kind
    title: Text
    sensitivity: Sensitivity = Sensitivity.INTERNAL
    required: bool = False
    codes: str | None = None
    observed: str | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Label:
    """A kind of node. The key is always `id`; scoped nodes carry `area`, the committee code."""

    name: str
    title: Text
    properties: tuple[Property, ...]
    scoped: bool = True

    @property
    def by_name(self) -> dict[str, Property]:
        """The properties by their names, `id` and `area` included."""
        return {p.name: p for p in self.properties}


@dataclass(frozen=True, slots=True)
class Relationship:
    """A relationship type between two labels.

    Between the same two nodes there is one relationship, or one for each value of the `key` properties (which must
    then be present): a resident takes part in an activity on several days.
    """

    start: str
    type: str
    end: str
    title: Text
    properties: tuple[Property, ...] = ()
    key: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name used for files and columns: `Resident-LIVES_IN-Dwelling`."""
        return f"{self.start}-{self.type}-{self.end}"

    @property
    def by_name(self) -> dict[str, Property]:
        """The properties by their names."""
        return {p.name: p for p in self.properties}


@dataclass(frozen=True)
class Schema:
    """All labels and relationships."""

    labels: tuple[Label, ...]
    relationships: tuple[Relationship, ...]
    version: int = SCHEMA_VERSION
    label: dict[str, Label] = field(init=False)
    relationship: dict[str, Relationship] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "label", {x.name: x for x in self.labels})
        object.__setattr__(self, "relationship", {x.name: x for x in self.relationships})

    def between(self, start: str, type: str, end: str | None = None) -> Iterator[Relationship]:
        """Yield the relationships of `type` that leave `start` (and reach `end`)."""
        for r in self.relationships:
            if r.start == start and r.type == type and end in (None, r.end):
                yield r
