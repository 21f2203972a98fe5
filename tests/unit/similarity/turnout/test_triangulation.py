"""The card: conflicts are intervals that do not meet, firm ones survive Bonferroni, places come in groups."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.model.condition import Age, AllOf, AnyOf, Is, Not, Tagged
from graph.snapshot.columns import Snapshot
from graph.snapshot.evaluate import mask
from similarity.turnout.certainty import bounds
from similarity.turnout.triangulation import (
    CHECK,
    Answers,
    Evident,
    Places,
    Witness,
    ratio_interval,
    triangulate,
)
from tests.unit.similarity.turnout.village import AS_OF


@st.composite
def witnesses(draw: st.DrawFn) -> list[Witness]:
    found: list[Witness] = []
    if draw(st.booleans()):
        people = draw(st.integers(1, 2000))
        surely, counted, possibly = sorted(draw(st.lists(st.integers(0, people), min_size=3, max_size=3)))
        found.append(Evident(people, counted, surely, possibly))
    if draw(st.booleans()):
        asked = draw(st.integers(1, 500))
        found.append(Answers(draw(st.integers(0, asked)), asked, draw(st.none() | st.integers(1, 3000))))
    if draw(st.booleans()):
        pairs = draw(st.lists(st.tuples(st.integers(1, 80), st.integers(0, 90)), min_size=1, max_size=8))
        found.append(Places(*np.array(pairs, np.float64).T))
    return found


@settings(deadline=None)  # the first example pays for importing scipy
@given(witnesses())
def test_a_conflict_is_two_intervals_that_do_not_meet(found: list[Witness]) -> None:
    card = triangulate(found)
    by = {s.kind: s for s in card.sources}
    assert len(card.pairs) == len(found) * (len(found) - 1) // 2
    for source in card.sources:
        assert 0 <= source.low <= source.share + 1e-12
        assert source.share <= source.high + 1e-12 <= 1 + 1e-9
    for pair in card.pairs:
        one, other = by[pair.one], by[pair.other]
        assert pair.meet == (one.low <= other.high and other.low <= one.high)
        assert not (pair.firm and pair.meet)
    assert card.conflict == any(not pair.meet for pair in card.pairs)
    assert (CHECK in card.sentences()) == card.conflict


def test_data_that_contradict_a_survey_are_told() -> None:
    card = triangulate([Evident(1000, 700, 690, 720), Answers(184, 200, None)])
    assert card.conflict
    assert card.pairs[0].firm
    assert card.against_data is not None
    assert card.against_data.decided
    agree = triangulate([Evident(1000, 910, 900, 920), Answers(184, 200, None)])
    assert not agree.conflict
    assert agree.against_data is not None
    assert agree.against_data.planned is not None
    assert "87.4%" in agree.sentences()[1].en


def test_a_conflict_is_firm_only_where_it_outlives_the_correction_for_three_pairs() -> None:
    data, survey = (
        Evident(10_000, 6_310, 6_310, 6_310),
        Answers(140, 200, None),
    )  # the survey's interval: 63.3 to 75.9 %
    alone = triangulate([data, survey]).pairs[0]
    assert (alone.meet, alone.firm) == (False, True)
    full = Places(np.full(4, 10.0), np.array([10.0, 4, 10, 4]))
    among_three = triangulate([data, survey, full]).pairs[0]
    assert (among_three.meet, among_three.firm) == (False, False)


def test_two_pairs_of_equal_surveys_seldom_raise_a_false_alarm() -> None:
    rng = np.random.Generator(np.random.PCG64(5))
    heard = rng.binomial(200, 0.7, (600, 2))
    alarms = []
    for one, other in heard:
        first = triangulate([Answers(int(one), 200, None)]).sources[0]
        second = triangulate([Answers(int(other), 200, None)]).sources[0]
        alarms.append(max(first.low, second.low) > min(first.high, second.high))
    assert np.mean(alarms) < 0.02


def test_more_asked_than_the_data_know_is_said_and_not_corrected() -> None:
    card = triangulate([Answers(205, 240, 217)])
    assert "not corrected" in card.sources[0].says.en
    assert (card.sources[0].low, card.sources[0].high) == pytest.approx((0.804, 0.893), abs=5e-4)


def test_the_interval_of_places_taken_covers_the_ratio_of_the_many() -> None:
    """Simulation: activities drawn from a large world; the ratio of its sums lies inside in about 95 of 100 draws."""
    rng = np.random.Generator(np.random.PCG64(6))
    places = rng.integers(20, 60, 20_000).astype(float)
    taken = np.minimum(places, np.round(places * rng.normal(0.75, 0.15, len(places))))
    truth = taken.sum() / places.sum()
    inside = []
    for round_ in range(3000):
        at = rng.integers(0, len(places), 6 if round_ % 2 else 25)  # with 6, Student's t matters
        low, high = ratio_interval(taken[at], places[at])
        inside.append(low <= truth <= high)
    assert 0.93 <= np.mean(inside[::2]) <= 0.97
    assert 0.92 <= np.mean(inside[1::2]) <= 0.97
    assert ratio_interval(taken[:2], places[:2]) == (0.0, 1.0)


CONDITIONS = st.recursive(
    st.sampled_from([Age(at_least=60), Age(at_most=17), Is("sex", ("2",)), Tagged("t_wheel"), Tagged("t_none")]),
    lambda inner: (
        st.builds(Not, inner)
        | st.builds(lambda x: AllOf(tuple(x)), st.lists(inner, max_size=3))
        | st.builds(lambda x: AnyOf(tuple(x)), st.lists(inner, max_size=3))
    ),
    max_leaves=6,
)


@given(CONDITIONS)
def test_the_sure_are_within_the_counted_and_these_within_the_possible(snapshot: Snapshot, condition: object) -> None:
    surely, possibly = bounds(snapshot, "Resident", condition, as_of=AS_OF)  # type: ignore[arg-type]
    holds = mask(snapshot, "Resident", condition, AS_OF)  # type: ignore[arg-type]
    assert np.all(surely <= holds)
    assert np.all(holds <= possibly)


def test_an_unknown_age_is_possible_and_its_denial_is_not_sure(snapshot: Snapshot) -> None:
    unknown = np.array([b is None for b in snapshot.nodes("Resident").column("birth_date").to_pylist()])
    assert unknown.any()
    surely, possibly = bounds(snapshot, "Resident", Age(at_least=60), as_of=AS_OF)
    assert np.array_equal(possibly & ~surely, unknown)
    surely, possibly = bounds(snapshot, "Resident", Not(Age(at_least=60)), as_of=AS_OF)
    assert not (surely & unknown).any()
    assert possibly[unknown].all()
