"""One plan for all: against every combination of a few pairs; nobody in two places, nobody asked too often."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.model.errors import ProblemUnfit
from matching.budget import Budget
from matching.recommend.index import Index, index
from matching.recommend.plan import TIMED, Limits, allot
from matching.rules.crossing import PROVIDERS, Crossing
from matching.rules.week import taken_week
from tests.unit.matching.rules.stocks import crossings

relaxed = settings(max_examples=60, deadline=None)


def possible(found: Index, pairs: list[int], load: int) -> bool:
    """Judge a set of pairs one rule after the other, as slowly as it can be done."""
    crossing = found.crossing
    by_resource: dict[int, list[int]] = {}
    for pair in pairs:
        by_resource.setdefault(int(found.resource[pair]), []).append(int(found.need[pair]))
    for resource, needs in by_resource.items():
        label = crossing.resources.label[resource]
        weeks = [taken_week(crossing.needs.slots[need]) for need in needs]
        if label in TIMED and weeks and np.sum(weeks, axis=0).max() > 1:
            return False
        if label == "Volunteer" and len(needs) > load:
            return False
        if label in PROVIDERS and not _enough(crossing, resource, needs):
            return False
    return True


def _enough(crossing: Crossing, resource: int, needs: list[int]) -> bool:
    offer = crossing.resources.offer[resource]
    served = np.zeros(len(offer))
    for need in needs:
        items = [item for item in crossing.admitted[need] if offer[item] > 0]
        if items:
            served[max(items, key=lambda item: (offer[item], -item))] += crossing.needs.people[need]
    return bool((served <= offer).all())


def best(found: Index, load: int) -> tuple[int, float]:
    """Try every choice of one pair or none for each need."""
    options = [[-1, *found.of_need(row).tolist()] for row in range(len(found.crossing.needs))]
    tried = [[pair for pair in chosen if pair >= 0] for chosen in product(*options)]
    held = [pairs for pairs in tried if possible(found, pairs, load)]
    return max((len(pairs), round(float(found.score[pairs].sum()), 9)) for pairs in held)


@relaxed
@given(crossings(), st.integers(1, 2))
def test_the_plan_is_the_best_of_all_combinations(crossing: Crossing, load: int) -> None:
    found = index(crossing)
    plan = allot(found, Limits(load), Budget.of(20))
    assert possible(found, plan.pairs.tolist(), load)
    assert len(set(found.need[plan.pairs].tolist())) == len(plan.pairs)
    met, score = best(found, load)
    assert (len(plan.pairs), plan.most_met) == (met, met)
    assert plan.score == pytest.approx(score, abs=1e-6)
    assert plan.gap == 0
    assert {one.need for one in plan.left} == set(range(len(crossing.needs))) - set(found.need[plan.pairs].tolist())


@relaxed
@given(crossings())
def test_a_floor_is_reached_or_refused(crossing: Crossing) -> None:
    found = index(crossing)
    free = allot(found, Limits(), Budget.of(20))
    try:
        plan = allot(found, Limits(floor=1.0), Budget.of(20))
    except ProblemUnfit:
        assert free.left
        return
    if len(found):
        with_area = [row for row, area in enumerate(crossing.needs.area.tolist()) if area is not None]
        assert not {one.need for one in plan.left} & set(with_area)
