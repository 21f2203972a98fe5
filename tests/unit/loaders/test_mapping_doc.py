"""docs/mapping.md tells the truth: its example is valid, its lists of parsers, codes of refusals and keys complete."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from loaders import mapping_file
from loaders.cells import HINTS
from loaders.facets import PARSERS
from loaders.mapping import Column

DOC = Path(__file__).parents[3] / "docs" / "mapping.md"


@pytest.fixture(scope="module")
def text() -> str:
    return DOC.read_text(encoding="utf-8")


def test_the_example_is_a_valid_mapping(text: str) -> None:
    example = re.search(r"```toml\n(.*?)```", text, re.DOTALL)
    assert example is not None
    assert mapping_file.parse(example[1], where="docs").source == "population"


def test_every_parser_refusal_and_column_key_is_there(text: str) -> None:
    said = set(re.findall(r"`([\w.]+)`", text))
    assert set(PARSERS) <= said
    assert set(HINTS) <= said
    assert {f.name for f in fields(Column)} - {"name"} <= said
