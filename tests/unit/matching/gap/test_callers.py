"""Whose number is called: a child's is that of an adult of the household in sight."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.gap.ledger import Ledger, State, ledger
from matching.gap.lists import entries
from matching.gap.reach import WAYS, Way
from matching.gap.roll import Terms, roll
from matching.gap.rule import rule
from tests.unit.matching.gap.quarter import DAY, Rows, born, quarter, snapshot, with_events

TODDLERS = '{"age": {"at_most": 3}}'


def family(*members: tuple[str, int, str | None, str]) -> tuple[Rows, Rows]:
    """Return the quarter with one household of (id, age, phone, committee); p1 is for toddlers."""
    nodes, edges = quarter()
    nodes["Programme"][0]["eligibility"] = TODDLERS
    nodes["Household"] = [{"id": "h", "area": "c1"}]
    edges["Resident-MEMBER_OF-Household"] = []
    for name, age, phone, area in members:
        nodes["Resident"].append({"id": name, "name": name, "area": area, "birth_date": born(age), "phone": phone})
        edges["Resident-MEMBER_OF-Household"].append({"start": name, "end": "h"})
    return nodes, edges


def drawn(nodes: Rows, edges: Rows, *, areas: tuple[str, ...] | None = None) -> Ledger:
    shot = snapshot(nodes, edges)
    return ledger(roll(shot, DAY, shot.nodes("Resident").inside(areas), terms=Terms(tries=2)), rule(shot, [0]))


def called(found: Ledger) -> dict[str, str]:
    """Return who is on the call list, and whose number is called."""
    name = found.roll.snapshot.nodes("Resident").id_of
    return {name(e.person): name(int(found.roll.reach.caller[e.person])) for e in entries(found, "call")}


def test_a_child_is_called_by_the_number_of_an_adult_of_the_household() -> None:
    both = family(("kid", 2, None, "c1"), ("sib", 12, "13", "c1"), ("mum", 33, "11", "c1"), ("dad", 35, "12", "c1"))
    assert called(drawn(*both)) == {"kid": "dad"}
    wrong = with_events(("dad", "p2", "2021-05-01", "phone:wrong_number"), also=both)
    assert called(drawn(*wrong)) == {"kid": "mum"}
    neither = with_events(("mum", "p2", "2021-05-01", "phone:wrong_number"), also=wrong)
    found = drawn(*neither)
    assert called(found) == {}
    assert [WAYS[int(found.roll.reach.way[e.person])] for e in entries(found, "unreachable")] == [Way.EXHAUSTED]
    tried = with_events(*(("kid", "p1", f"2021-05-0{day}", "phone:no_answer") for day in (1, 2)), also=both)
    assert called(drawn(*tried)) == {}


def test_whoever_was_called_for_themselves_is_left_in_peace_about_the_child() -> None:
    both = family(("kid", 2, None, "c1"), ("mum", 33, "11", "c1"))
    assert called(drawn(*with_events(("mum", "p2", "2021-10-31", "phone:reached"), also=both))) == {}
    assert called(drawn(*with_events(("mum", "p2", "2021-10-01", "phone:reached"), also=both))) == {"kid": "mum"}


def test_nobody_outside_the_scope_is_called_for_a_child_and_no_adult_for_an_adult() -> None:
    apart = family(("kid", 2, None, "c1"), ("mum", 33, "11", "c2"), ("gran", 70, None, "c1"))
    assert called(drawn(*apart)) == {"kid": "mum"}
    found = drawn(*apart, areas=("c1",))
    assert called(found) == {}
    assert found.roll.reach.caller.max() < len(found.roll.people.row)
    gran = found.roll.snapshot.nodes("Resident").row("gran")
    assert drawn(*apart).roll.reach.caller[gran] == -1


def test_whoever_asks_to_be_left_alone_stays_to_do_and_is_not_called() -> None:
    nodes, edges = family(("kid", 2, None, "c1"), ("mum", 33, "11", "c1"))
    nodes["Tag"] = [{"id": "t1", "name": "请勿打扰"}, {"id": "t2", "name": "爱唱歌"}]
    for tag, on_the_list in (("t2", {"kid": "mum"}), ("t1", {})):
        edges["Resident-HAS_TAG-Tag"] = [{"start": "mum", "end": tag, "since": DAY}]
        found = drawn(nodes, edges)
        assert called(found) == on_the_list
        assert int(found.is_in(State.TODO).sum()) == 1


_MEMBER = st.tuples(st.sampled_from([2, 17, 18, 40]), st.booleans(), st.booleans())


@settings(max_examples=40, deadline=None)
@given(st.lists(_MEMBER, min_size=1, max_size=5))
def test_callers_are_those_of_a_reading_one_by_one(members: list[tuple[int, bool, bool]]) -> None:
    names = [f"z{i}" for i in range(len(members))]
    rows = [(n, age, "1" if phone else None, "c1") for n, (age, phone, _) in zip(names, members, strict=True)]
    wrong = [(n, "p2", "2021-01-01", "phone:wrong_number") for n, (_, _, w) in zip(names, members, strict=True) if w]
    found = drawn(*with_events(*wrong, also=family(*rows)))
    residents = found.roll.snapshot.nodes("Resident")
    for own, (age, phone, _) in zip(names, members, strict=True):
        adults = sorted((w, n) for n, (a, p, w) in zip(names, members, strict=True) if p and a >= 18)
        wanted = own if phone else adults[0][1] if adults and age < 18 else None
        caller = int(found.roll.reach.caller[residents.row(own)])
        assert (residents.id_of(caller) if caller >= 0 else None) == wanted


def test_a_booking_without_a_sequel_is_overdue_until_something_is_heard() -> None:
    nodes, edges = with_events(("r1", "p1", "2020-02-01", "booked"), ("r7", "p1", "2020-02-01", "waiting"))
    found = drawn(nodes, edges)
    assert np.flatnonzero(found.overdue).tolist() == np.flatnonzero(found.is_in(State.BOOKED)).tolist()
    heard = drawn(*with_events(("r1", "p2", "2021-10-01", "phone:reached"), also=(nodes, edges)))
    assert [heard.roll.snapshot.nodes("Resident").id_of(e.person) for e in entries(heard, "overdue")] == ["r7"]
