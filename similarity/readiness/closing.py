"""The smallest sets of homes whose consent would close all gates of a vote, exactly.

With the count k known (`consent.least_count`), the sets of k homes with at least the wanted area are listed by area, then
by their ids. `reach[i][j]` is the set of sums that j of the homes from the i-th on can have, kept as the bits of one
integer; a walk that only enters reachable sums meets no dead end, so each set costs as many steps as there are homes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from similarity.readiness.consent import Home, Rules, gates, least_count, need

BITS = 1_000_000_000
"""The most bits of sums that are kept (120 MB); every stairwell and tower seen so far needs under a tenth of it."""


@dataclass(frozen=True, slots=True)
class Closing:
    """Homes (ids, sorted) whose consent closes all gates, and their area in hundredths of a square metre."""

    homes: tuple[str, ...]
    area: int


@dataclass(frozen=True, slots=True)
class Shortfall:
    """What would close the gates.

    `count` is the least number of further homes (0: closed already; None: not even all open homes are enough), `sets`
    the smallest sets, least area first, ties by id; `more` says that there are others. `always` names the homes that
    are in every smallest set. `exact` is False when the homes are too many to prove the least area: the one set shown
    then has the least count, and `bound` is an area that no set can go below.
    """

    count: int | None
    sets: tuple[Closing, ...] = ()
    more: bool = False
    always: tuple[str, ...] = ()
    exact: bool = True
    bound: int = 0


def shortfall(homes: Sequence[Home], rules: Rules, *, most: int = 3) -> Shortfall:
    """Return the `most` smallest sets of open homes that would close all gates of the vote."""
    open_homes = sorted((h for h in homes if h.open), key=lambda h: h.id)
    wanted = need(gates(homes, rules))
    count = least_count(open_homes, wanted)
    if not count or wanted.area is None:
        return Shortfall(count)
    always = tuple(
        h.id for h in open_homes if _worse(least_count([o for o in open_homes if o is not h], wanted), count)
    )
    if _bits(open_homes, count) > BITS:
        return Shortfall(count, (_near(open_homes, count, area=wanted.area),), True, always, False, wanted.area)
    found: list[Closing] = []
    for closing in smallest(open_homes, count, area=wanted.area):
        if len(found) == most:
            return Shortfall(count, tuple(found), True, always, bound=wanted.area)
        found.append(closing)
    return Shortfall(count, tuple(found), False, always, bound=wanted.area)


def _worse(other: int | None, count: int) -> bool:
    return other is None or other > count


def _bits(homes: Sequence[Home], count: int) -> int:
    areas = [h.area for h in homes]
    return count * (len(areas) - count + 1) * (count * (max(areas) - min(areas)) // 2 + 1)


def smallest(homes: Sequence[Home], count: int, *, area: int) -> Iterator[Closing]:
    """Yield every set of `count` homes with at least `area`, by area, then by the ids in their order.

    `homes` are sorted by id. Sums are counted from `count` times the least area, which keeps the bits few.
    """
    base = min(h.area for h in homes)
    extra = [h.area - base for h in homes]
    reach = _reach(extra, count)
    sums = reach[0][count]
    at = max(area - count * base, 0)
    while sums >> at:
        rest = sums >> at
        at += (rest & -rest).bit_length() - 1  # the next sum that some set has
        for chosen in _walk(extra, reach, count=count, total=at):
            yield Closing(tuple(homes[i].id for i in chosen), at + count * base)
        at += 1


def _reach(extra: Sequence[int], count: int) -> list[dict[int, int]]:
    """Return for each place the sums that j of the homes from there on can have, for the j that a set of `count` needs."""
    n = len(extra)
    reach: list[dict[int, int]] = [{} for _ in range(n + 1)]
    reach[n][0] = 1
    for i in range(n - 1, -1, -1):
        for j in range(max(count - i, 0), min(count, n - i) + 1):
            without, taken = reach[i + 1].get(j, 0), reach[i + 1].get(j - 1, 0)
            reach[i][j] = without | taken << extra[i]
    return reach


def _walk(extra: Sequence[int], reach: list[dict[int, int]], *, count: int, total: int) -> Iterator[tuple[int, ...]]:
    """Yield every set of `count` places with the sum `total`, the lexicographically first one first."""
    waiting: list[tuple[int, int, int, tuple[int, ...]]] = [(0, count, total, ())]
    while waiting:
        i, left, rest, chosen = waiting.pop()
        if i == len(extra):
            yield chosen
            continue
        if reach[i + 1].get(left, 0) >> rest & 1:
            waiting.append((i + 1, left, rest, chosen))
        if left and rest >= extra[i] and reach[i + 1].get(left - 1, 0) >> rest - extra[i] & 1:
            waiting.append((i + 1, left - 1, rest - extra[i], (*chosen, i)))


def _near(homes: Sequence[Home], count: int, *, area: int) -> Closing:
    """Return a set of `count` homes with at least `area` and little more: the largest, each swapped for the least that will do."""
    order = sorted(homes, key=lambda h: (-h.area, h.id))
    chosen, others = order[:count], order[count:]
    total = sum(h.area for h in chosen)
    for place, home in enumerate(chosen):
        fits = [o for o in others if o.area < home.area and total - home.area + o.area >= area]
        if fits:
            other = min(fits, key=lambda o: (o.area, o.id))
            others[others.index(other)], chosen[place] = home, other
            total += other.area - home.area
    return Closing(tuple(sorted(h.id for h in chosen)), total)
