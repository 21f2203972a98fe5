"""Column names are read from a query's own RETURN."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.model.errors import QueryRefused
from graph.stores.returned import columns_of, refuse_files, returned_columns, tokens

NAMES = st.lists(st.from_regex(r"[a-z][a-z0-9_]{0,6}x", fullmatch=True), min_size=1, max_size=5)
NOISE = st.sampled_from(
    [
        "1",
        "n.id",
        "'a, b AS c'",
        '"RETURN x"',
        "`odd, name`",
        "f(a, [1, 2])",
        "{k: 1, l: [2]}",
        "/* , AS q */ 2",
        "case",
    ]
)


@settings(deadline=None)
@given(names=NAMES, data=st.data())
def test_aliases_are_found_whatever_stands_before_them(names: list[str], data: st.DataObject) -> None:
    items = ", ".join(f"{data.draw(NOISE)} AS {name}" for name in names)
    for tail in ("", " ORDER BY a, b", " SKIP 1 LIMIT 2", " // , AS z", ";", " UNION RETURN 1 AS other"):
        assert returned_columns(f"MATCH (n) WHERE n.x = 'RETURN 1 AS no' RETURN {items}{tail}") == tuple(names)


@settings(deadline=None)
@given(st.text())
def test_any_text_can_be_asked(text: str) -> None:
    assert all(text[start:end] == found for found, start, end in tokens(text))
    returned_columns(text)


@pytest.mark.parametrize(
    ("query", "columns"),
    [
        ("MATCH (n) RETURN *", ()),
        ("MATCH (n) RETURN *, 1 AS a", ()),
        ("CREATE (n)", ()),
        ("RETURN DISTINCT n.a, count(*) AS `b c`", ("n.a", "b c")),
        ("CALL { MATCH (n) RETURN n AS inner } RETURN inner.id AS outer", ("outer",)),
        ("RETURN [x IN [1] WHERE x > 0 | x] AS a, {return: 1} AS b", ("a", "b")),
        ("return 1 as A limit 1", ("A",)),
        ("RETURN `a`.`b`", ("`a`.`b`",)),
        ("RETURN EXISTS { MATCH (x) RETURN x } AS e", ("e",)),
    ],
)
def test_the_forms_of_return(query: str, columns: tuple[str, ...]) -> None:
    assert returned_columns(query) == columns


def test_the_engine_names_what_the_query_writes_otherwise() -> None:
    assert columns_of("RETURN n.a , 1 AS b", ["b", "n.a"]) == ("n.a", "b")
    assert columns_of("RETURN *", ["x", "y"]) == ("x", "y")
    assert columns_of("RETURN 1 AS b", None) == ("b",)


@pytest.mark.parametrize("query", ["LOAD CSV FROM $x AS l RETURN l", "load\ncsv with headers", "LOAD/**/CSV"])
def test_files_are_refused(query: str) -> None:
    with pytest.raises(QueryRefused):
        refuse_files(query)


@pytest.mark.parametrize(
    "query", ["RETURN 'LOAD CSV' AS x", "// LOAD CSV\nRETURN 1", "RETURN `LOAD CSV`", "RETURN load.csv"]
)
def test_words_about_files_are_not(query: str) -> None:
    refuse_files(query)
