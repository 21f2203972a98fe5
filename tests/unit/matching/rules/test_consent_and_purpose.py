"""What the graph says of consent and of rooms: who is not to be asked and why, which room a need's words are for."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model.codes import table
from graph.model.errors import PolicyInvalid, UnknownName
from graph.model.records import Records, edge_schema, node_schema
from graph.snapshot.columns import Snapshot
from matching.rules.change import applied
from matching.rules.crossing import Crossing
from matching.rules.judge import Exclusion, exclusions, pair_of
from matching.rules.policy import default_table, read_policy
from matching.rules.purpose import UNSAID, fits, stated, suited
from matching.rules.refused import refusals, refused_lately
from matching.rules.stock import Commitments, Reading, read_stock
from tests.unit.matching.rules.test_stock import DAY, EDGES, NODES

TAGS = {"请勿打扰", "拒绝联系"}


def snapshot(*held: dict[str, Any], contacts: tuple[dict[str, Any], ...] = ()) -> Snapshot:
    tags = [*NODES["Tag"], {"id": "t8", "name": "请勿打扰"}, {"id": "t9", "name": "拒绝联系"}]
    balls = {"id": "n5", "area": "c1", "name": "羽毛球队找场地", "kind": "venue", "status": "open", "people": 9, **AT}
    rooms = [{**NODES["Venue"][0], "id": f"room_{kind}", "kind": kind} for kind in ("sports", "library", "idle", None)]
    nodes = {**NODES, "Tag": tags, "Need": [*NODES["Need"], balls], "Venue": rooms, "Programme": [{"id": "g1"}]}
    edges = {**EDGES, "Resident-HAS_TAG-Tag": list(held), "Resident-CONTACTED-Programme": list(contacts)}
    edges = {k: v for k, v in edges.items() if "Venue" not in k}
    made = {label: pa.Table.from_pylist(rows, node_schema(label)) for label, rows in nodes.items()}
    return Snapshot.of(
        Records.of(made, {name: pa.Table.from_pylist(rows, edge_schema(name)) for name, rows in edges.items()})
    )


AT = {"lon": 121.45, "lat": 31.31}


def crossed(data: Snapshot, declined: dict[str, frozenset[str]] | None = None) -> Crossing:
    policy = read_policy()
    return Crossing.of(read_stock(Reading(data, DAY, policy, Commitments({}, declined or {}))), policy)


def out(crossing: Crossing, need: str, resource: str, rule: str) -> list[Exclusion]:
    row, at = crossing.needs.ids.tolist().index(need), crossing.resources.keys().index(resource)
    return [e for e in exclusions(pair_of(crossing, row, at)) if e.rule == rule]


def test_a_tag_of_the_graph_bars_its_volunteer_from_every_need_and_says_where_it_came_from() -> None:
    data = snapshot({"start": "p1", "end": "t8", "since": dt.date(2021, 5, 1), "source": "网格走访"})
    crossing = crossed(data)
    for need in ("n1", "n2", "n4"):
        (no,) = out(crossing, need, "Volunteer:v1", "consent")
        assert all(word in no.text.zh for word in ("请勿打扰", "2021-05-01", "网格走访"))
        assert not out(crossing, need, "Volunteer:v2", "consent")
        assert no.least_change is not None
        at = crossing.resources.keys().index("Volunteer:v1")
        pair = applied(no.least_change, pair_of(crossing, crossing.needs.ids.tolist().index(need), at))
        assert not any(e.rule == "consent" for e in exclusions(pair))


def test_the_list_that_is_given_adds_to_the_graph_and_is_named_as_such() -> None:
    data, list_ = snapshot({"start": "p1", "end": "t8"}), {"Volunteer:v1": frozenset({"n1"})}
    both = out(crossed(data, list_), "n1", "Volunteer:v1", "consent")
    assert [c.least_change.field for c in both if c.least_change] == ["refusal", "declined"]
    (alone,) = out(crossed(snapshot(), list_), "n1", "Volunteer:v1", "consent")
    assert "名单" in alone.text.zh
    assert not out(crossed(snapshot(), list_), "n2", "Volunteer:v1", "consent")


@given(st.integers(-400, 400), st.none() | st.integers(-400, 400))
def test_a_tag_counts_while_it_is_in_force(begun: int, ended: int | None) -> None:
    since = DAY + dt.timedelta(begun)
    until = None if ended is None else DAY + dt.timedelta(ended)
    data = snapshot({"start": "p2", "end": "t9", "since": since, "until": until})
    in_force = since <= DAY and (until is None or until >= DAY)
    assert bool(refusals(data, DAY, TAGS)) == in_force
    assert not refusals(data, DAY, {"请勿打扰"})


def test_of_two_tags_the_first_by_name_is_told() -> None:
    data = snapshot({"start": "p2", "end": "t8"}, {"start": "p2", "end": "t9"})
    (no,) = refusals(data, DAY, TAGS).values()
    assert no.tag == min(TAGS)
    assert no.text().zh == f"有标签“{no.tag}”"


@given(st.integers(-3, 40), st.integers(0, 40), st.sampled_from(["refused", "reached", "no_answer"]))
def test_a_refused_contact_keeps_invitations_away_for_some_days(ago: int, days: int, outcome: str) -> None:
    contact = {"start": "p2", "end": "g1", "at": DAY - dt.timedelta(ago), "channel": "phone", "outcome": outcome}
    data = snapshot(contacts=(contact,))
    expected = outcome == "refused" and 0 <= ago < days
    assert bool(refused_lately(data, DAY, days).any()) == expected
    assert refused_lately(data, DAY, 1e9)[data.nodes("Resident").rows(["p1", "p3"])].sum() == 0


def test_badminton_is_not_sent_to_a_reading_room() -> None:
    crossing = crossed(snapshot())
    (no,) = out(crossing, "n5", "Venue:room_library", "purpose")
    assert "羽毛球" in no.text.zh
    assert "图书室" in no.text.zh
    for kind in ("sports", "idle", "None"):
        assert not out(crossing, "n5", f"Venue:room_{kind}", "purpose")
    for kind in ("sports", "library", "idle", "None"):  # a need that says nothing is kept from no room
        assert not out(crossing, "n2", f"Venue:room_{kind}", "purpose")


def test_the_title_speaks_before_the_description_and_policies_may_change_the_table() -> None:
    purposes = read_policy().purposes
    assert stated(["合唱队缺排练场地", "不要会议室"], purposes) == stated(["合唱队缺排练场地"], purposes)
    assert stated(["找场地", "开会用"], purposes)[0][0] == "开会"
    assert stated(["找场地", None], purposes) == ()
    (key,) = (k for k in purposes if k.startswith("羽毛球"))
    silent = read_policy({"purposes": {key: []}})
    assert stated(["羽毛球队"], silent.purposes) == ()
    assert read_policy({"purposes": {"麻将": ["activity_room"]}}).purposes["麻将"] == {"activity_room"}
    assert replace(silent, purposes=purposes) == read_policy()


def test_two_purposes_want_a_room_for_both_or_else_for_one() -> None:
    purposes = {"a": frozenset({"hall", "garden"}), "b": frozenset({"garden"}), "c": frozenset({"kitchen"})}
    assert suited((("a", "a"), ("b", "b")), purposes) == {"garden"}
    assert suited((("b", "b"), ("c", "c")), purposes) == {"garden", "kitchen"}
    assert suited((), purposes) == frozenset()
    assert all(fits(kind, frozenset({"garden"})) for kind in UNSAID)
    assert not fits("hall", frozenset({"garden"}))


def test_the_shipped_table_names_kinds_that_exist_and_each_word_once() -> None:
    words = [word for key in default_table()["purposes"] for word in key.split("|")]
    assert len(words) == len(set(words))
    assert all(words)
    assert {k for kinds in default_table()["purposes"].values() for k in kinds} <= set(table("venue").titles)


@pytest.mark.parametrize("given", [{"purposes": {"麻将": "hall"}}, {"consent": {"quiet_days": -1}}])
def test_wrong_values_are_refused(given: dict[str, Any]) -> None:
    with pytest.raises(PolicyInvalid, match=next(iter(given))):
        read_policy(given)


def test_an_unknown_kind_of_room_names_the_nearest() -> None:
    with pytest.raises(UnknownName) as why:
        read_policy({"purposes": {"麻将": ["hal"]}})
    assert "hall" in why.value.hint.en
