from __future__ import annotations

import numpy as np

from graph.snapshot.columns import Snapshot
from similarity.portraits.crowd import Mean, Share, crowd
from similarity.portraits.groups import by_level, group_features, group_names
from similarity.portraits.level_table import level_table
from tests.unit.similarity.portraits.levels import with_areas
from tests.unit.similarity.town import AS_OF

SNAPSHOT = Snapshot.of(with_areas())
GROUPING = by_level(SNAPSHOT, "estate")
FEATURES = group_features(crowd(SNAPSHOT, AS_OF, GROUPING), GROUPING)
FOUND = level_table(FEATURES, group_names(SNAPSHOT, GROUPING))


def test_small_cells_are_empty_and_counted() -> None:
    hidden = 0
    for column in FEATURES.columns:
        shown = FOUND.table[column.name].to_numpy(zero_copy_only=False)
        open_to_view = ~np.isnan(shown)
        np.testing.assert_allclose(shown[open_to_view], column.values[open_to_view], atol=1e-9)
        hidden += int((~open_to_view & ~np.isnan(column.values)).sum())
        if isinstance(column, Share):
            cells = np.stack([column.counts, column.among - column.counts])
            assert (cells[:, open_to_view] >= 10).all()
        if isinstance(column, Mean):
            assert (column.among[open_to_view] >= 10).all()
    assert FOUND.hidden == hidden > 0
    assert FOUND.table["id"].to_pylist() == list(GROUPING.ids)


def test_equal_tables_have_equal_digests_and_others_have_not() -> None:
    again = level_table(FEATURES, group_names(SNAPSHOT, GROUPING))
    assert again.digest == FOUND.digest
    fewer = level_table(FEATURES.without(["women"]), group_names(SNAPSHOT, GROUPING))
    assert fewer.digest != FOUND.digest
