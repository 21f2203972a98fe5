"""Random small stocks, in which every rule fails for some pairs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import strategies as st

from matching.rules.coded import Coded
from matching.rules.crossing import Crossing
from matching.rules.policy import LABELS, Policy, read_policy
from matching.rules.refused import Refusal
from matching.rules.tables import Dictionary, Needs, Resources, Stock, Times

KINDS = ("service", "venue", "volunteer", "activity", "elderly", "repair", "unheard_of")
SLOTS = ("1 09:00-11:30", "1 13:30-17:00", "3 13:30-17:00", "3 18:00-20:30", "6 08:15-09:40")
WORDS = Dictionary(
    skills=("s0", "s1", "s2"),
    skill_names=("理发", "急救", "舞蹈"),
    items=("i0", "i1", "i2"),
    item_names=("助餐", "托育", "路灯"),
    item_ages=np.array([[60.0, np.inf], [2.0, 3.0], [0.0, np.inf]]),
)
PARTIES = ("Organisation:o1", "Organisation:o2", "Resident:p1", "Household:h1")
NO = Refusal("请勿打扰", dt.date(2021, 3, 1), "网格")
BALL, MEET = "羽毛球|badminton", "会议|meeting"
rooms = st.sampled_from(["library", "sports", "meeting_room", "idle", None])
purposes = st.sampled_from([(), (), (("羽毛球", BALL),), (("会议", MEET),), (("羽毛球", BALL), ("会议", MEET))])
numbers = st.sampled_from([0.0, 1.0, 5.0, 12.0, 40.0])
unknown = st.just(float("nan"))
spots = st.tuples(*[st.sampled_from([0.0, 300.0, 900.0, 2500.0])] * 2) | st.tuples(unknown, unknown)
weeks = st.lists(st.sampled_from(SLOTS), max_size=3, unique=True).map(lambda s: tuple(sorted(s)))
groups = st.lists(st.sampled_from(PARTIES), max_size=2).map(frozenset)


def words(values: Sequence[Any]) -> np.ndarray[Any, Any]:
    found = np.empty(len(values), object)
    found[:] = values
    return found


@st.composite
def needs(draw: st.DrawFn, least: int = 0, most: int = 3) -> Needs:
    def several(strategy: st.SearchStrategy[Any]) -> list[Any]:
        return draw(st.lists(strategy, min_size=count, max_size=count))

    count = draw(st.integers(least, most))
    wanted = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 5)), max_size=2, unique_by=lambda w: w[0]).map(tuple)
    items = st.lists(st.integers(0, 2), max_size=2, unique=True).map(tuple)
    return Needs(
        ids=words([f"n{i}" for i in range(count)]),
        name=words([f"需求{i}" for i in range(count)]),
        kind=Coded.of(several(st.sampled_from(KINDS))),
        status=words(several(st.sampled_from(["open", "open", "matched", "done"]))),
        area=words(several(st.sampled_from(["c1", "c2", None]))),
        people=np.array(several(st.sampled_from([1.0, 3.0, 20.0])), float),
        place=np.array(several(spots), float).reshape(count, 2),
        slots=Coded.of(several(weeks)),
        skills=Coded.of(several(wanted)),
        items=Coded.of(several(items)),
        step_free=np.array(several(st.booleans()), bool),
        ages=Coded.of(several(st.lists(st.sampled_from([2, 35, 70]), max_size=2).map(tuple))),
        parties=Coded.of(several(groups)),
        purposes=Coded.of(several(purposes)),
    )


@st.composite
def times(draw: st.DrawFn, label: str) -> Times:
    hours = draw(weeks | st.none()) if label in ("Venue", "Volunteer") else None
    return label, hours or None, draw(weeks)


@st.composite
def resources(draw: st.DrawFn, least: int = 0, most: int = 4) -> Resources:
    def several(strategy: st.SearchStrategy[Any]) -> list[Any]:
        return draw(st.lists(strategy, min_size=count, max_size=count))

    count = draw(st.integers(least, most))
    labels = several(st.sampled_from(LABELS))
    offer = st.tuples(*[st.sampled_from([0.0, 0.0, 2.0, 30.0, np.inf])] * 3)
    giving = np.array([label in ("Organisation", "ServicePoint") for label in labels], bool)
    able = np.array([label == "Volunteer" for label in labels], bool)
    return Resources(
        label=Coded.of(labels),
        ids=words([f"r{i}" for i in range(count)]),
        name=words([f"资源{i}" for i in range(count)]),
        area=words(several(st.sampled_from(["c1", "c2", None]))),
        place=np.array(several(spots), float).reshape(count, 2),
        capacity=np.array(several(numbers | unknown), float),
        times=Coded.of([draw(times(label)) for label in labels]),
        level=np.array(several(st.tuples(*[st.integers(0, 5)] * 3)), np.int8).reshape(count, 3) * able[:, None],
        offer=np.where(giving[:, None], np.array(several(offer), float).reshape(count, 3), 0.0),
        step_free=np.array(several(st.booleans()), bool),
        age=np.array(several(st.sampled_from([12.0, 40.0, 85.0]) | unknown), float),
        weekly_hours=np.array(several(st.sampled_from([0.5, 2.0, 9.0]) | unknown), float),
        in_service=np.array(several(st.sampled_from([True, True, True, False])), bool),
        idle=np.array(several(st.sampled_from([0.0, 14.0, 90.0]) | unknown), float),
        parties=Coded.of(several(groups)),
        declined=Coded.of(several(st.lists(st.sampled_from(["n0", "n1"]), max_size=1).map(frozenset))),
        refusal=Coded.of(several(st.sampled_from([None, None, None, NO]))),
        room=Coded.of([draw(rooms) if label == "Venue" else None for label in labels]),
    )


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Draw the shipped policy with some of its switches changed."""
    policy = read_policy()
    own = draw(st.frozensets(st.sampled_from(LABELS), max_size=2))
    kinds = {BALL: frozenset({"sports"}), MEET: frozenset({"meeting_room", "library"})}
    switches: dict[str, Any] = {"own": draw(st.booleans()), "least_level": draw(st.integers(1, 4))}
    return replace(policy, own_committee=own, purposes=kinds, **switches)


WILLING = ("Venue", "Volunteer")
"""Labels that may meet an activity, the kind of need that asks least of them."""


def _quiet_needs(found: Needs) -> dict[str, Any]:
    n = len(found)
    return {
        "kind": Coded.of(["activity"] * n),
        "status": words(["open"] * n),
        "area": words(["c1"] * n),
        "people": np.ones(n),
        "place": np.zeros((n, 2)),
        "slots": Coded.of([()] * n),
        "skills": Coded.of([()] * n),
        "items": Coded.of([()] * n),
        "step_free": np.zeros(n, bool),
        "ages": Coded.of([()] * n),
        "parties": Coded.of([frozenset()] * n),
        "purposes": Coded.of([()] * n),
    }


def _quiet_resources(found: Resources) -> dict[str, Any]:
    n = len(found)
    labels = [label if label in WILLING else WILLING[i % 2] for i, label in enumerate(found.label)]
    return {
        "label": Coded.of(labels),
        "area": words(["c1"] * n),
        "place": np.zeros((n, 2)),
        "capacity": np.full(n, 40.0),
        "times": Coded.of([(label, SLOTS, ()) for label in labels]),
        "step_free": np.ones(n, bool),
        "age": np.full(n, 40.0),
        "weekly_hours": np.full(n, 9.0),
        "in_service": np.ones(n, bool),
        "parties": Coded.of([frozenset()] * n),
        "declined": Coded.of([frozenset()] * n),
        "refusal": Coded.of([None] * n),
        "room": Coded.of([None] * n),
    }


@st.composite
def stocks(draw: st.DrawFn, *, kind: bool) -> Stock:
    """Draw a stock; in a kind one all but a few columns say nothing that a rule could object to."""
    asked, offered = draw(needs(least=int(kind))), draw(resources(least=int(kind)))
    if kind:
        for_needs, for_resources = _quiet_needs(asked), _quiet_resources(offered)
        loud = draw(st.sets(st.sampled_from(sorted({*for_needs, *for_resources} - {"kind", "label"})), max_size=3))
        loud |= {"slots"} if draw(st.booleans()) else set()
        asked = replace(asked, **{name: value for name, value in for_needs.items() if name not in loud})
        quiet = {name: value for name, value in for_resources.items() if name not in loud}
        if "times" in loud:  # a week belongs to its label
            quiet["times"] = Coded.of(
                [(label, *week[1:]) for label, week in zip(quiet["label"], offered.times, strict=True)]
            )
        offered = replace(offered, **quiet)
    return Stock(asked, offered, WORDS)


@st.composite
def crossings(draw: st.DrawFn) -> Crossing:
    """Draw a crossing: one in four full of objections, the others with many eligible pairs."""
    return Crossing.of(draw(stocks(kind=draw(st.integers(0, 3)) > 0)), draw(policies()))
