"""Options under futures on a village whose truth is counted by hand: who is covered, what stays unmet, what is chosen."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.model.errors import ProblemUnfit, UnknownName
from graph.model.text import Text
from graph.snapshot.columns import Snapshot
from matching.siting.cohort import Assumptions
from matching.siting.covered import covered
from matching.siting.demand import Ages, population
from matching.siting.options import BUILDS, Deed, options, outcome
from matching.siting.points import OWN, Points, points_of, walking
from matching.siting.scenarios import (
    Asked,
    Case,
    Scenario,
    Weighed,
    cases,
    default_scenarios,
    read_scenarios,
    weigh,
)
from matching.siting.served import Reach, most_served
from tests.unit.matching.siting.village import AS_OF, PEOPLE, village

SNAPSHOT = Snapshot.of(village())
RADIUS = 350.0
OLD = Ages(65, None)


def ground(kind: str, *, radius: float = RADIUS) -> tuple[Points, Reach]:
    people, points = population(SNAPSHOT, AS_OF, areas=None), points_of(SNAPSHOT, kind, AS_OF)
    return points, Reach.of(walking(people.degrees, points, detour=1.0), radius)


def weighed(
    kind: str, ages: Ages, asked: Asked, *, years: tuple[int, ...] = (0, 10), radius: float = RADIUS
) -> Weighed:
    points, reach = ground(kind, radius=radius)
    people = population(SNAPSHOT, AS_OF, areas=None)
    futures = cases(people, ages, years=years, start=AS_OF.year, scenarios=default_scenarios())
    return weigh(points, reach, futures, asked=asked)


def test_who_is_covered_is_counted_by_hand() -> None:
    points, reach = ground("canteen")
    found = covered(population(SNAPSHOT, AS_OF, areas=None), points, reach, OLD)
    assert found.wanted == 40 + 10 + 30 + 20 + 5
    assert dict(zip(points.ids, found.reached, strict=True)) == {"c1": 50, "k_east": 5, "k_west": 50}
    assert dict(zip(points.ids, found.newly, strict=True)) == {"c1": 50, "k_east": 5, "k_west": 50}
    assert found.times.tolist() == [55, 50]
    assert found.uncovered.tolist() == [40, 10, 0, 0, 0, 5]
    assert found.by_area() == [("900000000001", 80, 50), ("900000000002", 25, 5)]
    assert [found.population.units[i] for i in found.worst_units()] == ["u0", "u1", "u5"]
    assert found.by_band[0].sum() == sum(n for unit in ("u2", "u3") for _, n in PEOPLE[unit])


def test_a_point_beside_another_is_redundant() -> None:
    points, reach = ground("nursery")
    found = covered(population(SNAPSHOT, AS_OF, areas=None), points, reach, Ages(2, 2))
    new, one = points.ids.index("n_new"), points.ids.index("n1")
    assert found.redundancy(new) == 1.0
    assert found.both[new, one] == found.both[one, new] == 20
    assert found.times.sum() == found.wanted == 20
    assert found.redundancy(points.ids.index("n_border")) == 1.0


def test_today_chooses_the_west_and_the_projection_the_east() -> None:
    points, _ = ground("canteen")
    found = weighed("canteen", OLD, Asked(add=1, close=0, use=1.0))

    def best(case: int) -> str:
        at = found.best(case, among=BUILDS)
        assert at is not None
        return found.options[at].key(points)

    ahead = [i for i, c in enumerate(found.cases) if c.years == 10]
    assert best(0) == "add:k_west"
    assert {best(i) for i in ahead} == {"add:k_east"}
    assert found.options[found.choice.chosen].key(points) == "add:k_east"


def test_enough_places_across_the_border_mean_not_to_build() -> None:
    points, _ = ground("nursery", radius=700.0)
    found = weighed("nursery", Ages(2, 2), Asked(), years=(0, 5), radius=700.0)
    assert found.options[found.choice.chosen].deed is Deed.SHARE
    unmet = {o.key(points): row[0].unmet for o, row in zip(found.options, found.outcomes, strict=True)}
    assert unmet["as_is"] == 20 - 10 - 4  # twelve are nearest to the first, eight to the second
    assert unmet["use"] == 6
    assert unmet["share"] == 0
    assert unmet["add:n_new"] == 0
    assert unmet["close:n1"] == 16
    assert found.deciding.tolist() == [c.years == 0 for c in found.cases]  # who will be two in five years is not born


def test_a_new_point_that_stays_empty_is_redundant() -> None:
    points, _ = ground("nursery", radius=700.0)
    found = weighed("nursery", Ages(2, 2), Asked(fill=0.5), years=(0,), radius=700.0)
    redundant = {o.key(points) for o, out in zip(found.options, found.choice.redundant, strict=True) if out}
    assert redundant == {"add:n_new", "share_add:n_new"}  # six, and none, of thirty places


def test_a_new_point_that_wins_nothing_is_redundant_whatever_is_asked() -> None:
    points, _ = ground("nursery", radius=700.0)
    found = weighed("nursery", Ages(2, 2), Asked(fill=0.0), years=(0,), radius=700.0)
    redundant = {o.key(points) for o, out in zip(found.options, found.choice.redundant, strict=True) if out}
    assert redundant == {"share_add:n_new"}  # all have places across the border


def test_left_as_it_is_the_nearest_point_may_be_full_beside_an_empty_one() -> None:
    points, reach = ground("nursery", radius=700.0)
    roomy = replace(points, capacity=np.array([10.0, 12.0, 10.0, 30.0]))
    children = Ages(2, 2).of(population(SNAPSHOT, AS_OF, areas=None).counts.sum(1))
    as_is, use = (outcome(o, roomy, reach, people=children, use=1.0) for o in options(roomy, add=0, close=0)[:2])
    assert (as_is.unmet, as_is.bound) == (2, 0)  # twelve at ten places, while four of the other twelve stay free
    assert (use.unmet, use.bound) == (0, 0)


def test_newly_covered_are_those_whom_todays_own_points_do_not_reach() -> None:
    points, reach = ground("nursery", radius=460.0)
    people = population(SNAPSHOT, AS_OF, areas=None).counts.sum((1, 2))
    newly = {
        o.key(points): outcome(o, points, reach, people=people, use=1.0).newly for o in options(points, add=1, close=1)
    }
    assert newly["as_is"] == newly["use"] == newly["add:n_new"] == 0
    assert newly["share"] == newly["share_add:n_new"] == 55  # u5, which only the border's point reaches
    assert newly["close:n1"] == -30  # u1, which only the first reaches
    assert newly["close:n2"] == -90  # u4, which only the second reaches


def test_today_stands_once_among_the_cases() -> None:
    people = population(SNAPSHOT, AS_OF, areas=None)
    found = cases(people, OLD, years=(5, 0, 5), start=2021, scenarios=default_scenarios())
    assert [c.years for c in found] == [0, 5, 5, 5, 5, 5]
    np.testing.assert_array_equal(found[0].people, OLD.of(people.counts.sum(1)))


@pytest.mark.parametrize("kind", ["canteen", "nursery"])
def test_figures_of_every_case_hold_together(kind: str) -> None:
    found = weighed(kind, Ages(0, None), Asked(use=0.4))
    standing = ~np.array(found.choice.redundant)
    assert (found.regret >= 0).all()
    np.testing.assert_allclose(found.regret[standing].min(0), 0.0)
    row = {o.deed: i for i, o in enumerate(found.options)}
    for at, case in enumerate(found.cases):
        for out in (outs[at] for outs in found.outcomes):
            assert 0 <= out.bound <= out.unmet + 1e-6 <= out.wanted + 2e-6
            assert out.wanted == pytest.approx(case.people.sum() * 0.4, abs=1e-5)
        assert found.outcomes[row[Deed.AS_IS]][at].unmet >= found.outcomes[row[Deed.USE]][at].unmet - 1e-6
        bound = found.bound(at)
        assert bound is not None
        assert bound <= min(o[at].unmet for o, k in zip(found.outcomes, found.options, strict=True) if k.deed in BUILDS)


def test_closings_are_shown_but_chosen_only_when_asked_for() -> None:
    points, _ = ground("nursery", radius=900.0)
    plenty = replace(points, capacity=np.full(len(points), 50.0))
    futures = cases(
        population(SNAPSHOT, AS_OF, areas=None), Ages(2, 2), years=(0,), start=2021, scenarios=default_scenarios()
    )
    reach = ground("nursery", radius=900.0)[1]
    asked = weigh(plenty, reach, futures, asked=Asked())
    unasked = weigh(plenty, reach, futures, asked=Asked(may_close=False))
    assert asked.options[asked.choice.chosen].key(points) == "close:n1"  # the dearer one
    assert unasked.options[unasked.choice.chosen].deed is Deed.AS_IS
    assert [o.key(points) for o in unasked.options] == [o.key(points) for o in asked.options]


def _many(count: int, seed: int = 5) -> tuple[Points, Reach, Case]:
    rng = np.random.default_rng(seed)
    ids = ("own", *(f"k{i:02d}" for i in range(count)))
    points = Points(
        "canteen", ids, ids, (OWN, *["candidate"] * count), rng.integers(5, 30, count + 1).astype(float),
        np.ones(count + 1), np.zeros((count + 1, 2)), (),
    )  # fmt: skip
    reach = Reach.of(rng.uniform(0, 1000, (40, count + 1)), 250.0)
    return points, reach, Case(0, Text("今日", "today"), rng.integers(0, 9, 40).astype(float), 0.0)


@given(st.integers(0, 10_000), st.sampled_from([0.0, 0.2, 0.6]), st.sampled_from([0.0, 0.4]))
@settings(max_examples=25, deadline=None)
def test_the_choice_follows_the_stated_rule(seed: int, enough: float, fill: float) -> None:
    points, reach, case = _many(4, seed)
    later = replace(case, years=5, people=case.people[::-1].copy())
    found = weigh(points, reach, [case, later], asked=Asked(enough=enough, fill=fill, close=0))
    unmet = {o.key(points): [out.unmet for out in row] for o, row in zip(found.options, found.outcomes, strict=True)}
    wanted = float(case.people.sum())
    for option, out in zip(found.options, found.choice.redundant, strict=True):
        won = np.mean(np.array(unmet["use"]) - unmet[option.key(points)])
        places = points.capacity[list(option.changed)].sum()
        assert out == (option.deed in BUILDS and (won <= 1e-6 or won < fill * places))
    standing = [o for o, out in zip(found.options, found.choice.redundant, strict=True) if not out]
    least = [min(unmet[o.key(points)][at] for o in standing) for at in (0, 1)]
    good = [o for o in standing if max(unmet[o.key(points)]) <= enough * wanted + 1e-6]
    chosen = found.options[found.choice.chosen]
    if good:
        assert chosen in good
        assert chosen.cost == min(o.cost for o in good)
        return
    regret = {o.key(points): max(unmet[o.key(points)][at] - least[at] for at in (0, 1)) for o in standing}
    assert regret[chosen.key(points)] == pytest.approx(min(regret.values()), abs=1e-5)


def test_many_candidates_are_left_to_the_programme_and_proven() -> None:
    points, reach, case = _many(12)
    found = weigh(points, reach, [case], asked=Asked(add=2, close=0, fill=0.0))
    best = found.best(0, among=BUILDS)
    assert best is not None
    tried = []
    for pair in combinations(range(1, 13), 2):
        opened = points.of(OWN)
        opened[list(pair)] = True
        tried.append(float(case.people.sum()) - most_served(reach, case.people, points.capacity, opened=opened))
    assert len(tried) > len(found.options)
    assert found.outcomes[best][0].unmet == pytest.approx(min(tried), abs=1e-5)
    assert found.bound(0) == pytest.approx(min(tried), abs=1e-5)


def test_many_to_close_keep_those_that_serve_most() -> None:
    points, reach, case = _many(12)
    own = replace(points, status=(OWN,) * 13)
    found = weigh(own, reach, [case], asked=Asked(add=0, close=2, fill=0.0))
    closed = next(i for i, o in enumerate(found.options) if o.deed is Deed.CLOSE)
    kept = [
        most_served(reach, case.people, own.capacity, opened=np.isin(np.arange(13), pair, invert=True))
        for pair in combinations(range(13), 2)
    ]
    assert found.outcomes[closed][0].unmet == pytest.approx(case.people.sum() - max(kept), abs=1e-5)
    assert found.bound(0) is None


def test_a_cheaper_option_that_is_good_enough_beats_a_better_one() -> None:
    points, reach, case = _many(3)
    plenty = replace(points, capacity=np.full(4, 500.0), cost=np.array([9.0, 3.0, 2.0, 1.0]))
    everywhere = Reach.of(np.zeros((40, 4)), 250.0)
    assert weigh(plenty, everywhere, [case], asked=Asked(close=0)).choice.chosen == 0
    del reach


@pytest.mark.parametrize(("add", "close"), [(9, 0), (0, 9), (-1, 0)])
def test_more_points_than_there_are_is_refused(add: int, close: int) -> None:
    with pytest.raises(ProblemUnfit, match="asked for"):
        options(ground("canteen")[0], add=add, close=close)


def test_nobody_of_the_ages_is_said() -> None:
    with pytest.raises(ProblemUnfit, match="nobody"):
        weighed("canteen", Ages(100, None), Asked(), years=(0,))


def test_scenarios_are_read_and_mistakes_named() -> None:
    (found,) = read_scenarios([{"name": "many", "leave": 0.1, "mortality": 1}])
    assert found == Scenario(Text("many", "many"), Assumptions(mortality=1, leave=0.1))
    with pytest.raises(UnknownName, match="mortalty"):
        read_scenarios([{"mortalty": 1}])
    for wrong in ([], [{"leave": "x"}], [{"leave": True}], [{"name": "a"}, {"name": "a"}], [{"leave": 2}]):
        with pytest.raises(ProblemUnfit):
            read_scenarios(wrong)


def test_an_outcome_of_no_people_is_all_nought() -> None:
    points, reach = ground("canteen")
    out = outcome(options(points, add=0, close=0)[0], points, reach, people=np.zeros(6), use=1.0)
    assert (out.wanted, out.unmet, out.bound, out.covered, out.newly) == (0, 0, 0, 0, 0)
