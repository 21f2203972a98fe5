"""The ledger: its identity after any order of events, and the rule that decides."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant
from hypothesis.stateful import rule as step

from graph.model.records import EPOCH
from matching.gap.events import AT_THE_DOOR, BY_PHONE, CHANNELS, UNDATED, Deed, Events, Heard, decide
from matching.gap.ledger import REASONS, STATES, Ledger, Reason, State, ledger
from matching.gap.reach import reach
from matching.gap.roll import Roll, Terms, roll
from matching.gap.rule import rule
from tests.unit.matching.gap.quarter import DAY, quarter, snapshot, with_events

TODAY = (DAY - EPOCH).days
TERMS = Terms(silent_days=30, quiet_days=5, tries=2)
PHONE, HOME = {"r1", "r3", "r7"}, {"r1", "r2", "r7"}


class Event(NamedTuple):
    person: int
    programme: int
    day: int
    deed: int
    heard: int
    channel: int


def arrays(events: list[Event]) -> Events:
    columns = zip(*events, strict=True) if events else [()] * 6
    return Events(*(np.array(column, np.int32) for column in columns))


_SHOT = snapshot(*quarter())
_ROLL = roll(_SHOT, DAY, np.ones(7, bool), terms=TERMS)
_RULE = rule(_SHOT, [0])


def drawn(events: list[Event]) -> Ledger:
    own = arrays(events)
    found = replace(_ROLL, events=own, reach=reach(_SHOT, _ROLL.people, own, as_of=DAY, tries=TERMS.tries))
    return ledger(found, _RULE)


def expected(person: int, events: list[Event]) -> State:
    """Say where somebody stands by reading their events one by one."""
    own = [e for e in events if e.person == person]
    about = [e for e in own if e.programme == 0 and e.deed != Deed.NOTHING]
    if any(e.deed == Deed.SERVED for e in about):
        return State.SERVED
    if about:
        last = max(e.day for e in about)
        word = max(e.deed for e in about if e.day == last)
        if word == Deed.REFUSED:
            return State.REFUSED
        if word in (Deed.BOOKED, Deed.WAITING):
            return State.BOOKED
    return State.TODO if any(open_ways(person, own)) else State.UNREACHABLE


def open_ways(person: int, own: list[Event]) -> list[bool]:
    """Say whether the phone and the door of somebody are still ways."""
    name = f"r{person + 1}"
    return [
        known and not exhausted([e for e in own if e.heard and (e.channel in group, e.heard == Heard.MOVED) in told])
        for known, group, told in (
            (name in PHONE, BY_PHONE, {(True, False)}),
            (name in HOME, AT_THE_DOOR, {(True, False), (False, True), (True, True)}),
        )
    ]


def exhausted(attempts: list[Event]) -> bool:
    answered = max((e.day for e in attempts if e.heard >= Heard.CALLBACK), default=UNDATED - 1)
    after = [e for e in attempts if e.day > answered and Heard.NO_ANSWER <= e.heard < Heard.CALLBACK]
    return len(after) >= TERMS.tries or any(e.heard != Heard.NO_ANSWER for e in after)


_DAYS = st.sampled_from([TODAY, TODAY - 4, TODAY - 5, TODAY - 29, TODAY - 30, TODAY - 60, UNDATED])
_WHO = st.sampled_from([0, 1, 2, 2, 2, 3, 5, 6])  # few people and days, so that events meet
_WHAT = st.integers(0, 1)


class AnyOrder(RuleBasedStateMachine):
    """Enrolments and contacts come in any order, twice, and several on a day."""

    @initialize()
    def nothing(self) -> None:
        self.events: list[Event] = []
        self.known: tuple[list[Event], Ledger] | None = None

    def ledger(self) -> Ledger:
        """Return the ledger of the events so far, drawn up once a step."""
        if self.known is None or self.known[0] != self.events:
            self.known = list(self.events), drawn(self.events)
        return self.known[1]

    @step(who=_WHO, about=_WHAT, day=_DAYS, deed=st.sampled_from(list(Deed)[1:]))
    def enrols(self, who: int, about: int, day: int, deed: Deed) -> None:
        self.events.append(Event(who, about, day, deed, 0, -1))

    @step(who=_WHO, about=_WHAT, day=_DAYS, heard=st.sampled_from(list(Heard)[1:]), channel=st.integers(-1, 7))
    def is_contacted(self, who: int, about: int, day: int, heard: Heard, channel: int) -> None:
        self.events.append(Event(who, about, day, 0, heard, channel))

    @step(who=_WHO, day=_DAYS, channel=st.integers(0, 5))
    def says_no(self, who: int, day: int, channel: int) -> None:
        self.events.append(Event(who, 0, day, Deed.REFUSED, Heard.REACHED, channel))

    @step(data=st.data())
    def arrives_in_another_order(self, data: st.DataObject) -> None:
        self.events = list(data.draw(st.permutations(self.events)))

    @invariant()
    def everybody_stands_in_one_place(self) -> None:
        found = self.ledger()
        assert sum(found.counts().values()) == int(found.eligible.sum()) == 6  # r6 is young
        for person in np.flatnonzero(found.eligible):
            assert STATES[found.state[person]] is expected(int(person), self.events)
            assert REASONS[found.reason[person]].text.zh
        assert (found.state[~found.eligible] == -1).all()

    @invariant()
    def order_changes_nothing(self) -> None:
        one, other = self.ledger(), drawn(self.events[::-1])
        for name in ("state", "reason", "channel", "contacted", "silent", "callable"):
            assert np.array_equal(getattr(one, name), getattr(other, name))

    @invariant()
    def a_decision_told_twice_is_one(self) -> None:
        told = [e for e in self.events if e.deed != Deed.NOTHING and not e.heard]
        assert np.array_equal(self.ledger().state, drawn(self.events + told).state)

    @invariant()
    def nobody_lately_contacted_is_on_the_call_list(self) -> None:
        found = self.ledger()
        lately = {e.person for e in self.events if e.heard and e.day > TODAY - TERMS.quiet_days}
        to_do = {p for p in range(7) if p != 5 and expected(p, self.events) is State.TODO}
        phoned = {p for p in to_do if open_ways(p, [e for e in self.events if e.person == p])[0]}
        assert set(np.flatnonzero(found.callable).tolist()) == phoned - lately

    @invariant()
    def the_silent_are_all_there(self) -> None:
        found = self.ledger()
        heard = {e.person for e in self.events if e.day > TODAY - TERMS.silent_days}
        still = {p for p in range(7) if p != 5 and expected(p, self.events) in (State.TODO, State.UNREACHABLE)}
        assert set(np.flatnonzero(found.silent).tolist()) == still - heard
        assert set(np.flatnonzero(found.never).tolist()) == still - {e.person for e in self.events}


AnyOrder.TestCase.settings = settings(max_examples=25, stateful_step_count=12, deadline=None)
TestAnyOrder = AnyOrder.TestCase


def of(*events: tuple[str, str, str, str], terms: Terms = TERMS, **more: Any) -> dict[str, tuple[State, Reason]]:
    shot = snapshot(*with_events(*events, **more))
    found = ledger(roll(shot, DAY, np.ones(len(shot.nodes("Resident")), bool), terms=terms), rule(shot, [0]))
    ids = shot.nodes("Resident").ids.to_pylist()
    return {ids[p]: (STATES[found.state[p]], REASONS[found.reason[p]]) for p in np.flatnonzero(found.eligible)}


def test_without_events_the_known_are_to_do_and_the_unknown_unreachable() -> None:
    assert of() == {
        "r1": (State.TODO, Reason.NEVER),
        "r2": (State.TODO, Reason.NEVER),
        "r3": (State.TODO, Reason.NEVER),
        "r4": (State.UNREACHABLE, Reason.REGISTERED),
        "r5": (State.UNREACHABLE, Reason.NOTHING),
        "r7": (State.TODO, Reason.NEVER),
    }


@pytest.mark.parametrize(
    ("events", "state", "reason"),
    [
        ([("2021-03-01", "served"), ("2021-04-01", "refused")], State.SERVED, Reason.SERVED),
        ([("2021-03-01", "booked"), ("2021-03-01", "phone:refused")], State.REFUSED, Reason.REFUSED),
        ([("2021-03-01", "refused"), ("2021-03-02", "booked")], State.BOOKED, Reason.BOOKED),
        ([("2021-03-01", "cancelled"), ("2021-03-01", "sms:refused")], State.REFUSED, Reason.REFUSED),
        ([("2021-03-01", "absent"), ("2021-03-01", "phone:refused")], State.REFUSED, Reason.REFUSED),
        ([("2021-11-01", "booked")], State.BOOKED, Reason.BOOKED),
        ([("2021-03-01", "waiting")], State.BOOKED, Reason.WAITING),
        ([("2021-03-01", "booked"), ("2021-03-05", "cancelled")], State.TODO, Reason.CANCELLED),
        ([("2021-03-01", "absent"), ("2021-03-05", "phone:reached")], State.TODO, Reason.ABSENT),
        ([("2021-03-01", "phone:reached"), ("2021-03-05", "sms:no_answer")], State.TODO, Reason.NO_ANSWER),
        ([("2021-03-05", "phone:callback"), ("2021-03-05", "sms:no_answer")], State.TODO, Reason.CALLBACK),
        ([("2021-03-05", "phone:wrong_number")], State.TODO, Reason.WRONG_NUMBER),
        ([("2021-12-05", "served"), ("2021-01-05", "letter:unknown")], State.TODO, Reason.UNKNOWN),
    ],
)
def test_the_rule_that_decides(events: list[tuple[str, str]], state: State, reason: Reason) -> None:
    assert of(*(("r1", "p1", day, what) for day, what in events))["r1"] == (state, reason)


def test_a_number_that_fails_leaves_the_door_and_a_person_away_nothing() -> None:
    wrong = [(who, "p2", "2021-03-05", "phone:wrong_number") for who in ("r1", "r3")]
    found = of(*wrong)
    assert found["r1"] == (State.TODO, Reason.NEVER)
    assert found["r3"] == (State.UNREACHABLE, Reason.EXHAUSTED)
    again = of(*wrong, ("r3", "p1", "2021-03-06", "sms:reached"))
    assert again["r3"] == (State.TODO, Reason.REACHED)


def test_an_answer_outweighs_failures_of_its_day_and_before() -> None:
    tried = [("r3", "p1", "2021-03-05", "sms:no_answer"), ("r3", "p1", "2021-03-06", "outbound:wrong_number")]
    assert of(*tried)["r3"][0] is State.UNREACHABLE
    assert of(*tried, ("r3", "p2", "2021-03-06", "phone:callback"))["r3"][0] is State.TODO
    twice = [("r3", "p1", f"2021-03-0{day}", "sms:no_answer") for day in (5, 6)]
    assert of(*twice)["r3"][0] is State.UNREACHABLE
    assert of(*twice, terms=Terms(tries=3))["r3"][0] is State.TODO


def test_an_older_round_does_not_count() -> None:
    events = [("r1", "p1", "2021-03-01", "served"), ("r2", "p1", "2021-09-01", "served")]
    found = of(*events, terms=Terms(dt.date(2021, 6, 1)))
    assert found["r1"][0] is State.TODO
    assert found["r2"][0] is State.SERVED


def test_undated_help_is_of_every_round() -> None:
    shot = snapshot(*with_events(("r2", "p1", "2021-02-01", "booked")))
    terms = Terms(dt.date(2021, 6, 1))
    people = roll(shot, DAY, np.ones(7, bool), terms=terms)
    dated = people.events
    undated = replace(dated, day=np.full(1, UNDATED, np.int32))
    assert ledger(people, rule(shot, [0])).counts()[State.BOOKED] == 0
    assert ledger(replace(people, events=undated), rule(shot, [0])).counts()[State.BOOKED] == 1


def test_same_day_precedence_of_cancelled_over_booked() -> None:
    events = arrays([Event(0, 0, TODAY, deed, 0, -1) for deed in (Deed.CANCELLED, Deed.BOOKED)])
    deed, day = decide(events, 2)
    assert (deed[0], day[0]) == (Deed.CANCELLED, TODAY)
    assert deed[1] == Deed.NOTHING


def test_another_programme_decides_nothing_unless_it_is_a_source() -> None:
    shot = snapshot(*with_events(("r1", "p1", "2021-03-01", "booked"), ("r1", "p2", "2021-03-09", "served")))
    people: Roll = roll(shot, DAY, np.ones(7, bool))
    assert ledger(people, rule(shot, [0])).counts()[State.BOOKED] == 1
    both = ledger(people, rule(shot, [0, 1])).counts()
    assert both[State.SERVED] == 1
    assert both[State.BOOKED] == 0


def test_channels_are_those_of_the_code_table() -> None:
    from graph.model.codes import table

    assert set(CHANNELS) == set(table("channel").titles)
    assert {d.name.lower() for d in Deed if d} == set(table("enrolment").titles)
    assert {h.name.lower() for h in Heard if h > 1} | {"refused"} == set(table("contact_outcome").titles)


@pytest.mark.parametrize(("ago", "quiet", "called"), [(4, 5, False), (5, 5, True), (0, 1, False), (0, 0, True)])
def test_the_last_day_of_the_quiet_period(ago: int, quiet: int, called: bool) -> None:
    day = (DAY - dt.timedelta(days=ago)).isoformat()
    shot = snapshot(*with_events(("r1", "p2", day, "visit:no_answer")))
    found = ledger(roll(shot, DAY, np.ones(7, bool), terms=Terms(quiet_days=quiet)), rule(shot, [0]))
    assert bool(found.callable[0]) is called
