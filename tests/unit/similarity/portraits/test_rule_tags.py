from __future__ import annotations

import datetime as dt
import json

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.model.condition import (
    Age,
    AllOf,
    AnyOf,
    Between,
    Condition,
    Is,
    Known,
    LivesAlone,
    Not,
    Related,
    Tagged,
)
from graph.model.condition_json import to_data
from graph.model.errors import ConditionInvalid
from graph.model.records import Records
from graph.snapshot.columns import Snapshot
from graph.snapshot.evaluate import mask
from similarity.portraits.crowd import crowd
from similarity.portraits.rule_tags import RuleTags
from similarity.portraits.units import unit_features
from tests.unit.similarity.town import AS_OF, town

RECORDS = town(units=10, people=150)
DAY = (AS_OF - dt.date(1970, 1, 1)).days
EVE = AS_OF - dt.timedelta(days=1)
UNDATED = Is("residence", ("both",))

dated = st.one_of(
    st.builds(Age, st.integers(0, 100), st.integers(0, 100)),
    st.builds(lambda v: Is("politics", (v,)), st.sampled_from(["01", "03", "13"])),
    st.builds(lambda v: Is("sex", (v,)), st.sampled_from(["1", "2"])),
    st.builds(lambda k: Known("education", k), st.booleans()),
    st.just(Is("retired", (True,))),
    st.builds(lambda y: Between("retired_on", dt.date(y, 1, 1), None), st.integers(2013, 2021)),
    st.builds(LivesAlone, st.booleans()),
    st.builds(Tagged, st.sampled_from(["t000001", "t000002", "nobody"])),
    st.builds(lambda f: Related("LIVES_IN", "Dwelling", Between("floor", f, None)), st.integers(1, 6)),
    st.just(Related("ENROLLED_IN", "Programme")),
)
rules = st.recursive(
    dated,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(lambda a: AllOf(tuple(a)), st.lists(inner, max_size=3)),
        st.builds(lambda a: AnyOf(tuple(a)), st.lists(inner, max_size=3)),
    ),
    max_leaves=5,
)


def with_rules(records: Records, *rules: Condition) -> Records:
    """Add the rule tags r0, r1, … to the dictionary."""
    tags = records.node_table("Tag")
    more = pa.table(
        {
            "id": [f"r{i}" for i in range(len(rules))],
            "name": [f"rule {i}" for i in range(len(rules))],
            "method": ["rule"] * len(rules),
            "rule": [json.dumps(to_data(rule)) for rule in rules],
        }
    )
    return Records.of(
        dict(records.nodes) | {"Tag": pa.concat_tables([tags, more], promote_options="default")}, records.edges
    )


def known_before(records: Records) -> Records:
    """Leave only what bears a date before the day: the state of knowledge of the eve."""
    nodes, edges = dict(records.nodes), dict(records.edges)
    people = records.node_table("Resident")
    for name in ("education", "marital", "politics", "retired"):
        known = pc.less(people[f"{name}_on"].cast(pa.int32()), DAY)
        for column in (name, f"{name}_on"):
            at = people.column_names.index(column)
            people = people.set_column(at, column, pc.if_else(known, people[column], None))
    nodes["Resident"] = people
    for name, day in (("HAS_TAG-Tag", "since"), ("LIVES_IN-Dwelling", "since"), ("ENROLLED_IN-Programme", "at")):
        table = records.edge_table(f"Resident-{name}")
        edges[f"Resident-{name}"] = table.filter(pc.less(table[day].cast(pa.int32()), DAY))
    born = dict(zip(people["id"].to_pylist(), people["birth_date"].to_pylist(), strict=True))
    lives = edges["Resident-LIVES_IN-Dwelling"]
    edges["Resident-LIVES_IN-Dwelling"] = lives.filter(
        pa.array([born[r] < AS_OF for r in lives["start"].to_pylist()], pa.bool_())
    )
    return Records.of(nodes, edges)


THEN = Snapshot.of(known_before(RECORDS))


def holders(records: Records, tag: str) -> np.ndarray:
    return RuleTags.of(crowd(Snapshot.of(records), AS_OF)).holders(tag)


@settings(max_examples=30, deadline=None)
@given(rules)
def test_a_rule_holds_as_it_would_have_on_the_eve(rule: Condition) -> None:
    """The oracle is the evaluation of the loader, on a snapshot from which all later facts are gone."""
    found = RuleTags.of(crowd(Snapshot.of(with_rules(RECORDS, rule)), AS_OF))
    assert not found.barred()
    np.testing.assert_array_equal(found.holders("r0"), mask(THEN, "Resident", rule, EVE))


def test_rules_build_on_rules_and_on_dated_tags() -> None:
    first = AllOf((Age(60), Tagged("t000003")))
    own = holders(with_rules(RECORDS, first, Not(Tagged("r0"))), "r1")
    np.testing.assert_array_equal(own, ~mask(THEN, "Resident", first, EVE))
    assert 0 < own.sum() < len(own)


def test_the_stored_edges_of_a_rule_are_not_read() -> None:
    records = with_rules(RECORDS, Age(150))
    people = RECORDS.node_table("Resident")["id"]
    stored = pa.table(
        {"start": people, "end": ["r0"] * len(people), "source": ["rule"] * len(people)},
    )
    tags = pa.concat_tables([records.edge_table("Resident-HAS_TAG-Tag"), stored], promote_options="default")
    full = Records.of(records.nodes, dict(records.edges) | {"Resident-HAS_TAG-Tag": tags})
    assert not holders(full, "r0").any()
    assert unit_features(Snapshot.of(full), AS_OF).column("tag:r0").values.max() == 0


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (UNDATED, "residence"),
        (AllOf((Age(60), Not(UNDATED))), "residence"),
        (Related("MEMBER_OF", "Household"), "MEMBER_OF"),
        (Related("LIVES_IN", "Dwelling", Known("room")), "room"),
        (AnyOf((Tagged("r1"), Age(3))), "residence"),
    ],
)
def test_a_rule_on_an_undated_fact_is_barred_by_name(rule: Condition, said: str) -> None:
    features = unit_features(Snapshot.of(with_rules(RECORDS, rule, UNDATED)), AS_OF)
    barred = {b.name: b.why for b in features.barred}
    assert said in barred["tag:r0"].en
    assert "tag:r0" not in features.names
    assert set(barred) >= {"tag:r1", "resident_residence"}


def test_a_circle_of_rules_is_an_error_not_a_hang() -> None:
    with pytest.raises(ConditionInvalid, match="circle"):
        holders(with_rules(RECORDS, Tagged("r1"), Tagged("r0")), "r0")
