from __future__ import annotations

import dataclasses

import numpy as np
import pyarrow as pa
import pytest

from graph.model.errors import NotFound, UnknownName
from graph.model.records import Records
from graph.snapshot.columns import Snapshot
from similarity.features import Features
from similarity.portraits.crowd import Grouping, Mean, Share, crowd
from similarity.portraits.groups import (
    CROWD,
    LEVELS,
    SENSITIVE,
    by_level,
    by_members,
    everybody,
    group_features,
    group_names,
    level_named,
    row_of,
    together,
)
from similarity.portraits.units import unit_features
from tests.unit.similarity.portraits.levels import COMMITTEES, PARENT, with_areas
from tests.unit.similarity.town import AS_OF

RECORDS = with_areas()
SNAPSHOT = Snapshot.of(RECORDS)


def _portraits(snapshot: Snapshot, level: str, areas: tuple[str, ...] | None = None) -> Features:
    grouping = by_level(snapshot, level, areas=areas)
    return group_features(crowd(snapshot, AS_OF, grouping), grouping, sensitive=SENSITIVE)


ALL = {level: _portraits(SNAPSHOT, level) for level in LEVELS}


def _parents(level: str) -> dict[str, str]:
    """Return the group of the next level that each group of a level lies in, read from the records."""
    edges = {
        "unit": "Unit-IN-Building",
        "building": "Building-IN-Estate",
        "estate": "Estate-IN-Area",
    }
    if level in edges:
        return {r["start"]: r["end"] for r in RECORDS.edge_table(edges[level]).to_pylist()}
    return PARENT


@pytest.mark.parametrize("level", list(LEVELS)[:-1])
def test_every_group_is_the_sum_of_those_in_it(level: str) -> None:
    higher = list(LEVELS)[list(LEVELS).index(level) + 1]
    below, above = ALL[level], ALL[higher]
    parent = np.array([above.ids.index(_parents(level)[name]) for name in below.ids])
    checked = 0
    for column in below.columns:
        other = above.column(column.name)
        parts = {Share: ("counts", "among"), Mean: ("total", "among")}.get(type(column), ())
        for part in parts:
            sums = np.bincount(parent, weights=getattr(column, part), minlength=len(above.ids))
            np.testing.assert_allclose(getattr(other, part), sums, err_msg=column.name)
            checked += 1
    residents = np.bincount(parent, weights=below.column("residents").values, minlength=len(above.ids))
    np.testing.assert_array_equal(above.column("residents").values, residents)
    assert checked > 100


def test_the_portrait_of_units_is_that_of_the_look_alike() -> None:
    features = unit_features(SNAPSHOT, AS_OF)
    shared = [c for c in ALL["unit"].columns if c.name in features.names]
    assert len(shared) > 100
    for column in shared:
        np.testing.assert_array_equal(column.values, features.column(column.name).values, err_msg=column.name)


def test_a_committee_counts_the_people_who_live_in_it() -> None:
    where = {r["id"]: r["area"] for r in RECORDS.node_table("Resident").to_pylist()}
    born = {r["id"]: r["birth_date"] for r in RECORDS.node_table("Resident").to_pylist()}
    homes = RECORDS.edge_table("Resident-LIVES_IN-Dwelling").to_pylist()
    lives = [where[r["start"]] for r in homes if r["since"] < AS_OF and born[r["start"]] < AS_OF]
    assert ALL["committee"].ids == COMMITTEES
    assert ALL["committee"].column("residents").values.tolist() == [lives.count(a) for a in COMMITTEES]


@pytest.mark.parametrize("level", LEVELS)
def test_nothing_outside_the_scope_changes_what_is_seen_inside(level: str) -> None:
    scope = ("a0011",)
    people = RECORDS.node_table("Resident")
    outside = [a not in scope for a in people["area"].to_pylist()]
    edges = dict(RECORDS.edges)
    gone = set(people.filter(pa.array(outside))["id"].to_pylist()[::2])
    for name in ("Resident-HAS_TAG-Tag", "Resident-LIVES_IN-Dwelling", "Resident-TOOK_PART_IN-Activity"):
        table = RECORDS.edge_table(name)
        edges[name] = table.filter(pa.array([s not in gone for s in table["start"].to_pylist()]))
    one = _portraits(SNAPSHOT, level, scope)
    other = _portraits(Snapshot.of(Records.of(RECORDS.nodes, edges)), level, scope)
    assert one.ids == other.ids
    assert one.names == other.names
    assert one.notes == other.notes
    assert one.column("residents").values.sum() > 100
    for a, b in zip(one.columns, other.columns, strict=True):
        np.testing.assert_array_equal(a.values, b.values, err_msg=a.name)


def test_a_scope_names_only_what_it_may_see() -> None:
    inside = set(_portraits(SNAPSHOT, "unit", ("a0021",)).ids)
    units = {r["id"]: r["area"] for r in RECORDS.node_table("Unit").to_pylist()}
    assert inside == {u for u, a in units.items() if a == "a0021"}
    assert by_level(SNAPSHOT, "subdistrict", areas=("a0021",)).ids == ("a002",)
    assert by_level(SNAPSHOT, "committee", areas=("a0021", "nowhere")).ids == ("a0021",)
    assert by_level(SNAPSHOT, "unit", areas=()).ids == ()


def test_a_crowd_and_the_others_are_everybody() -> None:
    chosen = SNAPSHOT.nodes("Resident").equals("sex", "2")
    grouping = by_members(SNAPSHOT, chosen)
    who = crowd(SNAPSHOT, AS_OF, grouping)
    found = group_features(who, grouping)
    whole = _portraits(SNAPSHOT, "city")
    assert found.ids == (CROWD, "others")
    assert not {"politics", "sensitive_tags", "household", "homes"} & set(found.groups)
    women = found.column("women")
    assert isinstance(women, Share)
    assert women.counts.tolist() == [who.residents[0], 0]
    for column in found.columns:
        if isinstance(column, Share):
            other = whole.column(column.name)
            assert isinstance(other, Share)
            assert (column.counts.sum(), column.among.sum()) == (other.counts.sum(), other.among.sum()), column.name


def test_together_is_everybody_in_one_group() -> None:
    grouping = by_level(SNAPSHOT, "committee")
    who = crowd(SNAPSHOT, AS_OF, grouping)
    found = group_features(together(who), everybody(grouping), sensitive=SENSITIVE)
    for column in found.columns:
        np.testing.assert_allclose(column.values, ALL["city"].column(column.name).values, err_msg=column.name)


def test_sensitive_groups_are_shown_only_by_name() -> None:
    grouping = by_level(SNAPSHOT, "committee")
    who = crowd(SNAPSHOT, AS_OF, grouping)
    assert not set(SENSITIVE) & set(group_features(who, grouping).groups)
    assert set(group_features(who, grouping, sensitive=("politics",)).groups) & set(SENSITIVE) == {"politics"}
    with pytest.raises(UnknownName, match="politics"):
        group_features(who, grouping, sensitive=("politic",))


def test_groups_are_found_by_id_or_name_and_the_nearest_are_named() -> None:
    grouping = by_level(SNAPSHOT, "committee", areas=("a0011", "a0012"))
    assert row_of(SNAPSHOT, grouping, "a0012") == row_of(SNAPSHOT, grouping, "name a0012") == 1
    assert group_names(SNAPSHOT, grouping) == ["name a0011", "name a0012"]
    with pytest.raises(NotFound) as missing:
        row_of(SNAPSHOT, grouping, "a0021")
    assert "a0012" in missing.value.hint.en
    assert "a0021" not in missing.value.hint.en
    with pytest.raises(UnknownName, match="committee"):
        level_named("comittee")


def test_a_broken_chain_leaves_people_out_at_every_level_alike() -> None:
    edges = {k: v for k, v in RECORDS.edges.items() if k != "Building-IN-Estate"}
    bare = Snapshot.of(Records.of(RECORDS.nodes, edges))
    assert _portraits(bare, "building").column("residents").values.sum() > 0
    assert _portraits(bare, "estate").column("residents").values.sum() == 0
    assert _portraits(bare, "city").column("residents").values.sum() == 0


def test_a_share_keeps_its_counts_when_rows_are_taken() -> None:
    share = ALL["unit"].column("women")
    kept = share.take(np.array([3, 1]))
    assert isinstance(kept, Share)
    assert isinstance(share, Share)
    assert kept.counts.tolist() == share.counts[[3, 1]].tolist()
    assert dataclasses.replace(kept, values=share.values, counts=share.counts, among=share.among).name == "women"
    mean = ALL["unit"].column("age_mean").take(np.array([2]))
    assert isinstance(mean, Mean)
    assert len(mean.squares) == len(mean.among) == len(mean.total) == 1


def test_an_empty_snapshot_has_no_groups() -> None:
    empty = Snapshot.of(Records.of({}, {}))
    for level in LEVELS:
        grouping = by_level(empty, level)
        assert len(group_features(crowd(empty, AS_OF, grouping), grouping)) == 0
    assert isinstance(by_members(empty, np.zeros(0, bool)), Grouping)
