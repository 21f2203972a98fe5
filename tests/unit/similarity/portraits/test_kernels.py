from __future__ import annotations

import functools
from collections.abc import Callable, Iterator

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from graph.snapshot.columns import Snapshot
from similarity.portraits.crowd import crowd, held_before
from similarity.portraits.groups import by_level
from similarity.portraits.kernels import facts, moments, quartiles, tally
from tests.unit.similarity.portraits.levels import with_areas
from tests.unit.similarity.town import AS_OF

Kernel = Callable[[pa.RecordBatch], pa.RecordBatch]
GROUPS, KINDS = 7, 4


def _batches() -> st.SearchStrategy[pa.RecordBatch]:
    def drawn(size: int) -> st.SearchStrategy[pa.RecordBatch]:
        group = arrays.arrays(np.int32, size, elements=st.integers(-1, GROUPS - 1))
        code = arrays.arrays(np.int32, size, elements=st.integers(-1, KINDS - 1))
        value = arrays.arrays(np.float64, size, elements=st.one_of(st.integers(-50, 50), st.just(np.nan)))
        return st.builds(lambda g, c, v: facts(g, code=c, value=v), group, code, value)

    return st.integers(0, 60).flatmap(drawn)


@settings(max_examples=30, deadline=None)
@given(_batches())
def test_tally_counts_every_pair(batch: pa.RecordBatch) -> None:
    found = tally(batch, kinds=KINDS)
    rows = list(zip(batch["group"].to_pylist(), batch["code"].to_pylist(), strict=True))
    assert found["group"].to_pylist() == sorted({g for g, _ in rows if g >= 0})
    expected = [[rows.count((g, k)) for k in range(KINDS)] for g in found["group"].to_pylist()]
    assert found["counts"].to_pylist() == expected


@settings(max_examples=30, deadline=None)
@given(_batches())
def test_moments_and_quartiles_are_those_of_numpy(batch: pa.RecordBatch) -> None:
    spread, cuts = moments(batch), quartiles(batch)
    group, value = batch["group"].to_numpy(), batch["value"].to_numpy()
    known = sorted({int(g) for g, v in zip(group, value, strict=True) if g >= 0 and not np.isnan(v)})
    assert spread["group"].to_pylist() == cuts["group"].to_pylist() == known
    for row, g in enumerate(known):
        own = value[(group == g) & ~np.isnan(value)]
        assert spread["n"][row].as_py() == len(own)
        assert spread["total"][row].as_py() == pytest.approx(own.sum())
        assert spread["squares"][row].as_py() == pytest.approx(own.var() * len(own))
        np.testing.assert_allclose(cuts["quartiles"][row].as_py(), np.quantile(own, [0.25, 0.5, 0.75]))


KERNELS: dict[str, Kernel] = {
    "tally": functools.partial(tally, kinds=KINDS),
    "moments": moments,
    "quartiles": quartiles,
}


@pytest.mark.parametrize("name", KERNELS)
@settings(max_examples=30, deadline=None)
@given(batch=_batches(), cut=st.integers(0, GROUPS))
def test_the_parts_one_after_another_are_the_whole(name: str, batch: pa.RecordBatch, cut: int) -> None:
    kernel, low = KERNELS[name], pa.compute.less(batch["group"], cut)
    parts = [kernel(batch.filter(low)), kernel(batch.filter(pa.compute.invert(low)))]
    assert pa.Table.from_batches(parts).combine_chunks() == pa.Table.from_batches([kernel(batch)]).combine_chunks()


def test_nulls_are_unknown_as_in_an_engine_without_minus_one() -> None:
    batch = pa.RecordBatch.from_pydict(
        {"group": pa.array([3, None, 3], pa.int32()), "code": pa.array([0, 0, None], pa.int32())}
    )
    assert tally(batch, kinds=1).to_pydict() == {"group": [3], "counts": [[1]]}


def map_in_arrow(batches: Iterator[pa.RecordBatch], kernel: Kernel) -> Iterator[pa.RecordBatch]:
    """What an engine that maps Arrow batches does with a kernel."""
    yield from map(kernel, batches)


def test_tags_of_units_one_sub_district_at_a_time_are_those_of_the_crowd() -> None:
    snapshot = Snapshot.of(with_areas())
    who = crowd(snapshot, AS_OF)
    edges = snapshot.edges("Resident-HAS_TAG-Tag")
    held = held_before(edges, who.day)
    person, tag = edges.starts[held], edges.indices[held]
    sub = crowd(snapshot, AS_OF, by_level(snapshot, "subdistrict")).group[person]
    parts = [facts(who.group[person[sub == s]], code=tag[sub == s]) for s in (0, 1)]
    kinds = len(snapshot.nodes("Tag"))
    found = pa.Table.from_batches(map_in_arrow(iter(parts), functools.partial(tally, kinds=kinds)))
    assert all(len(part) > 1000 for part in parts)
    whole = who.counts(tag, kinds, people=person)
    np.testing.assert_array_equal(np.array(found["counts"].to_pylist()).T, whole[:, found["group"].to_numpy()])
    assert whole.sum() == np.array(found["counts"].to_pylist()).sum()
