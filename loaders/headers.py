"""Where the header row of a sheet is, and which rows are not data: titles, totals, repeated headers, empty ones."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from graph.model.errors import FileUnreadable
from graph.model.text import Text

from .cells import Cell, is_empty
from .mapping import Column

MOST_ROWS_ABOVE = 50
"""The header row is looked for in this many rows; exports put a title, a date and a note above it."""

TOTALS = frozenset(("合计", "总计", "小计", "共计", "汇总", "总数", "total", "totals", "subtotal", "sum", "grandtotal"))


@dataclass(frozen=True, slots=True)
class Header:
    """The header row of one sheet: the texts, and for each mapped column the position of its cell."""

    row: int
    texts: tuple[str, ...]
    positions: Mapping[str, int]


def spelling(cell: Cell) -> str:
    r"""Return the form in which headers are compared: NFKC, lower case, no blanks, line breaks, stars or colons.

    >>> spelling("*身份 证号\n："), spelling("Ｎａｍｅ")
    ('身份证号', 'name')
    """
    text = unicodedata.normalize("NFKC", "" if cell is None else str(cell)).casefold()
    return "".join(c for c in text if not c.isspace() and c not in "*:\ufeff\u200b")


def find(rows: Iterable[tuple[int, list[Cell]]], columns: Mapping[str, Column], *, file: str) -> Header | None:
    """Return the first row that holds a header of every column that needs one; None when there is none.

    Raises `FileUnreadable` when a mapped header stands there twice.
    """
    for number, cells in rows:
        texts = [spelling(c) for c in cells]
        positions = _positions(texts, columns)
        if all(name in positions for name in needed(columns)):
            for name, at in positions.items():
                if texts.count(texts[at]) > 1:
                    why = Text(
                        f"表头“{cells[at]}”出现两次（列 {name}）", f"the header “{cells[at]}” stands there twice"
                    )
                    raise FileUnreadable(file, why)
            return Header(number, tuple("" if c is None else str(c).strip() for c in cells), positions)
    return None


def needed(columns: Mapping[str, Column]) -> list[str]:
    """Return the columns that a sheet must have: those with headers and neither a constant nor a default."""
    return [n for n, c in columns.items() if c.headers and c.constant is None and c.default is None]


def missing(rows: Iterable[tuple[int, list[Cell]]], columns: Mapping[str, Column]) -> tuple[list[str], list[str]]:
    """Return the headers that the most alike row lacks, and the headers it has (for an error)."""
    best: tuple[list[str], list[str]] | None = None
    for _, cells in rows:
        positions = _positions([spelling(c) for c in cells], columns)
        lacks = [columns[n].headers[0] for n in needed(columns) if n not in positions]
        if best is None or len(lacks) < len(best[0]):
            best = lacks, [str(c).strip() for c in cells if not is_empty(c)]
    return best or ([columns[n].headers[0] for n in needed(columns)], [])


def _positions(texts: list[str], columns: Mapping[str, Column]) -> dict[str, int]:
    found: dict[str, int] = {}
    for name, column in columns.items():
        at = next((texts.index(h) for h in map(spelling, column.headers) if h in texts), None)
        if at is not None:
            found[name] = at
    return found


def is_data(cells: list[Cell], header: Header) -> bool:
    """Tell whether a row below the header is data: not empty, no total, not the header again (a page break)."""
    first = next((c for c in cells if not is_empty(c)), None)
    if first is None:
        return False
    if isinstance(first, str):
        word = spelling(first)
        if word in TOTALS or (word.startswith(("合计", "总计", "小计", "共计")) and len(word) <= 16):
            return False
        return not (first.strip() in header.texts and _same(cells, header))
    return True


def _same(cells: list[Cell], header: Header) -> bool:
    texts = [str(c).strip() if c is not None else "" for c in cells]
    return all(at < len(texts) and texts[at] == header.texts[at] for at in header.positions.values())
