"""A siting problem as data: demand, sites, the metres between them, and which sites are fixed; and its answer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph.model.errors import ProblemTooLarge, ProblemUnfit
from graph.model.text import Text
from matching.problem import Floats, Ints, Mask

MOST_CELLS = 50_000_000
"""Demand times sites above which the matrix and its working copies would pass two gigabytes."""


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Demand cells and sites; `metres` is demand x sites, infinite where a site may not serve a cell.

    `weight` are people (or whatever is served) of each cell; `fixed` sites are always chosen; `capacity` is the weight
    that a site can serve (infinite: any).
    """

    demand: tuple[str, ...]
    sites: tuple[str, ...]
    weight: Floats
    metres: Floats
    fixed: Mask
    capacity: Floats

    def __post_init__(self) -> None:
        _check(self)

    @classmethod
    def of(cls, demand: tuple[str, ...], sites: tuple[str, ...], weight: Floats, metres: Floats) -> Places:
        """Return places without fixed sites and without capacities."""
        return cls(demand, sites, weight, metres, np.zeros(len(sites), bool), np.full(len(sites), np.inf))

    @property
    def limited(self) -> bool:
        """Whether any site has a capacity."""
        return bool(np.isfinite(self.capacity).any())


@dataclass(frozen=True, slots=True, eq=False)
class Siting:
    """The chosen sites (rows of `Places.sites`) and how far from the best they can be at most.

    `serves` is the share of each cell that each chosen site serves (demand x chosen); `objective` and `bound` are
    metres times weight (median: least) or weight covered (coverage: most); `left` is the weight that nobody serves.
    """

    chosen: Ints
    serves: Floats
    objective: float
    bound: float
    method: Text
    left: float

    @property
    def gap(self) -> float:
        """The relative distance of objective and bound, 0 when proven."""
        distance = abs(self.objective - self.bound)
        return 0.0 if distance <= 1e-9 * max(1.0, abs(self.objective)) else distance / max(abs(self.objective), 1e-12)


def check_count(places: Places, count: int) -> None:
    """Raise `ProblemUnfit` for a number of sites that cannot be chosen."""
    if not max(1, int(places.fixed.sum())) <= count <= len(places.sites):
        fixed = int(places.fixed.sum())
        raise ProblemUnfit(
            Text(
                f"要选 {count} 处，而共有 {len(places.sites)} 处，其中 {fixed} 处固定",
                f"{count} sites are wanted of {len(places.sites)}, of which {fixed} are fixed",
            ),
            Text("改 --p", "Choose another --p"),
        )


def reachable(places: Places) -> Mask:
    """Return which cells some site may serve."""
    return np.asarray(np.isfinite(places.metres).any(1))


def _check(places: Places) -> None:
    rows, columns = len(places.demand), len(places.sites)
    if not rows or not columns:
        what = Text("没有需求点", "there is no demand") if not rows else Text("没有候选点", "there are no sites")
        raise ProblemUnfit(what, Text("补全表格", "Fill in the table"))
    if rows * columns > MOST_CELLS:
        what = Text("需求点乘候选点", "demand times sites")
        raise ProblemTooLarge(what, rows * columns, limit=MOST_CELLS, setting="matching.siting.places.MOST_CELLS")
    if not np.isfinite(places.weight).all() or (places.weight < 0).any() or not places.weight.any():
        raise ProblemUnfit(
            Text("权重须为零以上且不全为零", "weights must be zero or above, and not all zero"),
            Text("改正 weight 列", "Mend the column `weight`"),
        )
    if np.isnan(places.metres).any() or (places.metres < 0).any():
        raise ProblemUnfit(
            Text("距离须为零以上", "distances must be zero or above"), Text("改正距离", "Mend the distances")
        )
    if np.isnan(places.capacity).any() or (places.capacity < 0).any():
        raise ProblemUnfit(
            Text("容量须为零以上", "capacities must be zero or above"), Text("改正容量", "Mend the capacities")
        )
