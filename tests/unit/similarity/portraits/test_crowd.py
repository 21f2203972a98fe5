from __future__ import annotations

import datetime as dt

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from graph.model.geo import distance_m
from graph.model.records import EPOCH, Records
from graph.model.text import Text
from graph.snapshot.columns import Snapshot
from similarity.portraits.crowd import Head, ages, crowd, held_before, shrunk
from similarity.portraits.edge_kinds import only
from similarity.portraits.groups import together as everybody_of
from similarity.portraits.kernels import facts, moments
from similarity.portraits.places import _near_sums
from tests.unit.similarity.town import AS_OF, town

WHO = crowd(Snapshot.of(town(12, 200)), AS_OF)
PEOPLE, KINDS = len(WHO.group), 3
INTS = npt.NDArray[np.int64]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, PEOPLE - 1), st.integers(-1, KINDS - 1), st.booleans()), max_size=80))
def test_pairs_are_counted_as_often_as_they_are(pairs: list[tuple[int, int, bool]]) -> None:
    people, codes = np.array([p for p, *_ in pairs], np.int32), np.array([c for _, c, _ in pairs], np.int32)
    chosen = np.array([yes for *_, yes in pairs], bool)
    every, some = (WHO.counts(codes, KINDS, people=people, chosen=only_these) for only_these in (None, chosen))
    for kind in range(KINDS):
        for group in range(len(WHO.residents)):
            own = [yes for p, c, yes in pairs if c == kind and WHO.group[p] == group]
            assert (every[kind, group], some[kind, group]) == (len(own), sum(own))


@settings(max_examples=30, deadline=None)
@given(arrays.arrays(np.float64, PEOPLE, elements=st.one_of(st.integers(-50, 50), st.just(np.nan))))
def test_a_mean_is_made_of_what_the_kernel_finds(values: npt.NDArray[np.float64]) -> None:
    found = WHO.mean(Head("x", Text("甲", "x"), "age"), values, unit=Text("", ""))
    kernel = moments(facts(WHO.group, value=values))
    among = np.zeros(len(WHO.residents))
    among[kernel["group"].to_numpy()] = kernel["n"].to_numpy()
    np.testing.assert_array_equal(found.among, among)
    for name in ("total", "squares"):
        assert getattr(found, name)[among > 0].tobytes() == kernel[name].to_numpy().tobytes()


@settings(max_examples=30, deadline=None)
@given(arrays.arrays(np.bool_, PEOPLE))
def test_count_is_the_sum_over_the_people_of_a_group(people: npt.NDArray[np.bool_]) -> None:
    assert WHO.count(people).tolist() == [float((people & (WHO.group == g)).sum()) for g in range(len(WHO.residents))]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 20).flatmap(lambda kinds: arrays.arrays(np.bool_, (kinds, PEOPLE))), st.booleans())
def test_many_kinds_are_counted_as_one_by_one(kinds: npt.NDArray[np.bool_], together: bool) -> None:
    who = everybody_of(WHO) if together else WHO
    expected = [who.count(people).tolist() for people in kinds]
    assert who.count_each(kinds).tolist() == expected


@settings(max_examples=30, deadline=None)
@given(arrays.arrays(np.float64, (3, len(WHO.residents)), elements=st.integers(0, 9)))
def test_many_shares_at_once_are_the_shares_one_by_one(counts: npt.NDArray[np.float64]) -> None:
    heads = [Head(f"x{i}", Text("甲", "x"), "age") for i in range(3)]
    for found, head, row in zip(WHO.shares(heads, counts), heads, counts, strict=True):
        alone = WHO.share(head, row)
        assert (found.name, found.counts.tolist()) == (head.name, row.tolist())
        assert found.values.tobytes() == alone.values.tobytes() == shrunk(row, WHO.residents).tobytes()


@settings(max_examples=30, deadline=None)
@given(arrays.arrays(np.bool_, 20), arrays.arrays(st.sampled_from([np.int8, np.int16, np.int32]), 20))
def test_only_the_chosen_codes_stay(chosen: npt.NDArray[np.bool_], codes: INTS) -> None:
    found = only(chosen, codes)
    assert (found.dtype, found.tolist()) == (codes.dtype, np.where(chosen, codes, -1).tolist())


@settings(max_examples=200, deadline=None)
@given(st.dates(dt.date(1850, 1, 1), dt.date(2030, 1, 1)), st.dates(dt.date(1990, 1, 1), dt.date(2025, 12, 31)))
def test_an_age_is_the_number_of_birthdays_by_the_eve(born: dt.date, as_of: dt.date) -> None:
    eve = as_of - dt.timedelta(days=1)
    years = eve.year - born.year - ((eve.month, eve.day) < (born.month, born.day))
    expected = years if born <= eve and years < 130 else -1
    assert ages(np.array([float((born - EPOCH).days), np.nan]), as_of).tolist() == [expected, -1]


def test_the_latest_of_several_residences_counts_and_ended_ones_do_not() -> None:
    day = dt.date(2021, 6, 1)
    rows = [
        ("moved", "d1", dt.date(2000, 1, 1), None),
        ("moved", "d2", dt.date(2020, 1, 1), None),
        ("left", "d1", dt.date(2000, 1, 1), dt.date(2021, 5, 30)),
        ("leaves", "d1", dt.date(2000, 1, 1), dt.date(2021, 5, 31)),
        ("comes", "d1", day, None),
        ("undated", "d2", None, None),
        ("unborn", "d2", None, None),
    ]
    names = sorted({r[0] for r in rows})
    born = [day if n == "unborn" else dt.date(1980, 1, 1) for n in names]
    nodes = {
        "Resident": pa.table({"id": names, "birth_date": born}),
        "Dwelling": pa.table({"id": ["d1", "d2"]}),
        "Unit": pa.table({"id": ["u1", "u2"]}),
    }
    lives = dict(zip(("start", "end", "since", "until"), map(list, zip(*rows, strict=True)), strict=True))
    lives["until"] = pa.array(lives["until"], pa.date32())
    edges = {
        "Resident-LIVES_IN-Dwelling": pa.table(lives),
        "Dwelling-IN-Unit": pa.table({"start": ["d1", "d2"], "end": ["u1", "u2"]}),
    }
    found = crowd(Snapshot.of(Records.of(nodes, edges)), day)
    assert dict(zip(names, found.group.tolist(), strict=True)) == {
        "moved": 1, "left": -1, "leaves": 0, "comes": -1, "undated": 1, "unborn": -1
    }  # fmt: skip
    assert found.residents.tolist() == [1, 2]


def test_undated_edges_hold_only_where_they_are_the_frame() -> None:
    edges = WHO.snapshot.edges("Resident-HAS_TAG-Tag")
    since = edges.property("since")
    by_hand = [d is not None and d < AS_OF for d in since.to_pylist()]
    assert held_before(edges, WHO.day).tolist() == by_hand


@pytest.mark.parametrize("seed", range(4))
def test_neighbours_are_those_of_measuring_every_pair(seed: int) -> None:
    rng = np.random.Generator(np.random.PCG64(seed))
    lon, lat = 121.45 + rng.normal(0, 0.004, 300), (31.31, -31.31, 0.0, 65.0)[seed] + rng.normal(0, 0.003, 300)
    lon[::17] = np.nan
    columns = rng.integers(0, 50, (300, 2)).astype(np.float64)
    near = distance_m(lon[:, None], lat[:, None], lon, lat) <= 200
    np.fill_diagonal(near, False)
    expected = np.where(np.isnan(lon)[:, None], np.nan, near.astype(float) @ columns)
    assert near.sum() > 500
    np.testing.assert_array_equal(_near_sums(lon, lat, columns), expected)
