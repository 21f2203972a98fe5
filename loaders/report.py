"""What a load did, in figures that add up: read = accepted + rejected + duplicates, for every source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graph.model.text import Text


@dataclass(frozen=True, slots=True)
class RowError:
    """Why a row was refused: its place as a person sees it, a stable code, a masked value, and what to do.

    `row` counts from 1 as a spreadsheet shows it (for Parquet: the data row); `column` is the header in the file.
    """

    file: str
    sheet: str
    row: int
    column: str
    code: str
    value: str
    hint: Text

    def to_json(self) -> dict[str, Any]:
        """Return the error as a JSON value."""
        return {
            "file": self.file,
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "code": self.code,
            "value": self.value,
            "hint": {"zh": self.hint.zh, "en": self.hint.en},
        }


@dataclass(frozen=True, slots=True)
class SourceReport:
    """The figures of one source in one load.

    `read` counts rows with content that the row filter lets through; `left_out` those that it does not; `passed_over`
    title, total and empty rows. `superseded` are those duplicates whose content differs from the row that was kept.
    """

    source: str
    title: Text
    files: tuple[str, ...]
    read: int
    accepted: int
    rejected: int
    duplicates: int
    superseded: int = 0
    left_out: int = 0
    passed_over: int = 0
    rejects: Mapping[str, int] = field(default_factory=dict)
    """Rejected rows by the code of their first error; sums to `rejected`."""

    def to_json(self) -> dict[str, Any]:
        """Return the figures as a JSON value."""
        names = ("read", "accepted", "rejected", "duplicates", "superseded", "left_out", "passed_over")
        figures = {name: getattr(self, name) for name in names}
        title = {"zh": self.title.zh, "en": self.title.en}
        return {
            "source": self.source,
            "title": title,
            "files": list(self.files),
            **figures,
            "rejects": dict(sorted(self.rejects.items())),
        }


@dataclass(frozen=True, slots=True)
class Unresolved:
    """References of one relationship that met no node: how many, and the most frequent (masked) values."""

    source: str
    relationship: str
    code: str
    count: int
    examples: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the figures as a JSON value."""
        return {
            "source": self.source,
            "relationship": self.relationship,
            "code": self.code,
            "count": self.count,
            "examples": list(self.examples),
        }


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Rows that share a key but carry different ID numbers, and so were not merged by it."""

    key: str
    residents: tuple[str, ...]
    rows: tuple[tuple[str, str, int], ...]
    """File, sheet and row of each, in order."""

    def to_json(self) -> dict[str, Any]:
        """Return the case as a JSON value."""
        return {"key": self.key, "residents": list(self.residents), "rows": [list(r) for r in self.rows]}


@dataclass(frozen=True, slots=True)
class LoadReport:
    """Everything a load has to say about itself."""

    sources: tuple[SourceReport, ...]
    errors: tuple[RowError, ...] = ()
    conflicts: Mapping[str, int] = field(default_factory=dict)
    """Nodes (relationships) whose sources disagree, by `Label.property` (by relationship name)."""
    unresolved: tuple[Unresolved, ...] = ()
    ambiguous: tuple[Ambiguous, ...] = ()
    merges: Mapping[str, int] = field(default_factory=dict)
    """Rows joined to a resident by each kind of key."""
    unmapped: tuple[str, ...] = ()
    """Files of the folder that no mapping wants."""
    absent: tuple[str, ...] = ()
    """Sources whose mapping found no file; what the lake has of them stays."""
    nodes: Mapping[str, int] = field(default_factory=dict)
    edges: Mapping[str, int] = field(default_factory=dict)

    @property
    def read(self) -> int:
        """Rows read in all sources."""
        return sum(s.read for s in self.sources)

    @property
    def accepted(self) -> int:
        """Rows accepted in all sources."""
        return sum(s.accepted for s in self.sources)

    @property
    def rejected(self) -> int:
        """Rows rejected in all sources."""
        return sum(s.rejected for s in self.sources)

    @property
    def duplicates(self) -> int:
        """Duplicate rows in all sources."""
        return sum(s.duplicates for s in self.sources)

    @property
    def rejects(self) -> dict[str, int]:
        """Rejected rows by code, in all sources."""
        total: Counter[str] = Counter()
        for source in self.sources:
            total.update(source.rejects)
        return dict(sorted(total.items()))

    def to_json(self) -> dict[str, Any]:
        """Return the whole report as a JSON value (values are masked already)."""
        return {
            "read": self.read,
            "accepted": self.accepted,
            "rejected": self.rejected,
            "duplicates": self.duplicates,
            "rejects": self.rejects,
            "sources": [s.to_json() for s in self.sources],
            "conflicts": dict(sorted(self.conflicts.items())),
            "unresolved": [u.to_json() for u in self.unresolved],
            "ambiguous": [a.to_json() for a in self.ambiguous],
            "merges": dict(sorted(self.merges.items())),
            "unmapped": list(self.unmapped),
            "absent": list(self.absent),
            "nodes": dict(self.nodes),
            "edges": dict(self.edges),
            "errors": [e.to_json() for e in self.errors],
        }
