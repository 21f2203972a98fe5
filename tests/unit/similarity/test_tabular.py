from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model.errors import TableUnfit, UnknownName
from graph.model.receipt import canonical
from similarity.features import Feature, FeatureKind, Form
from similarity.kinds import LEVELS, OTHER, recognise
from similarity.tabular import rank_table, read_task
from tests.unit.similarity.tables import relaxed


def read(values: list[object], type: pa.DataType | None = None) -> tuple[Feature | None, str]:
    feature, note = recognise("c", pa.chunked_array([pa.array(values, type)]))
    return feature, note.en if note else ""


@pytest.mark.parametrize(
    ("values", "kind", "expected"),
    [
        ([1, 2, None], FeatureKind.NUMERIC, [1, 2, np.nan]),
        ([1.5, float("inf"), float("nan")], FeatureKind.NUMERIC, [1.5, np.nan, np.nan]),
        (["1,200", "３４", " 5.5 "], FeatureKind.NUMERIC, [1200, 34, 5.5]),
        (["12%", "3.5%", "N/A"], FeatureKind.NUMERIC, [0.12, 0.035, np.nan]),
        (["是", "否", ""], FeatureKind.BOOLEAN, [1, 0, np.nan]),
        (["Yes", "no", "NO"], FeatureKind.BOOLEAN, [1, 0, 0]),
        ([True, None, False], FeatureKind.BOOLEAN, [1, np.nan, 0]),
        (["1970-01-02", "1970年1月3日", "1970/1/4"], FeatureKind.NUMERIC, [1, 2, 3]),
        ([dt.date(1970, 1, 2), None, dt.date(1970, 1, 4)], FeatureKind.NUMERIC, [1, np.nan, 3]),
        (
            [dt.datetime(1970, 1, 2, 13, 5, tzinfo=dt.UTC), None, dt.datetime(1970, 1, 4, tzinfo=dt.UTC)],
            FeatureKind.NUMERIC,
            [1, np.nan, 3],
        ),
        (["01", "02", "10"], FeatureKind.CATEGORICAL, None),
        (["砖混", "框架", None], FeatureKind.CATEGORICAL, None),
    ],
)
def test_kinds_are_recognised(values: list[object], kind: FeatureKind, expected: list[float] | None) -> None:
    feature, _ = read(values * 4)
    assert feature is not None
    assert feature.kind is kind
    if expected is not None:
        np.testing.assert_allclose(feature.values, expected * 4)


def test_a_few_unreadable_cells_are_said() -> None:
    feature, note = read([str(i) for i in range(99)] + ["约三十"])
    assert feature is not None
    assert feature.kind is FeatureKind.NUMERIC
    assert np.isnan(feature.values[99])
    assert "1 cells unreadable" in note


def test_an_impossible_date_is_unknown_not_a_crash() -> None:
    feature, _ = read(["2021-03-01"] * 40 + ["2021-02-30"])
    assert feature is not None
    assert feature.form is Form.DAY
    assert np.isnan(feature.values[40])


def test_rare_levels_become_other_and_are_counted() -> None:
    values = [f"街{i}" for i in range(60) for _ in range(60 - i)]
    feature, note = read(values)
    assert feature is not None
    assert len(feature.levels) == LEVELS + 1
    assert feature.levels[-1] == OTHER
    assert "30 rare values" in note
    assert (feature.values == LEVELS).sum() == sum(range(1, 31))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([f"备注 {i} 很特别" for i in range(100)], "free text"),
        (["a", "x" * 1_000_000, "b"], "over 1000 characters"),
        (["", "N/A", None], "empty"),
        ([None, None, None], "empty"),
        (list(range(1, 21)), "row number"),
        ([[1], [2], [3]], "cannot be compared"),
    ],
)
def test_what_cannot_be_compared_is_left_out_and_said(values: list[object], said: str) -> None:
    feature, note = read(values)
    assert feature is None
    assert said in note


def sheet(rows: int = 60, **more: list[object]) -> pa.Table:
    rng = np.random.default_rng(0)
    x = rng.normal(size=rows)
    columns: dict[str, object] = {
        "编号": [f"u{i:03d}" for i in range(rows)],
        "已加梯": ["是" if x[i] > 0.8 else "" for i in range(rows)],
        "楼龄": x + rng.normal(size=rows),
        "结构": [["砖混", "框架"][i % 2] for i in range(rows)],
        "不变": ["同"] * rows,
    }
    return pa.table(columns | more)


def test_a_spreadsheet_is_ranked_with_notes() -> None:
    table = sheet()
    ranking = rank_table(table, id="编号", positives="已加梯")
    marked = {i for i, y in zip(table["编号"].to_pylist(), table["已加梯"].to_pylist(), strict=True) if y}
    assert set(ranking.ids) == set(table["编号"].to_pylist()) - marked
    assert any("不变" in n.zh and "constant" in n.en for n in ranking.notes)
    assert canonical(ranking.to_json(top=10))


def test_excluded_columns_are_not_read() -> None:
    table = sheet(编外=["x" * 2000] * 60)
    ranking = rank_table(table, id="编号", positives="已加梯", exclude=["编外", "结构"])
    assert ranking.model.design_.features.names == ("楼龄", "不变")
    assert not any("编外" in n.zh for n in ranking.notes)


def test_a_column_known_only_afterwards_is_pointed_out() -> None:
    table = sheet()
    marks = table["已加梯"].to_pylist()
    leaking = table.append_column(
        "竣工日", pa.array([dt.date(2021, 1, 1 + i % 28) if y else None for i, y in enumerate(marks)])
    )
    notes = [n.en for n in read_task(leaking, id="编号", positives="已加梯").features.notes]
    assert any("竣工日" in n and "afterwards" in n for n in notes)
    assert not any("afterwards" in n.en for n in read_task(table, id="编号", positives="已加梯").features.notes)


@pytest.mark.parametrize(
    "marks", [[1, 0], [True, False], ["1", "0"], ["YES", "no"], ["是", "否"], ["True", None], [1.0, 0.0], ["Y", "N/A"]]
)
def test_positives_may_be_written_in_many_ways(marks: list[object]) -> None:
    task = read_task(pa.table({"id": ["a", "b", "c", "d"], "y": marks * 2, "x": [1, 2, 3, 5]}), id="id", positives="y")
    assert task.positives == ("a", "c")


def test_ids_that_a_spreadsheet_turned_into_floats_are_whole_again() -> None:
    assert read_task(pa.table({"id": [1.0, 2.0], "y": [1, 0], "x": [1, 2]}), id="id", positives="y").features.ids == (
        "1",
        "2",
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"编号": ["u1"] * 60}, "more than once"),
        ({"编号": [None] + [f"u{i}" for i in range(59)]}, "empty cells"),
        ({"编号": [float("nan")] + [float(i) for i in range(59)]}, "empty cells"),
        ({"已加梯": [""] * 60}, "no positives"),
        ({"已加梯": ["是"] * 60}, "every row"),
        ({"已加梯": ["也许"] * 60}, "neither yes nor no"),
        ({"楼龄": [1.0] * 60, "结构": ["砖"] * 60}, "no column varies"),
    ],
)
def test_unfit_tables_are_refused_with_the_reason(change: dict[str, list[object]], said: str) -> None:
    with pytest.raises(TableUnfit, match=said) as caught:
        rank_table(sheet(**change), id="编号", positives="已加梯")
    assert caught.value.hint.zh
    assert caught.value.hint.en


def test_unknown_columns_are_answered_with_the_nearest() -> None:
    for names in ({"id": "编", "positives": "已加梯"}, {"id": "编号", "positives": "已加"}):
        with pytest.raises(UnknownName):
            rank_table(sheet(), **names)
    with pytest.raises(UnknownName, match="楼龄"):
        rank_table(sheet(), id="编号", positives="已加梯", exclude=["楼龄段"])
    with pytest.raises(TableUnfit):
        rank_table(sheet(), id="编号", positives="编号")


def test_an_empty_table_and_repeated_names_are_refused() -> None:
    with pytest.raises(TableUnfit):
        rank_table(sheet().slice(0, 0), id="编号", positives="已加梯")
    twice = sheet().append_column("楼龄", pa.array([1] * 60))
    with pytest.raises(TableUnfit, match="twice"):
        rank_table(twice, id="编号", positives="已加梯")


cells = st.one_of(
    st.lists(st.none() | st.integers(-(2**60), 2**60), min_size=12, max_size=12),
    st.lists(st.none() | st.floats(), min_size=12, max_size=12),
    st.lists(st.none() | st.booleans(), min_size=12, max_size=12),
    st.lists(st.none() | st.dates(), min_size=12, max_size=12),
    st.lists(
        st.none() | st.text(max_size=6) | st.sampled_from(["是", "1e400", "007", "1,000%", "9999-99-99"]),
        min_size=12,
        max_size=12,
    ),
)


@relaxed
@given(st.lists(cells, min_size=1, max_size=4), st.lists(st.booleans(), min_size=12, max_size=12))
def test_any_table_is_ranked_or_refused(columns: list[list[object]], marks: list[bool]) -> None:
    table = pa.table({"id": [f"r{i}" for i in range(12)], "y": marks} | {f"c{j}": c for j, c in enumerate(columns)})
    try:
        ranking = rank_table(table, id="id", positives="y")
    except TableUnfit:
        return
    assert len(ranking) == 12 - sum(marks)
    assert np.isfinite(ranking.scores).all()
    assert canonical(ranking.to_json(top=12))
