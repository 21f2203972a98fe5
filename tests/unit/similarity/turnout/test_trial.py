"""The back-test: better than every single rule on what was planted, chance where nothing was, honest tenths."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from graph.snapshot.columns import Snapshot
from similarity.turnout.history import History, read
from similarity.turnout.model import fit
from similarity.turnout.trial import Trial, cut, trial
from tests.unit.similarity.turnout.village import AS_OF, rows, village

EPOCH = dt.date(1970, 1, 1)


def _past(snapshot: Snapshot, later: History) -> History:
    day = cut(later)
    assert day is not None
    return read(snapshot, EPOCH + dt.timedelta(days=day))


@pytest.fixture(scope="module")
def tried(snapshot: Snapshot, history: History) -> Trial:
    past = _past(snapshot, history)
    found = trial(past, fit(past), later=history)
    assert found is not None
    return found


def test_the_model_beats_chance_and_every_single_rule(tried: Trial) -> None:
    model, *others = tried.outcomes
    assert model.area[1] > 0.6
    assert model.top_tenth[1] > 0.12
    assert all(model.area[0] > other.area[0] for other in others)
    for outcome in tried.outcomes:
        assert outcome.area[1] <= outcome.area[0] <= outcome.area[2]


def test_the_tenths_hold_every_visit_and_fall(tried: Trial) -> None:
    visits = [tenth.visits for tenth in tried.tenths]
    assert sum(visits) == tried.visits
    assert sum(visits[:3]) > 2 * sum(visits[7:])
    for tenth in tried.tenths:
        assert tenth.turnout == pytest.approx(tenth.visits / tenth.people)
        assert tenth.low <= tenth.turnout <= tenth.high
    foreseen = sum(tenth.foreseen * tenth.people for tenth in tried.tenths)
    assert foreseen == pytest.approx(tried.visits)


def test_visits_of_people_drawn_at_random_cannot_be_foreseen(history: History, snapshot: Snapshot) -> None:
    rng = np.random.Generator(np.random.PCG64(9))
    random = np.concatenate(
        [
            rng.choice(np.flatnonzero(history.people.committee == c), size=int(n), replace=False)
            for c, n in zip(history.activities.committee, np.bincount(history.visited), strict=True)
        ]
    )
    shuffled = replace(history, visitor=random)
    day = cut(shuffled)
    assert day is not None
    past = shuffled.before(day)
    found = trial(past, fit(past), later=shuffled)
    assert found is not None
    assert found.outcomes[0].area[1] < 0.5 < found.outcomes[0].area[2]


def test_the_cut_leaves_about_a_quarter_and_never_a_day_torn(history: History) -> None:
    day = cut(history)
    assert day is not None
    later = (history.visit_day >= day).mean()
    assert 0.15 < later <= 0.26
    assert cut(history.before(0)) is None


def test_a_past_of_one_day_cannot_be_cut(history: History) -> None:
    one = replace(history, visitor=history.visitor[:3], visited=np.zeros(3, int))
    assert cut(one) is None


def test_nothing_later_is_no_trial(history: History) -> None:
    assert trial(history, fit(history), later=history) is None


def test_people_who_moved_in_later_are_counted_as_from_elsewhere() -> None:
    nodes, _ = rows()
    assert len(nodes["Resident"]) > 400
    snapshot = Snapshot.of(village(lively=0.0))
    later = read(snapshot, AS_OF)
    past = _past(snapshot, later)
    found = trial(past, fit(past), later=later)
    assert found is not None
    assert found.elsewhere == 0
    half = past.people.resident % 2 == 0
    kept = replace(past, people=_some(past, half), visitor=np.empty(0, int), visited=np.empty(0, int))
    kept = replace(kept, volunteer_since=past.volunteer_since[half], retired_on=past.retired_on[half])
    kept = replace(
        kept,
        tags=replace(
            past.tags,
            person=past.tags.person[:0],
            tag=past.tags.tag[:0],
            since=past.tags.since[:0],
            until=past.tags.until[:0],
        ),
    )
    fewer = trial(kept, fit(kept), later=later)
    assert fewer is not None
    assert fewer.elsewhere > 0.3 * found.visits


def _some(history: History, chosen: np.ndarray) -> object:
    people = history.people
    return replace(people, **{name: getattr(people, name)[chosen] for name in people.__slots__})
