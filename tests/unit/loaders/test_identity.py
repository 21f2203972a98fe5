"""Identity: independent of order, never two ID numbers in one resident, every shared key explained."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import scipy.sparse.csgraph  # noqa: F401 (imported before the first timed example)
from hypothesis import given
from hypothesis import strategies as st

from loaders.identity import ID_NUMBER, NUMBER, TOGETHER, KeyKind, identify

KINDS = (KeyKind(ID_NUMBER, "id_number"), KeyKind(NUMBER, "number"), KeyKind(TOGETHER, "name+birth_date+phone"))
SECRET = b"a private key"

few = st.one_of(st.none(), st.sampled_from("abcd"))
rows = st.lists(st.tuples(few, few, few), min_size=1, max_size=12)


def run(table: list[tuple[str | None, ...]]) -> tuple[list[str | None], int]:
    keys = {kind: pa.array([r[i] for r in table], pa.string()) for i, kind in enumerate(KINDS)}
    found = identify(keys, SECRET)
    return found.residents.to_pylist(), len(found.clashes)


@given(rows, st.randoms())
def test_the_order_of_rows_does_not_matter(table: list[tuple[str | None, ...]], random: object) -> None:
    order = list(range(len(table)))
    random.shuffle(order)  # type: ignore[attr-defined]
    straight, clashes = run(table)
    shuffled, again = run([table[i] for i in order])
    assert [straight[i] for i in order] == shuffled
    assert clashes == again


@given(rows)
def test_two_id_numbers_are_never_one_resident(table: list[tuple[str | None, ...]]) -> None:
    residents, _ = run(table)
    numbers: dict[str | None, set[str]] = {}
    for row, resident in zip(table, residents, strict=True):
        if row[0] is not None:
            numbers.setdefault(resident, set()).add(row[0])
    assert all(len(n) == 1 for n in numbers.values())


@given(rows)
def test_one_id_number_is_one_resident_and_only_rows_without_keys_have_none(
    table: list[tuple[str | None, ...]],
) -> None:
    residents, _ = run(table)
    for row, resident in zip(table, residents, strict=True):
        assert (resident is None) == (row == (None, None, None))
    for number in "abcd":
        assert len({r for row, r in zip(table, residents, strict=True) if row[0] == number}) <= 1


@given(rows)
def test_without_clashes_residents_are_the_connected_components(table: list[tuple[str | None, ...]]) -> None:
    residents, clashes = run(table)
    if clashes:
        return
    label = np.arange(len(table))
    for _ in table:
        for i, a in enumerate(table):
            for j, b in enumerate(table):
                if any(x is not None and x == y for x, y in zip(a, b, strict=True)):
                    label[[i, j]] = min(label[i], label[j])
    for i in range(len(table)):
        for j in range(len(table)):
            if residents[i] is not None and residents[j] is not None:
                assert (residents[i] == residents[j]) == (label[i] == label[j])


def test_a_clash_is_listed_and_the_row_without_an_id_number_stays_apart() -> None:
    residents, clashes = run([("a", "n", None), ("b", "n", None), (None, "n", None)])
    assert clashes == 1
    assert len(set(residents)) == 3


def test_the_id_depends_on_the_secret() -> None:
    keys = {KINDS[0]: pa.array(["a"])}
    assert identify(keys, b"one").residents != identify(keys, b"two").residents
