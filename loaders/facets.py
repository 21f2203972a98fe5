"""What each named parser makes of a cell: its facets and their kinds, as data (mappings refer to `column.facet`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from graph.model.schema import Kind

from .mapping import Column

_TEXT = {"": Kind.TEXT}


@dataclass(frozen=True, slots=True)
class Shape:
    """The facets of a parser ("" is the value itself), and whether a report may show a refused cell."""

    facets: Mapping[str, Kind]
    shown: bool = False


PARSERS: Mapping[str, Shape] = {
    "text": Shape(_TEXT),
    "name": Shape(_TEXT | {"key": Kind.TEXT}),
    "integer": Shape({"": Kind.INTEGER}, shown=True),
    "number": Shape({"": Kind.NUMBER}, shown=True),
    "boolean": Shape({"": Kind.BOOLEAN}, shown=True),
    "date": Shape({"": Kind.DATE}),
    "date_or_serial": Shape({"": Kind.DATE}),
    "id_number": Shape(_TEXT | {"last4": Kind.TEXT}),
    "phone": Shape(_TEXT),
    "address": Shape(
        _TEXT
        | dict.fromkeys(("key", "estate", "building", "unit", "dwelling"), Kind.TEXT)
        | {"floor": Kind.INTEGER, "room": Kind.TEXT}
    ),
    "slots": Shape({"": Kind.TEXTS}, shown=True),
    "birth_from_id": Shape({"": Kind.DATE}),
    "sex_from_id": Shape({"": Kind.CODE}),
    "json": Shape(_TEXT, shown=True),
    "committee": Shape({"": Kind.CODE}, shown=True),
}

FITS: Mapping[Kind, frozenset[Kind]] = {
    Kind.TEXT: frozenset((Kind.TEXT, Kind.CODE, Kind.INTEGER)),
    Kind.CODE: frozenset((Kind.TEXT, Kind.CODE)),
    Kind.INTEGER: frozenset((Kind.INTEGER,)),
    Kind.NUMBER: frozenset((Kind.NUMBER, Kind.INTEGER)),
    Kind.BOOLEAN: frozenset((Kind.BOOLEAN,)),
    Kind.DATE: frozenset((Kind.DATE,)),
    Kind.TEXTS: frozenset((Kind.TEXTS, Kind.TEXT, Kind.CODE)),
}
"""Which kinds of column a property of each kind takes."""

ADVICE: Mapping[Kind, str] = {
    Kind.INTEGER: "integer",
    Kind.NUMBER: "number",
    Kind.BOOLEAN: "boolean",
    Kind.DATE: "date",
    Kind.TEXTS: "slots",
}
"""The parser to use for a property of each kind."""


def facets(column: Column) -> Mapping[str, Kind]:
    """Return the facets of a column: those of its parser, one list for a split one, one code for a coded one."""
    if column.split:
        return {"": Kind.TEXTS}
    if column.codes:
        return {"": Kind.CODE}
    return PARSERS[column.parse].facets


def full_name(column: str, facet: str) -> str:
    """Return how a facet is written in a mapping and named in the lake: `address.key`, `name`."""
    return f"{column}.{facet}" if facet else column
