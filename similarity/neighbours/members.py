"""Sets as traits: tags, skills, services, facilities, hours of the week."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from graph.model.text import Text, joined
from similarity.features import Floats, Ints
from similarity.neighbours.measures import jaccard
from similarity.neighbours.traits import Inner, information, unknown

MOST_NAMES = 4
"""Members of a set that a sentence names one by one."""
QUARTERS_AN_HOUR = 4


class Shown(StrEnum):
    """How a sentence speaks of the members of a set."""

    NAMES = "names"
    COUNTS = "counts"  # sensitive members: how many, never which
    HOURS = "hours"  # quarters of an hour of the week


@dataclass(frozen=True, slots=True, eq=False)
class Sets:
    """A set a row, as rows of a sparse matrix: members of row `i` are `indices[indptr[i]:indptr[i + 1]]`, ascending.

    A row without members is unknown. `weights` holds the information of each member (`kinds`,); `stems` says which
    members are steps of one thing (levels of a skill): a sentence names the highest step only.
    """

    name: str
    title: Text
    indptr: Ints
    indices: Ints
    names: tuple[Text, ...]
    weights: Floats
    stems: Ints | None = None
    shown: Shown = Shown.NAMES
    counts: bool = True

    @property
    def rows(self) -> Ints:
        """The row of each member."""
        return np.repeat(np.arange(len(self.indptr) - 1), np.diff(self.indptr))

    def members(self, row: int) -> Ints:
        """Return the members of one row."""
        return self.indices[self.indptr[row] : self.indptr[row + 1]]

    def likeness(self, row: int) -> Floats:
        """Return Jaccard's similarity, members weighed by their information (hours are all alike)."""
        shared, one, other = self.inner(row, informed=self.shown is not Shown.HOURS)
        return np.where((one > 0) & (other > 0), jaccard(shared, one, other), np.nan)

    def inner(self, row: int, *, informed: bool) -> Inner:
        """Return the weights of shared members and of each set."""
        weights = self.weights if informed else np.ones(len(self.names))
        own = np.zeros(len(self.names))
        own[self.members(row)] = weights[self.members(row)]
        rows, size = self.rows, len(self.indptr) - 1
        shared = _summed(rows, own[self.indices], size=size)
        other = _summed(rows, weights[self.indices], size=size)
        return shared, np.full(size, other[row]), other

    def says(self, row: int, other: int) -> Text:
        """Say what the two share, and what only one of them has."""
        one, two = self.members(row), self.members(other)
        if not len(one) or not len(two):
            return unknown(self.title)
        both, apart = np.intersect1d(one, two, assume_unique=True), np.setxor1d(one, two, assume_unique=True)
        if self.shown is Shown.HOURS:
            hours = Text("小时", " h a week")
            return self._amounts(len(both) / QUARTERS_AN_HOUR, len(apart) / QUARTERS_AN_HOUR, unit=hours)
        both, apart = self._highest(both), self._highest(apart)
        if self.shown is Shown.COUNTS:
            return self._amounts(len(both), len(apart), unit=Text("项", ""))
        listed = self._listed(both)
        zh = f"{self.title.zh}共有{len(both)}项{listed.zh}"
        en = f"{self.title.en}: {len(both)} shared{listed.en}"
        return Text(f"{zh}，不同{len(apart)}项", f"{en}, {len(apart)} differ") if len(apart) else Text(zh, en)

    def _amounts(self, both: float, apart: float, *, unit: Text) -> Text:
        zh, en = f"{self.title.zh}共有{both:g}{unit.zh}", f"{self.title.en}: {both:g}{unit.en} shared"
        return Text(f"{zh}，不同{apart:g}{unit.zh}", f"{en}, {apart:g}{unit.en} differ") if apart else Text(zh, en)

    def _highest(self, members: Ints) -> Ints:
        """Keep the last step of each stem (steps of a stem stand together, ascending)."""
        if self.stems is None or not len(members):
            return members
        stems = self.stems[members]
        return members[np.append(stems[1:] != stems[:-1], True)]

    def _listed(self, members: Ints) -> Text:
        """Name the members that tell most, ties in their order."""
        if not len(members):
            return Text("", "")
        order = np.argsort(-self.weights[members], kind="stable")[:MOST_NAMES]
        named = joined([self.names[int(members[i])] for i in order], "、", ", ")
        more = "…" if len(members) > MOST_NAMES else ""
        return Text(f"（{named.zh}{more}）", f" ({named.en}{more})")


def sets_of(pairs: tuple[Ints, Ints], *, rows: int, kinds: int) -> tuple[Ints, Ints, Floats]:
    """Return pointers, members and information from pairs (row, member) in any order, each counted once."""
    row, member = pairs
    pair = row.astype(np.int64) * max(kinds, 1) + member
    if (np.diff(pair) <= 0).any():  # edges of a snapshot mostly stand in order already
        pair = np.sort(pair)
        row, member = np.divmod(pair[np.diff(pair, prepend=-1) > 0], max(kinds, 1))
    indptr = np.concatenate(([0], np.cumsum(np.bincount(row, minlength=rows))))
    return indptr, member, information(member, rows=rows, kinds=kinds)


def _summed(rows: Ints, weights: Floats, *, size: int) -> Floats:
    return np.bincount(rows, weights=weights, minlength=size).astype(np.float64)
