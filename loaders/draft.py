"""A first mapping from a file's headers and the shapes of its values, to be corrected by a person.

The draft is valid: `mapping_file.parse` reads it. It maps one label, the one that most of the recognised headers speak of;
what was not recognised stands in comments.
"""

from __future__ import annotations

import datetime as dt
import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from graph.model.errors import SheetMismatch
from graph.model.relationships import SCHEMA

from .cells import Bad, Cell, is_empty
from .headers import TOTALS, spelling
from .mapping import Column
from .readers import reader
from .rows import Row, sheets

LOOKED_AT = 200
"""Rows whose values are looked at."""

AGREED = 0.9
"""The share of filled cells that a parser must read before the draft names it."""

RECOGNISED = 0.5
"""The same share for a header that is known: it says what the column is, a part of the cells may be damaged."""

ALIASES = Path(__file__).with_name("header_aliases.toml")


@dataclass(frozen=True, slots=True)
class Guess:
    """What the draft makes of one header: the column's name, parser and code table, and the property it fills."""

    header: str
    name: str
    parse: str = "text"
    codes: str | None = None
    property: str | None = None


def draft(path: Path, *, as_of: dt.date | None = None) -> str:
    """Return the TOML of a first mapping for a file; raises `SheetMismatch` when no header row can be seen.

    Without `as_of` the values count from the day on which the file was last changed.
    """
    headers, columns, sheet = _table(path)
    known: Mapping[str, Mapping[str, str]] = tomllib.loads(ALIASES.read_text(encoding="utf-8"))
    label = max(known, key=lambda name: (sum(spelling(h) in known[name] for h in headers), name == "Resident"))
    taken: set[str] = set()
    guesses = [_guess(h, cells, label, known[label], taken) for h, cells in zip(headers, columns, strict=True) if h]
    return _toml(path, sheet, guesses, label=label, as_of=as_of or _changed(path))


def _changed(path: Path) -> dt.date:
    return dt.datetime.fromtimestamp(path.stat().st_mtime, tz=dt.UTC).date()


def _table(path: Path) -> tuple[list[str], list[list[Cell]], str]:
    """Return the headers of the first sheet with a table, the cells below each, and the sheet's name."""
    seen: list[str] = []
    for sheet in sheets(path):
        seen.append(sheet.name or "-")
        rows = list(islice(sheet.rows, LOOKED_AT))
        at = _header_row(rows)
        if at is not None:
            headers = ["" if is_empty(c) else " ".join(str(c).split()) for c in rows[at][1]]
            body = [cells + [None] * (len(headers) - len(cells)) for _, cells in rows[at + 1 :]]
            body = [cells for cells in body if not _is_total(cells)]
            unique = [h if headers.index(h) == i else "" for i, h in enumerate(headers)]
            return unique, [[cells[i] for cells in body] for i in range(len(headers))], sheet.name
    raise SheetMismatch(path.name, seen, ["-"], [])


def _header_row(rows: Sequence[Row]) -> int | None:
    """Return the position of the header: the first row of texts that fills about as many cells as any near the top."""
    filled = [sum(not is_empty(c) for c in cells) for _, cells in rows[:50]]
    for at, (_, cells) in enumerate(rows[:50]):
        texts = [c for c in cells if not is_empty(c)]
        if len(texts) >= max(2, 0.7 * max(filled)) and all(isinstance(c, str) for c in texts):
            return at
    return None


def _is_total(cells: Sequence[Cell]) -> bool:
    first = next((c for c in cells if not is_empty(c)), None)
    return first is None or spelling(first) in TOTALS


def _guess(header: str, cells: Sequence[Cell], label: str, known: Mapping[str, str], taken: set[str]) -> Guess:
    fills = known.get(spelling(header))
    name = (fills or f"column{len(taken) + 1}").replace(".", "_")
    while name in taken:
        name += "_2"
    taken.add(name)
    filled = [c for c in cells if not is_empty(c)]
    declared = SCHEMA.label[label].by_name.get(fills or "")
    if fills == "id_number":
        return Guess(header, name, "id_number", property=fills)
    if declared is None:
        return Guess(header, name, _shape(filled), property="id" if fills == "id" else None)
    wanted = (
        "committee"
        if fills in ("area", "registered_area")
        else _PARSERS.get(str(fills)) or _BY_KIND.get(declared.kind, "text")
    )
    codes = declared.codes
    fits = _reads(Column(name, (header,), parse="text" if codes else wanted, codes=codes), filled, RECOGNISED)
    return Guess(header, name, "text" if codes else wanted, codes, fills) if fits else Guess(header, name)


_PARSERS = {"name": "text", "phone": "phone", "address": "address", "availability": "slots", "opening_hours": "slots",
            "slots": "slots", "rule": "json", "eligibility": "json"}  # fmt: skip
_BY_KIND = {"integer": "integer", "number": "number", "boolean": "boolean", "date": "date_or_serial"}


def _shape(cells: Sequence[Cell]) -> str:
    """Return the strictest parser that reads nearly all of the cells."""
    for parse in ("id_number", "phone", "date", "slots"):
        if cells and _reads(Column("x", ("x",), parse=parse), cells):
            return parse
    return "text"


def _reads(column: Column, cells: Sequence[Cell], share: float = AGREED) -> bool:
    read = reader(column, b"draft")
    return sum(not isinstance(read(c), Bad) for c in cells) >= share * len(cells)


def _toml(path: Path, sheet: str, guesses: Sequence[Guess], *, label: str, as_of: dt.date) -> str:
    lines = [
        f"# 由 {path.name} 起草，请核对 · drafted from {path.name}: check every line (docs/mapping.md)",
        f"source = {_quoted(path.stem)}",
        f"files = [{_quoted(path.name)}]",
        *([f"sheets = [{_quoted(sheet)}]"] if sheet else []),
        'delivery = "full"',
        f"as_of = {as_of.isoformat()}",
        "trust = 50",
    ]
    for g in guesses:
        lines += ["", f"[columns.{g.name}]", f"headers = [{_quoted(g.header)}]"]
        lines += [f'codes = "{g.codes}"'] if g.codes else [f'parse = "{g.parse}"'] if g.parse != "text" else []
    mapped = {g.property: g for g in guesses if g.property}
    lines += [
        "",
        "[[nodes]]",
        f'label = "{label}"',
        f"keys = {json.dumps(_keys(mapped, guesses, label))}",
        "[nodes.properties]",
    ]
    known = SCHEMA.label[label].by_name
    lines += [f"{p} = {_quoted(g.name)}" for p, g in mapped.items() if p in known and p != "id"]
    return "\n".join(lines) + "\n"


def _keys(mapped: Mapping[str, Guess], guesses: Sequence[Guess], label: str) -> list[list[str]]:
    """Return the keys: for residents every alternative at hand, else the id, the address, the name."""
    name = {p: g.name for p, g in mapped.items()}
    if label == "Resident":
        wanted = (("id_number",), ("id",), ("name", "birth_date", "phone"))
        keys = [[name[p] for p in key] for key in wanted if all(p in name for p in key)]
        return keys or [[guesses[0].name]]
    if "id" in name:
        return [[name["id"]]]
    level = {"Dwelling": "dwelling", "Unit": "unit", "Building": "building", "Estate": "estate"}.get(label)
    if level and "address" in name:
        return [[f"{name['address']}.{level}"]]
    return [[name.get("name", guesses[0].name)]]


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
