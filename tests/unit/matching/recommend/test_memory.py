"""Few changes against a former plan of the graph: what stays, what a change must be worth, what staying costs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from graph.model.errors import ProblemUnfit, SettingInvalid
from matching.budget import Budget
from matching.recommend.index import Index, index
from matching.recommend.memory import keeping
from matching.recommend.plan import Limits, allot
from matching.rules.crossing import Crossing
from tests.unit.matching.rules.stocks import crossings

relaxed = settings(max_examples=40, deadline=None)


def pairs_of(found: Index, pairs: list[int]) -> set[tuple[str, str]]:
    keys, needs = found.crossing.resources.keys(), found.crossing.needs.ids
    return {(str(needs[found.need[p]]), keys[int(found.resource[p])]) for p in pairs}


@relaxed
@given(crossings(), st.integers(0, 99))
def test_what_stays_costs_less_than_the_changes_that_were_not_made(crossing: Crossing, seed: int) -> None:
    found = index(crossing)
    assume(len(found))
    rng = np.random.default_rng(seed)
    former = pairs_of(found, [int(rng.choice(found.of_need(n))) for n in np.unique(found.need).tolist()])
    free = allot(found, Limits(), Budget.of(20))
    kept = {w: keeping(found, Limits(), Budget.of(20), former=former, worth=w) for w in (0.0, 0.2, 1.0)}
    for worth, one in kept.items():
        assert len(one.plan.pairs) == len(free.pairs)  # memory never costs a met need
        stayed = len(pairs_of(found, one.plan.pairs.tolist()) & former)
        assert (one.before, one.changes) == (len(former), len(former) - stayed)
        assert one.price == pytest.approx(free.score - one.plan.score, abs=1e-6)
        without = len(pairs_of(found, free.pairs.tolist()) & former)
        assert one.price <= worth * (stayed - without) + 1e-6
    assert kept[0.0].price == pytest.approx(0, abs=1e-6)
    assert kept[1.0].changes <= kept[0.2].changes <= kept[0.0].changes


@relaxed
@given(crossings())
def test_a_plan_of_other_needs_or_a_strange_worth_is_refused(crossing: Crossing) -> None:
    found = index(crossing)
    with pytest.raises(ProblemUnfit):
        keeping(found, Limits(), Budget.of(5), former={("nobody", "Venue:v")}, worth=0.1)
    with pytest.raises(SettingInvalid):
        keeping(found, Limits(), Budget.of(5), former={("nobody", "Venue:v")}, worth=1.1)
