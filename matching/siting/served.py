"""How many of the people in reach get a place: the most that open points can serve together, with limited places.

Units that the same points reach are one row. With the points given this is a maximum flow; choosing `count` among some
of them adds one whole number for each, and the programme (HiGHS) proves the choice or gives its bound.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from graph.model.errors import ProblemUnfit
from graph.model.text import Text
from matching.budget import Budget
from matching.problem import Floats, Ints, Mask


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """Which points reach which units; `rows` are the distinct sets of points, `at` the row of each unit."""

    near: Mask
    metres: Floats
    rows: Mask
    at: Ints

    @classmethod
    def of(cls, metres: Floats, radius: float) -> Reach:
        """Group units by the points within `radius` metres (`metres` is units x points)."""
        near = metres <= radius
        rows, at = np.unique(near, axis=0, return_inverse=True)
        return cls(near, metres, rows, at.ravel().astype(np.int64))

    def weight(self, people: Floats) -> Floats:
        """Return the weight of each row."""
        return np.bincount(self.at, people, minlength=len(self.rows)).astype(np.float64)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The points that stand (rows), the places they give, and the most that any choice could give."""

    points: tuple[int, ...]
    served: float
    bound: float


def nearest_served(reach: Reach, people: Floats, capacity: Floats, *, opened: Mask) -> float:
    """Return who gets a place when everybody goes to the nearest open point within reach, and nowhere else."""
    if not opened.any():
        return 0.0
    metres = np.where(reach.near & opened, reach.metres, np.inf)
    some = np.isfinite(metres).any(1)
    wanting = np.bincount(metres.argmin(1)[some], people[some], minlength=len(capacity))
    return float(np.minimum(wanting, capacity).sum())


def most_served(reach: Reach, people: Floats, capacity: Floats, *, opened: Mask) -> float:
    """Return the most people that the open points can serve, each person at any one of them within reach."""
    return choose_served(reach, people, capacity, opened=(opened, np.zeros_like(opened), 0)).served


def choose_served(
    reach: Reach, people: Floats, capacity: Floats, *, opened: tuple[Mask, Mask, int], seconds: float = 20.0
) -> Chosen:
    """Open `count` of the optional points beside those that stand, so that the most people get a place.

    `opened` is (standing, optional, count). Raises `ProblemUnfit` when the time ends before any choice is found.
    """
    from scipy.optimize import milp

    standing, optional, _ = opened
    weight = reach.weight(people)
    row, point = np.nonzero(reach.rows & (standing | optional) & (weight > 0)[:, None])
    if not len(row) and not optional.any():
        return Chosen(tuple(np.flatnonzero(standing).tolist()), 0.0, 0.0)
    budget = Budget.of(seconds)
    programme = _programme(row, point, weight=weight, places=np.minimum(capacity, weight.sum()), opened=opened)
    found = milp(**programme, options={"time_limit": budget.left, "mip_rel_gap": 1e-9})
    if found.x is None:
        raise ProblemUnfit(
            Text("限时内没有找到方案", "no choice was found in the time"), Text("减少候选点", "Use fewer candidates")
        )
    picked = np.flatnonzero(optional)[found.x[len(row) :] > 0.5]
    chosen = tuple(sorted({*np.flatnonzero(standing).tolist(), *picked.tolist()}))
    bound = -found.fun if found.mip_dual_bound is None else -found.mip_dual_bound
    return Chosen(chosen, float(-found.fun), float(max(bound, -found.fun)))


def _programme(
    row: Ints, point: Ints, *, weight: Floats, places: Floats, opened: tuple[Mask, Mask, int]
) -> dict[str, Any]:
    """Return the programme: people of a row at a point, then whether each optional point opens."""
    from scipy.optimize import Bounds, LinearConstraint
    from scipy.sparse import csr_array

    standing, optional, count = opened
    pairs, maybe = len(row), np.flatnonzero(optional)
    width = pairs + len(maybe)
    at = np.arange(pairs)
    people = csr_array((np.ones(pairs), (row, at)), shape=(len(weight), width))
    gate = csr_array((-places[maybe], (maybe, pairs + np.arange(len(maybe)))), shape=(len(places), width))
    full = csr_array((np.ones(pairs), (point, at)), shape=(len(places), width)) + gate
    number = csr_array(
        (np.ones(len(maybe)), (np.zeros(len(maybe), int), pairs + np.arange(len(maybe)))), shape=(1, width)
    )
    limits = [
        LinearConstraint(people, -np.inf, weight),
        LinearConstraint(full, -np.inf, np.where(standing, places, 0.0)),
        LinearConstraint(number, count, count),
    ]
    worth, whole = np.repeat([-1.0, 0.0], [pairs, len(maybe)]), np.repeat([0, 1], [pairs, len(maybe)])
    high = np.repeat([np.inf, 1.0], [pairs, len(maybe)])
    return {"c": worth, "integrality": whole, "bounds": Bounds(0, high), "constraints": limits}
