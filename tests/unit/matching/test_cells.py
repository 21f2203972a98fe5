"""Tables as people hand them in: what a spreadsheet did is undone, or named with its row."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model.errors import LinliError, ProblemUnfit, UnknownName
from graph.model.text import Text
from loaders.table import read_table
from matching.cells import IDS, identifiers, numbers, positions, texts, tidy
from matching.tables import read_problem

KIND = Text("需求", "need")
NEEDS = pa.table({"id": ["a", "b"]})
RESOURCES = pa.table({"id": ["r"], "capacity": [2]})


@given(st.lists(st.integers(-(10**15), 10**15), min_size=1))
def test_numbers_are_the_same_however_a_spreadsheet_holds_them(values: list[int]) -> None:
    ways = [
        pa.array(values, pa.int64()),
        pa.array([float(v) for v in values]),
        pa.array([f" {v} " for v in values]),
        pa.array([f"{v:,}" for v in values]),
        pa.array([str(v).translate(str.maketrans("0123456789", "０１２３４５６７８９")) for v in values]),
    ]
    for cells in ways:
        assert numbers(pa.table({"cost": cells}), "cost", "pairs").tolist() == values
    for cells in ways[:3]:
        assert texts(pa.table({"id": cells}), "id", "needs") == tuple(map(str, values))


@given(st.lists(st.sampled_from(["007", "7", "7.0", "1e3", "甲", "31011019450101123412345"]), unique=True, min_size=1))
def test_ids_that_look_like_numbers_stay_as_written(ids: list[str]) -> None:
    table = pa.table({"need": ids})
    known = ids[::-1]
    assert [known[row] for row in positions(table, "need", "pairs", known=known, kind=KIND)] == ids


def test_a_csv_keeps_zeros_and_long_numbers(tmp_path: Path) -> None:
    file = tmp_path / "needs.csv"
    file.write_text("\ufeff ID ,Size\r\n007,1\r\n31011019450101123412345,2\r\n", encoding="utf-8")
    table = tidy(read_table(file, texts=IDS), "needs", "id")
    assert identifiers(table, "needs") == ("007", "31011019450101123412345")
    assert numbers(table, "size", "needs").tolist() == [1, 2]


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string())])
def test_texts_of_every_kind(kind: pa.DataType) -> None:
    assert texts(pa.table({"id": pa.array([" a", None], pa.string()).cast(kind)}), "id", "needs") == ("a", "")


def test_headers_and_empty_rows() -> None:
    table = pa.table({" 编号": ["a", "b", None, " "], "ＳＩＺＥ": [1, None, None, None], "note": ["", "", "x", ""]})
    tidied = tidy(table, "needs", "id")
    assert tidied.column_names == ["id", "size"]
    assert identifiers(tidied, "needs") == ("a", "b")
    assert numbers(tidied, "size", "needs", missing=5.0).tolist() == [1, 5]


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        (["1", "2", "x"], "row 4 of pairs (x) is not a number"),
        ([1.0, np.inf, 2.0], "row 3 of pairs (inf) is not finite"),
        ([1, -2, 0], "row 3 of pairs (-2) is below 0"),
        ([1, None, 2], "row 3 of pairs lacks cost"),
        (["1", " ", "2"], "row 3 of pairs lacks cost"),
        ([True, False, True], "row 2 of pairs (True) is not a number"),
        (["1,00", "1", "1"], "row 2 of pairs (1,00) is not a number"),
    ],
)
def test_a_strange_cell_is_named_with_its_row(cells: list[object], said: str) -> None:
    with pytest.raises(ProblemUnfit) as why:
        numbers(pa.table({"cost": cells}), "cost", "pairs", least=0.0)
    assert said in why.value.text.en
    assert "pairs 第 " in why.value.text.zh
    assert why.value.hint.en


@pytest.mark.parametrize(
    ("tables", "kind", "said"),
    [
        ({"needs": pa.table({"idd": ["a"]})}, ProblemUnfit, "needs lacks the column id (it has: idd)"),
        ({"needs": pa.table([["a"], ["b"]], names=["id", "编号"])}, ProblemUnfit, "needs has the column id twice"),
        ({"needs": pa.table({"id": ["a", "b", "a"]})}, ProblemUnfit, "the id a twice, in rows 2 and 4"),
        ({"needs": pa.table({"id": ["a", None, "b"]})}, ProblemUnfit, "row 3 of needs has no id"),
        ({"needs": pa.table({"id": pa.array([], pa.null())})}, ProblemUnfit, "there are no needs"),
        ({"needs": pa.table({"id": ["a", "b"], "priority": [1, 0]})}, ProblemUnfit, "row 3 of needs (0) is not above"),
        ({"resources": pa.table({"id": ["r"]})}, ProblemUnfit, "lacks the column capacity"),
        ({"resources": pa.table({"id": ["r"], "capacity": [-1]})}, ProblemUnfit, "row 2 of resources (-1) is below 0"),
        (
            {"resources": pa.table({"id": ["r"], "capacity": [1], "fixed_cost": [-1]})},
            ProblemUnfit,
            "fixed_cost in row 2 of resources (-1) is below 0",
        ),
        (
            {"pairs": pa.table({"need": ["a", "b", "a"], "resource": ["r"] * 3, "cost": [1] * 3})},
            ProblemUnfit,
            "rows 2 and 4 of pairs list one pair twice",
        ),
        ({"pairs": pa.table({"need": ["a"], "resource": ["s"], "cost": [1]})}, UnknownName, "(row 2 of pairs) “s”"),
        ({"pairs": pa.table({"need": [None], "resource": ["r"], "cost": [1]})}, ProblemUnfit, "lacks need"),
        ({"pairs": pa.table({"need": ["a"], "resource": ["r"]})}, ProblemUnfit, "`cost` or `score`"),
    ],
)
def test_bad_tables_say_what_and_where(tables: dict[str, pa.Table], kind: type[LinliError], said: str) -> None:
    good = {"needs": NEEDS, "resources": RESOURCES, "pairs": pa.table({"need": ["a"], "resource": ["r"], "cost": [1]})}
    assert read_problem(**good).needs == ("a", "b")
    with pytest.raises(kind) as why:
        read_problem(**{**good, **tables})
    assert said in why.value.text.en


def test_a_million_pairs_are_read_at_once() -> None:
    """Reading is a matter of columns, not of rows: every id is looked up, none by a walk through Python."""
    needs, resources = [f"n{i}" for i in range(20_000)], [f"r{i}" for i in range(50)]
    at = np.arange(1_000_000)
    pairs = pa.table(
        {
            "need": pa.array(needs).take(pa.array(at // 50)),
            "resource": pa.array(resources).take(pa.array(at % 50)),
            "cost": at[::-1],
        }
    )
    problem = read_problem(pa.table({"id": needs}), pa.table({"id": resources, "capacity": [400] * 50}), pairs)
    assert (problem.pairs.need == at // 50).all()
    assert (problem.pairs.cost == at[::-1]).all()
