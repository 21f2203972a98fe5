"""What nodes are compared by: only what may be seen, of the day, and nothing sensitive that nobody asked for."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from graph.model.errors import ArgumentInvalid, UnknownName
from graph.model.relationships import SCHEMA
from similarity.neighbours.gower import weighed
from similarity.neighbours.members import Sets
from similarity.neighbours.reading import Stock, quarters
from similarity.neighbours.subjects import SUBJECTS, label_named, political, sensitive, standard_weights, traits
from similarity.neighbours.traits import Category, Number, Place
from tests.unit.similarity.neighbours.town import DAY, EAST, EDGES, NODES, WEST, plain, town


def stock(label: str, areas: tuple[str, ...] | None = None, as_of: dt.date = DAY) -> Stock:
    return Stock.of(plain(), label, areas=areas, as_of=as_of)


def read(label: str, name: str, areas: tuple[str, ...] | None = None, as_of: dt.date = DAY) -> object:
    return traits(stock(label, areas, as_of), {name: 1.0})[0]


def members(found: object, row: int) -> list[str]:
    assert isinstance(found, Sets)
    return [found.names[int(i)].zh for i in found.members(row)]


@pytest.mark.parametrize(
    ("written", "label"), [("RESIDENT", "Resident"), ("楼组", "Unit"), ("Stairwell group", "Unit"), (" 场地 ", "Venue")]
)
def test_labels_are_known_in_both_languages_and_any_case(written: str, label: str) -> None:
    assert label_named(written) == label


def test_an_unknown_label_names_the_nearest() -> None:
    with pytest.raises(UnknownName, match="Resident"):
        label_named("Residents!")


@pytest.mark.parametrize("written", ["标签", "something else altogether", ""])
def test_a_label_that_is_not_compared_says_which_are(written: str) -> None:
    with pytest.raises(ArgumentInvalid, match="Volunteer"):
        label_named(written)


@pytest.mark.parametrize("label", SUBJECTS)
def test_every_feature_of_every_label_can_be_read_from_an_empty_scope(label: str) -> None:
    everything = dict.fromkeys(standard_weights(label), 1.0)
    nobody = Stock.of(plain(), label, areas=("1",), as_of=DAY)
    for trait in traits(nobody, everything):
        assert trait.name in everything
        assert trait.title.zh


@pytest.mark.parametrize("label", SUBJECTS)
def test_every_trait_bears_the_name_by_which_it_is_asked_for(label: str) -> None:
    for name in standard_weights(label):
        [trait] = traits(stock(label), {name: 1.0})
        assert trait.name == name
        assert trait.title.zh
        assert trait.title.en


def test_nothing_sensitive_is_read_unless_it_is_named() -> None:
    weights = weighed(standard_weights("Resident"), {})
    assert sensitive("Resident", weights) == []
    assert {"politics", "ethnicity", "sensitive_tags", "political_tags"}.isdisjoint(weights)
    asked = weighed(standard_weights("Resident"), {"politics": 1, "sensitive_tags": 2})
    assert sensitive("Resident", asked) == ["politics", "sensitive_tags"]


def test_sensitive_properties_of_the_schema_have_no_weight_of_their_own() -> None:
    for label, features in SUBJECTS.items():
        known = SCHEMA.label[label].by_name
        for feature in features:
            if feature.name in known and known[feature.name].sensitivity == "sensitive":
                assert feature.weight == 0
                assert feature.sensitive


def test_tags_are_split_by_what_they_tell() -> None:
    assert members(read("Resident", "tags"), 0) == ["独居老人", "爱唱歌"]
    assert members(read("Resident", "sensitive_tags"), 0) == ["认知障碍", "未定级"]
    assert members(read("Resident", "political_tags"), 0) == ["流动党员", "工会会员"]
    snapshot = plain()
    assert snapshot.nodes("Tag").column("name").to_pylist()[3] == "流动党员"
    assert np.flatnonzero(political(snapshot)).tolist() == [3, 5]


def test_sensitive_sentences_tell_how_many_and_never_which() -> None:
    for name in ("sensitive_tags", "political_tags"):
        [trait] = traits(stock("Resident"), {name: 1.0})
        assert "认知障碍" not in trait.says(0, 1).zh
        assert "流动党员" not in trait.says(0, 1).zh
        assert "1" in trait.says(0, 1).zh
    [politics] = traits(stock("Resident"), {"politics": 1.0})
    assert politics.says(0, 1).en == "same political affiliation"
    assert politics.says(0, 2).en == "another political affiliation"


def test_a_tag_counts_while_it_is_in_force() -> None:
    assert members(read("Resident", "tags"), 1) == ["独居老人"]
    assert members(read("Resident", "tags", as_of=dt.date(2020, 6, 1)), 1) == ["独居老人", "爱唱歌"]
    assert members(read("Resident", "tags", as_of=dt.date(2019, 6, 1)), 1) == []


def test_a_value_observed_after_the_day_is_not_known() -> None:
    education = read("Resident", "education")
    assert isinstance(education, Category)
    assert (education.codes >= 0).tolist() == [True, False, False, False]


def test_ages_are_those_of_the_day() -> None:
    age = read("Resident", "age", as_of=dt.date(1950, 4, 30))
    assert isinstance(age, Number)
    assert age.feature.values[:2].tolist() == [8, 6]
    assert np.isnan(age.feature.values[2])


def test_a_scope_holds_only_its_own_rows_and_is_fitted_on_them() -> None:
    inside = stock("Resident", (EAST,))
    assert inside.ids.to_pylist() == ["p1", "p2", "p3"]
    found = read("Resident", "tags", (EAST,))
    assert isinstance(found, Sets)
    assert found.weights[:2].tolist() == pytest.approx([np.log(3 / 2), np.log(3 / 2)])


def test_an_owner_outside_the_scope_is_not_known() -> None:
    owner = read("Venue", "owner", (EAST,))
    assert isinstance(owner, Category)
    assert (owner.codes >= 0).tolist() == [True, False, False]


def test_a_home_outside_the_scope_gives_no_place() -> None:
    units = [{"id": f"u{i}", "area": area, "lon": 121.46, "lat": 31.31} for i, area in enumerate((EAST, WEST))]
    homes = [{"id": f"d{i}", "area": EAST} for i in range(2)]
    snapshot = town(
        {"Unit": units, "Dwelling": homes},
        {
            "Dwelling-IN-Unit": [{"start": f"d{i}", "end": f"u{i}"} for i in range(2)],
            "Resident-LIVES_IN-Dwelling": [{"start": f"p{i + 1}", "end": f"d{i}"} for i in range(2)],
        },
    )
    for areas, known in (((EAST,), [True, False, False]), (None, [True, True, False, False])):
        [place] = traits(Stock.of(snapshot, "Resident", areas=areas, as_of=DAY), {"place": 1.0})
        assert isinstance(place, Place)
        assert (~np.isnan(place.lon)).tolist() == known


def test_levels_of_skills_are_steps() -> None:
    skills = read("Volunteer", "skills")
    assert isinstance(skills, Sets)
    assert members(skills, 0) == ["理发", "理发2级", "理发3级", "急救"]
    assert members(skills, 1) == ["理发", "理发2级"]
    shared, one, other = skills.inner(0, informed=False)
    assert (shared[1], one[1], other[1]) == (2, 4, 2)  # sum of least levels, sums of levels
    assert skills.says(0, 1).zh == "技能共有1项（理发2级），不同2项"


def test_hours_of_the_week_are_shared() -> None:
    hours = read("Volunteer", "availability")
    assert isinstance(hours, Sets)
    assert hours.likeness(0)[:2].tolist() == pytest.approx([1, 1 / 3])
    assert hours.says(0, 1).en == "times offered: 1 h a week shared, 2 h a week differ"


@pytest.mark.parametrize("slot", ["1 00:00-24:00", "7 23:00-01:30", "3 08:07-08:08", "5 18:00-20:30"])
def test_slots_cover_the_minutes_they_name(slot: str) -> None:
    day, span = slot.split(" ")
    begin, end = ((int(t[:2]) * 60 + int(t[3:])) for t in span.split("-"))
    end += 1440 if end <= begin else 0
    wanted = {((int(day) - 1) * 1440 + minute) // 15 % 672 for minute in range(begin, end)}
    assert set(quarters(slot).tolist()) == wanted


def test_the_town_is_in_the_order_the_tests_count_on() -> None:
    assert [x["id"] for x in NODES["Resident"]] == stock("Resident").ids.to_pylist()
    assert len(EDGES["Resident-HAS_TAG-Tag"]) == len(plain().edges("Resident-HAS_TAG-Tag"))
