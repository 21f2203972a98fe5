"""Cells of an xlsx workbook that hold no value but a failure: errors (#REF!) and formulas that were never computed.

The fast reader gives such a cell as an empty one, so a lost value would look like a missing one. The sheets' own XML
(ECMA-376, part 1, 18.3.1.4) tells them apart: a cell of type `e`, or one with a formula and no value.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.etree import ElementTree

Faults = Mapping[tuple[int, int], str]
"""The failed cells of one sheet by (row, column), both from 1, with the text that a reader should see."""

NEVER_COMPUTED = "#VALUE!"
"""What stands for a formula whose value was not saved; every spreadsheet knows it as an error."""

_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_PLACE = re.compile(rb'\br="([A-Z]+)([0-9]+)"')
_VALUE = re.compile(rb"<(?:\w+:)?v>([^<]*)</")
_SUSPECT = re.compile(rb"""\bt=["']e["']|<(?:\w+:)?f[ >/]""")
_ERROR = re.compile(rb"""\bt=["']e["']""")
_FORMULA = re.compile(rb"<(?:\w+:)?f[ >/]")


def workbook_faults(path: Path) -> dict[str, Faults]:
    """Return the failed cells of each sheet by its name; empty for files that are not xlsx."""
    if not zipfile.is_zipfile(path):
        return {}
    with zipfile.ZipFile(path) as archive:
        if "xl/workbook.xml" not in archive.namelist():
            return {}
        return {name: dict(_faults(archive.read(part))) for name, part in _parts(archive)}


def _parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Yield the name of each sheet and the part of the archive that holds it."""
    links = "xl/_rels/workbook.xml.rels"
    if links not in archive.namelist():
        return
    targets = {e.get("Id"): e.get("Target", "") for e in ElementTree.fromstring(archive.read(links))}  # noqa: S314
    for sheet in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter():  # noqa: S314
        if sheet.tag.rpartition("}")[2] == "sheet":
            link = next((v for k, v in sheet.attrib.items() if k.rpartition("}")[2] == "id"), "")
            target = targets.get(link, "")
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            if part in archive.namelist():
                yield sheet.get("name", ""), part


def _faults(xml: bytes) -> Iterator[tuple[tuple[int, int], str]]:
    if _SUSPECT.search(xml) is None:
        return
    for cell in _CELL.finditer(xml):
        attributes, content = cell[1], cell[2] or b""
        place, value = _PLACE.search(attributes), _VALUE.search(content)
        if place is None:
            continue
        at = int(place[2]), _column(place[1].decode())
        if _ERROR.search(attributes):
            yield at, value[1].decode() if value else NEVER_COMPUTED
        elif _FORMULA.search(content) and value is None:
            yield at, NEVER_COMPUTED


def _column(letters: str) -> int:
    """Return the number of a column from its letters.

    >>> _column("A"), _column("Z"), _column("AA")
    (1, 26, 27)
    """
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
