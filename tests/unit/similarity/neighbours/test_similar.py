"""The nodes most like one node, against a plain loop over pairs; parts that sum exactly; nothing from outside."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.model.errors import ArgumentInvalid, UnknownName
from graph.snapshot.columns import Snapshot
from similarity.neighbours.gower import MIXED, weighed
from similarity.neighbours.measures import MEASURES, On, named
from similarity.neighbours.members import Sets
from similarity.neighbours.nearest import Selection
from similarity.neighbours.reading import Stock
from similarity.neighbours.similar import START, Alike, Wanted, similar
from similarity.neighbours.subjects import SUBJECTS, standard_weights, traits
from similarity.neighbours.tag_sets import SetMeasure, TagSets, nearest_sets
from tests.unit.similarity.neighbours.town import DAY, EAST, EDGES, NODES, WEST, person, plain, town

NANO = 10**9
EVERY = (MIXED, *MEASURES)


@cache
def venues(seed: int, count: int = 30) -> Snapshot:
    """A town with venues drawn at random, some facts unknown, many of them alike."""
    draw = np.random.default_rng(seed)

    def some(*values: Any) -> Any:
        return None if draw.random() < 0.2 else values[draw.integers(len(values))]

    rows = [
        {
            "id": f"x{number:02}", "area": EAST if number % 3 else WEST, "name": f"室{number}", "kind": some("classroom", "hall"),
            "capacity": some(10, 20, 30, 60), "facilities": some(["空调"], ["桌椅", "空调"], ["白板"]),
            "opening_hours": some(["1 09:00-17:00"], ["1 13:00-17:00", "6 09:00-12:00"]), "step_free": some(True, False),
            "lon": some(121.46, 121.465), "lat": 31.31,
        }
        for number in range(count)
    ]  # fmt: skip
    owners = [{"start": f"x{number:02}", "end": "o1" if number % 2 else "o2"} for number in range(0, count, 3)]
    return town({"Venue": rows}, {"Venue-OWNED_BY-Organisation": owners})


def pairwise(stock: Stock, row: int, *, measure: str, weights: dict[str, float]) -> list[float]:
    """The score of one row with each, pair by pair, features added one by one."""
    found = traits(stock, weights)
    scores = []
    for other in range(len(stock)):
        if measure == MIXED:
            near = [(weights[t.name], t.likeness(row)[other]) for t in found]
            near = [(w, s) for w, s in near if not np.isnan(s)]
            scores.append(sum(w * s for w, s in near) / sum(w for w, _ in near) if near else float("nan"))
            continue
        wanted, sums = named(measure), np.zeros(3)
        for trait in found:
            if trait.counts or wanted.on is On.VECTORS:
                shared, one, two = trait.inner(row, informed=wanted.informed)
                sums += weights[trait.name] * np.array([shared[other], one[other], two[other]])
        scores.append(float(wanted.score(*(np.array(s) for s in sums))))
    return scores


@settings(max_examples=25, deadline=None)
@given(
    st.tuples(st.integers(0, 7), st.booleans()),
    st.integers(0, 29),
    st.sampled_from(EVERY),
    st.integers(1, 40),
    st.floats(0, 1),
)
def test_the_best_are_those_of_a_loop_over_pairs(
    town_of: tuple[int, bool], at: int, measure: str, top: int, cutoff: float
) -> None:
    seed, some = town_of
    stock = Stock.of(venues(seed), "Venue", areas=None, as_of=DAY)
    weights = weighed(standard_weights("Venue"), {"capacity": 2.0, "owner": 0.5})
    targets = np.random.default_rng(seed).random(len(stock)) < 0.5 if some else None
    found = similar(stock, int(stock.rows[at]), Wanted(weights, measure, top, cutoff, targets))
    scores = [round(s, 9) for s in pairwise(stock, at, measure=measure, weights=weights)]
    ids = stock.ids.to_pylist()
    wanted = [
        (-scores[i], ids[i])
        for i in range(len(stock))
        if i != at and scores[i] >= cutoff and scores[i] > 0 and (targets is None or targets[i])
    ]
    assert found.total == len(wanted)
    got = [(-n.score, stock.nodes.id_of(n.row)) for n in found.neighbours]
    assert [name for _, name in got] == [name for _, name in sorted(wanted)[:top]]
    assert [s for s, _ in got] == pytest.approx([s for s, _ in sorted(wanted)[:top]], abs=1.1e-9)
    assert (found.note is None) == bool(wanted)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 7), st.integers(0, 29), st.sampled_from(EVERY))
def test_parts_sum_to_the_score_exactly(seed: int, at: int, measure: str) -> None:
    stock = Stock.of(venues(seed), "Venue", areas=None, as_of=DAY)
    found = similar(stock, int(stock.rows[at]), Wanted(weighed(standard_weights("Venue"), {}), measure, top=30))
    for one in found.neighbours:
        score = round(one.score * NANO)
        assert sum(round(part.gained * NANO) for part in one.parts) == score
        assert sum(round(part.lost * NANO) for part in one.parts) == NANO - score
        assert (one.parts[0].feature == START) == (measure in ("cosine", "euclidean"))


@pytest.mark.parametrize("measure", EVERY)
def test_a_score_is_the_same_both_ways(measure: str) -> None:
    stock = Stock.of(venues(3), "Venue", areas=None, as_of=DAY)
    wanted = Wanted(weighed(standard_weights("Venue"), {}), measure, top=100)
    scores = {(int(row), n.row): n.score for row in stock.rows for n in similar(stock, int(row), wanted).neighbours}
    assert scores
    for (one, other), score in scores.items():
        assert scores[other, one] == pytest.approx(score, abs=1.1e-9)


def alike(
    label: str, id: str, *, areas: tuple[str, ...] | None = None, snapshot: Snapshot | None = None, **more: Any
) -> Alike:
    stock = Stock.of(snapshot or plain(), label, areas=areas, as_of=more.pop("as_of", DAY))
    weights = weighed(standard_weights(label), more.pop("weights", {}))
    return similar(stock, stock.nodes.row(id), Wanted(weights, **more))


def test_reckoned_by_hand() -> None:
    found = alike(
        "Venue", "x1", areas=(EAST,), weights={"facilities": 3, "opening_hours": 0, "step_free": 0, "place": 0}
    )
    best = found.neighbours[0]
    # kind 1, capacity 0 (20 and 30 of 20 to 30), facilities (桌椅, 空调) and (空调): log(3/2) / (log 3 + log(3/2))
    assert best.row == 1
    facilities = np.log(3 / 2) / (np.log(3) + np.log(3 / 2))
    assert best.score == pytest.approx((1 + 0 + 3 * facilities) / 5, abs=1e-9)
    assert [p.feature for p in best.parts] == ["kind", "capacity", "facilities", "owner"]
    assert [p.feature for p in best.shared()] == ["kind", "facilities"]
    assert [p.feature for p in best.differing()] == ["facilities", "capacity"]


def test_jaccard_over_categories_and_sets_reckoned_by_hand() -> None:
    found = alike("Venue", "x1", measure="jaccard", areas=(EAST,))
    # kind and facilities of x1 and x2: shared classroom, 空调 of classroom, 空调, 桌椅 and the owner of x1
    assert [n.score for n in found.neighbours] == [0.5]


@pytest.mark.parametrize("label", SUBJECTS)
@settings(max_examples=3, deadline=None)
@given(born=st.integers(1930, 2010), many=st.integers(0, 4))
def test_nothing_outside_the_scope_moves_an_answer(label: str, born: int, many: int) -> None:
    inside = [row for row in NODES["Resident"] if row["area"] == EAST]
    strangers = [person(f"q{i}", born + i, area=WEST, sex="1", education="10") for i in range(many)]
    others = {
        "Resident": [*inside, *strangers],
        "Volunteer": [row for row in NODES["Volunteer"] if row["area"] == EAST],
        "Organisation": NODES["Organisation"][:1],
    }
    tagged = [e for e in EDGES["Resident-HAS_TAG-Tag"] if e["start"] != "p4"]
    tagged += [{"start": row["id"], "end": "t2", "since": dt.date(2020, 1, 1)} for row in strangers]
    changed = town(
        others,
        {"Resident-HAS_TAG-Tag": tagged, "Volunteer-IS-Resident": [], "Venue-OWNED_BY-Organisation": [{"start": "x1", "end": "o1"}]},
    )  # fmt: skip
    weights = dict.fromkeys(standard_weights(label), 1.0)
    for name in Stock.of(plain(), label, areas=(EAST,), as_of=DAY).ids.to_pylist():
        before, after = (answered(snapshot, label, name, weights) for snapshot in (plain(), changed))
        assert before == after


def answered(snapshot: Snapshot, label: str, id: str, weights: dict[str, float]) -> list[Any]:
    """Everything that a reader is told, rows by their ids."""
    found = alike(label, id, areas=(EAST,), snapshot=snapshot, weights=weights)
    return [(snapshot.nodes(label).id_of(n.row), n.score, n.parts) for n in found.neighbours]


def test_a_stranger_is_never_found() -> None:
    ids = [n.row for n in alike("Resident", "p1", areas=(EAST,), top=100).neighbours]
    assert sorted(ids) == [1, 2]
    assert sorted(n.row for n in alike("Resident", "p1", top=100).neighbours) == [1, 2, 3]


def test_ties_go_to_the_lower_id_whatever_the_area() -> None:
    rows = [{"id": f"x{i}", "area": WEST if i % 2 else EAST, "name": f"室{i}", "kind": "hall"} for i in range(8)]
    found = alike("Venue", "x3", snapshot=town({"Venue": rows}, {"Venue-OWNED_BY-Organisation": []}), top=4)
    snapshot = town({"Venue": rows}, {"Venue-OWNED_BY-Organisation": []})
    assert [snapshot.nodes("Venue").id_of(n.row) for n in found.neighbours] == ["x0", "x1", "x2", "x4"]
    assert found.total == 7


def test_an_empty_answer_says_why() -> None:
    said = {
        "nothing else": alike("Volunteer", "v3", areas=(WEST,)),
        "no feature is known": alike("Volunteer", "v3"),
        "none reaches 0.99; the highest is": alike("Venue", "x1", cutoff=0.99),
        "nothing has anything in common": alike("Volunteer", "v3", measure="jaccard"),
    }
    for sentence, answer in said.items():
        assert answer.neighbours == ()
        assert answer.note is not None
        assert sentence in answer.note.en
        assert answer.note.zh


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"top": 0}, ArgumentInvalid),
        ({"cutoff": 1.5}, ArgumentInvalid),
        ({"cutoff": float("nan")}, ArgumentInvalid),
        ({"measure": "cosin"}, UnknownName),
    ],
)
def test_absurd_wishes_are_refused(wrong: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        Wanted({"age": 1.0}, **wrong)


def test_a_measure_on_sets_needs_a_set() -> None:
    only_numbers = dict.fromkeys(standard_weights("Venue"), 0.0) | {"capacity": 1.0}
    with pytest.raises(ArgumentInvalid, match="a set or a category"):
        alike("Venue", "x1", weights=only_numbers, measure="jaccard")


def test_a_day_before_the_data_leaves_only_what_has_no_date() -> None:
    found = alike("Resident", "p1", as_of=dt.date(1900, 1, 1))
    assert {p.feature for n in found.neighbours for p in n.parts if p.gained} == {"sex"}


def test_a_score_of_tags_is_that_of_the_fractions() -> None:
    weights = dict.fromkeys(standard_weights("Resident"), 0.0) | {"tags": 1.0}
    found = alike("Resident", "p1", weights=weights, measure="jaccard")
    scores = {n.row: Fraction(n.score).limit_denominator(10) for n in found.neighbours}
    assert scores == {1: Fraction(1, 2), 2: Fraction(1, 2), 3: Fraction(1, 2)}


KERNELS = [
    ("jaccard", SetMeasure.JACCARD, False),
    ("weighted-jaccard", SetMeasure.JACCARD, True),
    ("overlap", SetMeasure.OVERLAP, False),
]


@pytest.mark.parametrize(("measure", "kernel", "informed"), KERNELS)
def test_one_row_against_all_agrees_with_the_kernel_of_all_pairs(
    measure: str, kernel: SetMeasure, informed: bool
) -> None:
    stock = Stock.of(venues(5), "Venue", areas=(EAST,), as_of=DAY)
    weights = {"facilities": 1.0}
    [trait] = traits(stock, weights)
    assert isinstance(trait, Sets)
    sets = TagSets(trait.indptr, trait.indices, len(trait.names), trait.weights if informed else None)
    nearest = nearest_sets(sets, kernel, Selection(top_k=len(stock)))
    for at, row in enumerate(stock.rows):
        found = similar(stock, int(row), Wanted(weights, measure, top=len(stock)))
        kept = nearest.targets[at] >= 0
        assert [n.row for n in found.neighbours] == stock.rows[nearest.targets[at][kept]].tolist()
        assert [n.score for n in found.neighbours] == nearest.scores[at][kept].tolist()
