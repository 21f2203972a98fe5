"""What blocks an event is named, and the least change that is named unblocks it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.bundle.best import best
from matching.bundle.blocked import HELPERS, LEAD, PEOPLE, PLACES, ROOM, blocked, possible, unblocked
from matching.bundle.event import Event, Pool
from tests.unit.matching.bundle.events import event


@given(st.integers(0, 10**6), st.integers(1, 4), st.integers(1, 5))
@settings(max_examples=150, deadline=None)
def test_the_named_changes_unblock(seed: int, audience: int, people: int) -> None:
    one = event(seed, sizes=(2, 2, 1), audience=audience, persons=5, needed=(1, people))
    if best(one) is None:
        why = blocked(one)
        assert why.changes
        assert best(unblocked(one, why)) is not None
        short = [replace(why, changes=why.changes[:at] + why.changes[at + 1 :]) for at in range(len(why.changes))]
        assert possible(one, why)
        assert not any(possible(one, s) for s in short)  # none of the changes is superfluous


def emptied(pool: Pool) -> Pool:
    return Pool((), pool.person[:0], pool.free[:0], {k: v[:0] for k, v in pool.own.items()}, pool.near[:0])


@pytest.fixture
def whole() -> Event:
    one = event(1)
    return replace(one, capacity=np.full(5, 50), open_at=np.ones((5, 5), bool))


def test_each_resource_is_named_when_it_alone_is_missing(whole: Event) -> None:
    assert best(whole) is not None
    nobody = {
        "leads": replace(whole.leads, free=np.zeros_like(whole.leads.free)),
        "helpers": replace(whole.helpers, free=np.zeros_like(whole.helpers.free)),
        "people": emptied(whole.people),
    }
    cases = {
        ROOM: replace(whole, open_at=np.zeros((5, 5), bool)),
        PLACES: replace(whole, capacity=np.array([2, 1, 3, 4, 1])),
        LEAD: replace(whole, leads=nobody["leads"]),
        HELPERS: replace(whole, helpers=nobody["helpers"]),
        PEOPLE: replace(whole, people=nobody["people"]),
    }
    for resource, case in cases.items():
        why = blocked(case)
        assert best(case) is None
        assert [c.resource for c in why.changes] == [resource]
        assert why.ruled_out[resource] == why.cells
        assert best(unblocked(case, why)) is not None


def test_the_least_change_is_the_least(whole: Event) -> None:
    why = blocked(replace(whole, capacity=np.array([2, 1, 3, 4, 1])))
    assert (why.venue, why.changes[0].amount) == (3, whole.heads - 4)
    assert "1 people fewer" in why.changes[0].text.en


def test_without_any_lead_one_is_to_be_found(whole: Event) -> None:
    why = blocked(replace(whole, leads=emptied(whole.leads)))
    assert why.changes[0].person == -1
    assert best(unblocked(replace(whole, leads=emptied(whole.leads)), why)) is not None


def test_a_person_wanted_for_two_roles_is_not_counted_twice(whole: Event) -> None:
    alone = replace(whole.people, free=whole.people.free | True, near=np.zeros_like(whole.people.near))
    own = {"skill": np.ones(3)}
    three = Pool(("a", "b", "c"), np.arange(3), np.ones((3, 5), bool), own, np.zeros((3, 5)))
    one = replace(whole, leads=three, helpers=three, people=three, helpers_needed=1, people_needed=2)
    assert len(alone) > 3
    assert best(one) is None
    why = blocked(one)
    assert [(c.resource, c.amount) for c in why.changes] == [(PEOPLE, 1)]
    assert best(unblocked(one, why)) is not None
