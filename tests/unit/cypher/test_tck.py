"""The guard against the openCypher compatibility kit: every writing query refused, every reading one let through."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from cypher.guard import check
from graph.model.errors import QueryRefused

WRITING = ("create", "merge", "set", "delete", "remove")
CLAUSES = re.compile(r"\b(CREATE|MERGE|SET|DELETE|REMOVE)\b", re.IGNORECASE)
FEWEST = 3_500  # cases once the outlines are filled in, by the kit's own account about 3,900 in 220 files

pytestmark = pytest.mark.open_data


@dataclass(frozen=True)
class Case:
    area: str
    name: str
    control: bool  # a query that only looks at what another one wrote
    fails: bool  # the kit expects a syntax error
    text: str


def outcomes(lines: list[str], start: int) -> str:
    return next((line for line in lines[start:] if line.startswith("Then ")), "")


def examples(lines: list[str], start: int) -> list[dict[str, str]]:
    """The rows of the outline's example tables that follow `start`, up to the next scenario."""
    rows: list[dict[str, str]] = []
    head: list[str] | None = None
    inside = False
    for line in lines[start:]:
        if line.startswith("Scenario"):
            break
        if line.startswith("Examples"):
            inside, head = True, None
        elif inside and line.startswith("|"):
            cells = [c.strip().replace("\\|", "|") for c in re.split(r"(?<!\\)\|", line.strip("|"))]
            if head is None:
                head = cells
            else:
                rows.append(dict(zip(head, cells, strict=False)))
    return rows or [{}]


def cases(file: Path) -> Iterator[Case]:
    lines = [line.strip() for line in file.read_text(encoding="utf-8").splitlines()]
    name, step, at = "", "", 0
    while at < len(lines):
        line = lines[at]
        name = line if line.startswith("Scenario") else name
        step = line if re.match(r"(Given|When|And|Then|But)\b", line) else step
        if line == '"""':
            end = lines.index('"""', at + 1)
            text = "\n".join(lines[at + 1 : end])
            if step.startswith("When"):
                fails = "SyntaxError" in outcomes(lines, end)
                for row in examples(lines, end) if "Outline" in name else [{}]:
                    filled = re.sub(r"<(\w+)>", lambda m, row=row: row.get(m[1], m[0]), text)
                    yield Case(file.parent.name, name, "control" in step, fails, filled)
            at = end
        at += 1


@pytest.fixture(scope="module")
def kit() -> list[Case]:
    folder = os.environ.get("LINLI_OPEN_DATA")
    if not folder:
        pytest.skip("NOT RUN: LINLI_OPEN_DATA does not name the folder of open data")
    files = sorted(Path(folder, "opencypher-tck", "features").rglob("*.feature"))
    return [case for file in files for case in cases(file)]


def refused(case: Case) -> bool:
    try:
        check(case.text)
    except QueryRefused:
        return True
    return False


def test_every_writing_query_is_refused(kit: list[Case]) -> None:
    writing = [c for c in kit if c.area in WRITING and not c.control]
    assert len(writing) > 250
    assert [c for c in writing if not refused(c)] == []


def test_what_writes_in_other_areas_is_refused(kit: list[Case]) -> None:
    """Some scenarios of reading areas write on the way; they are told apart by their clauses outside of quotes."""
    bare = [(c, re.sub(r"'[^']*'|\"[^\"]*\"|`[^`]*`", "", c.text)) for c in kit if c.area not in WRITING]
    writing = [c for c, text in bare if CLAUSES.search(text)]
    assert len(writing) > 20
    assert [c for c in writing if not refused(c)] == []


def test_every_reading_query_passes(kit: list[Case]) -> None:
    """Known exceptions: procedures that a scenario registers for itself, and texts that are no Cypher at all."""
    assert len(kit) > FEWEST
    control = [c for c in kit if c.control]
    reading = [c for c in kit if c.area not in (*WRITING, "call") and not CLAUSES.search(c.text)]
    assert len(control) > 30
    assert len(reading) > 3_400
    wrongly = [c for c in [*control, *reading] if refused(c) and not c.fails]
    assert wrongly == []


def test_the_kits_own_procedures_are_refused(kit: list[Case]) -> None:
    calls = [c for c in kit if c.area == "call"]
    assert len(calls) > 30
    assert all(map(refused, calls))
