from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from graph.model.errors import TableUnfit, UnknownName
from graph.model.records import Records
from graph.snapshot.columns import Snapshot
from similarity.backtest.trials import time_ordered
from similarity.features import FIXED, Features
from similarity.lookalike.ranking import rank
from similarity.portraits.crowd import PRIOR, crowd, shrunk
from similarity.portraits.units import GROUPS, SUBJECT, TITLES, unit_features, unit_positives
from similarity.reasons import NANO
from tests.unit.similarity.town import AS_OF, town

RECORDS = town(units=60, people=900, tags=240)
SNAPSHOT = Snapshot.of(RECORDS)
DAY = (AS_OF - dt.date(1970, 1, 1)).days


@pytest.fixture(scope="module")
def features() -> Features:
    return unit_features(SNAPSHOT, AS_OF)


def test_a_full_schema_gives_three_hundred_features_of_every_group(features: Features) -> None:
    assert len(features.columns) >= 300
    assert len(set(features.names)) == len(features.names)
    assert {
        "tags",
        "age",
        "sex",
        "education",
        "politics",
        "household",
        "activity",
        "neighbours",
        "sensitive_tags",
    } <= set(features.groups)
    assert all(c.title.zh and c.title.en and c.group for c in features.columns)
    known = [c.name for c in features.columns if not np.isnan(c.values).all()]
    assert len(known) >= 300


def test_every_feature_is_fixed_or_known_before_the_day(features: Features) -> None:
    features.check_before(AS_OF)
    assert all(c.observed == FIXED or c.observed < AS_OF for c in features.columns)
    leaks = {"lift_fund_opened", "power_upgraded", "has_lift"}
    assert leaks <= {b.name for b in features.barred}
    assert not leaks & set(features.names)


@pytest.mark.parametrize("name", ["lift_fund_opened", "power_upgraded", "has_lift", "resident_residence"])
def test_forcing_an_undated_fact_is_refused(name: str) -> None:
    with pytest.raises(TableUnfit, match=name):
        unit_features(SNAPSHOT, AS_OF, force=[name])


def _same(one: Features, other: Features) -> None:
    assert one.names == other.names
    for a, b in zip(one.columns, other.columns, strict=True):
        np.testing.assert_array_equal(a.values, b.values, err_msg=a.name)


def _later(table: pa.Table, name: str, change: Callable[[pa.Array], pa.Array]) -> pa.Table:
    """Change the dates of a column that are not before the day."""
    days = table[name].combine_chunks().cast(pa.int32())
    changed = pc.if_else(pc.fill_null(pc.greater_equal(days, DAY), False), change(days), days)
    return table.set_column(table.column_names.index(name), name, changed.cast(pa.int32()).cast(pa.date32()))


DATED_EDGES = [
    ("Resident-HAS_TAG-Tag", "since"),
    ("Resident-LIVES_IN-Dwelling", "since"),
    ("Resident-REGISTERED_AT-Dwelling", "since"),
    ("Resident-TOOK_PART_IN-Activity", "at"),
    ("Resident-ENROLLED_IN-Programme", "at"),
    ("Resident-CONTACTED-Programme", "at"),
    ("Resident-LEADS-Unit", "since"),
]


@pytest.mark.parametrize("edge", DATED_EDGES, ids=lambda e: e[0])
def test_facts_of_the_day_or_later_change_nothing(features: Features, edge: tuple[str, str]) -> None:
    name, column = edge
    table = RECORDS.edge_table(name)
    late = pc.greater_equal(table[column].cast(pa.int32()), DAY)
    assert pc.sum(late).as_py() > 0
    without = Records.of(RECORDS.nodes, dict(RECORDS.edges) | {name: table.filter(pc.invert(late))})
    _same(features, unit_features(Snapshot.of(without), AS_OF))
    moved = Records.of(
        RECORDS.nodes,
        dict(RECORDS.edges) | {name: _later(table, column, lambda d: pc.add(d, pa.scalar(500, pa.int32())))},
    )
    _same(features, unit_features(Snapshot.of(moved), AS_OF))


@pytest.mark.parametrize("name", ["education", "marital", "politics"])
def test_properties_observed_later_change_nothing(features: Features, name: str) -> None:
    people = RECORDS.node_table("Resident")
    late = pc.greater_equal(people[f"{name}_on"].cast(pa.int32()), DAY)
    other = pc.if_else(late, pa.scalar("20"), people[name])
    changed = people.set_column(people.column_names.index(name), name, other)
    _same(
        features,
        unit_features(Snapshot.of(Records.of(dict(RECORDS.nodes) | {"Resident": changed}, RECORDS.edges)), AS_OF),
    )


@pytest.mark.parametrize("name", ["use", "tenure"])
def test_homes_observed_later_change_nothing_and_earlier_ones_do(features: Features, name: str) -> None:
    homes = RECORDS.node_table("Dwelling")
    late = pc.greater_equal(homes[f"{name}_on"].cast(pa.int32()), DAY)
    for rows, same in ((late, True), (pc.invert(late), False)):
        other = pc.if_else(rows, pa.scalar("rented" if name == "use" else "public"), homes[name])
        changed = homes.set_column(homes.column_names.index(name), name, other)
        found = unit_features(
            Snapshot.of(Records.of(dict(RECORDS.nodes) | {"Dwelling": changed}, RECORDS.edges)), AS_OF
        )
        assert found.names == features.names
        equal = [
            np.array_equal(a.values, b.values, equal_nan=True)
            for a, b in zip(found.columns, features.columns, strict=True)
        ]
        assert all(equal) is same


def test_the_share_of_rented_homes_is_that_of_counting_by_hand(features: Features) -> None:
    unit_of = {r["start"]: r["end"] for r in RECORDS.edge_table("Dwelling-IN-Unit").to_pylist()}
    homes = [r for r in RECORDS.node_table("Dwelling").to_pylist() if r["use_on"] < AS_OF and r["id"] in unit_of]
    known = np.array([sum(unit_of[r["id"]] == unit for r in homes) for unit in features.ids], float)
    let = [r for r in homes if r["use"] == "rented"]
    rented = np.array([sum(unit_of[r["id"]] == unit for r in let) for unit in features.ids], float)
    np.testing.assert_allclose(features.column("home_use:rented").values, shrunk(rented, known))


def test_codes_are_said_by_their_titles(features: Features) -> None:
    assert features.column("activity:sports").title.zh == "参加过“体育活动”者占比"
    assert features.column("home_use:rented").title.zh == "“出租”房屋占比"
    structure = features.column("structure")
    assert len(structure.level_titles) == len(structure.levels)
    assert "框架" in [t.zh for t in structure.level_titles]


def test_the_lifts_themselves_are_no_part_of_a_portrait(features: Features) -> None:
    nodes = {k: v for k, v in RECORDS.nodes.items() if k != "Installation"}
    edges = {k: v for k, v in RECORDS.edges.items() if k != "Installation-OF-Unit"}
    units = RECORDS.node_table("Unit")
    for flag in ("has_lift", "power_upgraded"):
        units = units.set_column(units.column_names.index(flag), flag, pc.invert(units[flag]))
    _same(features, unit_features(Snapshot.of(Records.of(nodes | {"Unit": units}, edges)), AS_OF))


def test_a_tag_share_is_that_of_counting_by_hand(features: Features) -> None:
    def rows(name: str) -> list[dict[str, object]]:
        return RECORDS.edge_table(name).to_pylist()

    unit_of = {r["start"]: r["end"] for r in rows("Dwelling-IN-Unit")}
    born = dict(zip(*(RECORDS.node_table("Resident")[c].to_pylist() for c in ("id", "birth_date")), strict=True))
    lives = {
        r["start"]: unit_of[r["end"]]
        for r in rows("Resident-LIVES_IN-Dwelling")
        if r["since"] < AS_OF and born[r["start"]] < AS_OF
    }
    tagged = {
        r["start"]
        for r in rows("Resident-HAS_TAG-Tag")
        if r["end"] == "t000007" and r["since"] < AS_OF and r["start"] in lives
    }
    people = np.array([sum(u == unit for u in lives.values()) for unit in features.ids], float)
    with_tag = np.array([sum(lives[p] == unit for p in tagged) for unit in features.ids], float)
    mean = with_tag.sum() / people.sum()
    expected = np.where(people > 0, (with_tag + PRIOR * mean) / (people + PRIOR), np.nan)
    np.testing.assert_allclose(features.column("tag:t000007").values, expected)
    np.testing.assert_array_equal(features.column("residents").values, people)


def test_age_shares_add_up_and_women_and_men_do() -> None:
    who = crowd(SNAPSHOT, AS_OF)
    bands = [c.values for c in GROUPS["age"](who) if c.name.startswith("age_") and c.name[4:].isdigit()]
    np.testing.assert_allclose(np.sum(bands, axis=0), 1.0)


def test_ages_are_completed_years_on_the_eve() -> None:
    people = SNAPSHOT.nodes("Resident")
    eve = AS_OF - dt.timedelta(days=1)
    born = people.column("birth_date").to_pylist()
    expected = [eve.year - b.year - ((eve.month, eve.day) < (b.month, b.day)) if b < AS_OF else -1 for b in born]
    assert crowd(SNAPSHOT, AS_OF).age.tolist() == expected


def test_shares_of_few_people_lie_near_the_mean_of_the_stock() -> None:
    values = shrunk(np.array([1.0, 50.0, 0.0]), np.array([1.0, 100.0, 0.0]))
    assert abs(values[0] - 51 / 101) < 0.05
    assert values[1] == pytest.approx((50 + PRIOR * 51 / 101) / 110)
    assert np.isnan(values[2])


def test_politics_and_sensitive_tags_can_be_left_out(features: Features) -> None:
    left = unit_features(SNAPSHOT, AS_OF, without=("politics", "sensitive_tags"))
    assert not {"politics", "sensitive_tags"} & set(left.groups)
    assert set(features.names) - set(left.names) == {
        c.name for c in features.columns if c.group in ("politics", "sensitive_tags")
    }
    with pytest.raises(UnknownName, match="politics"):
        unit_features(SNAPSHOT, AS_OF, without=("politic",))


def test_undated_tags_and_homeless_people_are_counted_in_notes() -> None:
    table = RECORDS.edge_table("Resident-HAS_TAG-Tag")
    bare = table.set_column(2, "since", pa.nulls(len(table), pa.date32()))
    notes = unit_features(
        Snapshot.of(Records.of(RECORDS.nodes, dict(RECORDS.edges) | {"Resident-HAS_TAG-Tag": bare})), AS_OF
    ).notes
    assert any(f"{len(table)} tags" in n.en for n in notes)
    assert any("lived in no unit" in n.en for n in notes)


def test_positives_are_agreed_and_built_by_the_day() -> None:
    found = unit_positives(SNAPSHOT, AS_OF)
    rows = RECORDS.node_table("Installation").to_pylist()
    expected = {r["id"][2:]: r["installed_on"] for r in rows if r["outcome"] == "agreed" and r["installed_on"] <= AS_OF}
    assert found.dates == expected
    assert found.decided == min(min(r["voted_on"], r["installed_on"]) for r in rows if r["id"][2:] in expected)
    assert set(found.refused) == {r["id"][2:] for r in rows if r["outcome"] == "refused" and r["voted_on"] <= AS_OF}
    lift = RECORDS.node_table("Unit").to_pylist()
    agreed = {r["id"][2:] for r in rows if r["outcome"] == "agreed"}
    assert set(found.built_in) == {u["id"] for u in lift if u["has_lift"]} - agreed
    assert found.ids == tuple(sorted(expected))


def test_of_two_installations_the_first_counts() -> None:
    twice = {
        "Unit": pa.table({"id": ["u"]}),
        "Installation": pa.table(
            {"id": ["i1", "i2"], "outcome": ["agreed"] * 2, "installed_on": [dt.date(2021, 2, 1), dt.date(2020, 2, 1)]}
        ),
    }
    edges = {"Installation-OF-Unit": pa.table({"start": ["i1", "i2"], "end": ["u", "u"]})}
    assert unit_positives(Snapshot.of(Records.of(twice, edges)), AS_OF).dates == {"u": dt.date(2020, 2, 1)}


def test_nothing_loaded_gives_an_empty_portrait() -> None:
    empty = Snapshot.of(Records.of({}, {}))
    assert len(unit_features(empty, AS_OF)) == 0
    assert unit_positives(empty, AS_OF).dates == {}


def test_units_without_people_or_place_are_unknown_not_wrong() -> None:
    bare = Snapshot.of(Records.of({"Unit": pa.table({"id": ["u1", "u2"], "floors": [5, 6]})}, {}))
    found = unit_features(bare, AS_OF)
    assert found.column("floors").values.tolist() == [5.0, 6.0]
    assert np.isnan(found.column("age_60_up").values).all()
    assert np.isnan(found.column("near_units").values).all()


def test_groups_have_titles_and_their_parts_sum_exactly(features: Features) -> None:
    assert set(features.groups) <= set(TITLES)
    ranking = rank(features, unit_positives(SNAPSHOT, AS_OF).ids)
    for place in range(len(ranking)):
        parts = ranking.parts(place, titles=TITLES)
        assert sum(round(p.contribution * NANO) for p in parts) == round(ranking.scores[place] * NANO)
        politics = [j for j, c in enumerate(features.columns) if c.group == "politics"]
        named = {p.feature: p.contribution for p in parts}
        assert abs(named["politics"] - ranking.contributions[place, politics].sum()) < 2e-9


def test_from_snapshot_to_reasons_and_card(features: Features) -> None:
    found = unit_positives(SNAPSHOT, AS_OF)
    stock = features.leaving_out(found.built_in)
    ranking = rank(stock, found.ids, subject=SUBJECT)
    assert "已加梯楼组" in "".join(r.text.zh for r in ranking.reasons(0, most=10))
    cut = sorted(found.dates.values())[len(found.dates) // 2]
    card = time_ordered(unit_features(SNAPSHOT, cut).leaving_out(found.built_in), found.dates, before=cut)
    assert card.positives == sum(day >= cut for day in found.dates.values())
