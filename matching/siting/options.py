"""What can be done about one kind of point: leave it, use what exists, share over the border, add, close.

Existing points stand in every option (but the closed ones), and no point gives more places than it has.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations
from math import comb

import numpy as np

from graph.model.errors import ProblemUnfit
from graph.model.text import Text
from matching.problem import Floats, Mask
from matching.siting.covered import newly_covered
from matching.siting.points import BORDER, CANDIDATE, OWN, Points
from matching.siting.served import Reach, choose_served, most_served, nearest_served

MOST_SETS = 60
"""Sets of points to add or close up to which all are weighed; beyond, the programme chooses for each case."""


class Deed(StrEnum):
    """The kinds of option, in the order in which they are shown.

    Left as it is, everybody goes to the nearest existing point, full or not; in all others to any open point in reach.
    """

    AS_IS = "as_is"
    USE = "use"
    SHARE = "share"
    ADD = "add"
    SHARE_ADD = "share_add"
    CLOSE = "close"


DEEDS = {
    Deed.AS_IS: Text("不建，照旧", "do not build, leave as it is"),
    Deed.USE: Text("不建，用足现有", "do not build, use what exists"),
    Deed.SHARE: Text("不建，与界外共用", "do not build, share points over the border"),
    Deed.ADD: Text("新增", "add"),
    Deed.SHARE_ADD: Text("共用并新增", "share and add"),
    Deed.CLOSE: Text("关闭", "close"),
}
BUILDS = (Deed.ADD, Deed.SHARE_ADD)


@dataclass(frozen=True, slots=True, eq=False)
class Option:
    """One option: which points are open, and which of them are added or closed (rows of the points)."""

    deed: Deed
    opened: Mask
    changed: tuple[int, ...]
    cost: float

    def key(self, points: Points) -> str:
        """Return a stable name, `add:sp_k1` for one."""
        return ":".join([self.deed.value, *(points.ids[i] for i in self.changed)])

    def text(self, points: Points) -> Text:
        """Return the option in words."""
        names = [f"{points.ids[i]} {points.names[i]}" for i in self.changed]
        return DEEDS[self.deed] + Text(" " + "、".join(names), " " + ", ".join(names)) if names else DEEDS[self.deed]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an option does in one case; people and places, as expected values.

    `wanted` places, of which `unmet` stay without (the objective, least is best), and never fewer than `bound` with these
    points open, however people are sent to them; `covered` people in reach, `newly` those among them whom today's own points do not reach.
    """

    wanted: float
    unmet: float
    bound: float
    covered: float
    newly: float


def options(points: Points, *, add: int, close: int) -> tuple[Option, ...]:
    """Return the options with all sets of `add` candidates and of `close` existing points (0: none).

    Sets beyond `MOST_SETS` are left to `best_adding` and `best_closing`. Raises `ProblemUnfit` when there are fewer points than asked for.
    """
    own, border = points.of(OWN), points.of(BORDER)
    _check_counts(points, add=add, close=close)
    found = [_option(points, Deed.AS_IS, own), _option(points, Deed.USE, own)]
    if border.any():
        found.append(_option(points, Deed.SHARE, own | border))
    for chosen in _sets(points.of(CANDIDATE), add):
        found.extend(adding(points, chosen))
    found += [closing(points, chosen) for chosen in _sets(own, close)]
    return tuple(found)


def adding(points: Points, chosen: tuple[int, ...]) -> tuple[Option, ...]:
    """Return the options of adding the chosen candidates, alone and (where there is a border) with sharing."""
    own, border, more = points.of(OWN), points.of(BORDER), _marked(points, chosen)
    alone = _option(points, Deed.ADD, own | more, changed=chosen)
    return (alone, _option(points, Deed.SHARE_ADD, own | border | more, changed=chosen)) if border.any() else (alone,)


def closing(points: Points, chosen: tuple[int, ...]) -> Option:
    """Return the option of closing the chosen existing points."""
    return _option(points, Deed.CLOSE, points.of(OWN) & ~_marked(points, chosen), changed=chosen)


def outcome(option: Option, points: Points, reach: Reach, *, people: Floats, use: float) -> Outcome:
    """Return what an option does when `people` live in the units, `use` places wanted for each."""
    places = people * use
    wanted = float(places.sum())
    most = most_served(reach, places, points.capacity, opened=option.opened)
    served = most
    if option.deed is Deed.AS_IS:
        served = nearest_served(reach, places, points.capacity, opened=option.opened)
    unmet, bound = (round(max(0.0, wanted - got), 6) for got in (served, most))
    covered = float(people[reach.near[:, option.opened].any(1)].sum())
    newly = newly_covered(reach, people, before=points.of(OWN), after=option.opened)
    return Outcome(round(wanted, 6), unmet, bound, round(covered, 6), round(newly, 6))


def best_adding(points: Points, reach: Reach, places: Floats, *, add: int) -> tuple[tuple[Option, ...], float] | None:
    """Return the options of the best set to add and the fewest places that any set leaves unmet, by the programme.

    None where the sets are few enough to weigh each.
    """
    own, candidates = points.of(OWN), points.of(CANDIDATE)
    if not add or comb(int(candidates.sum()), add) <= MOST_SETS:
        return None
    stand = own | points.of(BORDER)
    shared = choose_served(reach, places, points.capacity, opened=(stand, candidates, add))
    alone = choose_served(reach, places, points.capacity, opened=(own, candidates, add))
    picked = {tuple(i for i in chosen.points if candidates[i]) for chosen in (shared, alone)}
    return tuple(o for rows in sorted(picked) for o in adding(points, rows)), float(places.sum()) - shared.bound


def best_closing(points: Points, reach: Reach, places: Floats, *, close: int) -> tuple[Option, ...]:
    """Return the option of the best set to close where there are too many sets to weigh each."""
    own = points.of(OWN)
    if not close or comb(int(own.sum()), close) <= MOST_SETS:
        return ()
    none, kept = np.zeros(len(points), bool), int(own.sum()) - close
    chosen = choose_served(reach, places, points.capacity, opened=(none, own, kept))
    return (closing(points, tuple(i for i in np.flatnonzero(own).tolist() if i not in chosen.points)),)


def _sets(mask: Mask, count: int) -> Iterator[tuple[int, ...]]:
    rows = np.flatnonzero(mask).tolist()
    if count and comb(len(rows), count) <= MOST_SETS:
        yield from combinations(rows, count)


def _option(points: Points, deed: Deed, opened: Mask, *, changed: tuple[int, ...] = ()) -> Option:
    return Option(deed, opened, changed, float(points.cost[opened].sum()))


def _marked(points: Points, rows: tuple[int, ...]) -> Mask:
    mask = np.zeros(len(points), bool)
    mask[list(rows)] = True
    return mask


def _check_counts(points: Points, *, add: int, close: int) -> None:
    for count, status, what in (
        (add, CANDIDATE, Text("候选点", "candidates")),
        (close, OWN, Text("现有点", "existing points")),
    ):
        there = int(points.of(status).sum())
        if count < 0 or count > there:
            raise ProblemUnfit(
                Text(f"要 {count} 个{what.zh}，只有 {there} 个", f"{count} {what.en} are asked for, {there} exist"),
                Text("改 --add 或 --close", "Choose another --add or --close"),
            )
