"""Evidence: expected visits add up to those counted, one's own part is kept out, and the planted truth is found."""

from __future__ import annotations

import datetime as dt

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from graph.model.geo import distance_m
from similarity.turnout import evidence, places, ratios
from similarity.turnout.history import History
from similarity.turnout.model import Model
from similarity.turnout.traits import age_codes

EPOCH = dt.date(1970, 1, 1)


@given(st.dates(dt.date(1900, 1, 1), dt.date(2021, 1, 1)), st.integers(0, 40_000))
def test_ages_are_completed_years_to_within_a_day(born: dt.date, later: int) -> None:
    day = (born - EPOCH).days + later
    code = int(age_codes(np.array([float((born - EPOCH).days)]), float(day))[0])
    exact = [int((later + shift) / 365.25) for shift in (-1, 0, 1)]
    assert code in exact or (code == 111 and exact[1] > 110)


def test_expected_visits_add_up_to_those_counted_by_committee_and_kind(history: History, model: Model) -> None:
    visits, committee = model.evidence.visits, history.people.committee
    assert visits.counts.sum() > 0
    for j in range(len(history.committees)):
        own = committee == j
        assert np.allclose(visits.counts[own].sum(0), visits.expected[own].sum(0))


def test_weights_of_visits_have_the_noise_of_counts(history: History) -> None:
    weight = history.recency()
    assert np.isclose(weight.sum(), (weight**2).sum())
    assert np.all(np.diff(weight[np.argsort(history.visit_day)]) >= 0)


def test_neighbours_leave_out_oneself_and_ones_home(history: History, model: Model) -> None:
    n, e = model.evidence.visits.counts.sum(1), model.evidence.visits.expected.sum(1)
    people = history.people
    total = [np.bincount(people.unit, weights=x, minlength=people.unit.max() + 1) for x in (n, e)]
    mean, weight = ratios.prior(*(x[(total[0] + total[1]) > 0] for x in total))
    for person in range(0, len(people), 97):
        others = (people.unit == people.unit[person]) & (people.home != people.home[person])
        wanted = ratios.posterior(n[others].sum(keepdims=True), e[others].sum(keepdims=True), mean=mean, weight=weight)
        assert np.isclose(model.evidence.neighbours[person], np.log(wanted[0]))


def test_people_outside_the_ages_of_a_kind_count_least(history: History, model: Model) -> None:
    children = model.evidence.age[history.kinds.index("children")]
    assert children[10:35].min() > children[60:90].max() + 1


def test_the_holding_committee_weighs_most(model: Model) -> None:
    own, other = model.evidence.place[: places.WIDTH], model.evidence.place[places.WIDTH :]
    assert own.min() > other.max() + 2


def test_place_shares_equal_counting_people_one_by_one(history: History) -> None:
    people, held = history.people, history.activities.where(np.arange(len(history.activities)) < 5)
    found = places.shares(people, held)
    for row in range(5):
        metres = distance_m(people.lon, people.lat, held.lon[row], held.lat[row])
        code = places.codes(people.committee == held.committee[row], metres)
        assert np.allclose(found[row], np.bincount(code, minlength=places.CODES) / len(people))


def test_an_unknown_distance_has_a_code_of_its_own() -> None:
    code = places.codes(np.array([True, False]), np.array([np.nan, np.nan]))
    assert code.tolist() == [places.WIDTH - 1, 2 * places.WIDTH - 1]
    assert [places.said(int(c)).en for c in code] == [
        "of the holding committee, distance not known",
        "of another committee, distance not known",
    ]


def test_a_history_without_visits_says_nothing(history: History) -> None:
    empty = evidence.learn(history.before(0))
    matrix = empty.matrix(np.arange(5), np.zeros(5, int), np.zeros(5, int))
    assert np.all(matrix == 0)
