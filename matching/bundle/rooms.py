"""Which rooms and hours events take from one another, on their shortlists."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from matching.bundle.event import NEVER
from matching.bundle.shortlist import Shortlist
from matching.problem import Floats, Mask


def clash(one: Shortlist, other: Shortlist, cell: int) -> Mask:
    """Return which cells of one event want the room of another event's cell while that is used."""
    return np.asarray((one.room == other.room[cell]) & (one.hours & other.hours[cell]).any(1))


def clashing(lists: Sequence[Shortlist], at: Sequence[int], k: int) -> Mask:
    """Return which cells of event `k` clash with what the other events take."""
    found = np.zeros(len(lists[k]), bool)
    for j, cell in enumerate(at):
        if j != k:
            found |= clash(lists[k], lists[j], cell)
    return found


def arranged(lists: Sequence[Shortlist], worth: Sequence[Floats]) -> list[int] | None:
    """Give each event its dearest cell that is free, first those that would lose most by their second; None if it fails.

    An event without a choice loses everything, so it comes first.
    """
    if not all(len(w) for w in worth):
        return None
    left = [w.copy() for w in worth]
    at, waiting = [-1] * len(lists), set(range(len(lists)))
    while waiting:
        k = min(waiting, key=lambda j: (-_regret(left[j]), j))
        at[k] = int(np.argmax(left[k]))
        if left[k][at[k]] == NEVER:
            return None
        waiting.remove(k)
        for j in waiting:
            left[j][clash(lists[j], lists[k], at[k])] = NEVER
    return at


def _regret(worth: Floats) -> float:
    """Return what is lost by the second best cell."""
    if len(worth) < 2:
        return np.inf
    second, first = np.partition(worth, len(worth) - 2)[-2:]
    return np.inf if second == NEVER else float(first - second)


def apart(lists: Sequence[Shortlist]) -> list[Shortlist] | None:
    """Drop cells that clash with an event of which one cell is left, until nothing changes; None where none is left."""
    found, fixed = list(lists), [k for k, one in enumerate(lists) if one.settled]
    while fixed:
        k = fixed.pop()
        for j, one in enumerate(found):
            out = clash(one, found[k], 0) if j != k else np.zeros(len(one), bool)
            if out.any():
                found[j] = one.kept(np.flatnonzero(~out), one.beyond)
                if found[j].settled:
                    fixed.append(j)
            if not len(found[j]) and found[j].beyond == NEVER:
                return None
    return found if all(len(one) or one.beyond > NEVER for one in found) else None
