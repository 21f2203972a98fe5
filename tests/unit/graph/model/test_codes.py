from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model import codes
from graph.model.errors import UnknownName
from graph.model.relationships import SCHEMA


@pytest.mark.parametrize("name", codes.table_names())
def test_code_tables_agree_with_themselves(name: str) -> None:
    table = codes.table(name)
    for code, title in table.titles.items():
        assert table.code(code) == table.code(title.zh) == table.code(title.en) == code
        assert codes.title(name, code) == title


def test_every_table_that_the_schema_names_is_there() -> None:
    parts = (*SCHEMA.labels, *SCHEMA.relationships)
    named = {p.codes for part in parts for p in part.properties if p.codes}
    assert named <= set(codes.table_names())
    assert len(named) > 20


@given(st.text(max_size=20))
def test_a_code_without_an_entry_is_its_own_title(code: str) -> None:
    title = codes.title("tenure", code)
    assert title.zh == code or code in codes.table("tenure").titles
    assert codes.title(None, code).en == code


def test_a_table_that_is_not_there_names_the_nearest() -> None:
    with pytest.raises(UnknownName, match="tenure"):
        codes.table("tenures")
