from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.places import places
from search.slots import Place
from search.vocabulary import Vocabulary
from tests.unit.search.town import COMMITTEES

LANES = st.sampled_from([lane for _, lane, _, _ in COMMITTEES.values()])


def read(text: str, vocabulary: Vocabulary) -> list[Place]:
    return [slot.meaning for slot in places(text, vocabulary.places) if isinstance(slot.meaning, Place)]


@given(lane=LANES, house=st.integers(1, 99), room=st.integers(101, 2999))
def test_every_writing_of_an_address_is_one_key(vocabulary: Vocabulary, lane: str, house: int, room: int) -> None:
    key = (f"{lane}{house}号{room}室",)
    for written in (
        f"{house}号{room}室",
        f"{house}号{room}",
        f"{house}-{room}",
        f"{house}号-{room}室",
        f"{house}号楼{room}室",
    ):
        assert [place.keys for place in read(lane + written, vocabulary)] == [key]


@given(text=st.text("的在找老人，女 ", max_size=8), lane=LANES, house=st.integers(1, 99))
def test_an_address_is_found_inside_a_sentence(vocabulary: Vocabulary, text: str, lane: str, house: int) -> None:
    [slot] = places(f"{text}{lane}{house}号{text}", vocabulary.places)
    assert slot.text == f"{lane}{house}号"


@pytest.mark.parametrize("code", COMMITTEES)
def test_a_committee_by_all_its_names(vocabulary: Vocabulary, code: str) -> None:
    name = COMMITTEES[code][0]
    for written in (name, name.removesuffix("居委会"), name.replace("居委会", "居民委员会"), code):
        assert [place.areas for place in read(written, vocabulary)] == [(code,)]


def test_touching_places_narrow_and_places_apart_add_up(vocabulary: Vocabulary) -> None:
    assert [p.keys for p in read("静安区临汾路街道汾西路261弄3号", vocabulary)] == [("汾西路261弄3号",)]
    assert [p.areas for p in read("261弄和260弄", vocabulary)] == [("310106021008",), ("310106021012",)]


def test_an_area_is_all_its_committees(vocabulary: Vocabulary) -> None:
    for written in ("临汾路街道", "静安区", "310106021"):
        assert [p.areas for p in read(written, vocabulary)] == [tuple(sorted(COMMITTEES))]


def test_one_wrong_character_of_a_road_is_mended_but_no_number_is(vocabulary: Vocabulary) -> None:
    [slot] = places("份西路261弄", vocabulary.places)
    assert isinstance(slot.meaning, Place)
    assert slot.meaning.areas == ("310106021008",)
    assert "份西路" in slot.says.zh
    assert [p.keys for p in read("汾西路262弄", vocabulary)] == [("汾西路262弄",)]


def test_an_estate_by_name_and_the_houses_in_it(vocabulary: Vocabulary) -> None:
    assert [p.estates for p in read("和源名城", vocabulary)] == [("场中路1211弄",)]
    [place] = read("和源名城11号", vocabulary)
    assert "场中路1211弄11号" in place.keys


def test_a_lane_or_road_that_nobody_knows_is_a_place_without_anything(vocabulary: Vocabulary) -> None:
    assert read("999弄", vocabulary) == [Place("999弄")]
    assert read("住在武宁路12弄3号", vocabulary) == [Place("武宁路12弄3号", keys=("武宁路12弄3号",))]
    assert read("武宁路261号", vocabulary) == [Place("武宁路261号", keys=("武宁路261号",))]
