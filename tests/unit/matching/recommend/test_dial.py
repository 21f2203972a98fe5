"""The fairness dial of a plan of the graph: each step is the best plan for its floors, and more floor never meets more."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.model.errors import ProblemUnfit
from matching.budget import Budget
from matching.recommend.dial import dial
from matching.recommend.index import index
from matching.recommend.plan import Limits, allot
from matching.rules.crossing import Crossing
from tests.unit.matching.rules.stocks import crossings


@settings(max_examples=40, deadline=None)
@given(crossings(), st.integers(0, 100))
def test_any_percent_is_answered_by_the_step_below_it(crossing: Crossing, percent: int) -> None:
    found, floor = index(crossing), percent / 100
    if not any(crossing.needs.area.tolist()):
        with pytest.raises(ProblemUnfit):
            dial(found, Limits(), Budget.of(20))
        return
    steps = dial(found, Limits(), Budget.of(20)).steps
    free = allot(found, Limits(), Budget.of(20))
    assert (steps[0].floor, steps[0].needs_met) == (0, len(free.pairs))
    assert all(a.needs_met >= b.needs_met and a.worst_share < b.floor for a, b in pairwise(steps))
    held = [s for s in steps if s.floor <= floor + 1e-9 and floor <= s.worst_share + 1e-9]
    if held:
        alone = allot(found, Limits(floor=floor), Budget.of(20))
        assert (held[0].needs_met, held[0].plan.score) == (len(alone.pairs), pytest.approx(alone.score, abs=1e-6))
    else:
        with pytest.raises(ProblemUnfit):
            allot(found, Limits(floor=floor), Budget.of(20))
