"""From wish and town to event: slots, bookings, policy, and rules of rooms and people on a made-up neighbourhood."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.model.errors import ArgumentInvalid, PolicyInvalid, ProblemUnfit, UnknownName
from graph.snapshot.columns import Snapshot
from matching.bundle.best import best
from matching.bundle.draft import draft, walks
from matching.bundle.event import parts
from matching.bundle.policy import default_table, read_bundle_policy
from matching.bundle.reasons import reasons
from matching.bundle.slots import bookings_of_week, candidate_slots, date_of, free_at
from matching.bundle.town import Town, read_town
from matching.bundle.wish import Wish
from matching.rules.policy import read_policy
from matching.rules.stock import Commitments, Reading
from matching.rules.week import WEEK, minutes, open_week
from similarity.reasons import NANO
from tests.contract.neighbourhood import DAY, EAST, Neighbourhood

SNAPSHOT = Snapshot.of(Neighbourhood().records())
OWN = read_bundle_policy()
MONDAY = dt.date(2021, 11, 8)
HAIR = 0  # the first skill of the dictionary


def town(booked: Mapping[str, tuple[str, ...]] | None = None) -> Town:
    reading = Reading(SNAPSHOT, DAY, read_policy(), Commitments(booked or {}))
    return read_town(reading, OWN, areas=None)


TOWN = town()
EVERYBODY = np.ones(len(TOWN.residents), bool)
WISH = Wish(
    "w", "culture", 5, EVERYBODY, np.linspace(0, 1, len(EVERYBODY)), skills=((HAIR, 0),), committee=EAST,
    at=TOWN.centre[EAST],
)  # fmt: skip


# Slots and bookings.


@given(st.integers(1, 26).map(lambda n: 30 * n))
@settings(deadline=None)
def test_slots_lie_within_the_hours_of_a_day(length: int) -> None:
    slots, hours = candidate_slots(length, wanted=(), policy=OWN)
    assert len(slots) == 7 * (26 - length // 30 + 1)  # 08:00 to 21:00 are 26 half hours
    for slot, row in zip(slots, hours, strict=True):
        first, last = minutes(slot)
        assert last - first == length == 30 * int(row.sum())
        assert first % 1440 >= 8 * 60
        assert first % 1440 + length <= 21 * 60
        assert (open_week([slot]) > 0).tolist() == row.tolist()


def test_wanted_slots_are_kept_to_and_taken_whole_without_a_length() -> None:
    wanted = ("3 13:30-17:00", "5 09:00-10:00")
    assert candidate_slots(None, wanted=wanted, policy=OWN)[0] == wanted
    inside, _ = candidate_slots(120, wanted=wanted, policy=OWN)
    assert inside == tuple(f"3 {h}" for h in ("13:30-15:30", "14:00-16:00", "14:30-16:30", "15:00-17:00"))
    with pytest.raises(ArgumentInvalid):
        candidate_slots(120, wanted=wanted[1:], policy=OWN)


def test_bookings_are_read_by_week_and_by_date() -> None:
    rows = [
        {"resource": "Venue:x1", "slot": "2 09:00-10:00"},
        {"resource": "Venue:x1", "date": "2021-11-10", "begin": "9:00", "end": "10:30"},
        {"resource": "Venue:x1", "date": "2021-11-17", "begin": "09:00", "end": "10:30"},
    ]
    assert bookings_of_week(rows, MONDAY) == {"Venue:x1": ("2 09:00-10:00", "3 09:00-10:30")}
    assert date_of("3 09:00-10:30", MONDAY) == dt.date(2021, 11, 10)
    for bad in ({"resource": "Venue:x1"}, {"resource": "x1", "slot": "2 09:00-10:00"},
                {"resource": "Venue:x1", "date": "soon", "begin": "09:00", "end": "10:00"},
                {"resource": "Venue:x1", "slot": "2 10:00-09:00"}):  # fmt: skip
        with pytest.raises(ArgumentInvalid):
            bookings_of_week([bad], MONDAY)


def test_free_means_during_all_of_a_slot() -> None:
    _, hours = candidate_slots(60, wanted=("1 09:00-11:00",), policy=OWN)
    weeks = np.stack([open_week(["1 09:00-10:00"]) > 0, open_week(["1 08:00-12:00"]) > 0, np.zeros(WEEK, bool)])
    assert free_at(hours, weeks).tolist() == [[True, False, False], [True, True, True], [False, False, False]]


# Policy.


def test_the_shipped_policy_reads_and_knows_its_codes() -> None:
    assert OWN.earliest == 16
    assert OWN.latest == 42
    assert set(OWN.weights) == {"venue", "slot", "lead", "helpers", "people"}
    assert read_bundle_policy({"venues": {"volunteer": ["idle"]}}).venues["volunteer"] == {"idle"}


@pytest.mark.parametrize(
    ("given_table", "error"),
    [
        ({"weight": {}}, UnknownName),
        ({"weights": {"venue": {"fil": 1}}}, UnknownName),
        ({"venues": {"culture": ["rom"]}}, UnknownName),
        ({"venues": {"cultur": ["hall"]}}, UnknownName),
        ({"weights": {"venue": {"fill": -1}}}, PolicyInvalid),
        ({"weights": {"venue": {"fill": "much"}}}, PolicyInvalid),
        ({"weights": {g: dict.fromkeys(p, 0) for g, p in default_table()["weights"].items()}}, PolicyInvalid),
        ({"hours": {"earliest": "22:00"}}, PolicyInvalid),
        ({"hours": {"earliest": "08:15"}}, PolicyInvalid),
        ({"helpers": {"people_each": 0}}, PolicyInvalid),
        ({"backbone": {"tags": "社区骨干"}}, PolicyInvalid),
        ({"hours": 8}, PolicyInvalid),
    ],
)
def test_a_policy_that_says_something_impossible_is_refused(given_table: dict[str, object], error: type) -> None:
    with pytest.raises(error):
        read_bundle_policy(given_table)


# Rules of rooms and people.


def test_rooms_beyond_the_walk_are_out_and_a_town_without_any_says_why() -> None:
    drafted = draft(TOWN, WISH)
    assert [v[-3:-1] for v in drafted.event.venues] == ["x1"]  # the other room lies two kilometres away
    with pytest.raises(ProblemUnfit, match="walking distance rules out 2"):
        draft(TOWN, replace(WISH, at=TOWN.centre[EAST] + 5000))
    with pytest.raises(ProblemUnfit, match="kind rules out 2"):
        draft(_without_rooms(), WISH)


def _without_rooms() -> Town:
    return replace(TOWN, room_kind=tuple("kitchen" for _ in TOWN.room_kind))


def test_nobody_comes_from_beyond_their_limit() -> None:
    drafted = draft(TOWN, WISH)
    event = drafted.event
    resources = TOWN.stock.resources
    far = (
        walks(TOWN, drafted.rooms, resources.place[TOWN.volunteers[drafted.helpers]])
        > TOWN.policy.distance["Volunteer"]
    )
    assert (np.isneginf(event.helpers.near) == far).all()
    away = walks(TOWN, drafted.rooms, TOWN.place[drafted.people])
    assert np.isneginf(event.people.near[(away > OWN.walk) | np.isnan(away)]).all()


def test_leads_have_the_skill_and_the_hours() -> None:
    drafted = draft(TOWN, WISH)
    level, hours = TOWN.stock.resources.level, TOWN.stock.resources.weekly_hours
    rows = TOWN.volunteers[drafted.leads]
    assert len(rows)
    assert (level[rows, HAIR] >= 1).all()
    assert (hours[rows] >= 2).all()
    strict = draft(TOWN, replace(WISH, skills=((HAIR, 5),)))
    assert (level[TOWN.volunteers[strict.leads], HAIR] == 5).all()


def test_roles_know_that_a_volunteer_is_a_resident() -> None:
    drafted = draft(TOWN, WISH)
    residents = SNAPSHOT.nodes("Resident")
    is_resident = {r["start"]: r["end"] for r in SNAPSHOT.edge_rows("Volunteer-IS-Resident").to_pylist()}
    for row, volunteer in enumerate(drafted.event.helpers.ids):
        assert residents.id_of(int(drafted.event.helpers.person[row])) == is_resident[volunteer]


def test_bookings_of_rooms_volunteers_and_residents_take_their_hours() -> None:
    first = draft(TOWN, WISH).event
    volunteer, resident = first.helpers.ids[0], first.people.ids[0]
    slot = "1 09:00-11:30"
    booked = {f"{k}:{i}": (slot,) for k, i in (("Venue", "x1"), ("Volunteer", volunteer), ("Resident", resident))}
    event = draft(town(booked), WISH).event
    during = [at for at, s in enumerate(event.slots) if s in ("1 09:00-11:00", "1 09:30-11:30")]
    assert first.open_at[0, during].all()
    assert not event.open_at[0, during].any()
    assert first.helpers.free[0, during].all()
    assert not event.helpers.free[event.helpers.ids.index(volunteer), during].any()
    assert not event.people.free[event.people.ids.index(resident), during].any()
    assert event.people.free.sum() < first.people.free.sum()


def test_weights_in_use_sum_to_one_and_scores_stay_below() -> None:
    for wish in (WISH, replace(WISH, helpers=0), replace(WISH, invites=False), replace(WISH, committee=None, at=None)):
        drafted = draft(TOWN, wish)
        used = {n: w for n, w in drafted.weight.items() if w}
        assert sum(used.values()) == pytest.approx(1)
        found = best(drafted.event)
        assert found is not None
        assert 0 < found.score <= 1
        for name, part in parts(drafted.event, found).items():
            assert -1e-12 <= part <= drafted.weight[name] + 1e-12


def test_guests_need_places_and_no_invitation() -> None:
    drafted = draft(TOWN, replace(WISH, invites=False, people=24))
    assert (drafted.event.guests, drafted.event.people_needed, drafted.event.heads) == (24, 0, 27)
    found = best(drafted.event)
    assert found is not None
    assert found.people == ()


def test_reasons_are_sentences_in_both_languages_and_sum_exactly() -> None:
    for wish in (WISH, replace(WISH, committee=None, at=None), replace(WISH, helpers=0, skills=())):
        drafted = draft(replace(TOWN, backbone=np.ones(len(TOWN.backbone), bool)), wish)
        found = best(drafted.event)
        assert found is not None
        told = reasons(TOWN, drafted, found)
        assert sum(round(r.contribution * NANO) for r in told) == round(found.score * NANO)
        assert all(r.text.zh and r.text.en and "{" not in r.text.en for r in told)
        assert len({r.feature for r in told}) == len(told)


def test_a_room_without_hours_is_no_room() -> None:
    shut = replace(TOWN, room_week=np.zeros_like(TOWN.room_week))
    assert best(draft(shut, WISH).event) is None


def test_whoever_said_no_is_not_invited_and_is_counted() -> None:
    calm = replace(TOWN, willing=np.ones(len(TOWN.willing), bool))
    whole = draft(calm, WISH)
    shy, no = int(whole.people[0]), int(whole.people[1])
    willing = np.arange(len(TOWN.willing)) != shy
    less = draft(replace(calm, willing=willing, declined={"w": np.array([no])}), WISH)
    assert less.people.tolist() == whole.people[2:].tolist()
    assert (whole.unasked, less.unasked) == (0, 2)
    other = draft(replace(calm, declined={"another": np.array([no])}), WISH)
    assert other.people.tolist() == whole.people.tolist()


def test_residents_who_refused_a_contact_lately_are_not_willing() -> None:
    quiet = read_town(Reading(SNAPSHOT, DAY, read_policy({"consent": {"quiet_days": 0}})), OWN, areas=None)
    assert quiet.willing.all()
    contacts = SNAPSHOT.edge_rows("Resident-CONTACTED-Programme").to_pylist()
    lately = {c["start"] for c in contacts if c["outcome"] == "refused" and 0 <= (DAY - c["at"]).days < 30}
    assert {SNAPSHOT.nodes("Resident").id_of(r) for r in np.flatnonzero(~TOWN.willing)} == lately
    assert lately


def test_refusals_given_for_residents_reach_the_town() -> None:
    name = SNAPSHOT.nodes("Resident").id_of(3)
    declined = {f"Resident:{name}": frozenset({"w"}), "Resident:nobody": frozenset({"w"})}
    reading = Reading(SNAPSHOT, DAY, read_policy(), Commitments({}, declined))
    read = read_town(reading, OWN, areas=None)
    assert {k: v.tolist() for k, v in read.declined.items()} == {"w": [3]}


def test_rooms_suit_what_a_need_is_for() -> None:
    key = "会议|meeting"
    policy = replace(TOWN.policy, purposes={key: frozenset({"meeting_room"})})
    kinds = ("meeting_room", *("library",) * (len(TOWN.rooms) - 1))
    meeting = replace(WISH, kind="", purposes=(("会议", key),))
    there = replace(TOWN, policy=policy, room_kind=kinds)
    assert draft(there, meeting).rooms.tolist() == [0]
    unknown = draft(replace(there, room_kind=(None,) * len(kinds)), meeting).rooms
    assert unknown.tolist() == draft(there, replace(meeting, purposes=())).rooms.tolist()
    with pytest.raises(ProblemUnfit, match="what the room is for"):
        draft(replace(there, room_kind=("library",) * len(kinds)), meeting)
