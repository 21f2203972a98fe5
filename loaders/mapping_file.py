"""Mapping files: one TOML file per source, read and checked.

`read` and `parse` give a `SourceMapping` that is already checked against the schema, the code tables and the named
parsers (`mapping_check`), so that the loader never meets a name that does not exist.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

from graph.model.errors import FileMissing, MappingInvalid
from graph.model.text import Text

from .mapping import SourceMapping
from .mapping_check import check
from .mapping_toml import build


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
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as why:
        raise MappingInvalid(where, Text(f"不是 TOML：{why}", f"it is not TOML: {why}")) from why
    mapping = build(data, text=text, where=where)
    check(mapping, where=where)
    return mapping
