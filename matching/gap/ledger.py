"""The ledger of a programme: eligible = served + booked + refused + to do + unreachable, exactly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from graph.model.records import EPOCH
from graph.model.text import Text
from graph.snapshot.evaluate import mask
from matching.gap.events import UNDATED, Deed, Events, Heard, decide, last_attempt
from matching.gap.reach import REACHABLE, WAYS, Way

if TYPE_CHECKING:
    from graph.snapshot.columns import Ints, Mask
    from matching.gap.roll import Roll
    from matching.gap.rule import Rule


class State(StrEnum):
    """Where an eligible person stands."""

    SERVED = "served"
    BOOKED = "booked"
    REFUSED = "refused"
    TODO = "todo"
    UNREACHABLE = "unreachable"

    @property
    def text(self) -> Text:
        """The state in words."""
        return _TITLES[self]


class Reason(StrEnum):
    """Why somebody stands there."""

    SERVED = "served"
    BOOKED = "booked"
    WAITING = "waiting"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    ABSENT = "absent"
    REACHED = "reached"
    CALLBACK = "callback"
    MOVED = "moved"
    WRONG_NUMBER = "wrong_number"
    NO_ANSWER = "no_answer"
    UNKNOWN = "unknown"
    NEVER = "never"
    REGISTERED = "no_way_registered"
    EXHAUSTED = "no_way_exhausted"
    NOTHING = "no_way_unknown"

    @property
    def text(self) -> Text:
        """The reason in words."""
        return _REASONS[self]


_TITLES = {
    State.SERVED: Text("已办", "served"),
    State.BOOKED: Text("已约", "booked"),
    State.REFUSED: Text("拒绝", "refused"),
    State.TODO: Text("待办", "to do"),
    State.UNREACHABLE: Text("联系不上", "unreachable"),
}
_REASONS = {
    Reason.SERVED: Text("已服务", "has been served"),
    Reason.BOOKED: Text("已预约", "has booked"),
    Reason.WAITING: Text("候补中", "is on the waiting list"),
    Reason.REFUSED: Text("本人拒绝", "said no"),
    Reason.CANCELLED: Text("取消后未再约", "cancelled and did not book again"),
    Reason.ABSENT: Text("约了没来", "booked and did not come"),
    Reason.REACHED: Text("联系上了，还没有报名", "was reached, has not enrolled"),
    Reason.CALLBACK: Text("请稍后再联系", "asked to be called back"),
    Reason.MOVED: Text("已搬走", "has moved away"),
    Reason.WRONG_NUMBER: Text("号码有误", "wrong number"),
    Reason.NO_ANSWER: Text("无人接听", "did not answer"),
    Reason.UNKNOWN: Text("联系过，结果未记", "was contacted, the outcome is not on record"),
    Reason.NEVER: Text("从未就此联系", "was never contacted about it"),
    Reason.REGISTERED: Way.REGISTERED.text,
    Reason.EXHAUSTED: Way.EXHAUSTED.text,
    Reason.NOTHING: Way.UNKNOWN.text,
}
STATES, REASONS = tuple(State), tuple(Reason)
_DECIDED = {
    Deed.SERVED: State.SERVED,
    Deed.REFUSED: State.REFUSED,
    Deed.BOOKED: State.BOOKED,
    Deed.WAITING: State.BOOKED,
}
_NO_WAY = {Way.REGISTERED: Reason.REGISTERED, Way.EXHAUSTED: Reason.EXHAUSTED, Way.UNKNOWN: Reason.NOTHING}
_STATE = np.array([STATES.index(_DECIDED.get(d, State.TODO)) for d in Deed], np.int32)
_OPEN = np.array([d not in _DECIDED for d in Deed])
_BY_DEED = np.array([REASONS.index(Reason(d.name.lower())) if d else -1 for d in Deed], np.int32)
_BY_HEARD = np.array([REASONS.index(Reason(h.name.lower()) if h else Reason.NEVER) for h in Heard], np.int32)
_BY_WAY = np.array([REASONS.index(_NO_WAY[w]) if w in _NO_WAY else -1 for w in WAYS], np.int32)
"""What follows from a deed, an outcome and a way, each by its number."""


@dataclass(frozen=True, slots=True, eq=False)
class Ledger:
    """One programme on one day; the arrays have one entry for each resident, those outside say nothing."""

    rule: Rule
    roll: Roll
    round: Events
    """What happened about this programme in the round."""
    eligible: Mask
    state: Ints
    """Position in `STATES`, -1 for those who are not eligible."""
    reason: Ints
    """Position in `REASONS`, -1 for those who are not eligible."""
    channel: Ints
    """Position in `CHANNELS` of the last contact about the programme, -1 without one."""
    contacted: Ints
    """Day of that contact, below `UNDATED` without one."""

    def is_in(self, *states: State) -> Mask:
        """Return who stands in one of the states."""
        wanted = np.array([s in states for s in STATES] + [False])
        return np.asarray(wanted[self.state])

    @property
    def open(self) -> Mask:
        """Eligible minus served, booked and refused: who is still to be helped, reachable or not."""
        return self.is_in(State.TODO, State.UNREACHABLE)

    @property
    def silent(self) -> Mask:
        """Who is still to be helped and had neither contact nor enrolment of any kind in `silent_days`."""
        return self.open & (self.roll.last_event <= self.roll.day - self.roll.terms.silent_days)

    @property
    def overdue(self) -> Mask:
        """Who has a booking or waits, and of whom nothing has been heard of any kind in `silent_days`."""
        return self.is_in(State.BOOKED) & (self.roll.last_event <= self.roll.day - self.roll.terms.silent_days)

    @property
    def never(self) -> Mask:
        """Who is still to be helped and of whom nothing was ever heard, about no programme."""
        return self.open & (self.roll.last_event < UNDATED)

    @property
    def callable(self) -> Mask:
        """The call list: to do, with a number that works, outside the quiet period, and not asking to be left alone."""
        return self.is_in(State.TODO) & self.roll.reach.phone & ~self.roll.quiet & ~self.roll.unasked

    def counts(self) -> Mapping[State, int]:
        """Return how many stand in each state; they sum to the eligible."""
        found = np.bincount(self.state[self.eligible], minlength=len(STATES))
        return {state: int(found[at]) for at, state in enumerate(STATES)}


def ledger(roll: Roll, rule: Rule) -> Ledger:
    """Draw up the ledger of a programme."""
    size = len(roll.people.row)
    eligible = roll.people.any(mask(roll.snapshot, "Resident", rule.condition, roll.as_of))
    own = in_round(roll, rule)
    deed, _ = decide(own, size)
    heard, channel, contacted = last_attempt(own, size)
    at, way = np.flatnonzero(eligible), roll.reach.way
    state, reason = (np.full(size, -1, np.int32) for _ in range(2))
    state[at] = _stand(deed[at], way[at])
    reason[at] = _why(deed[at], heard[at], way=way[at])
    return Ledger(rule, roll, own, eligible, state, reason, channel, contacted)


def in_round(roll: Roll, rule: Rule) -> Events:
    """Return the events of the programme in the round; undated ones belong to it (no help is forgotten)."""
    own = np.isin(roll.events.programme, rule.programmes)
    if roll.terms.since is not None:
        begin = (roll.terms.since - EPOCH).days
        own &= (roll.events.day >= begin) | (roll.events.day == UNDATED)
    return roll.events.take(own)


def _stand(deed: Ints, way: Ints) -> Ints:
    """Return the state for what was decided: open ones are to do when they can be reached."""
    state = _STATE[deed]
    state[_OPEN[deed] & (way >= REACHABLE)] = STATES.index(State.UNREACHABLE)
    return state


def _why(deed: Ints, heard: Ints, *, way: Ints) -> Ints:
    reason = np.where(deed == Deed.NOTHING, _BY_HEARD[heard], _BY_DEED[deed])
    return np.where(_OPEN[deed] & (way >= REACHABLE), _BY_WAY[way], reason).astype(np.int32)
