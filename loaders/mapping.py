"""A source's columns → record fields, as TOML: one file per source, a closed list of powers (docs/mapping.md).

`read` and `parse` give a `SourceMapping` that is already checked against the schema, the code tables and the named
parsers (`mapping_check`), so that the loader never meets a name that does not exist.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from graph.model.errors import FileMissing, MappingInvalid
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
        """Return the node mapping with that name (`parse` has checked that it exists)."""
        return next(n for n in self.nodes if n.name == name)


def read(path: Path) -> SourceMapping:
    """Read one mapping file; raises `FileMissing`, `MappingInvalid`, `UnknownName`."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (FileNotFoundError, IsADirectoryError):
        raise FileMissing(path) from None
    except UnicodeDecodeError:
        raise MappingInvalid(path.name, Text("应为 UTF-8 编码", "it must be UTF-8")) from None
    return parse(text, where=path.name)


def read_folder(folder: Path) -> tuple[SourceMapping, ...]:
    """Read every `*.toml` of a folder, in name order; two files for one source are an error."""
    if not folder.is_dir():
        raise FileMissing(folder)
    found: dict[str, tuple[str, SourceMapping]] = {}
    for path in sorted(folder.glob("*.toml")):
        mapping = read(path)
        if mapping.source in found:
            other = found[mapping.source][0]
            why = Text(f"来源“{mapping.source}”已在 {other} 中", f"the source “{mapping.source}” is in {other} already")
            raise MappingInvalid(path.name, why)
        found[mapping.source] = path.name, mapping
    return tuple(mapping for _, mapping in found.values())


def parse(text: str, *, where: str) -> SourceMapping:
    """Read a mapping from its TOML text; `where` names it in errors."""
    from .mapping_check import check
    from .mapping_read import build

    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as why:
        raise MappingInvalid(where, Text(f"不是 TOML：{why}", f"it is not TOML: {why}")) from why
    mapping = build(data, text=text, where=where)
    check(mapping, where=where)
    return mapping
