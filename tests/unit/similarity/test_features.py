from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from graph.model.errors import TableUnfit, UnknownName
from graph.model.schema import FIXED as SCHEMA_FIXED
from similarity.features import FIXED, Features, numeric

DAY = dt.date(2021, 6, 1)


def table() -> Features:
    values = np.arange(4.0)
    columns = (
        numeric("year", values),
        replace(numeric("tags", values, observed=dt.date(2021, 5, 31)), group="people"),
        replace(numeric("late", values, observed=DAY), group="people"),
        numeric("fund", values, observed=None),
    )
    return Features(("a", "b", "c", "d"), columns)


def test_undated_and_late_features_are_barred_by_name() -> None:
    kept = table().before(DAY)
    assert kept.names == ("year", "tags")
    assert [b.name for b in kept.barred] == ["late", "fund"]
    assert all(b.why.zh and b.why.en for b in kept.barred)


@pytest.mark.parametrize("name", ["late", "fund"])
def test_forcing_a_barred_feature_is_an_error_that_names_it(name: str) -> None:
    with pytest.raises(TableUnfit, match=name):
        table().before(DAY).require([name])


def test_the_guard_of_back_tests() -> None:
    with pytest.raises(TableUnfit, match="late"):
        table().check_before(DAY)
    table().without(["late", "fund"]).check_before(DAY)


def test_names_and_groups_can_be_left_out() -> None:
    assert table().without(["people", "fund"]).names == ("year",)
    with pytest.raises(UnknownName, match="people"):
        table().without(["peopel"])
    table().before(DAY).without(["fund"])  # barred already: leaving it out is no mistake


def test_rows_can_be_taken_out_of_the_stock() -> None:
    left = table().leaving_out(["b"])
    assert left.ids == ("a", "c", "d")
    assert left.column("year").values.tolist() == [0.0, 2.0, 3.0]
    with pytest.raises(UnknownName):
        table().leaving_out(["z"])


@pytest.mark.parametrize("ids", [("a", "a"), ("a", "")])
def test_ids_are_present_and_distinct(ids: tuple[str, ...]) -> None:
    with pytest.raises(TableUnfit):
        Features(ids, ())


def test_a_column_of_another_length_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="values for 1 rows"):
        Features(("a",), (numeric("x", np.arange(3.0)),))


def test_infinite_numbers_are_unknown_and_fixed_is_the_word_of_the_schema() -> None:
    assert np.isnan(numeric("x", [np.inf, 1.0]).values).tolist() == [True, False]
    assert FIXED == SCHEMA_FIXED
