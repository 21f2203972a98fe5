from __future__ import annotations

import io
import zipfile
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.model.errors import ModelUnusable
from similarity.saved.container import packed, unpacked
from tests.unit.similarity.tables import relaxed

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
names = st.text("abcdefg_0123", min_size=1, max_size=8)
arrays = st.dictionaries(names, st.lists(st.floats(), max_size=6).map(lambda v: np.array(v, np.float64)), max_size=4)
CARD: dict[str, Any] = {"名": "楼组", "k": 37}
ARRAYS = {"weights": np.arange(6.0), "owner": np.array([0, 0, 1]), "levels": np.array(["木", "砖"])}


@relaxed
@given(st.dictionaries(st.text(), json_values, max_size=4), arrays)
def test_what_is_packed_comes_back_bit_for_bit(card: dict[str, Any], given_arrays: dict[str, Any]) -> None:
    content = packed(card, given_arrays)
    again, read = unpacked(content)
    assert again == card
    assert read.keys() == given_arrays.keys()
    assert all(read[n].tobytes() == given_arrays[n].tobytes() for n in read)
    assert packed(again, read) == content


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_no_altered_byte_passes_for_the_model(data: st.DataObject) -> None:
    content = bytearray(packed(CARD, ARRAYS))
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] ^= data.draw(st.integers(1, 255))
    try:
        card, read = unpacked(bytes(content))
    except ModelUnusable:
        return
    assert card == CARD  # the byte stood in a part of the archive that nobody reads
    assert all((read[n] == ARRAYS[n]).all() for n in ARRAYS)


@given(st.integers(0, len(packed(CARD, ARRAYS)) - 1))
def test_a_file_cut_short_is_refused(length: int) -> None:
    with pytest.raises(ModelUnusable):
        unpacked(packed(CARD, ARRAYS)[:length])


@pytest.mark.parametrize("content", [b"", b"id,score\n1,2\n", b"PK\x03\x04rubbish", b"\x80\x04]\x94."])
def test_a_foreign_file_is_refused(content: bytes) -> None:
    with pytest.raises(ModelUnusable):
        unpacked(content)


def rewritten(member: str, content: bytes) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed(CARD, ARRAYS))) as old, zipfile.ZipFile(sink, "w") as new:
        for name in old.namelist():
            new.writestr(name, content if name == member else old.read(name))
    return sink.getvalue()


def test_another_version_another_format_and_a_changed_fact_are_told_apart() -> None:
    with zipfile.ZipFile(io.BytesIO(packed(CARD, ARRAYS))) as archive:
        head = archive.read("card.json").decode()
    for old, new, told in (
        ('"version": 1', '"version": 9', "version 9"),
        ("linli look-alike", "something else", "no model saved by linli"),
        ('"k": 37', '"k": 38', "altered"),
    ):
        with pytest.raises(ModelUnusable, match=told):
            unpacked(rewritten("card.json", head.replace(old, new).encode()))


def test_a_pickled_array_is_never_opened() -> None:
    sink = io.BytesIO()
    np.save(sink, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    with pytest.raises(ModelUnusable):
        unpacked(rewritten("arrays/weights.npy", sink.getvalue()))


def test_a_zip_of_something_else_is_foreign() -> None:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(ModelUnusable, match="no model saved by linli"):
        unpacked(sink.getvalue())
