"""The smallest set of actions that lifts a row into a band; the model and the cut of the band stay as they are.

Sets are tried by size, so the first size that reaches the band is the smallest; among its sets the cheapest is taken,
ties by id. Up to twelve actions every set is tried (4,096), so "not reachable" is proven. With more actions all sets up
to some size are tried; from the best one actions are then added one by one while the score rises, and the answer says
up to which size it is proven.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise
from math import comb

import numpy as np

from similarity.features import Features, Floats
from similarity.readiness.actions import RESIDENTS, Action, changed

BUDGET = 4096
"""The most sets that are tried exhaustively: all of twelve actions, about a second of one processor."""
BATCH = 1024  # rows scored at a time: fewer cost more calls, more only memory
SHOWN = 3  # sets of the smallest size that are shown

Score = Callable[[Features], Floats]
"""A frozen model: the scores of rows with the columns of the stock, rounded to 9 digits."""


@dataclass(frozen=True, slots=True)
class Reached:
    """What a set of actions (ids in the order of the file) costs, and the score to which it brings the row."""

    actions: tuple[str, ...]
    cost: float
    score: float


@dataclass(frozen=True, slots=True)
class Readiness:
    """How a row can come into a band.

    `sets` are the smallest sets that reach `cut`, cheapest first (one empty set: it is there already; none: not
    reachable), `best` the set with the highest score that was seen. `idle` actions change nothing in this row. All sets
    of up to `proven` actions were tried; `exact` says that these are all sets that matter for the answer.
    """

    cut: float
    score: float
    sets: tuple[Reached, ...]
    best: Reached
    idle: tuple[str, ...]
    tried: int
    proven: int
    exact: bool

    @property
    def reachable(self) -> bool:
        """Whether some set reaches the band."""
        return bool(self.sets)


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """A row of a stock with the frozen model that scores it."""

    features: Features
    row: int
    score: Score

    def scores(self, sets: Iterable[Sequence[Action]]) -> list[Reached]:
        """Score the row after each set of actions."""
        waiting = list(sets)
        few, found = touched(self.features, {a for s in waiting for a in s}), []
        for at in range(0, len(waiting), BATCH):
            batch = waiting[at : at + BATCH]
            table = variants(self.features, self.row, values=[changed(few, self.row, by=s) for s in batch])
            for actions, score in zip(batch, self.score(table).tolist(), strict=True):
                ids = tuple(a.id for a in actions)
                found.append(Reached(ids, round(sum(a.cost for a in actions), 9), float(score)))
        return found


def touched(features: Features, actions: Iterable[Action]) -> Features:
    """Return the columns that actions read or change: a table in which they are quickly found."""
    names = {e.feature for a in actions for e in a.effects} | {RESIDENTS}
    return replace(features, columns=tuple(c for c in features.columns if c.name in names))


def variants(features: Features, row: int, *, values: Sequence[dict[str, float]]) -> Features:
    """Return one row for each altered version of a row, with the ids 0, 1 and so on; the other values stay."""
    moved = {name for new in values for name in new}
    columns = []
    for column in features.columns:
        own = np.full(len(values), column.values[row])
        if column.name in moved:
            own = np.array([new.get(column.name, before) for new, before in zip(values, own.tolist(), strict=True)])
        columns.append(replace(column, values=own))
    return Features(tuple(map(str, range(len(values)))), tuple(columns))


def smallest(row: Row, actions: Sequence[Action], *, cut: float, budget: int = BUDGET) -> Readiness:
    """Return the smallest sets of actions that bring the row to the score `cut`, or the best that can be reached."""
    useful = _useful(row, actions)
    idle = tuple(a.id for a in actions if a not in useful)
    seen: list[Reached] = []
    start = row.scores([()])[0].score
    size = -1
    while size < len(useful) and len(seen) + comb(len(useful), size + 1) <= max(budget, 1):
        size += 1
        level = row.scores(combinations(useful, size))
        seen += level
        there = sorted((r for r in level if r.score >= cut), key=_cheapest)
        if there:
            return Readiness(cut, start, tuple(there[:SHOWN]), _best(seen), idle, len(seen), size, exact=True)
    if size == len(useful):
        return Readiness(cut, start, (), _best(seen), idle, len(seen), size, exact=True)
    climbed, tried = _climb(row, useful, best=_best(seen), cut=cut)
    sets = (climbed,) if climbed.score >= cut else ()
    return Readiness(cut, start, sets, climbed, idle, len(seen) + tried, size, exact=False)


def _useful(row: Row, actions: Sequence[Action]) -> list[Action]:
    """Return the actions that change the row by themselves, or touch what one of these changes.

    The others leave every row that the search can meet as it is, so no smallest set holds them.
    """
    alone = [a for a in actions if changed(row.features, row.row, by=[a])]
    moved = {e.feature for a in alone for e in a.effects}
    return [a for a in actions if moved & {e.feature for e in a.effects}]


def _climb(row: Row, actions: Sequence[Action], *, best: Reached, cut: float) -> tuple[Reached, int]:
    """Add the action that helps most until the cut is reached or nothing helps; returns also how many sets were tried."""
    tried = 0
    while best.score < cut:
        left = [a for a in actions if a.id not in best.actions]
        chosen = [[a for a in actions if a.id in {*best.actions, one.id}] for one in left]
        level = row.scores(chosen)
        tried += len(level)
        if not level or _best(level).score <= best.score:
            break
        best = _best(level)
    return best, tried


def gains(row: Row, actions: Sequence[Action]) -> list[float]:
    """Return what each action adds to the score when they are done one after the other; the sum is the whole gain."""
    steps = row.scores([actions[:i] for i in range(len(actions) + 1)])
    return [round(after.score - before.score, 9) + 0.0 for before, after in pairwise(steps)]


def _cheapest(reached: Reached) -> tuple[float, tuple[str, ...]]:
    return reached.cost, tuple(sorted(reached.actions))


def _best(seen: Sequence[Reached]) -> Reached:
    return min(seen, key=lambda r: (-r.score, len(r.actions), *_cheapest(r)))
