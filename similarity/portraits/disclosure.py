"""Which figures of a table of groups may be shown: no cell under the limit, and none that follows from the others."""

from __future__ import annotations

import numpy as np

from graph.model.cells import PUBLISHED_CELL
from similarity.features import Feature, Floats, Mask
from similarity.portraits.crowd import Mean, Share
from similarity.portraits.spread import Spread


def hidden_cells(cells: Floats, *, least: int = PUBLISHED_CELL) -> Mask:
    """Return which groups must be hidden in a column whose total is known; `cells` has shape (kinds, groups).

    A group is hidden when one of its cells is under `least`. The hidden groups together follow from the total, so more
    are hidden, those of the smallest cells first, until there are at least two and their sums reach `least` for every
    kind (or all are hidden). A group without anybody is empty, not hidden.
    """
    lowest = cells.min(axis=0)
    there = cells.sum(axis=0) > 0
    order = np.lexsort((np.arange(len(lowest)), lowest, ~there))
    order = order[: int(there.sum())]
    small = int((lowest[order] < least).sum())
    if small == 0:
        return np.zeros(len(lowest), bool)
    sums = np.cumsum(cells[:, order], axis=1).min(axis=0)
    enough = np.flatnonzero(sums >= least)
    count = max(small, 2, int(enough[0]) + 1 if len(enough) else len(order))
    hidden = np.zeros(len(lowest), bool)
    hidden[order[:count]] = True
    return hidden


def hidden_groups(feature: Feature, residents: Floats, *, least: int = PUBLISHED_CELL) -> Mask:
    """Return in which groups a feature must be hidden; `residents` is the number of people in each group."""
    match feature:
        case Share(counts=counts, among=among):
            return hidden_cells(np.stack([counts, among - counts]), least=least)
        case Mean(among=among) | Spread(among=among):
            return hidden_cells(among[None], least=least)
        case _:
            return hidden_cells(residents[None], least=least)


def shown(feature: Feature, residents: Floats, *, least: int = PUBLISHED_CELL) -> Floats:
    """Return the values of a feature, NaN where they must be hidden."""
    return np.where(hidden_groups(feature, residents, least=least), np.nan, feature.values)
