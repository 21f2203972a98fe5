"""The ranking: reasons that sum, chances that sum, nothing from later days, nothing from outside the scope."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model.errors import NotFound, UnknownName
from graph.model.records import Records, edge_schema, node_schema
from graph.snapshot.columns import Snapshot
from similarity.turnout.history import read
from similarity.turnout.likely import Likely, rank, shared_out, with_places
from similarity.turnout.model import fit
from similarity.turnout.occasion import planned, thought_of
from tests.unit.similarity.turnout.village import AS_OF, Rows, rows

Change = Callable[[dict[str, Rows], dict[str, Rows]], None]
DAY = AS_OF - dt.timedelta(days=150)  # an activity is held on it


def _listed(change: Change | None = None, *, areas: tuple[str, ...] | None = None) -> bytes:
    """Rank for an occasion of DAY in the village, changed or not; the whole answer as bytes."""
    nodes, edges = rows()
    if change is not None:
        change(nodes, edges)
    tables = {label: pa.Table.from_pylist(r, node_schema(label)) for label, r in nodes.items()}
    records = Records.of(tables, {name: pa.Table.from_pylist(r, edge_schema(name)) for name, r in edges.items()})
    snapshot = Snapshot.of(records)
    occasion = thought_of(snapshot, "culture", committee="c1", held_on=DAY, areas=areas)
    history = read(snapshot, DAY, areas=areas)
    found = rank(snapshot, history, fit(history), occasion=occasion)
    ids = snapshot.nodes("Resident").ids.take(pa.array(history.people.resident[found.people])).to_pylist()
    return repr((ids, found.scores.tolist(), found.chances.tolist(), found.expected, found.reasons(0))).encode()


def test_reasons_sum_to_the_score_to_the_last_digit(likely: Likely) -> None:
    for at in range(0, len(likely), 53):
        for most in (1, 4, 99):
            parts = [r.contribution for r in likely.reasons(at, most=most)]
            assert round(sum(parts) * 1e9) == round(float(likely.scores[at]) * 1e9)


def test_the_average_of_the_audience_has_score_zero(likely: Likely) -> None:
    assert abs(likely.scores.mean()) < 1e-8


def test_the_list_falls_and_ties_go_by_id(snapshot: Snapshot, likely: Likely) -> None:
    ids = snapshot.nodes("Resident").ids.to_pylist()
    keys = [(-s, ids[r]) for s, r in zip(likely.scores, likely.history.people.resident[likely.people], strict=True)]
    assert keys == sorted(keys)


def test_chances_sum_to_the_expected_attendance_of_the_people_in_sight(likely: Likely) -> None:
    known = np.bincount(likely.history.visited) / likely.history.activities.attended
    assert np.all(known == 1)  # everybody who was counted signed in
    assert np.isclose(likely.chances.sum(), likely.expected.people)
    assert likely.chances.max() <= 1


def test_people_who_were_counted_and_never_signed_in_are_not_shared_out(snapshot: Snapshot, likely: Likely) -> None:
    held = likely.history.activities
    crowded = replace(likely.history, activities=replace(held, attended=2 * held.attended))
    found = rank(snapshot, crowded, likely.model, occasion=likely.occasion)
    assert np.isclose(found.chances.sum(), found.expected.people / 2)


@given(st.lists(st.floats(-8, 8), min_size=1, max_size=40), st.floats(0, 60))
def test_a_shared_out_attendance_is_all_there_and_keeps_the_order(scores: list[float], expected: float) -> None:
    chances = shared_out(np.array(scores), expected)
    assert np.isclose(chances.sum(), min(expected, len(scores)))
    assert np.all((chances >= 0) & (chances <= 1))
    order = np.argsort(scores)
    assert np.all(np.diff(chances[order]) >= -1e-12)


def test_nobody_is_shared_out_among_nobody() -> None:
    assert shared_out(np.empty(0), 3.0).tolist() == []


def test_an_audience_keeps_the_chances_that_it_has_among_all(snapshot: Snapshot, likely: Likely) -> None:
    women = snapshot.nodes("Resident").equals("sex", "2")
    some = rank(snapshot, likely.history, likely.model, occasion=likely.occasion, audience=women)
    assert len(some) == int(women.sum())
    everybody = dict(zip(likely.people.tolist(), likely.chances.tolist(), strict=True))
    assert [everybody[p] for p in some.people.tolist()] == some.chances.tolist()
    nobody = rank(snapshot, likely.history, likely.model, occasion=likely.occasion, audience=women & ~women)
    assert len(nobody) == 0


def test_facts_of_the_day_and_later_change_nothing() -> None:
    def later(nodes: dict[str, Rows], edges: dict[str, Rows]) -> None:
        held = {a["id"]: a["held_on"] for a in nodes["Activity"]}
        visits = edges["Resident-TOOK_PART_IN-Activity"]
        edges["Resident-TOOK_PART_IN-Activity"] = [v for v in visits if held[v["end"]] < DAY]
        for activity in nodes["Activity"]:
            if activity["held_on"] >= DAY:
                activity["attended"] = 1
        came = {v["start"] for v in edges["Resident-TOOK_PART_IN-Activity"]}  # a tag that would tell much, too late
        edges["Resident-HAS_TAG-Tag"] = [t for t in edges["Resident-HAS_TAG-Tag"] if t["end"] != "t_chess"]
        edges["Resident-HAS_TAG-Tag"] += [{"start": p, "end": "t_chess", "since": DAY} for p in sorted(came)]

    def without_chess(_: dict[str, Rows], edges: dict[str, Rows]) -> None:
        edges["Resident-HAS_TAG-Tag"] = [t for t in edges["Resident-HAS_TAG-Tag"] if t["end"] != "t_chess"]

    assert any(a["held_on"] == DAY for a in rows()[0]["Activity"])
    assert _listed(later) == _listed(without_chess)


def _outside(nodes: dict[str, Rows], edges: dict[str, Rows]) -> None:
    """Take half the visits away from committees c2 and c3, change their people, and add one."""
    area = {p["id"]: p["area"] for p in nodes["Resident"]}
    visits = edges["Resident-TOOK_PART_IN-Activity"]
    kept = [v for i, v in enumerate(visits) if area[v["start"]] == "c1" or i % 2]
    edges["Resident-TOOK_PART_IN-Activity"] = kept
    for thing in [*nodes["Resident"], *nodes["Activity"]]:
        if thing["area"] != "c1":
            thing["sex" if "sex" in thing else "attended"] = "1" if "sex" in thing else 99
    nodes["Resident"].append({"id": "a_first", "area": "c2", "sex": "2"})
    edges["Resident-LIVES_IN-Dwelling"].append({"start": "a_first", "end": "c2u00d0"})


def test_whoever_lives_outside_the_scope_changes_nothing_inside() -> None:
    assert _listed(_outside, areas=("c1",)) == _listed(areas=("c1",))
    assert _listed(_outside) != _listed()  # it is a change


def test_sensitive_tags_rank_nobody_unless_asked(snapshot: Snapshot) -> None:
    names = snapshot.nodes("Tag").ids.to_pylist()
    assert {names[t] for t in set(read(snapshot, AS_OF).tags.tag.tolist())} == {"t_chess"}
    assert {names[t] for t in set(read(snapshot, AS_OF, sensitive=True).tags.tag.tolist())} == {"t_chess", "t_wheel"}


def test_what_came_of_an_occasion_is_told_only_after_its_day(snapshot: Snapshot) -> None:
    after = planned(snapshot, "a050", as_of=AS_OF, areas=None)
    before = planned(snapshot, "a050", as_of=dt.date(2020, 1, 1), areas=None)
    assert after.attended > 0
    assert np.isnan(before.attended)
    assert after.known_before(AS_OF) == after.held_on
    assert before.known_before(dt.date(2020, 1, 1)) == dt.date(2020, 1, 2)


def test_unknown_names_are_refused_with_the_nearest(snapshot: Snapshot) -> None:
    with pytest.raises(NotFound) as missing:
        planned(snapshot, "a09", as_of=AS_OF, areas=None)
    assert "a09" in missing.value.hint.en or missing.value.hint.en
    with pytest.raises(UnknownName, match="culture"):
        thought_of(snapshot, "cultur", committee="c1", held_on=DAY, areas=None)
    with pytest.raises(UnknownName):
        thought_of(snapshot, "culture", committee="c2", held_on=DAY, areas=("c1",))
    assert thought_of(snapshot, "culture", committee="第2居委", held_on=DAY, areas=None).committee == "c2"


def test_an_activity_outside_the_scope_looks_like_one_that_does_not_exist(snapshot: Snapshot) -> None:
    errors: list[Any] = []
    for name in ("a089", "a089x"):  # a089 is held in c3
        with pytest.raises(NotFound) as caught:
            planned(snapshot, name, as_of=AS_OF, areas=("c1",))
        errors.append(caught.value)
    assert errors[0].text.en.replace("a089", "?") == errors[1].text.en.replace("a089x", "?")
    assert "a089" not in errors[0].hint.en


def test_more_places_bring_more_people(snapshot: Snapshot, likely: Likely) -> None:
    wide = with_places(likely.occasion, 100)
    found = rank(snapshot, likely.history, likely.model, occasion=wide)
    assert found.expected.rule > 4 * likely.expected.rule
    assert with_places(likely.occasion, None) == likely.occasion
