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
    kept = sorted(placed)
    found = plan([events[k] for k in kept], budget) if kept else Together((), NEVER)
    before = -1
    while len(kept) > before:  # a plan of more may leave room for one that had none
        before = len(kept)
        for k in sorted({*left} - {*kept}):
            found, kept = _joined(events, k, (found, kept), budget)
    beside = dict(zip(kept, found.bundles, strict=True))
    why = {k: blocked(remaining(events, k, beside)) for k in range(len(events)) if k not in beside}
    return Most(found, tuple(kept), why, impossible=whole.bound == NEVER)


def _joined(
    events: Sequence[Event], k: int, now: tuple[Together, list[int]], budget: Budget
) -> tuple[Together, list[int]]:
    """Take in an event that is possible beside the others after all, and plan again."""
    found, kept = now
    one = best(remaining(events, k, dict(zip(kept, found.bundles, strict=True))))
    if one is None:
        return now
    more = sorted([*kept, k])
    again = plan([events[j] for j in more], budget)
    if again.bundles:
        return again, more
    alone = best(events[k])
    bundles = list(found.bundles)
    bundles.insert(more.index(k), one)
    bound = found.bound + (one if alone is None else alone).bound
    return replace(found, bundles=tuple(bundles), bound=bound), more
