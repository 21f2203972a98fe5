from __future__ import annotations

import csv
import datetime as dt
import io
import json

from hypothesis import given
from hypothesis import strategies as st

from cypher.export import FORMULA_STARTS, to_csv, to_json
from graph.stores.store import Table

CELLS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.dates()
    | st.lists(st.text(max_size=4), max_size=3)
)
TABLES = st.lists(st.tuples(CELLS, CELLS), max_size=6).map(lambda rows: Table(("一", "=二"), tuple(rows)))


@given(TABLES)
def test_csv_keeps_every_row_and_no_formula(table: Table) -> None:
    read = list(csv.reader(io.StringIO(to_csv(table), newline="")))
    assert len(read) == len(table.rows) + 1
    for row, cells in zip(table.rows, read[1:], strict=True):
        for value, cell in zip(row, cells, strict=True):
            if not isinstance(value, int | float):
                assert not cell.startswith(FORMULA_STARTS)
            if isinstance(value, str):
                assert cell in (value, "'" + value)


@given(TABLES)
def test_json_is_strict_and_whole(table: Table) -> None:
    data = json.loads(to_json(table), parse_constant=lambda name: 1 / 0)
    assert data["columns"] == ["一", "=二"]
    assert len(data["rows"]) == len(table.rows)
    assert data["truncated"] is False


def test_cells() -> None:
    row = (None, True, -3, 2.5, "-3", "@x", dt.date(2021, 11, 1), ["a", "b"], {"k": dt.date(2021, 1, 1)})
    table = Table(tuple("abcdefghi"), (row,), truncated=True)
    assert to_csv(table).splitlines()[1] == """,true,-3,2.5,'-3,'@x,2021-11-01,a; b,"{""k"": ""2021-01-01""}\""""
    assert json.loads(to_json(table)) == {
        "columns": list("abcdefghi"),
        "rows": [[None, True, -3, 2.5, "-3", "@x", "2021-11-01", ["a", "b"], {"k": "2021-01-01"}]],
        "truncated": True,
    }
