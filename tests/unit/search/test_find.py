from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.model.receipt import canonical
from graph.model.records import Records
from graph.model.viewer import operator
from graph.snapshot.columns import Snapshot
from search.attachment import Prepared
from search.find import find
from search.found import Found, Listing, to_json
from search.request import read
from tests.unit.search.town import AS_OF, COMMITTEES, people, records

FENXI = "310106021008"
PLACES = {"": None, "汾西路261弄": FENXI, "岭南路100弄": "310106021001"}
TAGS = {"": None, "党员": "t_party", "残疾人": "t_disabled", "独居老人": "t_alone"}
TEXTS = [
    "老人",
    "汾西路食堂",
    "260弄附近能容纳30人的场地",
    "谁会理发",
    "合唱",
    "261弄",
    "法律咨询",
    "招聘",
    "不要图书室的场地",
    "路灯坏了",
]


def ask(prepared: Prepared, text: str, *, areas: tuple[str, ...] | None = None, limit: int = 500) -> Found:
    viewer = operator("test", areas)
    return find(prepared, read(text, prepared.vocabulary), viewer=viewer, as_of=AS_OF, limit=limit)


@given(
    place=st.sampled_from(sorted(PLACES)),
    low=st.integers(0, 100),
    tag=st.sampled_from(sorted(TAGS)),
    denied=st.booleans(),
)
@settings(deadline=None)
def test_people_are_exactly_those_of_whom_all_holds(
    prepared: Prepared, place: str, low: int, tag: str, denied: bool
) -> None:
    found = ask(prepared, f"{place} {'不是' if denied and tag else ''}{tag} {low}岁以上")
    wanted = {
        p.id
        for p in people()
        if p.age >= low and PLACES[place] in (None, p.area) and (TAGS[tag] is None or (TAGS[tag] in p.tags) != denied)
    }
    assert {row.id for row in found.people.rows} == wanted
    assert found.people.total == len(wanted)
    assert (found.people.note is None) == bool(wanted)


@pytest.mark.parametrize("text", TEXTS)
def test_order_is_slots_then_metres_then_id(prepared: Prepared, text: str) -> None:
    found = ask(prepared, text)
    for listing in (found.needs, found.resources):
        keys = [(-len(r.reasons), float("inf") if r.distance_m is None else r.distance_m, r.id) for r in listing.rows]
        assert keys == sorted(keys)
    keys = [(0, float("inf") if r.distance_m is None else r.distance_m, r.id) for r in found.people.rows]
    assert keys == sorted(keys)
    for listing in (found.people, found.needs, found.resources):
        assert [row.rank for row in listing.rows] == list(range(1, len(listing.rows) + 1))


@pytest.mark.parametrize("text", TEXTS)
def test_reasons_are_slots_that_were_not_denied(prepared: Prepared, text: str) -> None:
    found = ask(prepared, text)
    for row in (*found.needs.rows, *found.resources.rows):
        assert row.reasons
        slots = [reason.slot for reason in row.reasons]
        assert len(set(slots)) == len(slots)
        assert not any(found.request.slots[i].negated for i in slots)


@given(text=st.sampled_from(TEXTS), limit=st.integers(1, 12))
@settings(deadline=None)
def test_a_cut_list_is_the_head_of_the_whole_and_says_so(prepared: Prepared, text: str, limit: int) -> None:
    whole, cut = ask(prepared, text), ask(prepared, text, limit=limit)
    for name in ("people", "needs", "resources"):
        all_of, some = getattr(whole, name), getattr(cut, name)
        assert some.rows == all_of.rows[:limit]
        assert some.total == all_of.total == len(all_of.rows)
        assert some.truncated == (all_of.total > limit)


@pytest.mark.parametrize("text", [*TEXTS, "党员", "临汾路街道有多少居民", "80后女性"])
def test_a_narrow_viewer_sees_the_own_committee_only(prepared: Prepared, text: str) -> None:
    snapshot = prepared.snapshot
    found = ask(prepared, text, areas=(FENXI,))
    for row in (*found.people.rows, *found.needs.rows, *found.resources.rows):
        if snapshot.nodes(row.label).label.scoped:
            assert snapshot.nodes(row.label).record(snapshot.nodes(row.label).row(row.id))["area"] == FENXI


@pytest.mark.parametrize("text", [*TEXTS, "党员", "临汾路街道有多少居民", "岭南路100弄的党员", "超过99岁的党员"])
def test_people_outside_the_scope_change_no_byte(prepared: Prepared, text: str) -> None:
    kept = records()
    inside = [p.id for p in people() if p.area == FENXI]
    nodes = dict(kept.nodes)
    nodes["Resident"] = nodes["Resident"].filter([v in inside for v in nodes["Resident"]["id"].to_pylist()])
    edges = {
        k: t.filter([v in inside for v in t["start"].to_pylist()]) if k.startswith("Resident-") else t
        for k, t in kept.edges.items()
    }
    gone = edges["Volunteer-IS-Resident"]
    edges["Volunteer-IS-Resident"] = gone.filter([v in inside for v in gone["end"].to_pylist()])
    other = Prepared(Snapshot.of(Records.of(nodes, edges)), prepared.vocabulary, prepared.index)
    answers = [canonical(to_json(ask(world, text, areas=(FENXI,)))) for world in (prepared, other)]
    assert answers[0] == answers[1]


@pytest.mark.parametrize("text", TEXTS)
def test_the_order_of_the_records_changes_no_byte(prepared: Prepared, text: str) -> None:
    turned = records()
    backwards = {k: t.take(list(range(len(t)))[::-1]) for k, t in turned.nodes.items()}
    other = Prepared(Snapshot.of(Records.of(backwards, dict(turned.edges))), prepared.vocabulary, prepared.index)
    assert canonical(to_json(ask(prepared, text))) == canonical(to_json(ask(other, text)))


def test_somebody_who_moved_out_is_not_counted(prepared: Prepared) -> None:
    found = ask(prepared, "汾西路261弄12号502室住了多少人")
    assert [row.id for row in found.people.rows] == [p.id for p in people() if p.dwelling == "汾西路261弄12号502室"]
    assert found.people.note is not None
    assert found.people.note.zh == "汾西路261弄12号502室共2人"


def test_an_empty_list_of_people_says_what_each_condition_alone_would_give(prepared: Prepared) -> None:
    note = ask(prepared, "汾西路261弄 超过99岁的党员").people.note
    assert note is not None
    assert f"党员”：{sum('t_party' in p.tags for p in people())}人" in note.zh
    assert "100岁以上：0人" in note.zh


def test_wanted_and_found_head_counts(prepared: Prepared) -> None:
    enough, few = ask(prepared, "20个党员").people, ask(prepared, "100个党员").people
    assert enough.note is not None
    assert "足够" in enough.note.zh
    assert few.note is not None
    assert "不足" in few.note.zh


def test_done_needs_and_candidate_points_are_not_offered(prepared: Prepared) -> None:
    assert "n5" not in {row.id for row in ask(prepared, "路灯报修").needs.rows}
    assert {row.id for row in ask(prepared, "食堂").resources.rows} == {"c0", "c2", "i3"}


def test_the_duty_owner_of_a_service_is_named(prepared: Prepared) -> None:
    item, owner = ask(prepared, "小区门口路灯坏了找谁修").resources.rows[:2]
    assert (item.id, item.facts["offered_by"]) == ("i1", ["临汾市政养护队"])
    assert (owner.id, owner.facts["phone"]) == ("o1", "021-00000001")


def test_a_person_of_the_list_has_what_the_operator_needs(prepared: Prepared) -> None:
    person = people()[3]
    row = next(r for r in ask(prepared, "临汾路街道").people.rows if r.id == person.id)
    assert row.facts["age"] == person.age
    assert row.facts["address"] == person.dwelling
    assert row.facts["committee"] == COMMITTEES[person.area][0]
    assert row.lon is not None


def test_distances_are_metres_to_the_middle_of_the_place(prepared: Prepared) -> None:
    rows = {row.id: row for row in ask(prepared, "汾西路261弄 食堂").resources.rows}
    # 0.005 degrees of longitude at 31.31 north are 475 m, 0.002 of latitude 222 m
    assert rows["c2"].distance_m == pytest.approx(((0.00425 * 95_060) ** 2 + (0.002 * 111_195) ** 2) ** 0.5, rel=0.01)


def test_an_empty_snapshot_gives_empty_lists_with_notes(prepared: Prepared) -> None:
    nothing = Prepared(Snapshot.of(Records()), prepared.vocabulary, dataclasses.replace(prepared.index, counts={}))
    found = ask(nothing, "汾西路261弄 70岁以上老人 食堂")
    for listing in (found.people, found.needs, found.resources):
        assert listing == Listing((), 0, listing.note)
        assert listing.note is not None


def test_a_word_for_a_whole_label_is_not_enough_beside_a_skill(prepared: Prepared) -> None:
    volunteers = [row.id for row in ask(prepared, "261弄会理发的志愿者").resources.rows if row.label == "Volunteer"]
    assert volunteers == ["w21", "w00"]
    assert len([row for row in ask(prepared, "志愿者").resources.rows if row.label == "Volunteer"]) == 8


def test_denied_words_and_single_characters_are_unmatched_and_match_nothing(prepared: Prepared) -> None:
    found = ask(prepared, "没有排练的老人 修")
    assert found.unmatched == ("排练", "修")
    assert not [s for s in found.request.slots if s.text in found.unmatched]


def test_denied_resources_are_taken_out(prepared: Prepared) -> None:
    rooms = {row.id for row in ask(prepared, "不要图书室的场地").resources.rows}
    assert rooms == {"v0a", "v1a", "v2a", "v3a"}


def test_facts_name_only_what_the_viewer_may_see(prepared: Prepared) -> None:
    [item] = [row for row in ask(prepared, "路灯报修", areas=(FENXI,)).resources.rows if row.id == "i1"]
    assert "offered_by" not in item.facts
