"""As many of several activities as can happen together, when not all of them can, and what the others lack beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from matching.budget import Budget
from matching.bundle.best import best
from matching.bundle.blocked import Blocked, blocked
from matching.bundle.event import NEVER, Event
from matching.bundle.sequence import one_after_another, remaining, scarcest_first
from matching.bundle.together import Together, plan

QUICK = 60  # steps of each event while it is not settled which can happen
_Now = tuple[Together, list[int]]
"""A plan and the positions of the events in it."""


@dataclass(frozen=True, slots=True, eq=False)
class Most:
    """A plan of the events `kept` (positions, in the order of the plan's bundles), and what each event `left` lacks.

    The bound holds for these events together. `impossible` says that all of them together are proven impossible; nobody
    claims that no larger set could happen.
    """

    plan: Together
    kept: tuple[int, ...]
    left: dict[int, Blocked]
    impossible: bool


def most(events: Sequence[Event], budget: Budget) -> Most:
    """Plan all events; or, where no plan for all is found, those placed one after another, the scarcest first."""
    whole = plan(events, budget)
    if whole.bundles:
        return Most(whole, tuple(range(len(events))), {}, impossible=False)
    placed, left = one_after_another(events, scarcest_first(events))
    kept, found = sorted(placed), Together((), NEVER)
    if kept:
        found, kept = _joined(events, left, (_quick(events, kept, budget), kept), budget)
        found, kept = _settled(events, left, (found, kept), budget)
    beside = dict(zip(kept, found.bundles, strict=True))
    why = {k: blocked(remaining(events, k, beside)) for k in range(len(events)) if k not in beside}
    return Most(found, tuple(kept), why, impossible=whole.bound == NEVER)


def _settled(events: Sequence[Event], left: Sequence[int], now: _Now, budget: Budget) -> _Now:
    """Plan those that are kept with the whole budget, and again if that made room for one more."""
    found, kept = now
    full = _better(found, plan([events[k] for k in kept], budget))
    more = _joined(events, left, (full, kept), budget)
    return more if more[1] == kept else _settled(events, left, more, budget)


def _quick(events: Sequence[Event], kept: Sequence[int], budget: Budget) -> Together:
    return plan([events[k] for k in kept], budget, work=QUICK * len(kept))


def _better(one: Together, other: Together) -> Together:
    """Return the higher plan of the same events with the lower bound."""
    best_of = max(one, other, key=lambda plan: (bool(plan.bundles), plan.score))
    return replace(best_of, bound=max(min(one.bound, other.bound), best_of.score), timed=other.timed)


def _joined(events: Sequence[Event], left: Sequence[int], now: _Now, budget: Budget) -> _Now:
    """Take in events of those left that are possible beside the others after all, as long as there is one."""
    before = -1
    while len(now[1]) > before:
        before = len(now[1])
        for k in sorted({*left} - {*now[1]}):
            now = _with(events, k, now, budget)
    return now


def _with(events: Sequence[Event], k: int, now: _Now, budget: Budget) -> _Now:
    """Take in an event if it is possible beside the others, and plan again for a while."""
    found, kept = now
    one = best(remaining(events, k, dict(zip(kept, found.bundles, strict=True))))
    if one is None:
        return now
    more, alone, bundles = sorted([*kept, k]), best(events[k]), list(found.bundles)
    bundles.insert(more.index(k), one)
    bound = found.bound + (one if alone is None else alone).bound
    added = replace(found, bundles=tuple(bundles), bound=bound)
    return _better(added, _quick(events, more, budget)), more
