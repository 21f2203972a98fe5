from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.sample.dirt import FAULTS, spoil
from loaders.sample.draws import stream
from loaders.sample.files import File, Part
from loaders.sample.sheet import sheet_of

HEADERS = ("姓名", "身份证号", "退休日期", "月养老金领取")


def _file(rows: int, titles: tuple[str, ...] = ()) -> File:
    listed = [[f"人{i}", f"99999919500101{i:03d}1", "2010-01-01", "是"] for i in range(rows)]
    return File("社保退休人员.csv", "gb18030", (Part(sheet_of(HEADERS, listed), titles=titles),))


@settings(max_examples=40)
@given(st.integers(0, 10**6), st.integers(10, 200), st.integers(0, 3))
def test_the_ledger_points_at_the_spoilt_rows(seed: int, rows: int, titles: int) -> None:
    clean = _file(rows, ("标题",) * titles)
    file, entries = spoil(stream(seed, "dirt"), clean)
    own = file.parts[0].sheet.rows
    known = [tuple(r) for r in clean.parts[0].sheet.rows]
    assert len(own) == rows + len(entries)  # every fault of this file adds a row
    for entry in entries:
        row = tuple(own[entry.row - titles - 2])
        assert (row in known) == (entry.kind == "duplicate_row")
    untouched = [tuple(r) for i, r in enumerate(own) if i + titles + 2 not in {e.row for e in entries}]
    assert untouched == known


def test_dirt_is_the_same_for_the_same_stream() -> None:
    first, second = (spoil(stream(5, "x"), _file(50)) for _ in range(2))
    assert first == second


def test_there_are_many_kinds_and_six_or_more_rejected_codes() -> None:
    faults = [f for own in FAULTS.values() for f in own]
    assert len({f.kind for f in faults}) >= 20
    assert len({f.code for f in faults if f.fate == "rejected"}) >= 6
    assert all(bool(f.code) == (f.fate == "rejected") for f in faults)
