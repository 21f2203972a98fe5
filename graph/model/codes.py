"""Code tables: GB/T standards and linli's own lists; a code, a name or a short name in, the code out.

The tables lie beside this file as `code_tables/NAME.csv` with the columns `code,zh,en,also` (further spellings,
separated by `|`). The stored value is the code.
"""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .errors import UnknownName
from .text import Text

FOLDER = Path(__file__).with_name("code_tables")


@dataclass(frozen=True, slots=True)
class CodeTable:
    """One table: the titles of its codes, in the order of the file, and every accepted spelling."""

    name: str
    titles: Mapping[str, Text]
    spellings: Mapping[str, str]

    def code(self, written: str) -> str | None:
        """Return the code of a code, a name or a short name; None when the table has no such entry.

        >>> table("gbt2261.1").code("女"), table("gbt2261.1").code("２"), table("gbt4658").code("大专")
        ('2', '2', '30')
        """
        return self.spellings.get(spelling(written))

    def names(self) -> list[str]:
        """Return every Chinese name, for the nearest ones of an unknown value."""
        return [title.zh for title in self.titles.values()]


def title(table_name: str | None, code: str) -> Text:
    """Return the title of a code; the code itself where there is no such table or entry.

    >>> title("activity", "culture").zh, title(None, "x").en
    ('文化活动', 'x')
    """
    found = table(table_name).titles.get(code) if table_name else None
    return found or Text(code, code)


def spelling(written: str) -> str:
    """Return the form in which spellings are compared: NFKC, lower case, without blanks."""
    return "".join(unicodedata.normalize("NFKC", written).casefold().split())


def table_names() -> list[str]:
    """Return the names of all code tables, sorted."""
    return sorted(path.name.removesuffix(".csv") for path in FOLDER.glob("*.csv"))


@cache
def table(name: str) -> CodeTable:
    """Return a code table; raises `UnknownName` with the nearest ones."""
    if name not in table_names():
        raise UnknownName(Text("代码表", "code table"), name, table_names())
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    titles = {row["code"]: Text(row["zh"], row["en"]) for row in rows}
    spellings: dict[str, str] = {}
    for row in rows:
        for written in (*row["also"].split("|"), row["en"], row["zh"], row["code"]):
            if written:
                spellings[spelling(written)] = row["code"]
    # One-digit codes written without their leading zero ("1" for "01") are common in exports.
    for code in titles:
        if code.isdigit() and code.startswith("0"):
            spellings.setdefault(str(int(code)), code)
    return CodeTable(name, titles, spellings)
