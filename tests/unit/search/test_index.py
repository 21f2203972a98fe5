from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model.errors import SnapshotDamaged
from graph.model.relationships import SCHEMA
from graph.model.schema import Sensitivity
from search import index as fulltext
from search.attachment import Prepared
from search.index import COUNTS, FOLDER, TEXTS, Index
from search.writing import plain
from tests.unit.search.town import town


def mentioned(prepared: Prepared, word: str) -> set[str]:
    snapshot = prepared.snapshot
    return {snapshot.nodes(x).id_of(i) for x, rows in prepared.index.hits(word).items() for i in np.flatnonzero(rows)}


def said(prepared: Prepared) -> dict[str, list[str]]:
    """Every searched text by the id of its node."""
    texts: dict[str, list[str]] = {}
    for label, properties in TEXTS.items():
        nodes = prepared.snapshot.nodes(label)
        for row in range(len(nodes)):
            values = [nodes.column(p)[row].as_py() for p in properties]
            flat = [t for v in values if v for t in (v if isinstance(v, list) else [v])]
            texts[nodes.id_of(row)] = [plain(t) for t in flat]
    return texts


@given(data=st.data())
def test_every_substring_of_two_characters_or_more_is_found_exactly(prepared: Prepared, data: st.DataObject) -> None:
    texts = said(prepared)
    text = data.draw(st.sampled_from(sorted({t for of in texts.values() for t in of if len(t) > 2})))
    start = data.draw(st.integers(0, len(text) - 2))
    word = text[start : data.draw(st.integers(start + 2, len(text)))]
    if word.isascii():
        return
    assert mentioned(prepared, word) == {key for key, of in texts.items() if any(word in t for t in of)}


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("shitang", {"c0", "c1", "c2", "c3"}),
        ("luodengbaoxiu", set()),
        ("ludengbaoxiu", {"i1"}),
        ("ldbx", {"i1"}),
        ("qqqq", set()),
    ],
)
def test_pinyin_and_initials(prepared: Prepared, word: str, found: set[str]) -> None:
    assert mentioned(prepared, word) == found


@given(word=st.text(min_size=1, max_size=30))
def test_no_word_breaks_the_engine(prepared: Prepared, word: str) -> None:
    for label, rows in prepared.index.hits(plain(word) or "x").items():
        assert len(rows) == len(prepared.snapshot.nodes(label))


def test_people_never_enter() -> None:
    assert not {"Resident", "Volunteer", "Household", "Dwelling"} & set(TEXTS)
    for label, properties in TEXTS.items():
        for name in properties:
            assert SCHEMA.label[label].by_name[name].sensitivity in (Sensitivity.PUBLIC, Sensitivity.INTERNAL)


def test_building_again_replaces(tmp_path: Path) -> None:
    first = fulltext.build(town(), tmp_path).hits("食堂")
    again = fulltext.build(town(), tmp_path).hits("食堂")
    assert {k: v.tolist() for k, v in first.items()} == {k: v.tolist() for k, v in again.items()}


def test_an_absent_or_broken_index_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(SnapshotDamaged):
        Index.open(tmp_path)
    fulltext.build(town(), tmp_path)
    (tmp_path / FOLDER / "meta.json").write_text("{")
    with pytest.raises(SnapshotDamaged):
        Index.open(tmp_path)
    shutil.rmtree(tmp_path / FOLDER)
    with pytest.raises(SnapshotDamaged):
        Index.open(tmp_path)
    (tmp_path / COUNTS).unlink()
    with pytest.raises(SnapshotDamaged):
        Index.open(tmp_path)
