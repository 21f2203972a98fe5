"""The parts of a ledger: one person once, who is new, conflicts, breakdowns, the map, rules and their errors."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from graph.model.condition import AllOf, AnyOf, Between, Condition, Is, Known, Not, Tagged
from graph.model.errors import ConditionInvalid, SettingInvalid, UnknownName
from graph.snapshot.evaluate import Facts, Undated, mask
from matching.gap.breakdown import BY, breakdown, heads
from matching.gap.conflicts import Conflict, between_sources, conflicts, twice
from matching.gap.events import Deed
from matching.gap.households import households
from matching.gap.ledger import Ledger, State, ledger
from matching.gap.lists import TITLES, emptiness, entries
from matching.gap.newly import a_year_before, newly
from matching.gap.persons import persons
from matching.gap.roll import Terms, roll
from matching.gap.rule import programme_row, rule
from tests.unit.matching.gap.quarter import DAY, OLD, Rows, born, quarter, snapshot, with_events


def drawn(
    nodes: Rows, edges: Rows, *, sources: tuple[int, ...] = (0,), areas: tuple[str, ...] | None = None, **terms: Any
) -> Ledger:
    shot = snapshot(nodes, edges)
    own = rule(shot, sources)
    return ledger(roll(shot, DAY, shot.nodes("Resident").inside(areas), terms=Terms(**terms)), own)


def ids(found: Ledger, kind: str) -> list[str]:
    residents = found.roll.snapshot.nodes("Resident")
    return [residents.id_of(e.person) for e in entries(found, kind)]


def _twin(nodes: Rows, of: str, **changed: Any) -> None:
    """Add a second record of somebody, as another source would bring it."""
    known = next(p for p in nodes["Resident"] if p["id"] == of)
    nodes["Resident"].append({**known, "id": f"{of}-twin", **changed})


def test_one_person_under_two_sources_counts_once_and_keeps_what_either_knows() -> None:
    nodes, edges = with_events(("r4-twin", "p1", "2021-03-01", "booked"), ("r4", "p1", "2021-02-01", "phone:refused"))
    _twin(nodes, "r4", phone="10000000004")
    _twin(nodes, "r1", id_hash=None)
    _twin(nodes, "r3", id_hash="another")
    found = drawn(nodes, edges)
    assert found.roll.people.merged == 2
    assert int(found.eligible.sum()) == 7  # six and the r3 of another ID number
    assert ids(found, "booked") == ["r4"]
    assert ids(found, "refused") == []
    assert sum(found.counts().values()) == 7


def test_a_record_without_number_between_two_numbers_is_nobody_of_them() -> None:
    nodes, edges = quarter()
    _twin(nodes, "r3", id_hash="another")
    _twin(nodes, "r3", id="r3-unsure", id_hash=None)
    shot = snapshot(nodes, edges)
    assert persons(shot.nodes("Resident"), np.ones(9, bool)).merged == 0


def test_chains_of_records_end_in_one_person() -> None:
    nodes, edges = quarter()
    _twin(nodes, "r7", id="a-twin", id_hash=None)
    _twin(nodes, "r7", id="b-twin", phone="10000000099")
    _twin(nodes, "r7", id="z-twin", id_hash=None, phone="10000000099")
    shot = snapshot(nodes, edges)
    residents = shot.nodes("Resident")
    found = persons(residents, np.ones(len(residents), bool))
    rows = residents.rows(["a-twin", "b-twin", "r7", "z-twin"])
    assert len(set(found.row[rows].tolist())) == 1
    assert found.merged == 3


def test_what_lies_outside_the_scope_changes_nothing_inside() -> None:
    nodes, edges = with_events(("r7", "p1", "2021-03-01", "served"))
    before = drawn(nodes, edges, areas=("c1",))
    _twin(nodes, "r1", area="c2")
    edges["Resident-ENROLLED_IN-Programme"].append(
        {"start": "r1-twin", "end": "p1", "at": dt.date(2021, 4, 1), "status": "served"}
    )
    after = drawn(nodes, edges, areas=("c1",))
    assert before.counts() == after.counts()
    assert [ids(before, k) for k in TITLES] == [ids(after, k) for k in TITLES]


def test_new_are_those_who_came_of_age_or_arrived_or_retired_within_the_year() -> None:
    nodes, edges = quarter()
    people = {p["id"]: p for p in nodes["Resident"]}
    people["r1"]["birth_date"] = born(60)
    for edge in edges["Resident-LIVES_IN-Dwelling"]:
        edge["since"] = {"r2": dt.date(2020, 11, 2), "r7": dt.date(2020, 11, 1)}.get(edge["start"])
    found = drawn(nodes, edges)
    new = newly(found)
    shown = {found.roll.snapshot.nodes("Resident").id_of(e.person): e.note.en for e in entries(found, "new") if e.note}
    assert shown == {"r1": "has come under the rule within the year", "r2": "was not here a year ago"}
    assert not (new.arrived & new.became).any()
    assert a_year_before(dt.date(2021, 11, 1)) == dt.date(2020, 11, 1)


def test_a_fact_observed_within_the_year_was_not_known_a_year_ago() -> None:
    nodes, edges = quarter()
    nodes["Programme"][0]["eligibility"] = json.dumps({"property": "retired", "is": True})
    for person, on in (("r1", dt.date(2021, 6, 1)), ("r2", dt.date(2019, 6, 1)), ("r3", None)):
        one = next(p for p in nodes["Resident"] if p["id"] == person)
        one["retired"], one["retired_on"] = True, on
    assert ids(drawn(nodes, edges), "new") == ["r1"]


_LEAF = st.one_of(
    st.just(Is("retired", (True,))),
    st.just(Is("marital", ("20",))),
    st.builds(Known, st.sampled_from(["retired", "marital", "sex"]), st.booleans()),
    st.just(Is("sex", ("2",))),
    st.just(Between("birth_date", at_least=born(70))),
)
_CONDITION = st.recursive(
    _LEAF,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(lambda a, b: AllOf((a, b)), inner, inner),
        st.builds(lambda a, b: AnyOf((a, b)), inner, inner),
    ),
    max_leaves=4,
)
_OBSERVED = st.tuples(
    st.sampled_from([None, True, False]),
    st.sampled_from([None, "10", "20"]),
    st.sampled_from([None, dt.date(2020, 5, 1), dt.date(2020, 11, 1), dt.date(2020, 11, 2), dt.date(2021, 5, 1)]),
)


@settings(max_examples=25, deadline=None)
@given(_CONDITION, st.lists(_OBSERVED, min_size=7, max_size=7))
def test_what_was_known_then_is_the_condition_on_data_without_what_was_observed_later(
    condition: Condition, observed: list[tuple[bool | None, str | None, dt.date | None]]
) -> None:
    then = dt.date(2020, 11, 1)
    nodes, edges = quarter()
    for person, (retired, marital, on) in zip(nodes["Resident"], observed, strict=True):
        person |= {"retired": retired, "retired_on": on, "marital": marital, "marital_on": on}
    now = snapshot(nodes, edges)
    for person in nodes["Resident"]:
        if person["retired_on"] and person["retired_on"] > then:
            person |= {"retired": None, "marital": None}
    old = snapshot(nodes, edges)
    found = Facts(now, then, Undated.KEPT).mask("Resident", condition)
    assert np.array_equal(found, mask(old, "Resident", condition, then))


_RECORD = st.tuples(
    st.sampled_from([None, "n1", "n2", "n3"]), st.sampled_from(["甲", "乙"]), st.sampled_from([None, "1", "2"])
)


@settings(max_examples=25, deadline=None)
@example([(None, "甲", "1"), (None, "甲", "2"), ("n1", "甲", "1"), ("n1", "甲", "2")])  # one number joins two phones
@given(st.lists(_RECORD, min_size=1, max_size=9))
def test_persons_are_the_connected_records(drawn_records: list[tuple[str | None, str, str | None]]) -> None:
    people = [
        {"id": f"r{i}", "area": "c1", "id_hash": number, "name": name, "phone": phone, "birth_date": born(70)}
        for i, (number, name, phone) in enumerate(drawn_records)
    ]
    one = list(range(len(people)))
    for i, j in itertools.product(range(len(people)), repeat=2):
        a, b = people[i], people[j]
        like = [p for p in people if a["phone"] and (p["name"], p["phone"]) == (a["name"], a["phone"])]
        sure = b in like and len({p["id_hash"] for p in like} - {None}) <= 1
        if sure or (a["id_hash"] and a["id_hash"] == b["id_hash"]):
            first, second = sorted((one[i], one[j]))
            one = [first if o == second else o for o in one]
    found = persons(snapshot({"Resident": people}, {}).nodes("Resident"), np.ones(len(people), bool))
    assert found.row.tolist() == one
    for who in set(one):
        assert len({people[i]["id_hash"] for i, o in enumerate(one) if o == who} - {None}) <= 1


def test_first_reached_within_the_year() -> None:
    nodes, edges = with_events(
        ("r1", "p1", "2021-03-01", "phone:no_answer"),
        ("r2", "p1", "2020-03-01", "served"),
        ("r2", "p1", "2021-03-01", "served"),
    )
    found = drawn(nodes, edges)
    assert newly(found).reached.sum() == 1
    assert [t.days for t in twice(found)] == [(dt.date(2020, 3, 1), dt.date(2021, 3, 1))]
    assert twice(drawn(nodes, edges, since=dt.date(2021, 1, 1))) == []


def test_help_of_one_day_in_two_sources_is_one_help() -> None:
    nodes, edges = with_events(("r1", "p1", "2021-03-01", "served"), ("r1", "p2", "2021-03-01", "served"))
    assert twice(drawn(nodes, edges, sources=(0, 1))) == []


@pytest.mark.parametrize(
    ("events", "kinds"),
    [
        ([("p1", "03-01", "booked"), ("p1", "03-01", "phone:refused")], [Conflict.SAME_DAY]),
        ([("p1", "03-01", "served"), ("p1", "03-02", "booked")], [Conflict.BOOKED_AFTER]),
        ([("p1", "03-01", "served"), ("p1", "03-02", "sms:refused")], [Conflict.REFUSED_AFTER]),
        ([("p1", "03-01", "booked"), ("p2", "03-04", "served")], []),
        ([("p1", "03-01", "booked"), ("p2", "03-01", "served")], []),
        ([("p1", "03-01", "absent"), ("p2", "02-04", "served")], [Conflict.SOURCES]),
        ([("p1", "03-01", "refused"), ("p1", "03-04", "booked"), ("p1", "03-09", "served")], []),
    ],
)
def test_conflicts(events: list[tuple[str, str, str]], kinds: list[Conflict]) -> None:
    nodes, edges = with_events(*(("r1", p, f"2021-{day}", what) for p, day, what in events))
    assert [c.kind for c in conflicts(drawn(nodes, edges, sources=(0, 1)))] == kinds


def test_two_sources_add_up_to_the_eligible() -> None:
    nodes, edges = with_events(("r1", "p1", "2021-03-01", "booked"), ("r1", "p2", "2021-03-04", "served"))
    found = drawn(nodes, edges, sources=(0, 1))
    table = dict(between_sources(found))
    assert table == {(Deed.BOOKED, Deed.SERVED): 1, (Deed.NOTHING, Deed.NOTHING): 5}
    assert sum(table.values()) == sum(found.counts().values())


_EVENT = st.tuples(
    st.sampled_from([f"r{i}" for i in range(1, 8)]),
    st.just("p1"),
    st.dates(dt.date(2021, 1, 1), DAY).map(str),
    st.sampled_from(["booked", "served", "refused", "absent", "phone:reached", "visit:no_answer", "sms:refused"]),
)


@settings(max_examples=15, deadline=None)
@given(st.lists(_EVENT, max_size=8, unique_by=lambda e: (e[0], e[2])), st.sampled_from(sorted(BY)))
def test_every_breakdown_sums_to_the_ledger(events: list[tuple[str, str, str, str]], by: str) -> None:
    found = drawn(*with_events(*events))
    groups = breakdown(found, by)
    assert [sum(g.counts[i] for g in groups) for i in range(5)] == list(found.counts().values())
    assert sum(g.silent for g in groups) == int(found.silent.sum())
    listed = [p for kind in ("served", "booked", "refused", "todo", "unreachable") for p in ids(found, kind)]
    assert sorted(listed) == ["r1", "r2", "r3", "r4", "r5", "r7"]


def test_owners_are_committee_and_unit_head_and_an_unseen_head_is_not_named() -> None:
    nodes, edges = quarter()
    found = drawn(nodes, edges)
    assert {g.id: sum(g.counts) for g in breakdown(found, "committee")} == {"c1": 5, "c2": 1}
    assert {g.id: sum(g.counts) for g in breakdown(found, "head")} == {"r6": 2, "": 4}
    edges["Resident-LEADS-Unit"] = [{"start": "r7", "end": "u1"}]
    assert (heads(drawn(nodes, edges, areas=("c1",)).roll) == -1).all()
    with pytest.raises(UnknownName, match="committee"):
        breakdown(found, "comittee")


def test_the_map_counts_households_and_withholds_small_numbers_outside() -> None:
    nodes, edges = quarter()
    found = drawn(nodes, edges)
    whole = households(found.roll, found.silent, inside=None)
    assert [(p.people, p.households) for p in whole.points] == [(2, 2), (1, 1)]
    assert whole.unplaced == 3
    cut = households(found.roll, found.silent, inside=("c1",))
    assert [p.people for p in cut.points] == [2]
    assert cut.withheld == 1
    for i in range(20, 30):
        nodes["Resident"].append({"id": f"r{i}", "area": "c2", "birth_date": born(70)})
        edges["Resident-LIVES_IN-Dwelling"].append({"start": f"r{i}", "end": "d7"})
    found = drawn(nodes, edges)
    cut = households(found.roll, found.silent, inside=("c1",))
    assert [(p.people, p.households) for p in cut.points] == [(2, 2), (11, None)]


def test_a_list_holds_everybody_once_and_an_empty_one_says_why() -> None:
    nodes, edges = with_events(*((f"r{i}", "p1", "2021-10-31", "phone:reached") for i in range(1, 8)))
    found = drawn(nodes, edges)
    assert ids(found, "todo") == ["r3", "r1", "r2", "r7"]  # those without a unit first, then by unit
    assert ids(found, "call") == []
    assert "within 14 days" in emptiness(found, "call").en
    assert "within 365 days" in emptiness(found, "silent").en
    for kind in TITLES:
        assert emptiness(found, kind).zh
    nobody = drawn(nodes, edges, areas=("c9",))
    assert "no residents" in emptiness(nobody, "todo").en
    with pytest.raises(UnknownName, match="silent"):
        entries(found, "silnt")


def test_programmes_are_found_by_id_or_name_and_rules_that_fail_say_so() -> None:
    shot = snapshot(*quarter())
    assert programme_row(shot, "筛查") == programme_row(shot, "p1") == 0
    with pytest.raises(UnknownName, match="体检"):
        programme_row(shot, "体检班")
    with pytest.raises(ConditionInvalid, match=r"无规则.*no eligibility"):
        rule(shot, [2])
    with pytest.raises(ConditionInvalid, match=r"坏规则.*at_lest"):
        rule(shot, [3])
    with pytest.raises(UnknownName, match="t_none"):
        rule(shot, [0], condition=Tagged("t_none"))
    nodes, edges = quarter()
    nodes["Programme"][0]["eligibility"] = "{"
    with pytest.raises(ConditionInvalid, match="not JSON"):
        rule(snapshot(nodes, edges), [0])
    nodes["Programme"][1]["name"] = "筛查"
    with pytest.raises(UnknownName, match="筛查 p1"):
        programme_row(snapshot(nodes, edges), "筛查")


def test_days_and_numbers_that_cannot_be_are_refused() -> None:
    nodes, edges = with_events(("r1", "p1", "2021-03-01", "served"))
    shot, every = snapshot(nodes, edges), np.ones(7, bool)
    with pytest.raises(SettingInvalid, match="2021-03-01"):
        roll(shot, dt.date(2020, 1, 1), every)
    assert roll(shot, dt.date(2021, 1, 15), every).day  # the programme had opened, nothing had happened yet
    with pytest.raises(SettingInvalid, match="--since"):
        roll(shot, DAY, every, terms=Terms(dt.date(2022, 1, 1)))
    for terms in ({"silent_days": 0}, {"quiet_days": -1}, {"tries": 0}, {"quiet_days": 10**9}, {"tries": 10**9}):
        with pytest.raises(SettingInvalid, match="at least"):
            Terms(**terms)  # type: ignore[arg-type]


def test_nobody_at_all() -> None:
    nodes, edges = quarter()
    empty = drawn({k: v for k, v in nodes.items() if k in ("Programme", "Area")}, {})
    assert sum(empty.counts().values()) == 0
    assert json.loads(nodes["Programme"][0]["eligibility"]) == OLD
    assert {kind: ids(empty, kind) for kind in TITLES} == {kind: [] for kind in TITLES}
    assert empty.is_in(State.TODO).sum() == 0
    assert edges
