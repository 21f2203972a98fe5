"""The keys by which the rows of a source may be recognised as the same person as rows of other sources."""

from __future__ import annotations

import pyarrow as pa

from .identity import ID_NUMBER, NUMBER, TOGETHER, KeyKind
from .mapping import NodeMapping, SourceMapping
from .reading import joined
from .source_rows import SourceRows


def key_kinds(rows: SourceRows, node: NodeMapping) -> dict[KeyKind, pa.Array]:
    """Return the keys of a resident node, by kind; null in rows that lack a part of the key.

    Two sources speak of one kind of key when its columns mean the same: the property they are mapped to, the ID
    number, else the name that both mappings give to the column (so a system's own number needs a name of its own).
    """
    found: dict[KeyKind, pa.Array] = {}
    meaning = {column: name for name, column in sorted(node.properties.items(), reverse=True)}
    for key in node.keys:
        kind = _kind(key, rows.mapping, meaning)
        values = joined(rows.table, [_compared(name, rows.mapping) for name in key])
        found.setdefault(kind, values)
    return found


def _kind(key: tuple[str, ...], mapping: SourceMapping, meaning: dict[str, str]) -> KeyKind:
    names = [_meaning(name, mapping, meaning) for name in key]
    if names == ["id_number"]:
        return KeyKind(ID_NUMBER, "id_number")
    return KeyKind(NUMBER if len(names) == 1 else TOGETHER, "+".join(names))


def _meaning(name: str, mapping: SourceMapping, meaning: dict[str, str]) -> str:
    column, _, facet = name.partition(".")
    if mapping.columns[column].parse == "id_number" and not facet:
        return "id_number"
    said = meaning.get(column, column)
    return f"{said}.{facet}" if facet else said


def _compared(name: str, mapping: SourceMapping) -> str:
    """Names are compared in simplified characters."""
    return f"{name}.key" if name in mapping.columns and mapping.columns[name].parse == "name" else name
