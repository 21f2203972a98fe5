from __future__ import annotations

import datetime as dt
import json
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model.errors import ModelUnusable
from graph.model.text import Text
from similarity.features import FIXED, Barred, Feature, Features, Form
from similarity.saved.stock import described, matrix, table
from tests.unit.similarity.tables import feature_tables, relaxed


@relaxed
@given(feature_tables(), st.sampled_from([FIXED, None, dt.date(2020, 5, 1)]), st.sampled_from(list(Form)))
def test_every_bit_of_a_table_comes_back(features: Features, observed: dt.date | None, form: Form) -> None:
    titles = (Text("丙", "c"), Text("丁", "d"))
    columns = tuple(
        replace(c, observed=observed, form=form, group="g", unit=Text("人", "people"), level_titles=titles)
        for c in features.columns
    )
    given_table = Features(features.ids, columns, (Barred("x", Text("甲", "a")),), (Text("乙", "b"),))
    facts = json.loads(json.dumps(described(given_table)))
    again = table(facts, matrix(given_table))
    assert again.ids == given_table.ids
    assert (again.barred, again.notes) == (given_table.barred, given_table.notes)
    for old, new in zip(given_table.columns, again.columns, strict=True):
        assert old.values.tobytes() == new.values.tobytes()
        for field in fields(Feature):
            assert field.name == "values" or getattr(old, field.name) == getattr(new, field.name)


def test_facts_and_values_of_different_tables_are_refused() -> None:
    features = Features(("a", "b"), ())
    with pytest.raises(ModelUnusable, match="belong together"):
        table(described(features), np.zeros((1, 2)))
    with pytest.raises(ModelUnusable, match="belong together"):
        table({"ids": ["a"], "columns": [{"name": "x"}], "barred": [], "notes": []}, np.zeros((1, 1)))
