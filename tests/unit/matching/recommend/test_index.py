"""Both directions are one index; lists are ordered and stable; the idle radar sees what is idle and fits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings

from graph.model.codes import table
from matching.recommend.duties import duties
from matching.recommend.idle import radar, waiting
from matching.recommend.index import Index, index
from matching.recommend.listed import LAST, emptiness, misses_of_need, misses_of_resource, recommended, removed
from matching.rules.crossing import Crossing
from matching.rules.tables import in_areas, taken
from tests.unit.matching.rules.stocks import crossings


def pairs(found: Index) -> dict[tuple[str, str], float]:
    n, r = found.crossing.needs.ids, found.crossing.resources.keys()
    rows = zip(found.need.tolist(), found.resource.tolist(), found.score.tolist(), strict=True)
    return {(n[i], r[j]): score for i, j, score in rows}


@settings(max_examples=40, deadline=None)
@given(crossings())
def test_a_pair_is_in_one_list_exactly_when_it_is_in_the_other_with_the_same_score(crossing: Crossing) -> None:
    found = index(crossing)
    one = {p for row in range(len(crossing.needs)) for p in found.of_need(row).tolist()}
    other = {p for row in range(len(crossing.resources)) for p in found.of_resource(row).tolist()}
    assert one == other == set(range(len(found)))
    whole = pairs(found)
    for row in range(len(crossing.needs)):
        alone = index(replace(crossing, needs=taken(crossing.needs, np.array([row]))))
        assert pairs(alone) == {k: v for k, v in whole.items() if k[0] == crossing.needs.ids[row]}
    for row in range(len(crossing.resources)):
        alone = index(replace(crossing, resources=taken(crossing.resources, np.array([row]))))
        assert pairs(alone) == {k: v for k, v in whole.items() if k[1] == crossing.resources.keys()[row]}


@settings(max_examples=30, deadline=None)
@given(crossings())
def test_lists_fall_in_score_and_ties_go_to_the_key(crossing: Crossing) -> None:
    found = index(crossing)
    keys = crossing.resources.keys()
    for row in range(len(crossing.needs)):
        told = recommended(found, found.of_need(row), top=100)
        order = [(-r.score, keys[r.resource]) for r in told]
        assert order == sorted(order)
        assert [r.rank for r in told] == list(range(1, len(told) + 1))
        for one in told:
            assert abs(sum(r.contribution for r in one.reasons) - one.score) < 1e-9


@settings(max_examples=60, deadline=None)
@given(crossings())
def test_what_lies_outside_a_scope_changes_nothing_inside(crossing: Crossing) -> None:
    areas = ("c1",)
    inside = replace(crossing, needs=in_areas(crossing.needs, areas), resources=in_areas(crossing.resources, areas))
    whole = pairs(index(crossing))
    mine = {*inside.needs.ids.tolist()}, {*inside.resources.keys()}
    assert pairs(index(inside)) == {k: v for k, v in whole.items() if k[0] in mine[0] and k[1] in mine[1]}


@settings(max_examples=60, deadline=None)
@given(crossings())
def test_near_misses_are_those_left_out_by_the_fewest_rules(crossing: Crossing) -> None:
    found = index(crossing)
    for row in range(len(crossing.needs)):
        told = misses_of_need(found, row, top=100)
        assert len(told) == int((found.bits[row] != 0).sum())
        failed = [{out.rule for out in m.exclusions} for m in told]
        bits = [int(np.bitwise_count(found.bits[row, m.resource])) for m in told]
        order = [(bool(rules & set(LAST)), count) for rules, count in zip(failed, bits, strict=True)]
        assert order == sorted(order)
        assert all(m.exclusions for m in told)
    for row in range(len(crossing.resources)):
        assert len(misses_of_resource(found, row, top=2)) == min(2, int((found.bits[:, row] != 0).sum()))


@settings(max_examples=30, deadline=None)
@given(crossings())
def test_the_radar_shows_the_idle_that_fit_a_waiting_need(crossing: Crossing) -> None:
    found = index(crossing)
    seen = radar(found, 14, top=100)
    waits = set(waiting(crossing.needs, crossing.policy).tolist())
    expected = set()
    resources = crossing.resources
    for row in range(len(resources)):
        idle = np.isnan(resources.idle[row]) or resources.idle[row] >= 14
        fits = any(int(found.need[p]) in waits for p in found.of_resource(row))
        if resources.label[row] in ("Venue", "Volunteer") and idle and fits:
            expected.add(row)
    assert {one.resource for one in seen.rows} == expected
    labels = [resources.label[one.resource] for one in seen.rows]
    assert labels == sorted(labels)  # rooms first
    few = radar(found, 14, top=1)
    assert [resources.label[one.resource] for one in few.rows] == sorted(set(labels))
    assert seen.fitting == len(expected)
    for one in seen.rows:
        assert one.best[0].need in waits
        best = max(found.score[p] for p in found.of_resource(one.resource) if int(found.need[p]) in waits)
        assert one.best[0].score == best


@settings(max_examples=20, deadline=None)
@given(crossings())
def test_the_duty_list_holds_every_kind_and_those_without_an_owner_first(crossing: Crossing) -> None:
    kinds = [crossing.needs.kind[i] for i in range(len(crossing.needs))]
    listed = duties(crossing.needs, crossing.policy)
    assert {d.kind for d in listed} == {*kinds, *table("need").titles}
    assert all(d.needs == kinds.count(d.kind) for d in listed)
    nobody = [d.kind for d in listed if d.owner is None]
    assert (
        nobody
        == [d.kind for d in listed[: len(nobody)]]
        == sorted({d.kind for d in listed} - {*crossing.policy.duties})
    )
    assert set(nobody) >= {"unheard_of"} & set(kinds)


def test_an_empty_list_says_what_kept_all_out() -> None:
    assert emptiness(0, ()).en == "there is no candidate in sight"
    out = removed(np.array([[1, 3, 2]], np.uint16))
    assert [(r.out, r.alone) for r in out] == [(2, 1), (2, 1)]
    assert "none of 3 candidates" in emptiness(3, out).en
