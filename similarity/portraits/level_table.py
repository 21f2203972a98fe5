"""The feature table of all groups of a level, small cells left empty and counted, for a file or for another program."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from graph.model.cells import PUBLISHED_CELL
from graph.model.text import Text
from similarity.features import Features
from similarity.portraits.disclosure import shown

DIGITS = 9


@dataclass(frozen=True, slots=True, eq=False)
class LevelTable:
    """A table with the columns `id`, `name` and one column a feature; `hidden` counts the cells left empty."""

    table: pa.Table
    titles: dict[str, Text]
    hidden: int
    notes: tuple[Text, ...]

    @property
    def digest(self) -> str:
        """SHA-256 of the ids and of the values, rounded to nine digits: equal tables have equal digests."""
        found = hashlib.sha256("\n".join(self.table["id"].to_pylist()).encode())
        for name in self.titles:
            values = self.table[name].to_numpy(zero_copy_only=False)
            found.update(name.encode() + np.nan_to_num(values, nan=np.inf).tobytes())
        return found.hexdigest()


def level_table(features: Features, names: list[str], *, least: int = PUBLISHED_CELL) -> LevelTable:
    """Return the table of a level from its features; `names` are those of the groups.

    Shares and means are drawn towards the mean of the scope (`crowd.shrunk`). Unknown values are empty too, but are not
    counted as hidden.
    """
    residents = features.column("residents").values
    columns: dict[str, pa.Array] = {"id": pa.array(features.ids, pa.string()), "name": pa.array(names, pa.string())}
    hidden = 0
    for feature in features.columns:
        values = np.round(shown(feature, residents, least=least), DIGITS) + 0.0
        hidden += int((np.isnan(values) & ~np.isnan(feature.values)).sum())
        columns[feature.name] = pa.array(values, mask=np.isnan(values))
    return LevelTable(pa.table(columns), {c.name: c.title for c in features.columns}, hidden, features.notes)
