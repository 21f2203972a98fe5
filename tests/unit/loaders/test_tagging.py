"""Rule tags: computed from conditions, in the order of their inputs, valid on a day."""

from __future__ import annotations

import datetime as dt
import json

import pyarrow as pa
import pytest

from graph.model.errors import ConditionInvalid, UnknownName
from graph.model.records import Records
from loaders.tagging import HAS_TAG, with_rule_tags
from tests.unit.graph.model.test_records import same
from tests.unit.graph.worlds import small_world

DAY = dt.date(2021, 11, 1)


def with_rules(**rules: object) -> Records:
    """The small world with rule tags named by `rules` (a condition, or a JSON text)."""
    world = small_world()
    stated = world.nodes["Tag"].to_pylist()
    made = [
        {"id": tag, "name": tag, "method": "rule", "rule": rule if isinstance(rule, str) else json.dumps(rule)}
        for tag, rule in rules.items()
    ]
    tags = pa.Table.from_pylist(stated + made, schema=world.nodes["Tag"].schema)
    return Records.of({**world.nodes, "Tag": tags}, world.edges)


def holders(records: Records, tag: str) -> list[str]:
    return [e["start"] for e in records.edge_table(HAS_TAG).to_pylist() if e["end"] == tag]


def test_a_rule_gives_its_tag_to_those_it_describes() -> None:
    records = with_rule_tags(with_rules(old={"age": {"at_least": 75}}), DAY)
    assert holders(records, "old") == ["r1", "r2"]
    assert {e["source"] for e in records.edge_table(HAS_TAG).to_pylist() if e["end"] == "old"} == {"rule"}


def test_rules_build_on_rules() -> None:
    rules = {
        "a_both": {"all": [{"tag": "z_old"}, {"tag": "t_party"}]},
        "not_both": {"not": {"tag": "a_both"}},
        "z_old": {"age": {"at_least": 70}},
    }
    records = with_rule_tags(with_rules(**rules), DAY)
    assert holders(records, "a_both") == ["r1"]
    assert holders(records, "not_both") == ["r2", "r3", "r4"]


def test_a_rule_follows_its_input() -> None:
    first = with_rule_tags(with_rules(old={"age": {"at_least": 76}}), DAY)
    again = with_rule_tags(first, dt.date(2021, 11, 2))
    assert (holders(first, "old"), holders(again, "old")) == (["r1"], ["r1", "r2"])


def test_computing_twice_changes_nothing() -> None:
    once = with_rule_tags(with_rules(old={"age": {"at_least": 70}}), DAY)
    assert same(once, with_rule_tags(once, DAY))


def test_what_a_source_states_wins_over_the_rule() -> None:
    world = with_rules(old={"age": {"at_least": 75}})
    stated = pa.table({"start": ["r1"], "end": ["old"], "source": ["a"]})
    kept = world.edges[HAS_TAG].select(["start", "end", "source"])
    records = with_rule_tags(Records.of(world.nodes, {**world.edges, HAS_TAG: pa.concat_tables([kept, stated])}), DAY)
    assert [e["source"] for e in records.edge_table(HAS_TAG).to_pylist() if e["end"] == "old"] == ["a", "rule"]


def test_a_tag_out_of_its_time_has_no_holders() -> None:
    world = with_rules(old={"age": {"at_least": 70}})
    tags = [t | {"valid_from": dt.date(2022, 1, 1)} for t in world.nodes["Tag"].to_pylist()]
    later = pa.Table.from_pylist(tags, schema=world.nodes["Tag"].schema)
    assert holders(with_rule_tags(Records.of({**world.nodes, "Tag": later}, world.edges), DAY), "old") == []


def test_a_circle_is_named() -> None:
    with pytest.raises(ConditionInvalid, match="circle"):
        with_rule_tags(with_rules(a={"tag": "b"}, b={"tag": "a"}), DAY)


def test_an_unknown_tag_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match="t_party"):
        with_rule_tags(with_rules(a={"tag": "t_parti"}), DAY)


@pytest.mark.parametrize("rule", ["{", '{"agee": 1}'])
def test_an_unreadable_rule_names_its_tag(rule: str) -> None:
    with pytest.raises(ConditionInvalid, match="tag a"):
        with_rule_tags(with_rules(a=rule), DAY)
