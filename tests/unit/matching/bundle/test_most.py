"""Where not all can happen: the others are planned, nothing is booked twice, and what is named as lacking is lacking."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.budget import Budget
from matching.bundle.best import best
from matching.bundle.blocked import possible
from matching.bundle.check import check_together
from matching.bundle.event import Event
from matching.bundle.most import most
from matching.bundle.sequence import remaining
from matching.bundle.together import plan
from tests.unit.matching.bundle.events import event


def crowded(seed: int, count: int) -> list[Event]:
    return [event(seed + 7919 * k, sizes=(2, 2, 3), audience=6, persons=9, needed=(1, 1)) for k in range(count)]


@given(st.integers(0, 10**6), st.integers(2, 5))
@settings(max_examples=20, deadline=None)
def test_whoever_is_left_lacks_something_beside_the_plan(seed: int, count: int) -> None:
    events = crowded(seed, count)
    found = most(events, Budget.of(10))
    kept = [events[k] for k in found.kept]
    assert check_together(kept, found.plan.bundles) == []
    assert sorted({*found.kept, *found.left}) == list(range(count))
    beside = dict(zip(found.kept, found.plan.bundles, strict=True))
    for k, why in found.left.items():
        rest = remaining(events, k, beside)
        assert best(rest) is None
        assert why.changes
        assert possible(rest, why)
    whole = plan(events)
    assert bool(found.left) == (not whole.bundles)
    if found.kept:
        assert found.plan.bound >= found.plan.score - 1e-9


def test_one_impossible_need_does_not_stop_the_others() -> None:
    events = [event(11 + k, sizes=(4, 6, 12), audience=30, persons=60, needed=(1, 3)) for k in range(3)]
    events[1] = replace(events[1], capacity=np.zeros_like(events[1].capacity))
    found = most(events, Budget.of(10))
    assert found.kept == (0, 2)
    assert list(found.left) == [1]
    assert found.impossible
    assert found.plan.gap == 0
