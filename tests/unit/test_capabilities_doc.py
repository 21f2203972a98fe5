"""docs/capabilities.md tells the truth: its commands parse, its questions exist, its rows are complete and counted."""

from __future__ import annotations

import re
import shlex
from collections import Counter
from pathlib import Path

import pytest
import typer.main

from api.cli.main import app
from cypher.catalog import Catalog
from cypher.guard import check

DOC = (Path(__file__).parents[2] / "docs" / "capabilities.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (B?\d+) \| [^|]+ \| ([^|]+) \| (works|partly|not yet)([^|]*) \|$", re.MULTILINE)
ROWS = ROW.findall(DOC)
LINES = re.findall(r"`(linli [^`]+)`", DOC) + re.findall(r"^linli .+$", DOC, re.MULTILINE)
STATES = ("works", "partly", "not yet")


def part(number: str) -> str:
    if number.startswith("B"):
        return "B"
    return next(name for name, last in (("A1", 42), ("A2", 65), ("A3", 76)) if int(number) <= last)


def _texts(given: object) -> list[str]:
    return [str(one) for one in given] if isinstance(given, list | tuple) else []


def parsed(words: list[str]) -> tuple[str, dict[str, object]]:
    """The command that the words name, and its parameters; what does not exist is refused, and nothing runs."""
    command, name, rest = typer.main.get_command(app), "linli", list(words)
    while subcommands := getattr(command, "commands", None):
        name, rest = rest[0], rest[1:]
        if name not in subcommands:
            raise LookupError(f"No such command {name}")
        command = subcommands[name]
    return name, dict(command.make_context(name, rest).params)


def test_every_row_stands_once() -> None:
    numbers = [number for number, *_ in ROWS]
    assert sorted(numbers) == sorted([*map(str, range(1, 77)), *(f"B{n}" for n in range(1, 16))])


@pytest.mark.parametrize("line", sorted(set(LINES)))
def test_a_command_parses_and_its_question_exists(line: str) -> None:
    words = shlex.split(line.partition(" > ")[0])[1:]
    name, given = parsed(words)
    if name != "query" or given["name"] is None:
        return
    asked = str(given["name"])
    if asked.startswith("MATCH"):
        check(asked)
        return
    arguments = {str(argument).partition("=")[0] for argument in _texts(given["arguments"])}
    wanted = {parameter.name: parameter for parameter in Catalog.load().find(asked).parameters}
    assert arguments <= set(wanted)
    assert {name for name, parameter in wanted.items() if parameter.required} <= arguments


@pytest.mark.parametrize("line", ["linli seek x", "linli gap --alle", "linli match --top x", "linli mapping make x"])
def test_the_check_refuses_what_does_not_exist(line: str) -> None:
    with pytest.raises(Exception, match=r"No such|valid integer"):
        parsed(shlex.split(line)[1:])


def test_only_what_is_not_yet_has_no_command() -> None:
    for number, commands, state, rest in ROWS:
        assert (commands.strip() == "—") == (state == "not yet"), number
        assert state != "partly" or len(rest.strip(": ")) > 10, f"{number}: what is missing?"


def test_the_counts_are_those_of_the_rows() -> None:
    counted = Counter((part(number), state) for number, _, state, _ in ROWS)
    counted.update({("all", state): sum(row[2] == state for row in ROWS) for state in STATES})
    said = re.findall(r"^\| (A1|A2|A3|B|all) \| (\d+) \| (\d+) \| (\d+) \|$", DOC, re.MULTILINE)
    assert [name for name, *_ in said] == ["A1", "A2", "A3", "B", "all"]
    for name, *figures in said:
        assert [int(figure) for figure in figures] == [counted[name, state] for state in STATES], name
