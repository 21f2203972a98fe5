from __future__ import annotations

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from graph.model.records import Records
from graph.snapshot.columns import Snapshot
from search.slots import Concepts
from search.vocabulary import FILE, Vocabulary, build
from tests.unit.search.town import records, town


def concepts(vocabulary: Vocabulary, text: str) -> list[tuple[str, str]]:
    return [(c.sort, c.id) for _, _, entry in vocabulary.matches(text) if isinstance(entry, Concepts) for c in entry.of]


def test_the_cache_gives_the_same_vocabulary(tmp_path: Path) -> None:
    made = build(town())
    made.save(tmp_path)
    first = (tmp_path / FILE).read_bytes()
    build(town()).save(tmp_path)
    assert (tmp_path / FILE).read_bytes() == first
    assert Vocabulary.open(tmp_path) == made


def test_an_absent_damaged_or_stale_cache_is_not_used(tmp_path: Path) -> None:
    assert Vocabulary.open(tmp_path) is None
    build(town()).save(tmp_path)
    content = json.loads((tmp_path / FILE).read_bytes())
    (tmp_path / FILE).write_text(json.dumps(content | {"synonyms": "other"}))
    assert Vocabulary.open(tmp_path) is None
    (tmp_path / FILE).write_bytes(b'{"synonyms"')
    assert Vocabulary.open(tmp_path) is None


def test_names_synonyms_groups_and_kinds(vocabulary: Vocabulary) -> None:
    assert concepts(vocabulary, "独居老人") == [("tag", "t_alone")]
    assert concepts(vocabulary, "孤老") == [("tag", "t_alone")]  # the tag's own synonym
    assert concepts(vocabulary, "剪头发") == [("skill", "s1")]  # a group of synonyms/concepts.toml
    assert concepts(vocabulary, "活动室") == [("kind", "activity_room")]
    assert concepts(vocabulary, "食堂") == [("kind", "canteen"), ("service", "i3"), ("tag", "t_meals")]
    assert concepts(vocabulary, "敬老院") == []  # the town has no service point of that kind


def test_an_empty_snapshot_still_knows_people_words() -> None:
    empty = build(Snapshot.of(Records()))
    assert {c.sort for found in empty.concepts.values() for c in found} == {"label"}
    assert any(entry is not None for _, _, entry in empty.matches("独居老人"))


@given(text=st.text("独居老人党员女儿子理发活动室食堂", max_size=30))
def test_matches_do_not_overlap_and_are_in_the_text(vocabulary: Vocabulary, text: str) -> None:
    at = 0
    for start, end, entry in vocabulary.matches(text):
        assert at <= start < end
        assert vocabulary.entries[text[start:end]] is entry
        at = end


@given(text=st.text("小区门口路灯坏了找谁修理发食堂猫", max_size=30))
def test_cutting_loses_nothing_but_stop_words(vocabulary: Vocabulary, text: str) -> None:
    at, pieces = 0, list(vocabulary.cut(text))
    for start, word in [*pieces, (len(text), "")]:
        between = text[at:start]
        assert text[start : start + len(word)] == word
        assert not between or all(any(c in stop for stop in vocabulary.stop_words) for c in between)
        at = start + len(word)


def test_people_are_no_part_of_it(tmp_path: Path) -> None:
    build(Snapshot.of(records())).save(tmp_path)
    assert "居民p" not in (tmp_path / FILE).read_text()
    assert "志愿者1" not in (tmp_path / FILE).read_text()
