"""Rank by a saved model: its own stock again, or other rows, from which nothing is learned."""

from __future__ import annotations

import copy
from collections.abc import Collection
from dataclasses import replace

import numpy as np

from graph.model.text import Text
from similarity.features import Feature, FeatureKind, Features, Floats
from similarity.lookalike.estimator import LookAlike
from similarity.lookalike.ranking import POSITIVES, Ranking, best_first
from similarity.reasons import rounded
from similarity.saved.model import SavedModel


def rank_again(
    saved: SavedModel, features: Features | None = None, *, exclude: Collection[str] = (), subject: Text = POSITIVES
) -> Ranking:
    """Return the list of a saved model: of its own stock (None), or of the rows of another table with its columns.

    On its own stock these are the bytes of the list that was saved. The positives stay those of the model, as they
    were; excluded ids that a table does not have are passed over. Raises `ModelUnusable` for a column that is missing.
    """
    table = saved.stock if features is None else with_positives(saved, features)
    seen = saved.model.design_ if features is None else table
    parts, near = saved.model.contributions(seen), saved.model.closeness(seen)
    scores = rounded(parts.sum(1) + near.sum(1))
    away = [i for i in {*saved.exclude, *exclude} if i in set(table.ids)]
    chosen = table.mask(saved.positives)
    rows = np.flatnonzero(~(chosen | table.mask(away)))
    order = rows[best_first(scores[rows], [table.ids[i] for i in rows])]
    ids = tuple(table.ids[i] for i in order)
    model = saved.model if features is None else _before(saved.model, table)
    return Ranking(ids, scores[order], order, parts[order], near[order], chosen, model, subject, table.notes)


def with_positives(saved: SavedModel, features: Features) -> Features:
    """Return the model's positives as they were saved, followed by the rows of another table that are none of them."""
    other, stock = saved.fits(features), saved.stock
    mine = np.flatnonzero(stock.mask(saved.positives))
    theirs = np.array([i for i, name in enumerate(other.ids) if name not in set(saved.positives)], np.intp)
    ids = (*(stock.ids[i] for i in mine), *(other.ids[i] for i in theirs))
    pairs = zip(stock.columns, other.columns, strict=True)
    columns = tuple(_plain(new, np.concatenate([_recoded(old, new)[mine], new.values[theirs]])) for old, new in pairs)
    return Features(ids, columns, other.barred, other.notes)


def _recoded(old: Feature, new: Feature) -> Floats:
    """Return old values with the positions of the new levels; a level that is gone is unknown."""
    if old.kind is not FeatureKind.CATEGORICAL or old.levels == new.levels:
        return old.values
    place = np.array([*(new.levels.index(v) if v in new.levels else np.nan for v in old.levels), np.nan])
    return place[np.where(np.isnan(old.values), -1, old.values).astype(np.intp)]


def _plain(column: Feature, values: Floats) -> Feature:
    """Return a column of other values (a share forgets its counts: they are of other rows)."""
    head = (column.name, column.title, column.kind, values, column.levels, column.observed, column.group)
    return Feature(*head, form=column.form, unit=column.unit, level_titles=column.level_titles)


def _before(model: LookAlike, table: Features) -> LookAlike:
    """Return the model as it explains the rows of another table: the same design, told of other values."""
    told = copy.copy(model)
    told.design_ = copy.copy(model.design_)
    told.design_.features = replace(table)
    return told
